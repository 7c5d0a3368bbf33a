//! Who may do what with the rows of a table, in words: "Users can read own profile, admins can read all".

use std::ops::Range;

use super::inline::Inline;
use super::words;
use crate::source::decl::{Access, AccessClause, Ident, Who};

/// Reads the words in a range, clause by clause.
pub(super) fn clauses(text: &Inline, range: Range<usize>) -> Vec<AccessClause> {
    let mut found: Vec<AccessClause> = Vec::new();
    for part in parts(text.text(), range) {
        let clause = Clause::new(text, part.clone());
        let who = match clause.who() {
            // "admins can read, write and delete": who it is was said before.
            Who::Unknown => match found.last() {
                Some(before) if clause.verbs().next().is_some() => before.who.clone(),
                _ => Who::Unknown,
            },
            who => who,
        };
        let only = clause.only();
        let verbs: Vec<Access> = clause.verbs().collect();
        let verbs = match (&who, verbs.is_empty()) {
            (Who::Unknown | Who::Platform | Who::Through(_), _) => vec![Access::Read],
            (_, true) => vec![Access::Read],
            (_, false) if verbs.contains(&Access::All) => vec![Access::All],
            (_, false) => verbs,
        };
        for what in verbs {
            found.push(AccessClause {
                who: who.clone(),
                what,
                only: only.clone(),
                text: text.ident(part.clone()),
            });
        }
    }
    found
}

/// Splits at commas, semicolons and full stops, and at "and" where a verb or another subject follows it.
fn parts(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let slice = text.get(range.clone()).unwrap_or_default();
    let mut cuts = vec![range.start];
    for (at, c) in slice.char_indices() {
        let rest = slice.get(at..).unwrap_or_default();
        let stop =
            c == '.' && rest.get(1..).is_none_or(|rest| rest.is_empty() || rest.starts_with([' ', '\n']));
        if matches!(c, ',' | ';' | '\n' | '—' | '–') || stop {
            cuts.push(range.start + at + c.len_utf8());
        } else if let Some(behind) = rest.strip_prefix(" and ").or_else(|| rest.strip_prefix(" but ")) {
            let next = behind.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
            if verb(&next).is_some() || is_subject(&next) {
                cuts.push(range.start + at + " and ".len());
            }
        }
    }
    cuts.push(range.end);
    let pairs = cuts.iter().zip(cuts.iter().skip(1));
    let trims: &[char] = &[' ', ',', ';', '.', '\n', '—', '–'];
    pairs
        .map(|(start, end)| {
            let part = text.get(*start..*end).unwrap_or_default();
            let kept = part.trim_end_matches(" and ").trim_end_matches(" but ").trim_matches(trims);
            let kept = kept.strip_prefix("and ").unwrap_or(kept);
            let from = text.get(*start..*end).and_then(|part| part.find(kept)).unwrap_or_default();
            start + from..start + from + kept.len()
        })
        .filter(|part| !part.is_empty())
        .collect()
}

/// One clause, word by word.
struct Clause<'a> {
    text: &'a Inline,
    range: Range<usize>,
    /// Words in lower case, without punctuation, with their places.
    words: Vec<(String, Range<usize>)>,
}

impl<'a> Clause<'a> {
    fn new(text: &'a Inline, range: Range<usize>) -> Self {
        let words = words::each(text.text(), range.clone())
            .into_iter()
            .map(|word| {
                let raw = text.get(word.clone());
                let bare = raw.trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
                let start = word.start + raw.find(bare).unwrap_or_default();
                (bare.to_lowercase(), start..start + bare.len())
            })
            .filter(|(word, _)| !word.is_empty())
            .collect();
        Self { text, range, words }
    }

    fn has(&self, any: &[&str]) -> bool {
        self.words.iter().any(|(word, _)| any.contains(&word.as_str()))
    }

    fn at(&self, any: &[&str]) -> Option<usize> {
        self.words.iter().position(|(word, _)| any.contains(&word.as_str()))
    }

    fn who(&self) -> Who {
        let first =
            self.words.iter().find(|(word, _)| !["all", "only", "the", "any"].contains(&word.as_str()));
        let Some((first, _)) = first else { return Who::Unknown };
        if let Some(at) = self.at(&["on", "through", "via", "from", "as", "by"])
            && ["based", "through", "via", "inherits", "inherited", "same", "follows", "determined", "access"]
                .contains(&first.as_str())
        {
            return self.through(at + 1);
        }
        if first == "managed" {
            return Who::Platform;
        }
        if self.has(&["anyone", "everyone", "anybody", "everybody", "anonymous", "publicly"])
            || (first == "public" && !self.has(&["schema"]))
        {
            return Who::Everyone;
        }
        if self.has(&["authenticated", "signed-in", "logged-in"]) {
            return Who::Authenticated;
        }
        if first == "own" || first == "personal" {
            return Who::Owner;
        }
        if is_user(first) {
            return match () {
                () if self.has(&["assigned"]) => Who::Assigned,
                () if self.has(&["own", "their", "his", "themselves", "owned"]) => Who::Owner,
                () => Who::Authenticated,
            };
        }
        self.roles()
    }

    /// "Based on customer access", "through `workflow_executions`".
    fn through(&self, from: usize) -> Who {
        let ends =
            ["access", "permissions", "permission", "visibility", "ownership", "rows", "policy", "policies"];
        let skip = ["the", "parent", "its", "their", "related"];
        let named: Vec<&(String, Range<usize>)> = self
            .words
            .iter()
            .skip(from)
            .skip_while(|(word, _)| skip.contains(&word.as_str()))
            .take_while(|(word, _)| !ends.contains(&word.as_str()))
            .collect();
        match (named.first(), named.last()) {
            (Some((_, first)), Some((_, last))) => Who::Through(self.text.ident(first.start..last.end)),
            _ => Who::Unknown,
        }
    }

    /// "Admins", "admin role", "admins/PMs", "owners and managers can …": the words before the verb.
    fn roles(&self) -> Who {
        let helpers = ["can", "may", "have", "has", "must", "with", "get"];
        let end = self
            .words
            .iter()
            .position(|(word, _)| helpers.contains(&word.as_str()) || verb(word).is_some())
            .unwrap_or(0);
        let subject: Vec<&(String, Range<usize>)> = self
            .words
            .iter()
            .take(end)
            .filter(|(word, _)| {
                !["all", "only", "the", "role", "roles", "and", "or"].contains(&word.as_str())
            })
            .collect();
        let mut roles: Vec<Ident> = Vec::new();
        for (_, range) in &subject {
            let mut start = range.start;
            for name in self.text.get(range.clone()).split('/') {
                let at = start..start + name.len();
                start = at.end + 1;
                let mut ident = self.text.ident(at);
                ident.node = words::singular(&ident.node.to_lowercase());
                roles.push(ident);
            }
        }
        // More words than that are a sentence about something else.
        if roles.is_empty() || subject.len() > 3 { Who::Unknown } else { Who::Roles(roles) }
    }

    fn verbs(&self) -> impl Iterator<Item = Access> {
        let mut found: Vec<Access> = Vec::new();
        for access in self.words.iter().filter_map(|(word, _)| verb(word)) {
            if !found.contains(&access) {
                found.push(access);
            }
        }
        found.into_iter()
    }

    /// The word that says which rows: "read enabled integrations", "for published articles".
    fn only(&self) -> Option<Ident> {
        let from =
            self.at(&["for"]).or_else(|| self.words.iter().rposition(|(word, _)| verb(word).is_some()))?;
        let (word, range) = self.words.get(from + 1..)?.iter().find(|(word, _)| {
            !["all", "own", "their", "only", "the", "any", "every"].contains(&word.as_str())
        })?;
        let adjective = word.ends_with("ed")
            || ["active", "public", "visible", "open", "current", "live"].contains(&word.as_str());
        let known = ["authenticated", "assigned", "owned"].contains(&word.as_str());
        (adjective && !known && self.range.contains(&range.start)).then(|| self.text.ident(range.clone()))
    }
}

fn is_user(word: &str) -> bool {
    ["user", "users", "owner", "owners", "people", "individual", "individuals"].contains(&word)
}

fn is_subject(word: &str) -> bool {
    is_user(word) || ["admin", "admins", "authenticated", "public", "anyone", "everyone"].contains(&word)
}

/// Returns what a verb lets one do.
fn verb(word: &str) -> Option<Access> {
    Some(match word {
        "read" | "reads" | "see" | "sees" | "view" | "views" | "select" | "list" | "readable" | "visible" => {
            Access::Read
        }
        "insert" | "create" | "add" | "submit" => Access::Insert,
        "update" | "edit" | "modify" | "change" => Access::Update,
        "delete" | "remove" => Access::Delete,
        "access" | "manage" | "manages" | "write" | "crud" | "control" => Access::All,
        _ => return None,
    })
}
