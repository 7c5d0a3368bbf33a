//! What a column's comment or note means beside being read.

use crate::source::decl::{AlterAction, Decl, Prose, ProseKind};
use crate::source::markdown::{says_date_format, says_piece};

/// Removes what comments beside things say of them; what the language itself has for descriptions stays.
pub(super) fn forget_comments(decls: &mut [Decl]) {
    let is_note = |note: &Prose| note.kind == ProseKind::Note;
    for decl in decls {
        match decl {
            Decl::Table(table) => {
                table.notes.retain(is_note);
                table.columns.iter_mut().for_each(|column| column.notes.retain(is_note));
            }
            Decl::AlterTable(alter) => {
                for action in &mut alter.actions {
                    if let AlterAction::AddColumn(column) = action {
                        column.notes.retain(is_note);
                    }
                }
            }
            Decl::Enum(data) => {
                data.note = data.note.take().filter(is_note);
                data.values.iter_mut().for_each(|value| value.note = value.note.take().filter(is_note));
            }
            _ => {}
        }
    }
}

/// What was found in a piece of prose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    /// An ID prefix with its separator: `u_...`.
    pub(super) prefix: Option<String>,
    /// A closed list of values: `open | paid`.
    pub(super) values: Option<Vec<String>>,
    /// What is left to be read; empty where the prose was a prefix alone.
    pub(super) text: String,
}

/// Reads a piece of prose.
pub(super) fn read(text: &str) -> Meaning {
    let text = text.trim();
    if let Some((prefix, rest)) = prefix(text) {
        let text =
            rest.trim_start_matches([' ', ',', ';', ':', '.', '-', '–', '—', ')', '(']).trim().to_owned();
        return Meaning { prefix: Some(prefix), values: None, text };
    }
    Meaning { prefix: None, values: values(text), text: text.to_owned() }
}

/// Reads `u_...`, `u_…`, `u_<id>`, `u_xxx` or `` `u_` `` at the beginning; returns it with what follows.
fn prefix(text: &str) -> Option<(String, &str)> {
    let quoted = text.starts_with('`');
    let body = text.strip_prefix('`').unwrap_or(text);
    let end = body.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).unwrap_or(body.len());
    let word = body.get(..end)?;
    let rest = body.get(end..)?;
    let is_prefix = |word: &str| {
        word.ends_with(['_', '-']) && word.starts_with(|c: char| c.is_ascii_lowercase()) && word.len() <= 16
    };
    if !is_prefix(word) {
        // Placeholders of letters: `u_xxxx`.
        let stem = word.trim_end_matches('x');
        let placeholder = word.len() - stem.len() >= 3 && is_prefix(stem) && rest.is_empty();
        return placeholder.then(|| (stem.to_owned(), ""));
    }
    for placeholder in ["...", "…", "*"] {
        if let Some(rest) = rest.strip_prefix(placeholder) {
            return Some((word.to_owned(), rest.strip_prefix('`').unwrap_or(rest)));
        }
    }
    for (open, close) in [('<', '>'), ('{', '}')] {
        if rest.starts_with(open) {
            return Some((word.to_owned(), rest.split_once(close)?.1.trim_start_matches('`')));
        }
    }
    (quoted && rest == "`").then(|| (word.to_owned(), ""))
}

/// Reads a closed list of values: items between bars, or three or more names between slashes. A list that goes on (`etc`,
/// `…`) is open, and a list between commas may as well be examples.
fn values(text: &str) -> Option<Vec<String>> {
    let list = labelled(text);
    if list.contains('|') {
        // "reserved → paid | expired" shows which follows which as well.
        let list = &list.replace('→', "|");
        // NULL is no value, and allowed whatever the values are.
        let found = items(list, '|', 2, |item| item.split_whitespace().count() <= 3 && !says_piece(item))?;
        let found: Vec<String> =
            found.into_iter().filter(|item| !item.eq_ignore_ascii_case("null")).collect();
        return (found.len() > 1).then_some(found);
    }
    let is_name = |item: &str| {
        !item.is_empty()
            && item.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
            && !item.contains("--")
    };
    items(list, '/', 3, is_name).filter(|items| !says_date_format(items))
}

/// Takes a label of one or two words (`status: a | b`) and an explanation behind a dash off a list.
fn labelled(text: &str) -> &str {
    let list = match text.split_once(": ") {
        // What is deprecated or to be done is no list of values.
        Some((label, _))
            if ["deprecated", "todo", "fixme", "see", "was"].contains(&label.to_lowercase().as_str()) =>
        {
            ""
        }
        Some((label, list)) if label.split_whitespace().count() <= 2 && !label.contains(['|', '/']) => list,
        _ => text,
    };
    let end = [" — ", " – ", " - ", "; ", " ("].iter().filter_map(|mark| list.find(mark)).min();
    let list = end.and_then(|end| list.get(..end)).unwrap_or(list);
    match list.strip_suffix('.') {
        // Several full stops say that the list goes on.
        Some(sentence) if !sentence.ends_with('.') => sentence,
        _ => list,
    }
}

fn items(list: &str, separator: char, least: usize, fits: impl Fn(&str) -> bool) -> Option<Vec<String>> {
    let quotes: &[char] = &['\'', '"', '`', ' '];
    let items: Vec<String> =
        list.split(separator).map(|item| item.trim().trim_matches(quotes).to_owned()).collect();
    let open = |item: &String| {
        let lower = item.to_lowercase();
        item.is_empty()
            || item.ends_with('…')
            || item.ends_with("..")
            || ["etc", "etc.", "others", "тощо", "і т.д", "usw", "usw."].contains(&lower.as_str())
    };
    let distinct =
        items.iter().enumerate().all(|(at, item)| !items.iter().take(at).any(|other| other == item));
    (items.len() >= least && distinct && !items.iter().any(open) && items.iter().all(|item| fits(item)))
        .then_some(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes() {
        let check = |text: &str, prefix: Option<&str>, rest: &str| {
            let meaning = read(text);
            assert_eq!((meaning.prefix.as_deref(), meaning.text.as_str()), (prefix, rest), "{text}");
        };
        check("u_...", Some("u_"), "");
        check("task_… — the task's key", Some("task_"), "the task's key");
        check("`doc_`", Some("doc_"), "");
        check("ag_<ulid>", Some("ag_"), "");
        check("run_xxxx", Some("run_"), "");
        check("key of the row", None, "key of the row");
        check("snake_case name", None, "snake_case name");
        check("ідентифікатор u_...", None, "ідентифікатор u_...");
        check("", None, "");
    }

    #[test]
    fn closed_lists() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(read(text).values.unwrap_or_default(), expected, "{text}");
        };
        check("Owner | Guardian | Member", &["Owner", "Guardian", "Member"]);
        check("status: 'open' | 'paid' — how far it has come", &["open", "paid"]);
        check("user/agent/integration/embassy", &["user", "agent", "integration", "embassy"]);
        check("energy/food/water/etc", &[]);
        check("anything but open | closed", &[]);
        check("was a | b before v2", &[]);
        check("dd/mm/yyyy", &[]);
        check("agent/tool/summary...", &[]);
        check("KWT, 1T, DAAR…", &[]);
        check("plaintext or encrypted", &[]);
        check("and/or", &[]);
        check("a | b | …", &[]);
        check("see docs/guide/README.md", &[]);
        check("some long sentence with a bar | and another one behind it", &[]);
        check("a | a", &[]);
    }
}
