/// A text that is no value of the type that it was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidValue {
    text: String,
    what: &'static str,
    rule: String,
}

impl InvalidValue {
    /// Returns the text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` is not {}: it must {}", self.text, self.what, self.rule)
    }
}

impl std::error::Error for InvalidValue {}
