/// Finds the value whose text is `text`.
pub(crate) fn one_of<T: Copy>(
    all: &[T],
    as_str: fn(&T) -> &'static str,
    text: &str,
    what: &'static str,
) -> Result<T, InvalidValue> {
    if let Some(value) = all.iter().find(|value| as_str(value) == text) {
        return Ok(*value);
    }

    let names: Vec<String> =
        all.iter().map(|value| format!("`{}`", as_str(value))).collect();
    let rule = format!("be one of {}", names.join(", "));
    Err(InvalidValue { text: text.to_owned(), what, rule })
}
