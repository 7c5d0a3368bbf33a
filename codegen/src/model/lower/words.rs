//! Words of a document and the tables they mean.

use crate::model::TableId;
pub(super) use crate::source::plural::singular;

/// A table's name prepared for comparison with words.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: TableId,
    /// The name as the database knows it.
    pub(super) name: String,
    parts: Vec<String>,
    /// The parts without separators: prose writes "Follow-ups" where a name is `followups`.
    joined: String,
}

impl Entry {
    pub(super) fn new(id: TableId, name: &str) -> Self {
        let parts = parts(name);
        Self { id, name: name.to_owned(), joined: parts.concat(), parts }
    }

    /// Returns the first and the last part of the name: whoever means the table by less than the whole name says one of them.
    pub(super) fn ends(&self) -> impl Iterator<Item = &str> {
        let (first, last) = (self.parts.first(), self.parts.last());
        first.into_iter().chain(last.filter(|_| self.parts.len() > 1)).map(String::as_str)
    }
}

/// Returns the tables that are meant: those of exactly these words, else those whose names end with them, else those whose
/// names begin with them. Singular and plural, case and separators make no difference.
pub(super) fn find<'a>(words: &str, tables: &'a [Entry]) -> Vec<&'a Entry> {
    find_entries(words, tables.iter())
}

/// As [`find`], of tables that do not lie side by side.
pub(super) fn find_entries<'a>(
    words: &str,
    tables: impl Iterator<Item = &'a Entry> + Clone,
) -> Vec<&'a Entry> {
    let wanted = parts(words);
    if wanted.is_empty() {
        return Vec::new();
    }
    let joined = wanted.concat();
    let by = |matches: &dyn Fn(&Entry) -> bool| -> Vec<&'a Entry> {
        tables.clone().filter(|table| matches(table)).collect()
    };
    let exact = by(&|table| table.joined == joined);
    if !exact.is_empty() {
        return exact;
    }
    let ending = by(&|table| table.parts.ends_with(&wanted));
    if ending.is_empty() { by(&|table| table.parts.starts_with(&wanted)) } else { ending }
}

/// Returns the first and the last of several words, in the singular.
pub(super) fn ends(words: &str) -> Vec<String> {
    let mut parts = parts(words);
    let last = parts.pop();
    parts.truncate(1);
    parts.into_iter().chain(last).collect()
}

/// Returns words or a name without case, separators and plural: what two ways to write one name have in common.
pub(crate) fn joined(words: &str) -> String {
    parts(words).concat()
}

/// Returns the tables of exactly these words.
pub(super) fn exact<'a>(words: &str, tables: &'a [Entry]) -> Vec<&'a Entry> {
    let wanted = parts(words).concat();
    tables.iter().filter(|table| !wanted.is_empty() && table.joined == wanted).collect()
}

/// Tells whether every one of some words is among those of a text: "core" among "Core Platform Schema".
pub(super) fn are_in(words: &str, text: &str) -> bool {
    let (wanted, parts) = (parts(words), parts(text));
    !wanted.is_empty() && wanted.iter().all(|word| parts.contains(word))
}

/// Tells whether a name ends with a word, singular or plural: `app_users` with "users".
pub(super) fn last_part_is(name: &str, word: &str) -> bool {
    parts(name).last().is_some_and(|last| *last == singular(word))
}

/// Tells whether a table's name begins with another's: `team_members` is named after `teams`.
pub(super) fn is_named_after(table: &Entry, other: &Entry) -> bool {
    table.parts.starts_with(&other.parts)
}

/// Returns the last of several words.
pub(super) fn last_word(words: &str) -> &str {
    words.split_whitespace().next_back().unwrap_or(words)
}

/// Splits words or a name into parts in lower case and in the singular.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut after_lower = false;
    for c in text.chars() {
        // `AuditLog` is two words, as `audit_log` is.
        if !c.is_alphanumeric() || (c.is_uppercase() && after_lower) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut()
            && c.is_alphanumeric()
        {
            part.extend(c.to_lowercase());
        }
        after_lower = c.is_lowercase();
    }
    parts.into_iter().filter(|part| !part.is_empty()).map(|part| singular(&part)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_find_their_tables() {
        let names = [
            "users",
            "team_members",
            "followups",
            "staking_locks",
            "wallets",
            "key_caps",
            "bundle_caps",
            "audit_log",
        ];
        let tables: Vec<Entry> =
            names.iter().enumerate().map(|(at, name)| Entry::new(TableId(at), name)).collect();
        let check = |words: &str, expected: &[&str]| {
            let found: Vec<&str> = find(words, &tables).iter().map(|entry| entry.name.as_str()).collect();
            assert_eq!(found, expected, "{words}");
        };
        check("Users", &["users"]);
        check("Members", &["team_members"]);
        check("Follow-ups", &["followups"]);
        check("Staking", &["staking_locks"]);
        check("Wallet", &["wallets"]);
        check("Caps", &["key_caps", "bundle_caps"]);
        check("AuditLog", &["audit_log"]);
        check("…", &[]);
        check("Документи", &[]);
    }
}
