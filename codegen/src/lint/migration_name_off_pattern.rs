use super::{Check, Group, LintCx};
use crate::config::Level;
use crate::source::decl::ConventionKind;

declare_rule! {
    /// The document says how migrations are named, and one is named otherwise.
    ///
    /// Runners order files by their names; one that does not follow the pattern may run too early, too late, or not at all.
    ///
    /// ```toml
    /// [[conventions]]
    /// says = "File naming"
    /// ```
    ///
    /// ````md fail
    /// ## File naming
    ///
    /// ```
    /// YYYYMMDDHHMMSS_descriptive_name.sql
    /// ```
    ///
    /// ## Migrations
    ///
    /// ### 001_users.sql
    ///
    /// ```sql
    /// create table users (id bigint primary key);
    /// ```
    /// ````
    ///
    /// ````md pass
    /// ## File naming
    ///
    /// ```
    /// YYYYMMDDHHMMSS_descriptive_name.sql
    /// ```
    ///
    /// ## Migrations
    ///
    /// ### 20250101120000_users.sql
    ///
    /// ```sql
    /// create table users (id bigint primary key);
    /// ```
    /// ````
    "migration-name-off-pattern", Group::Migrations, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    for data in &cx.schema.conventions {
        let ConventionKind::FileNames(pattern) = &data.kind else { continue };
        for migration in &cx.schema.migrations {
            let file = migration.file.value.rsplit('/').next().unwrap_or_default();
            if !matches(&pattern.node, file) {
                cx.report(
                    file,
                    migration.file.span,
                    format!("`{file}` is not named like `{}`", pattern.node),
                )
                .label(data.text.span, "the document says how")
                .help("rename the file in the document before it is released");
            }
        }
    }
}

/// Tells whether a name follows a pattern: `YYYY`, `MM`, `NNN`, `XXX`, `###` and digits stand for as many digits, what stands
/// in brackets and words stand for a word.
fn matches(pattern: &str, name: &str) -> bool {
    let (Some(pattern), Some(name)) = (pattern.strip_suffix(".sql"), name.strip_suffix(".sql")) else {
        return false;
    };
    let number = |c: &char| "YMDHSNX#".contains(*c) || c.is_ascii_digit();
    let head: String = pattern.chars().take_while(number).collect();
    let rest = pattern.get(head.len()..).unwrap_or_default();
    let separator: String = rest.chars().take_while(|c| matches!(c, '_' | '-' | '.')).collect();
    let digits = name.chars().take_while(char::is_ascii_digit).count();
    // A pattern that begins with a word in brackets says nothing about the number.
    if head.is_empty() {
        return digits > 0;
    }
    let behind = name.get(digits..).unwrap_or_default();
    let word = behind.strip_prefix(separator.as_str()).unwrap_or_default();
    let is_word =
        word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.'));
    digits == head.len() && behind.starts_with(&separator) && is_word && (rest.is_empty() || !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn names_follow_patterns() {
        for (pattern, name, expected) in [
            ("YYYYMMDDHHMMSS_descriptive_name.sql", "20251107000000_features.sql", true),
            ("YYYYMMDDHHMMSS_descriptive_name.sql", "20251107_features.sql", false),
            ("YYYYMMDDHHMMSS_descriptive_name.sql", "20251107000000_Features.sql", false),
            ("YYYYMMDDHHMMSS_descriptive_name.sql", "20251107000000.sql", false),
            ("NNN_name.sql", "001_core.sql", true),
            ("NNN_name.sql", "0001_core.sql", false),
            ("XXXX-name.sql", "0001-core.sql", true),
            ("<number>_<name>.sql", "1_core.sql", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
