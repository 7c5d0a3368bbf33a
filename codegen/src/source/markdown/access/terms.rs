//! The words in which people say who may do what with rows.

use crate::source::decl::Access;

/// Words that make of a clause more than who may do what.
pub(super) const CONDITIONS: &[&str] = &[
    "not",
    "cannot",
    "can't",
    "can’t",
    "never",
    "no",
    "nobody",
    "none",
    "without",
    "unless",
    "except",
    "where",
    "if",
    "when",
    "while",
    "whose",
    "they",
    "or",
    "partner",
    "partners",
    "friends",
    "before",
    "after",
    "until",
    "deny",
    "denied",
    "hidden",
    "excluding",
    "besides",
    "provided",
];

/// Words that refuse.
pub(super) const NEGATIONS: &[&str] = &[
    "not",
    "cannot",
    "can't",
    "can’t",
    "never",
    "no",
    "nobody",
    "none",
    "noone",
    "without",
    "unless",
    "except",
    "deny",
    "denied",
    "hidden",
    "excluding",
    "neither",
    "nor",
    "don't",
    "don’t",
    "forbidden",
    "prohibited",
    "disallowed",
    "disabled",
];

/// Words between who and what.
pub(super) const HELPERS: &[&str] = &[
    "can",
    "may",
    "have",
    "has",
    "get",
    "gets",
    "must",
    "is",
    "are",
    "be",
    "able",
    "allowed",
    "permitted",
    "to",
    "only",
    "also",
    "with",
];

/// Anybody at all.
pub(super) const EVERYONE: &[&str] =
    &["anyone", "everyone", "anybody", "everybody", "anonymous", "publicly", "public"];

/// Whoever has signed in.
pub(super) const SIGNED_IN: &[&str] = &["authenticated", "signed-in", "logged-in", "signed", "logged"];

/// Who uses the system.
pub(super) const USERS: &[&str] = &["user", "users", "people", "person", "individual", "individuals"];

/// Whose a row is.
pub(super) const OWNERS: &[&str] = &["owner", "owners", "creator", "creators", "author", "authors", "self"];

/// Words that say that rows are somebody's own.
pub(super) const OWN: &[&str] =
    &["own", "owned", "their", "his", "her", "my", "themselves", "themself", "self", "personal"];

/// What a person has one of: "own profile".
pub(super) const PERSONAL: &[&str] = &["profile", "account", "information", "info", "settings", "details"];

/// Words that mean rows, whatever the table is called.
pub(super) const ALL_ROWS: &[&str] = &[
    "all",
    "any",
    "every",
    "everything",
    "data",
    "row",
    "rows",
    "record",
    "records",
    "entry",
    "entries",
    "item",
    "items",
    "it",
    "them",
];

/// Those of them that stand where the table's name may stand.
pub(super) const NOUNS: &[&str] =
    &["data", "row", "rows", "record", "records", "entry", "entries", "item", "items"];

/// Words that say nothing of rows.
pub(super) const FILLERS: &[&str] =
    &["the", "to", "access", "for", "and", "only", "crud", "a", "an", "of", "full"];

/// Words that are no role's name, since they join, limit or mean rows.
pub(super) const NO_ROLE: &[&str] = &[
    "of",
    "in",
    "at",
    "with",
    "within",
    "from",
    "for",
    "by",
    "to",
    "on",
    "under",
    "per",
    "same",
    "other",
    "others",
    "their",
    "his",
    "her",
    "own",
    "my",
    "assigned",
    "that",
    "who",
    "which",
    "this",
    "these",
    "those",
    "but",
    "as",
    "via",
    "through",
    "about",
    "between",
    "during",
    "a",
    "an",
    "the",
    "is",
    "are",
    "be",
    "can",
    "may",
    "only",
    "scoped",
    "limited",
    "restricted",
    "data",
    "row",
    "rows",
    "record",
    "records",
    "everything",
    "it",
    "them",
];

/// Tells what a word is that names no role: one of `"subject"` (anybody, users, owners) or `"other"`.
pub(super) fn subject_of(word: &str) -> Option<&'static str> {
    let is = |list: &[&str]| list.contains(&word);
    match () {
        () if is(EVERYONE) || is(SIGNED_IN) || is(USERS) || is(OWNERS) => Some("subject"),
        () if is(NO_ROLE) => Some("other"),
        () => None,
    }
}

/// Returns what a verb lets one do.
pub(super) fn verb(word: &str) -> Option<Access> {
    Some(match word {
        "read" | "reads" | "see" | "sees" | "view" | "views" | "select" | "selects" | "list" | "lists"
        | "readable" | "visible" | "viewable" | "read-only" | "readonly" => Access::Read,
        "insert" | "create" | "add" | "submit" | "inserts" | "creates" | "adds" | "submits" => Access::Insert,
        "update" | "edit" | "modify" | "change" | "updates" | "edits" | "modifies" | "changes"
        | "editable" => Access::Update,
        "delete" | "remove" | "deletes" | "removes" => Access::Delete,
        "access" | "manage" | "manages" | "write" | "writes" | "crud" | "full" | "control" | "controls"
        | "accessible" | "writable" => Access::All,
        _ => return None,
    })
}
