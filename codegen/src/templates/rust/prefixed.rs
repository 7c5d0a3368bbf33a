/// Gives the text back where it begins with `prefix` and goes on behind it.
pub(crate) fn prefixed(
    text: String,
    prefix: &'static str,
    what: &'static str,
) -> Result<String, InvalidValue> {
    if text.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty()) {
        return Ok(text);
    }

    let rule = format!("begin with `{prefix}` and go on behind that");
    Err(InvalidValue { text, what, rule })
}
