use super::{Check, Group, LintCx};
use crate::config::Level;

declare_rule! {
    /// A table, column or enumerated type is not named in `snake_case`.
    ///
    /// PostgreSQL folds names that are not quoted to lower case. A name with capitals, spaces or other signs has to be quoted in
    /// every statement that anyone ever writes, and one forgotten quote names something else.
    ///
    /// ```sql fail
    /// create table "UserAccounts" (id bigint primary key);
    /// ```
    ///
    /// ```sql pass
    /// create table user_accounts (id bigint primary key);
    /// ```
    "name-not-snake-case", Group::Naming, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    for table in cx.schema.own_tables() {
        let name = table.name().name.as_str();
        look_at(cx, &table.name().plain(), name, table.data.name.span, "table");
        for column in table.columns() {
            look_at(cx, &column.path(), column.name(), column.span(), "column");
        }
    }
    for data in &cx.schema.enums {
        look_at(cx, &data.name.value.plain(), data.name.value.name.as_str(), data.name.span, "type");
    }
}

fn look_at(cx: &mut LintCx<'_>, object: &str, name: &str, span: crate::span::Span, kind: &str) {
    let snake = snake_case(name);
    if snake != name {
        let help = match snake.as_str() {
            "" => "choose a name of lower-case letters, digits and `_`".to_owned(),
            _ => format!("call it `{snake}`"),
        };
        cx.report(object, span, format!("the {kind} `{name}` is not named in snake_case")).help(help);
    }
}

/// Returns a name in `snake_case`; of letters without a lower-case ASCII form nothing is left.
pub(crate) fn snake_case(name: &str) -> String {
    let mut out = String::new();
    let mut after_lower = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && after_lower && !out.ends_with('_') {
            out.push('_');
        }
        match c {
            'a'..='z' | '0'..='9' | '_' => out.push(c),
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            _ if out.is_empty() || out.ends_with('_') => {}
            _ => out.push('_'),
        }
        after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    let out = out.trim_end_matches(|c| c == '_' && !name.ends_with('_'));
    if out.starts_with(|c: char| c.is_ascii_digit()) { format!("_{out}") } else { out.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn what_a_name_should_have_been() {
        let check = |name: &str, expected: &str| assert_eq!(snake_case(name), expected);
        check("user_accounts", "user_accounts");
        check("UserAccounts", "user_accounts");
        check("userID", "user_id");
        check("say hi!", "say_hi");
        check("2fa", "_2fa");
        check("таблиця", "");
        check("_private", "_private");
    }
}
