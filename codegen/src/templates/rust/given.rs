/// Reads a value that is there: `null` is a change to NULL, and only an absent field is no change.
#[cfg(feature = "serde")]
pub(crate) fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}
