//! One clause of the words on access. It is understood when each of its words is accounted for, or not at all: half of a
//! clause ("users … can read" of "users in the same tenant can read") would let in too many.

use std::ops::Range;

use super::terms::{
    ALL_ROWS, CONDITIONS, EVERYONE, FILLERS, HELPERS, NEGATIONS, NO_ROLE, NOUNS, OWN, OWNERS, PERSONAL,
    SIGNED_IN, USERS, subject_of, verb,
};
use crate::source::decl::{Access, Ident, USUAL_ROLES, Who};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::words;

/// A word in lower case, without punctuation, with its place.
pub(super) type Word = (String, Range<usize>);

/// One clause, word by word.
pub(super) struct Clause<'a> {
    pub(super) text: &'a Inline,
    pub(super) words: Vec<Word>,
    /// The words of the table's name, in the singular.
    table: Vec<String>,
}

/// What a clause says.
#[derive(Clone)]
pub(super) struct Said {
    pub(super) who: Who,
    pub(super) verbs: Vec<Access>,
    pub(super) only: Option<Ident>,
}

/// Who is spoken of.
enum Subject {
    Everyone,
    /// Whoever has signed in; which rows are meant may narrow it.
    Users,
    Owner,
    Roles(Vec<Ident>),
}

/// Which rows are spoken of.
#[derive(Default)]
struct Rows {
    own: bool,
    assigned: bool,
    only: Option<Ident>,
}

impl<'a> Clause<'a> {
    pub(super) fn new(text: &'a Inline, ranges: &[Range<usize>], table: &str) -> Self {
        let mut words: Vec<Word> = Vec::new();
        for range in ranges {
            let more = words::bare(text, range.clone());
            let more: Vec<Word> =
                more.into_iter().flat_map(|(word, at)| split_at_slashes(&word, at)).collect();
            // A comma between those who may do something is an "and".
            if !words.is_empty() && more.first().is_some_and(|(word, _)| verb(word).is_none()) {
                words.push(("and".to_owned(), range.start..range.start));
            }
            words.extend(more);
        }
        let table = table.split('_').map(words::singular).collect();
        Self { text, words, table }
    }

    pub(super) fn has(&self, any: &[&str]) -> bool {
        self.words.iter().any(|(word, _)| any.contains(&word.as_str()))
    }

    /// Returns where the verbs stand: the first, and what goes on with it ("read, write and delete"). Behind them a word of the same
    /// form is a noun: "read change logs".
    pub(super) fn verb_range(&self) -> Range<usize> {
        let is_verb = |(word, _): &Word| verb(word).is_some();
        let Some(first) = self.words.iter().position(is_verb) else {
            return self.words.len()..self.words.len();
        };
        let joins = ["and", "only", "also"];
        let rest = self.words.get(first..).unwrap_or_default();
        let goes_on = |entry: &&Word| is_verb(entry) || joins.contains(&entry.0.as_str());
        first..first + rest.iter().take_while(goes_on).count()
    }

    /// Returns what the verbs let one do.
    pub(super) fn verbs(&self) -> Vec<Access> {
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

    /// Tells whether nothing but what may be done is said.
    pub(super) fn is_only_verbs(&self) -> bool {
        self.words.iter().all(|(word, _)| verb(word).is_some() || ALL_ROWS.contains(&word.as_str()))
            && self.words.iter().any(|(word, _)| verb(word).is_some())
    }

    /// Tells whether a verb comes first: who may do it was said before.
    pub(super) fn begins_with_verb(&self) -> bool {
        let also = ["and", "also", "only", "can", "may"];
        let first = self.words.iter().find(|(word, _)| !also.contains(&word.as_str()));
        first.is_some_and(|(word, _)| verb(word).is_some())
    }

    /// Tells whether the last word is a verb, so that what it is done with may come later: "can read" of "can read, write and delete own rows".
    pub(super) fn ends_with_verb(&self) -> bool {
        let verbs = self.verb_range();
        !verbs.is_empty() && verbs.end == self.words.len()
    }

    /// Tells whether it only says who.
    pub(super) fn is_only_subject(&self) -> bool {
        self.verb_range().is_empty() && self.subject(&self.words).is_some()
    }

    /// Returns the words before the verb.
    pub(super) fn subject_words(&self) -> &[Word] {
        self.words.get(..self.verb_range().start).unwrap_or_default()
    }

    /// Reads the clause; none where a word of it is left over. `given` is what a word before a colon lets one do ("SELECT: …"),
    /// `before` who was spoken of in the clause before.
    pub(super) fn read(&self, given: &[Access], before: &[Word]) -> Option<Said> {
        if self.has(CONDITIONS) {
            return None;
        }
        let said = |who: Who, rows: Rows| {
            let own = self.verbs();
            let verbs = match (given.is_empty(), own.is_empty()) {
                (false, true) => given.to_vec(),
                (false, false) if given == own => own,
                (false, false) => return None,
                (true, true) => vec![Access::Read],
                (true, false) => own,
            };
            let verbs = if verbs.contains(&Access::All) { vec![Access::All] } else { verbs };
            Some(Said { who, verbs, only: rows.only })
        };
        let reading = |who: Who| Some(Said { who, verbs: vec![Access::Read], only: None });
        if let Some(named) = self.through() {
            return reading(Who::Through(named));
        }
        if self.is_of_platform() {
            return reading(Who::Platform);
        }
        let verbs = self.verb_range();
        let behind = self.words.get(verbs.end..).unwrap_or_default();
        let ahead = self.words.get(..verbs.start).unwrap_or_default();
        if verbs.is_empty() {
            let (who, rows) = self.who_and_rows(&self.words)?;
            return said(who, rows);
        }
        let active = |subject: &[Word]| {
            let rows = self.rows(behind)?;
            let subject = if subject.is_empty() { None } else { Some(self.subject(subject)?) };
            let who = self.who(subject, &rows)?;
            said(who, rows)
        };
        // "Read access for admins", "published articles are visible to everyone": who it is comes last.
        let passive = || {
            let (first, rest) = behind.split_first()?;
            let mut rows = self.rows(without_helpers(ahead))?;
            if !["for", "by", "to"].contains(&first.0.as_str()) {
                return None;
            }
            let (who, more) = self.who_and_rows(rest)?;
            if rows.own || rows.assigned || (rows.only.is_some() && more.only.is_some()) {
                return None;
            }
            rows.only = rows.only.or(more.only);
            said(who, rows)
        };
        let ahead_of_verb = without_helpers(ahead);
        if ahead_of_verb.is_empty() {
            let carried = without_helpers(before);
            return active(carried).or_else(passive);
        }
        active(ahead_of_verb).or_else(passive)
    }

    /// Reads who and which rows without a verb between them: "own rows", "admins only", "everyone".
    fn who_and_rows(&self, words: &[Word]) -> Option<(Who, Rows)> {
        (0..=words.len()).rev().find_map(|at| {
            let (subject, rows) = words.split_at_checked(at)?;
            let subject = if subject.is_empty() { None } else { Some(self.subject(subject)?) };
            let rows = self.rows(rows)?;
            Some((self.who(subject, &rows)?, rows))
        })
    }

    fn who(&self, subject: Option<Subject>, rows: &Rows) -> Option<Who> {
        Some(match subject {
            _ if rows.own && rows.assigned && !matches!(subject, None | Some(Subject::Users)) => return None,
            None | Some(Subject::Users) if rows.assigned => Who::Assigned,
            None | Some(Subject::Users | Subject::Everyone | Subject::Owner) if rows.own => Who::Owner,
            // "Patients see their own record": whoever it is, the row says whose it is. An admin's own rows are not everybody's own.
            Some(Subject::Roles(roles)) if rows.own => match roles.as_slice() {
                [role] if !USUAL_ROLES.contains(&role.node.as_str()) => Who::Owner,
                _ => return None,
            },
            Some(_) if rows.assigned => return None,
            None => return None,
            Some(Subject::Everyone) => Who::Everyone,
            Some(Subject::Users) => Who::Authenticated,
            Some(Subject::Owner) => Who::Owner,
            Some(Subject::Roles(roles)) => Who::Roles(roles),
        })
    }

    /// Reads who is spoken of, where every word says so.
    fn subject(&self, words: &[Word]) -> Option<Subject> {
        let skip = ["all", "only", "the", "any", "every", "each", "just", "currently"];
        let said: Vec<&Word> = words.iter().filter(|(word, _)| !skip.contains(&word.as_str())).collect();
        let is = |any: &[&str]| said.iter().any(|(word, _)| any.contains(&word.as_str()));
        let all = |lists: &[&[&str]]| {
            said.iter().all(|(word, _)| lists.iter().any(|list| list.contains(&word.as_str())))
        };
        if said.is_empty() || is(&["in"]) && !is(&["logged", "signed"]) {
            return None;
        }
        if is(EVERYONE) || is(SIGNED_IN) {
            // "Anyone logged in" is not anyone.
            let known = all(&[EVERYONE, SIGNED_IN, USERS, &["in", "who", "is", "are"]]);
            let both = is(EVERYONE) && is(SIGNED_IN);
            return match () {
                () if !known => None,
                () if both && is(&["public", "anonymous", "publicly"]) => None,
                () if is(SIGNED_IN) => Some(Subject::Users),
                () => Some(Subject::Everyone),
            };
        }
        if all(&[USERS]) {
            return Some(Subject::Users);
        }
        if is(OWNERS) {
            let of_row = |(word, _): &&Word| {
                OWNERS.contains(&word.as_str())
                    || ["row", "record", "data"].contains(&word.as_str())
                    || self.table.contains(&words::singular(word))
            };
            return said.iter().all(of_row).then_some(Subject::Owner);
        }
        // "Admin users" are admins; "admins and users" are not.
        let apart = said.iter().enumerate().any(|(at, (word, _))| {
            let before = at.checked_sub(1).and_then(|at| said.get(at));
            USERS.contains(&word.as_str()) && before.is_none_or(|(before, _)| before == "and")
        });
        if apart {
            return None;
        }
        let joins = ["role", "roles", "and", "user", "users"];
        let named: Vec<&&Word> = said.iter().filter(|(word, _)| !joins.contains(&word.as_str())).collect();
        if named.is_empty() || named.len() > 3 || named.iter().any(|(word, _)| subject_of(word).is_some()) {
            return None;
        }
        let role = |(_, range): &&&Word| {
            let mut ident = self.text.ident(range.clone());
            ident.node = words::singular(&ident.node.to_lowercase());
            ident
        };
        Some(Subject::Roles(named.iter().map(role).collect()))
    }

    /// Reads which rows are spoken of, where every word says so.
    fn rows(&self, words: &[Word]) -> Option<Rows> {
        let mut rows = Rows::default();
        let (mut nouns, mut head, mut other) = (0_usize, false, None);
        for (word, range) in words {
            let one = words::singular(word);
            let of_table = self.table.contains(&one);
            if OWN.contains(&word.as_str()) {
                rows.own = true;
            } else if word == "assigned" {
                rows.assigned = true;
            } else if NOUNS.contains(&word.as_str()) {
                nouns += 1;
                head = true;
            } else if ALL_ROWS.contains(&word.as_str()) {
                head = true;
            } else if FILLERS.contains(&word.as_str()) {
                // Says nothing of rows.
            } else if of_table {
                nouns += 1;
                head = head || self.table.last() == Some(&one);
            } else if is_adjective(word) && rows.only.is_none() {
                rows.only = Some(self.text.ident(range.clone()));
            } else if other.is_none() {
                other = Some(word);
            } else {
                return None;
            }
        }
        // "Their own profile" is theirs whatever the table is called, and so are "their own tokens"; "their own team" are others' rows too.
        let theirs = |word: &&String| {
            let plural = words::singular(word) != **word;
            (rows.own || rows.assigned) && nouns == 0 && (plural || PERSONAL.contains(&word.as_str()))
        };
        (other.is_none_or(|word| theirs(&word)) && (nouns == 0 || head)).then_some(rows)
    }

    /// "Based on customer access", "through `workflow_executions`": the words that name the other table.
    fn through(&self) -> Option<Ident> {
        let (first, _) = self.words.first()?;
        let through =
            ["based", "through", "via", "inherits", "inherited", "same", "follows", "determined", "access"];
        if !through.contains(&first.as_str()) {
            return None;
        }
        let joins = ["on", "through", "via", "from", "as", "by"];
        let at = self.words.iter().position(|(word, _)| joins.contains(&word.as_str()))?;
        if at > 1 {
            return None;
        }
        let ends =
            ["access", "permissions", "permission", "visibility", "ownership", "rows", "policy", "policies"];
        let skip = ["the", "parent", "its", "their", "related"];
        let mut rest: &[Word] = self.words.get(at + 1..)?;
        while let [(word, _), behind @ ..] = rest
            && skip.contains(&word.as_str())
        {
            rest = behind;
        }
        let named = rest.iter().take_while(|(word, _)| !ends.contains(&word.as_str())).count();
        let (named, behind) = rest.split_at_checked(named)?;
        let over = behind.iter().any(|(word, _)| !ends.contains(&word.as_str()));
        let is_name = |(word, _): &Word| !NO_ROLE.contains(&word.as_str()) && !OWN.contains(&word.as_str());
        if over || named.len() > 4 || !named.iter().all(is_name) {
            return None;
        }
        let ((_, first), (_, last)) = (named.first()?, named.last()?);
        Some(self.text.ident(first.start..last.end))
    }

    /// "Managed by Supabase", "service role only".
    fn is_of_platform(&self) -> bool {
        if let [(managed, _), (by, _), rest @ ..] = self.words.as_slice()
            && managed == "managed"
            && by == "by"
        {
            return !rest.is_empty() && rest.len() <= 3;
        }
        let service = self.has(&["service_role"]) || (self.has(&["service"]) && self.has(&["role"]));
        let more = ["service", "role", "service_role", "only", "the", "can", "may", "has", "and"];
        let known = |(word, _): &Word| {
            more.contains(&word.as_str())
                || verb(word).is_some()
                || ALL_ROWS.contains(&word.as_str())
                || FILLERS.contains(&word.as_str())
        };
        service && self.words.iter().all(known)
    }

    /// Returns what a refusal refuses ("users cannot delete", "no one can update"), where it says nothing else.
    pub(super) fn refused(&self, given: &[Access]) -> Option<Vec<Access>> {
        if !self.has(NEGATIONS) {
            return None;
        }
        let more = ["one", "no", "is", "are", "allowed", "permitted", "possible", "be", "for"];
        let verbs = self.verb_range();
        let known = |(at, (word, _)): (usize, &Word)| {
            verbs.contains(&at)
                || NEGATIONS.contains(&word.as_str())
                || HELPERS.contains(&word.as_str())
                || more.contains(&word.as_str())
                || ALL_ROWS.contains(&word.as_str())
                || USERS.contains(&word.as_str())
                || EVERYONE.contains(&word.as_str())
        };
        let refused = if given.is_empty() { self.verbs() } else { given.to_vec() };
        (!refused.is_empty() && self.words.iter().enumerate().all(known)).then_some(refused)
    }

    /// Tells whether a clause that is not understood lets somebody in by itself, so that it takes nothing from the others: "managers can
    /// view their team" beside "users can read own rows". "Except drafts" and "scoped to the tenant" do not.
    pub(super) fn stands_alone(&self) -> bool {
        if self.has(NEGATIONS) || self.words.first().is_some_and(|(word, _)| word == "only") {
            return false;
        }
        let can = self.words.iter().position(|(word, _)| ["can", "may"].contains(&word.as_str()));
        let does = can.is_some_and(|at| {
            let rest = self.words.get(at + 1..).unwrap_or_default();
            let next = rest.iter().find(|(word, _)| !["only", "also", "both"].contains(&word.as_str()));
            (1..=4).contains(&at) && next.is_some_and(|(word, _)| verb(word).is_some())
        });
        let known = self.words.iter().find(|(word, _)| !["all", "any", "the"].contains(&word.as_str()));
        let is_known = |word: &str| {
            let one = words::singular(word);
            matches!(subject_of(word), Some("subject")) || USUAL_ROLES.contains(&one.as_str())
        };
        does || (known.is_some_and(|(word, _)| is_known(word)) && !self.verb_range().is_empty())
    }
}

/// "read/write" are two words.
fn split_at_slashes(word: &str, range: Range<usize>) -> Vec<Word> {
    let mut start = range.start;
    let mut found = Vec::new();
    for part in word.split('/') {
        let place = start..start + part.len();
        start = place.end + 1;
        if !part.is_empty() {
            found.push((part.to_owned(), place));
        }
    }
    // A letter that changes its length in lower case leaves the places of its parts unknown.
    match found.as_slice() {
        [.., (_, last)] if last.end > range.end => vec![(word.to_owned(), range)],
        _ => found,
    }
}

fn without_helpers(words: &[Word]) -> &[Word] {
    let kept = words.iter().rposition(|(word, _)| !HELPERS.contains(&word.as_str()));
    words.get(..kept.map_or(0, |at| at + 1)).unwrap_or_default()
}

fn is_adjective(word: &str) -> bool {
    let open = ["active", "public", "visible", "open", "current", "live"];
    word.ends_with("ed") && word.len() > 4 || open.contains(&word)
}
