//! Who may do what with the rows of a table, in words: "Users can read own profile, admins can read all".

use std::ops::Range;

use super::inline::Inline;
use super::words;
use crate::source::decl::{Access, AccessClause, Ident, Who};

/// Reads the words in a range about a table's rows, clause by clause; words that only say that row level security is on give none.
pub(super) fn clauses(text: &Inline, range: Range<usize>, table: &str) -> Vec<AccessClause> {
    let mut found: Vec<AccessClause> = Vec::new();
    let mut found_at = range.start;
    for part in parts(text.text(), range) {
        let (given, rest) = commands(text, part.clone());
        let clause = Clause::new(text, rest, table);
        if clause.words.iter().all(|(word, _)| ON.contains(&word.as_str())) {
            continue;
        }
        let who = match clause.who() {
            // "admins can read, write and delete": who it is was said before.
            Who::Unknown if clause.is_only_verbs() => {
                found.last().map_or(Who::Unknown, |before| before.who.clone())
            }
            who => who,
        };
        let verbs = if given.is_empty() { clause.verbs() } else { given };
        let verbs = match &who {
            Who::Unknown | Who::Platform | Who::Through(_) => vec![Access::Read],
            _ if verbs.is_empty() => vec![Access::Read],
            _ if verbs.contains(&Access::All) => vec![Access::All],
            _ => verbs,
        };
        let only = clause.only();
        // What goes on with the subject of the clause before is named with it.
        let start = if clause.is_only_verbs() { found_at } else { part.start };
        found_at = start;
        for what in verbs {
            let text = text.ident(start..part.end);
            found.push(AccessClause { who: who.clone(), what, only: only.clone(), text });
        }
    }
    found
}

/// Words that say no more than that row level security is on.
const ON: &[&str] = &[
    "enabled", "enable", "yes", "on", "active", "rls", "row", "level", "security", "is", "policies", "policy",
];

/// Tells whether words say that there is no row level security.
pub(super) fn is_off(text: &str) -> bool {
    let word = text.trim().trim_end_matches('.').to_lowercase();
    ["disabled", "off", "no", "none", "n/a", "-", "—", "not enabled", "❌"].contains(&word.as_str())
}

/// Takes what stands before a colon off a clause where it says what is allowed: "SELECT: own rows", "Insert/Update: admins".
fn commands(text: &Inline, range: Range<usize>) -> (Vec<Access>, Range<usize>) {
    let slice = text.get(range.clone());
    let Some(colon) = slice.find(':') else { return (Vec::new(), range) };
    let words: Vec<String> = slice
        .get(..colon)
        .unwrap_or_default()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !["and", "or"].contains(word))
        .map(str::to_lowercase)
        .collect();
    let found: Option<Vec<Access>> =
        words.iter().map(|word| if word == "all" { Some(Access::All) } else { verb(word) }).collect();
    match found {
        Some(found) if !found.is_empty() => (found, text.trim(range.start + colon + 1..range.end)),
        // "Own data: users can manage their own data" has a title before the colon.
        _ if words.len() <= 3 => (Vec::new(), text.trim(range.start + colon + 1..range.end)),
        _ => (Vec::new(), range),
    }
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
    /// The words of the table's name, in the singular.
    table: Vec<String>,
}

impl<'a> Clause<'a> {
    fn new(text: &'a Inline, range: Range<usize>, table: &str) -> Self {
        let words = words::bare(text, range.clone());
        let table = table.split('_').map(words::singular).collect();
        Self { text, range, words, table }
    }

    fn has(&self, any: &[&str]) -> bool {
        self.words.iter().any(|(word, _)| any.contains(&word.as_str()))
    }

    fn at(&self, any: &[&str]) -> Option<usize> {
        self.words.iter().position(|(word, _)| any.contains(&word.as_str()))
    }

    /// Tells whether nothing but what may be done is said.
    fn is_only_verbs(&self) -> bool {
        let filler = ["all", "any", "everything", "data", "rows", "records", "them", "it"];
        self.words.iter().all(|(word, _)| verb(word).is_some() || filler.contains(&word.as_str()))
            && self.words.iter().any(|(word, _)| verb(word).is_some())
    }

    fn who(&self) -> Who {
        let skip = ["all", "only", "the", "any"];
        let Some((first, _)) = self.words.iter().find(|(word, _)| !skip.contains(&word.as_str())) else {
            return Who::Unknown;
        };
        // A clause with a condition of its own, or one that refuses, would be opened too far by half of what it says.
        if self.has(CONDITIONS) {
            return Who::Unknown;
        }
        let through =
            ["based", "through", "via", "inherits", "inherited", "same", "follows", "determined", "access"];
        if let Some(at) = self.at(&["on", "through", "via", "from", "as", "by"])
            && through.contains(&first.as_str())
        {
            return self.through(at + 1);
        }
        if first == "managed"
            || (self.has(&["service", "service_role"]) && self.has(&["role", "service_role"]))
        {
            return Who::Platform;
        }
        // Anything more said of the rows than what they are is a condition that is not understood.
        let says_more = self.said_of_rows() > 1 + usize::from(self.only().is_some());
        if self.has(&["anyone", "everyone", "anybody", "everybody", "anonymous", "publicly"])
            || (first == "public" && !self.has(&["schema"]))
        {
            return if says_more { Who::Unknown } else { Who::Everyone };
        }
        let own = self.has(&["own", "owned", "themselves", "themself", "self"]);
        let authenticated = self.has(&["authenticated", "signed-in", "logged-in", "signed", "logged"]);
        if ["own", "personal", "self", "owner", "owners", "creator", "creators", "author", "authors"]
            .contains(&first.as_str())
        {
            return Who::Owner;
        }
        if is_user(first) || authenticated {
            let theirs = self.has(&["their", "his", "my"]);
            return match () {
                () if self.has(&["assigned"]) => Who::Assigned,
                () if own || theirs => Who::Owner,
                () if says_more => Who::Unknown,
                () => Who::Authenticated,
            };
        }
        // "Patients see their own record": whoever it is, the row says whose it is.
        if own {
            return Who::Owner;
        }
        // "Admins of their team" are not all admins.
        if says_more || self.has(&["their", "his", "assigned", "of", "in", "within", "from"]) {
            return Who::Unknown;
        }
        self.roles()
    }

    /// Counts the words behind the last verb, without those that mean every row and those of the table's name.
    fn said_of_rows(&self) -> usize {
        let filler = [
            "all",
            "any",
            "every",
            "the",
            "data",
            "rows",
            "records",
            "it",
            "them",
            "to",
            "access",
            "for",
            "and",
            "only",
            "everything",
            "crud",
        ];
        let is_said = |word: &str| !filler.contains(&word) && !self.table.contains(&words::singular(word));
        let verb = self.verb_range().end;
        self.words.iter().skip(verb).filter(|(word, _)| is_said(word)).count()
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
            // "SELECT: admins" has its verb before the colon.
            .unwrap_or(if self.words.len() <= 2 { self.words.len() } else { 0 });
        let subject: Vec<&(String, Range<usize>)> = self
            .words
            .iter()
            .take(end)
            .filter(|(word, _)| {
                !["all", "only", "the", "role", "roles", "and", "or", "users", "user"]
                    .contains(&word.as_str())
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

    /// Returns where the verbs stand: the first, and what goes on with it ("read, write and delete"). Behind them a word of the same
    /// form is a noun: "read change logs".
    fn verb_range(&self) -> Range<usize> {
        let is_verb = |(word, _): &(String, Range<usize>)| verb(word).is_some();
        let Some(first) = self.words.iter().position(is_verb) else {
            return self.words.len()..self.words.len();
        };
        let joins = ["and", "or", "only", "also"];
        let rest = self.words.get(first..).unwrap_or_default();
        let goes_on = |entry: &&(String, Range<usize>)| is_verb(entry) || joins.contains(&entry.0.as_str());
        first..first + rest.iter().take_while(goes_on).count()
    }

    fn verbs(&self) -> Vec<Access> {
        let mut found: Vec<Access> = Vec::new();
        let words = self.words.get(self.verb_range()).unwrap_or_default();
        for access in words.iter().filter_map(|(word, _)| verb(word)) {
            if !found.contains(&access) {
                found.push(access);
            }
        }
        // "Read access", "read-only access" give no more than reading.
        let reads = found.contains(&Access::Read) && found.contains(&Access::All);
        if reads && self.has(&["access", "only"]) && !self.has(&["write", "manage", "full", "crud"]) {
            found.retain(|access| *access != Access::All);
        }
        found
    }

    /// The word that says which rows: "read enabled integrations", "for published articles".
    fn only(&self) -> Option<Ident> {
        let behind = self.verb_range().end.checked_sub(1).filter(|at| *at < self.words.len());
        let from = self.at(&["for"]).or(behind)?;
        let (word, range) = self.words.get(from + 1..)?.iter().find(|(word, _)| {
            !["all", "own", "their", "only", "the", "any", "every"].contains(&word.as_str())
        })?;
        let adjective = word.ends_with("ed")
            || ["active", "public", "visible", "open", "current", "live"].contains(&word.as_str());
        let known = ["authenticated", "assigned", "owned"].contains(&word.as_str());
        (adjective && !known && self.range.contains(&range.start)).then(|| self.text.ident(range.clone()))
    }
}

/// Words that make of a clause more than who may do what.
const CONDITIONS: &[&str] = &[
    "not", "cannot", "can't", "can’t", "never", "no", "nobody", "none", "without", "unless", "except",
    "where", "if", "when", "while", "whose", "they", "or", "partner", "partners", "friends", "before",
    "after", "until", "deny", "denied",
];

fn is_user(word: &str) -> bool {
    ["user", "users", "people", "individual", "individuals", "customers", "members", "member"].contains(&word)
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
        "insert" | "create" | "add" | "submit" | "inserts" => Access::Insert,
        "update" | "edit" | "modify" | "change" => Access::Update,
        "delete" | "remove" => Access::Delete,
        "access" | "manage" | "manages" | "write" | "crud" | "full" | "control" => Access::All,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Sources;

    #[test]
    fn who_may_do_what() {
        let read = |words: &str| {
            let mut sources = Sources::default();
            let file = sources.add("a.md", words);
            let mut builder = crate::source::markdown::inline::Builder::new(file);
            builder.text(words, 0);
            let text = builder.finish();
            let told: Vec<String> = clauses(&text, 0..words.len(), "help_articles")
                .iter()
                .map(|clause| {
                    let who = match &clause.who {
                        Who::Roles(roles) => {
                            format!("{:?}", roles.iter().map(|role| role.node.as_str()).collect::<Vec<_>>())
                        }
                        Who::Through(words) => format!("through {}", words.node),
                        who => format!("{who:?}"),
                    };
                    let only =
                        clause.only.as_ref().map(|only| format!(" only {}", only.node)).unwrap_or_default();
                    format!("{who} {:?}{only}", clause.what)
                })
                .collect();
            told.join("; ")
        };
        let cases = [
            ("Users can read own profile, admins can read all", "Owner Read; [\"admin\"] Read"),
            ("Users see only their assigned customers", "Assigned Read"),
            ("Based on customer access", "through customer Read"),
            ("Inherited from `workflow_executions`", "through workflow_executions Read"),
            (
                "Authenticated users can read, admins/PMs can write",
                "Authenticated Read; [\"admin\", \"pm\"] All",
            ),
            ("Authenticated users can read enabled integrations", "Authenticated Read only enabled"),
            ("Authenticated users can manage their own rows", "Owner All"),
            ("Public read for published articles", "Everyone Read only published"),
            ("Public read access", "Everyone Read"),
            ("Anyone can view; owners can edit and delete", "Everyone Read; Owner Update; Owner Delete"),
            ("Users can only access their own tokens", "Owner All"),
            ("Users can manage (CRUD) their own items.", "Owner All"),
            ("SELECT: own rows, INSERT/UPDATE: admins", "Owner Read; [\"admin\"] Insert; [\"admin\"] Update"),
            ("Admin users have full access", "[\"admin\"] All"),
            (
                "Admins can read, write, and delete all",
                "[\"admin\"] Read; [\"admin\"] All; [\"admin\"] Delete",
            ),
            ("Managed by Supabase", "Platform Read"),
            ("Admins can manage help articles", "[\"admin\"] All"),
            ("Public read for published help articles", "Everyone Read only published"),
            ("Enabled", ""),
            // What says more than can be understood opens nothing.
            ("Users can update invitations they sent", "Unknown Read"),
            ("Users cannot delete", "Unknown Read"),
            ("Admins can read recent change logs", "Unknown Read"),
            ("Public can view articles near the reader", "Unknown Read"),
            ("Managers can see rows of their team", "Unknown Read"),
            ("Partner can read responses where shared = true", "Unknown Read"),
            ("Users can see rows shared with people in projects", "Unknown Read"),
        ];
        for (words, expected) in cases {
            assert_eq!(read(words), expected, "{words}");
        }
    }
}
