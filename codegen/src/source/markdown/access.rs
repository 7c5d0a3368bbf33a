//! Who may do what with the rows of a table, in words: "Users can read own profile, admins can read all".

mod clause;
mod terms;

use std::ops::Range;

use super::inline::Inline;
use crate::source::decl::{Access, AccessClause, Ident, Who};
use clause::{Clause, Said, Word};
use terms::{ALL_ROWS, OWN, subject_of, verb};

/// Reads the words in a range about a table's rows, clause by clause; words that only say that row level security is on give none.
pub(super) fn clauses(text: &Inline, range: Range<usize>, table: &str) -> Vec<AccessClause> {
    of_pieces(&[(text, range)], table).into_iter().flatten().collect()
}

/// Reads what several pieces say of one table, with the clauses of each.
///
/// What takes something from the others and is not understood ("except drafts", "scoped to the tenant") takes all of them: whoever
/// reads them without it lets in too many.
pub(super) fn of_pieces(pieces: &[(&Inline, Range<usize>)], table: &str) -> Vec<Vec<AccessClause>> {
    let mut found: Vec<Vec<AccessClause>> = Vec::new();
    let mut limits: Vec<Limit> = Vec::new();
    for (text, range) in pieces {
        let (clauses, more) = of_piece(text, range.clone(), table);
        found.push(clauses);
        limits.extend(more);
    }
    for clause in found.iter_mut().flatten() {
        let touches = |limit: &&Limit| {
            limit.words.span != clause.text.span
                && limit.verbs.as_ref().is_none_or(|verbs| {
                    clause.what == Access::All || verbs.contains(&Access::All) || verbs.contains(&clause.what)
                })
        };
        if let Some(limit) = limits.iter().find(touches).filter(|_| clause.who != Who::Unknown) {
            clause.who = Who::Limited(limit.words.clone());
        }
    }
    found
}

/// Words that take something from what others grant, and are not understood.
struct Limit {
    words: Ident,
    /// What they speak of; none for everything.
    verbs: Option<Vec<Access>>,
}

/// Who was spoken of last, for clauses that go on without saying who.
#[derive(Default)]
struct Before {
    subject: Vec<Word>,
    said: Option<Said>,
    given: Vec<Access>,
    at: usize,
}

fn of_piece(text: &Inline, range: Range<usize>, table: &str) -> (Vec<AccessClause>, Vec<Limit>) {
    let mut found: Vec<AccessClause> = Vec::new();
    let mut limits: Vec<Limit> = Vec::new();
    let mut before = Before::default();
    for group in groups(text, parts(text.text(), range), table) {
        let ranges: Vec<Range<usize>> = group.parts.iter().map(|part| part.said.clone()).collect();
        let (Some(first), Some(last)) = (group.parts.first(), group.parts.last()) else { continue };
        let clause = Clause::new(text, &ranges, table);
        let alike = clause.verb_range().is_empty() && first.joined;
        let given = if first.given.is_empty() && alike { before.given.clone() } else { first.given.clone() };
        let only_verbs = given.is_empty() && clause.is_only_verbs();
        let said = match &before.said {
            // "admins can read, write and delete": who it is was said before.
            Some(said) if only_verbs => Some(Said { verbs: clause.verbs(), ..said.clone() }),
            // "…, but only own rows" narrows what was said before.
            Some(_) if first.joined && given.is_empty() && alike && !clause.is_only_subject() => None,
            _ => clause.read(&given, &before.subject),
        };
        // What goes on with the subject of the clause before is named with it.
        let start = if only_verbs { before.at } else { first.range.start };
        let whole = text.ident(start..last.range.end);
        match &said {
            None => {
                let what = Access::Read;
                found.push(AccessClause { who: Who::Unknown, what, only: None, text: whole.clone() });
                if let Some(verbs) = clause.refused(&given) {
                    limits.push(Limit { words: whole, verbs: Some(verbs) });
                } else if !clause.stands_alone() {
                    limits.push(Limit { words: whole, verbs: None });
                }
            }
            Some(said) => {
                let through = matches!(said.who, Who::Platform | Who::Through(_));
                let of_parts = group.parts.iter().map(|part| {
                    let own = Clause::new(text, std::slice::from_ref(&part.said), table).verbs();
                    (own, text.ident(start..part.range.end))
                });
                let of_parts: Vec<(Vec<Access>, Ident)> = if through || group.parts.len() == 1 {
                    vec![(said.verbs.clone(), whole)]
                } else {
                    of_parts.filter(|(verbs, _)| !verbs.is_empty()).collect()
                };
                let of_parts = if of_parts.is_empty() {
                    vec![(said.verbs.clone(), text.ident(start..last.range.end))]
                } else {
                    of_parts
                };
                for (verbs, text) in of_parts {
                    let verbs = if verbs.contains(&Access::All) { vec![Access::All] } else { verbs };
                    let only = said.only.clone();
                    let clause = |what| AccessClause {
                        who: said.who.clone(),
                        what,
                        only: only.clone(),
                        text: text.clone(),
                    };
                    found.extend(verbs.into_iter().map(clause));
                }
            }
        }
        if !only_verbs {
            let subject = clause.subject_words().to_vec();
            if !subject.is_empty() || clause.verb_range().is_empty() {
                before.subject = subject;
            }
            before.at = start;
            before.given = given;
            before.said = said;
        }
    }
    (found, limits)
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

/// A part of the words between two marks.
struct Part {
    range: Range<usize>,
    /// What it says without the command before its colon.
    said: Range<usize>,
    /// What stands before its colon: "SELECT: …".
    given: Vec<Access>,
    /// Whether a comma, a dash or "and" joins it to the part before, and no end of a sentence parts them.
    joined: bool,
}

/// Parts that are one clause: "users can read", "write", "and delete own rows".
struct Group {
    parts: Vec<Part>,
}

/// Puts parts together that cannot be read apart: verbs whose rows come later, and those who may do something ahead of what they may do.
fn groups(text: &Inline, parts: Vec<(Range<usize>, bool)>, table: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (range, joined) in parts {
        let (given, said) = commands(text, range.clone(), table);
        let clause = Clause::new(text, std::slice::from_ref(&said), table);
        if clause.words.iter().all(|(word, _)| ON.contains(&word.as_str())) && given.is_empty() {
            continue;
        }
        let goes_on = given.is_empty()
            && joined
            && groups.last().is_some_and(|group| {
                let ranges: Vec<Range<usize>> = group.parts.iter().map(|part| part.said.clone()).collect();
                let before = Clause::new(text, &ranges, table);
                let given = group.parts.iter().any(|part| !part.given.is_empty());
                let names =
                    !given && before.is_only_subject() && before.words.iter().all(|(word, _)| word != "only");
                (before.ends_with_verb() && clause.begins_with_verb())
                    || (names && (clause.is_only_subject() || !clause.verb_range().is_empty()))
            });
        let part = Part { range, said, given, joined };
        match groups.last_mut() {
            Some(group) if goes_on => group.parts.push(part),
            _ => groups.push(Group { parts: vec![part] }),
        }
    }
    groups
}

/// Takes what stands before a colon off a clause where it says what is allowed: "SELECT: own rows", "Insert/Update: admins".
fn commands(text: &Inline, range: Range<usize>, table: &str) -> (Vec<Access>, Range<usize>) {
    let slice = text.get(range.clone());
    let Some(colon) = slice.find([':', '：']) else { return (Vec::new(), range) };
    let width = slice.get(colon..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
    let behind = text.trim(range.start + colon + width..range.end);
    let words: Vec<String> = slice
        .get(..colon)
        .unwrap_or_default()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !["and", "or"].contains(word))
        .map(str::to_lowercase)
        .collect();
    let found: Option<Vec<Access>> =
        words.iter().map(|word| if word == "all" { Some(Access::All) } else { verb(word) }).collect();
    // "Own data: users can manage their own data" has a title before the colon, which says nothing more; "Drafts: public can read" says of which rows.
    let table: Vec<String> = table.split('_').map(super::words::singular).collect();
    let is_title = |word: &String| {
        ON.contains(&word.as_str())
            || OWN.contains(&word.as_str())
            || ALL_ROWS.contains(&word.as_str())
            || verb(word).is_some()
            || table.contains(&super::words::singular(word))
    };
    match found {
        Some(found) if !found.is_empty() => (found, behind),
        _ if words.iter().all(is_title) => (Vec::new(), behind),
        _ => (Vec::new(), range),
    }
}

/// Splits at commas, semicolons and full stops, and at "and" where a verb or another subject follows it; tells of each part whether
/// it goes on with the sentence of the one before.
fn parts(text: &str, range: Range<usize>) -> Vec<(Range<usize>, bool)> {
    let slice = text.get(range.clone()).unwrap_or_default();
    let mut cuts = vec![(range.start, false)];
    for (at, c) in slice.char_indices() {
        let rest = slice.get(at..).unwrap_or_default();
        let stop =
            c == '.' && rest.get(1..).is_none_or(|rest| rest.is_empty() || rest.starts_with([' ', '\n']));
        if matches!(c, ',' | ';' | '\n' | '—' | '–' | '，' | '、' | '；' | '。') || stop {
            cuts.push((range.start + at + c.len_utf8(), matches!(c, ',' | '—' | '–' | '，' | '、')));
        } else if let Some(behind) = rest.strip_prefix(" and ").or_else(|| rest.strip_prefix(" but ")) {
            let next = behind.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
            if verb(&next).is_some() || is_subject(&next) {
                cuts.push((range.start + at + " and ".len(), true));
            }
        }
    }
    let ends = cuts.iter().skip(1).map(|(at, _)| *at).chain([range.end]);
    let trims: &[char] = &[' ', ',', ';', '.', '\n', '—', '–', '，', '、', '；', '。'];
    let parts = cuts.iter().zip(ends).map(|((start, joined), end)| {
        let part = text.get(*start..end).unwrap_or_default();
        let kept = part.trim_end_matches(" and ").trim_end_matches(" but ").trim_matches(trims);
        let kept = kept.strip_prefix("and ").or_else(|| kept.strip_prefix("but ")).unwrap_or(kept);
        let from = part.find(kept).unwrap_or_default();
        (start + from..start + from + kept.len(), *joined)
    });
    let mut found: Vec<(Range<usize>, bool)> = Vec::new();
    let mut parted = false;
    for (part, joined) in parts {
        parted |= !joined;
        if !part.is_empty() {
            found.push((part, !parted));
            parted = false;
        }
    }
    found
}

fn is_subject(word: &str) -> bool {
    subject_of(word) == Some("subject") && word != "self" || ["admin", "admins"].contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Sources;

    fn read(words: &str, table: &str) -> String {
        let mut sources = Sources::default();
        let file = sources.add("a.md", words);
        let mut builder = crate::source::markdown::inline::Builder::new(file);
        builder.text(words, 0);
        let text = builder.finish();
        let told: Vec<String> = clauses(&text, 0..words.len(), table)
            .iter()
            .map(|clause| {
                let who = match &clause.who {
                    Who::Roles(roles) => {
                        format!("{:?}", roles.iter().map(|role| role.node.as_str()).collect::<Vec<_>>())
                    }
                    Who::Through(words) => format!("through {}", words.node),
                    Who::Limited(_) => "Limited".to_owned(),
                    who => format!("{who:?}"),
                };
                let only =
                    clause.only.as_ref().map(|only| format!(" only {}", only.node)).unwrap_or_default();
                format!("{who} {:?}{only}", clause.what)
            })
            .collect();
        told.join("; ")
    }

    #[test]
    fn who_may_do_what() {
        let cases = [
            ("Users can read own profile, admins can read all", "Owner Read; [\"admin\"] Read"),
            ("Users see only their assigned customers", "Assigned Read"),
            ("Based on customer access", "through customer Read"),
            ("Inherited from `workflow_executions`", "through workflow_executions Read"),
            (
                "Authenticated users can read, admins/PMs can write",
                "Authenticated Read; [\"admin\", \"pm\"] All",
            ),
            ("Authenticated users can read enabled articles", "Authenticated Read only enabled"),
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
            assert_eq!(read(words, "help_articles"), expected, "{words}");
        }
    }

    #[test]
    fn half_of_a_clause_lets_nobody_in() {
        let closed = [
            "Users in the same tenant can read",
            "Users of the same organization can read",
            "Members of the organization can read",
            "Authenticated users of the tenant can read",
            "Anyone in the team can read",
            "Everyone in the company can read",
            "Read: everyone in same tenant",
            "Everybody at the company can read",
            "Anyone with the link can read",
            "Anyone with a paid plan can view orders",
            "Everyone above level 3 can read",
            "Public within business hours can read",
            "Users can update status only",
            "Users can update the status",
            "Authenticated users can read recent rows",
            "Authenticated users can read enabled integrations",
            "Authenticated users can read on weekdays",
            "managers can view team",
            "Managers can update rows assigned to them",
            "Managers can see own rows",
            "Users can read all rows of their team",
            "Users can read rows of their teams",
            "Users can read own tenant's rows",
            "Users can read the rows of other users",
            "Users can read first name and last name",
            "Users can read rows belonging to their workspace",
            "Authenticated read within their tenant",
            "Owners and collaborators can read",
            "Public lesen",
            "Public: lecture de sa propre équipe",
            "Alle Benutzer können public Zeilen lesen",
            "Service role and users can read",
            "Based on customer access for admins",
            "Drafts: public can read",
            "Users, admins can write",
            "Admins, users can write",
            "Admins and users can write",
            "Users and admins of the shop can read",
            "Read access for users in the tenant",
            "Visible to everyone in the team",
            "Public can read titles",
            "Anyone logged in since May can read",
            "Access limited to the region",
            "All users with verified e-mail can read",
        ];
        for words in closed {
            let told = read(words, "orders");
            let shut = |clause: &str| clause.starts_with("Unknown") || clause.starts_with("Limited");
            assert!(told.split("; ").all(shut), "{words}: {told}");
        }
    }

    #[test]
    fn what_limits_others_is_said_of_them() {
        let cases = [
            ("Public can read, except drafts", "Limited Read; Unknown Read"),
            ("Authenticated users can read, scoped to tenant", "Limited Read; Unknown Read"),
            ("Public can read. Drafts are hidden.", "Limited Read; Unknown Read"),
            ("Users can read and write, but only own rows", "Limited Read; Limited All; Unknown Read"),
            ("Users can read own rows, managers can view their team", "Owner Read; Unknown Read"),
            ("Users can manage own rows but cannot delete", "Unknown Read"),
            ("Users can manage own rows, but users cannot delete", "Limited All; Unknown Read"),
            ("Users can read own rows, users cannot delete", "Owner Read; Unknown Read"),
            ("SELECT: own rows, DELETE: nobody", "Owner Read; Unknown Read"),
            ("Everyone can read — solo del mismo equipo", "Limited Read; Unknown Read"),
            ("Public can read, drafts can be seen only by their owner", "Limited Read; Unknown Read"),
        ];
        for (words, expected) in cases {
            assert_eq!(read(words, "orders"), expected, "{words}");
        }
    }

    #[test]
    fn clauses_that_share_their_words() {
        let cases = [
            ("Users can read and write own rows", "Owner Read; Owner All"),
            ("Users can read, update and delete their own orders", "Owner Read; Owner Update; Owner Delete"),
            ("Users can read all rows, update own rows", "Authenticated Read; Owner Update"),
            ("Admins and managers can read all", "[\"admin\", \"manager\"] Read"),
            ("Admins, managers can delete", "[\"admin\", \"manager\"] Delete"),
            ("INSERT: admins, owners", "[\"admin\"] Insert; Owner Insert"),
            ("Admins — full access", "[\"admin\"] All"),
            ("Admins: full access", "[\"admin\"] All"),
            ("Anyone logged in can read", "Authenticated Read"),
            ("Read access for admins", "[\"admin\"] Read"),
            ("Published orders are visible to everyone", "Everyone Read only Published"),
            ("Rows can be read by their owners", "Owner Read"),
            ("Readable by everyone", "Everyone Read"),
            ("Admin users can read", "[\"admin\"] Read"),
            ("Own orders only", "Owner Read"),
            ("Service role only", "Platform Read"),
            ("Orders: users can read own orders", "Owner Read"),
            ("Sellers can edit their own orders", "Owner Update"),
            ("Public can read orders; admins can manage them", "Everyone Read; [\"admin\"] All"),
        ];
        for (words, expected) in cases {
            assert_eq!(read(words, "orders"), expected, "{words}");
        }
    }
}
