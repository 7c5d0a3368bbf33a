//! What a column refers to.

use std::ops::Range;

use super::read;
use crate::source::decl::{ColumnDecl, ForeignKeyDecl, QName, RefAction};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::{limits, tables, vocabulary, words};
use crate::span::Spanned;

/// Reads a description that begins with the column that a foreign key refers to: "users.id", "users.id, who wrote it".
pub(in crate::source::markdown) fn bare_target(cell: &Inline, column: &mut ColumnDecl) {
    let lower = words::folded(cell.text());
    let found = target(cell, 0..cell.text().len(), &lower, 0, 0);
    // One word alone may be any word.
    column.references.extend(found.filter(|key| !key.referenced.is_empty()));
}

/// Reads a cell that holds nothing but what the column refers to: "users.id", "users(id)".
pub(in crate::source::markdown) fn referenced(cell: &Inline, column: &mut ColumnDecl) {
    let all = 0..cell.text().len();
    read(cell, all.clone(), column);
    if column.references.is_empty() {
        let lower = words::folded(cell.text());
        column.references.extend(target(cell, all.clone(), &lower, 0, all.start));
    }
}

/// Reads a range that is nothing but a word for "to" and a table in code: "vers `users`".
pub(in crate::source::markdown) fn towards(cell: &Inline, range: Range<usize>, column: &mut ColumnDecl) {
    let Some(code) = cell.codes().iter().find(|code| range.start <= code.start && code.end <= range.end)
    else {
        return;
    };
    let before = words::folded(cell.get(range.start..code.start));
    if vocabulary::TOWARDS.contains(&before.trim_start()) && cell.get(code.end..range.end).trim().is_empty() {
        let lower = words::folded(cell.get(range.clone()));
        column.references.extend(target(cell, range.clone(), &lower, 0, range.start));
    }
}

/// Tells whether a cell says nothing but that its column refers to a row of its own table: "FK self-referencing".
pub(in crate::source::markdown) fn leads_to_itself(cell: &Inline) -> bool {
    let lower = words::folded(cell.text().trim());
    vocabulary::TO_ITSELF.find(&lower).is_some_and(|found| found == (0..lower.len()))
}

/// Reads what the words for a foreign key lead to.
pub(super) fn reference(text: &Inline, range: Range<usize>, lower: &str) -> Option<ForeignKeyDecl> {
    if let Some(at) = vocabulary::TO_ITSELF.find(lower) {
        let place = text.span(range.start + at.start..range.start + at.end);
        let itself = QName::bare(Spanned::new("self".to_owned(), place));
        return Some(ForeignKeyDecl::new(itself, Vec::new(), place));
    }
    if !lower.is_ascii()
        && let Some(found) = referred_before(text, range.clone(), lower)
    {
        return Some(found);
    }
    let lead = vocabulary::FOREIGN.find(lower)?;
    // "`open` → `paid` → `sent`" shows which value follows which.
    let arrows = || ["→", "->"].iter().map(|arrow| lower.matches(arrow).count()).sum::<usize>();
    if matches!(lower.get(lead.clone()), Some("→" | "->")) && arrows() > 1 {
        return None;
    }
    if matches!(lower.get(lead.clone()), Some("→" | "->")) && is_step(text, &range, &lead) {
        return None;
    }
    // "No FK", "sem FK formal".
    const WITHOUT: &[&str] = &["no", "not", "without", "sem", "sin", "sans", "ohne", "kein", "без", "senza"];
    let before = lower.get(..lead.start).unwrap_or_default();
    let last = before.split(|c: char| !c.is_alphanumeric()).rfind(|word| !word.is_empty());
    if last.is_some_and(|word| WITHOUT.contains(&word)) && before.ends_with(' ') {
        return None;
    }
    // "No longer references", "was FK to", "FK to teams (not enforced)".
    if limits::before(before).is_some() || vocabulary::UNENFORCED.find(lower).is_some() {
        return None;
    }
    target(text, range.clone(), lower, lead.start, range.start + lead.end)
}

/// Tells whether an arrow stands between two words in code neither of which has the form of a key: "`open` → `closed`" shows which value
/// follows which.
fn is_step(text: &Inline, range: &Range<usize>, arrow: &Range<usize>) -> bool {
    let (before, behind) = (range.start + arrow.start, range.start + arrow.end);
    let end = range.start + text.get(range.start..before).trim_end().len();
    let start = range.end - text.get(behind..range.end).trim_start().len();
    let code = |is_it: &dyn Fn(&Range<usize>) -> bool| {
        let code = text.codes().iter().find(|code| range.start <= code.start && is_it(code))?;
        Some(text.get(code.clone())).filter(|word| vocabulary::is_name(word) && !word.contains('.'))
    };
    let is_key = |word: &str| word.ends_with("id") || word.ends_with("Id") || word.ends_with("ID");
    let from = code(&|code| code.end == end);
    from.is_some_and(|word| !is_key(word)) && code(&|code| code.start == start).is_some()
}

/// Reads "`users(id)` を参照", "`users.id`를 참조": languages that have the verb behind what it refers to, which is set in code.
fn referred_before(text: &Inline, range: Range<usize>, lower: &str) -> Option<ForeignKeyDecl> {
    const VERBS: &[&str] = &["を参照", "을 참조", "를 참조"];
    let at = VERBS.iter().find_map(|verb| lower.find(verb))?;
    let before = range.start + text.get(range.start..range.start + at).trim_end().len();
    let code = text.codes().iter().find(|code| code.end == before && code.start >= range.start)?;
    let whole = text.get(code.clone());
    let found = target(text, code.clone(), &whole.to_lowercase(), 0, code.start)?;
    // One word in code may be a column as well.
    (!found.referenced.is_empty()).then_some(found)
}

/// Reads "FK -> Model profiles.id": a table of several words with its column. It is for lowering to say which table has that name.
fn of_words(
    text: &Inline,
    range: Range<usize>,
    rest: &str,
    at: usize,
    parts: &[&str],
) -> Option<ForeignKeyDecl> {
    let [_] = parts else { return None };
    let end = rest.find([',', ';', '(', ')', '|', '\n']).unwrap_or(rest.len());
    let (words, column) = rest.get(..end)?.trim_end().rsplit_once('.')?;
    let plain = |word: &str| !word.is_empty() && word.chars().all(char::is_alphanumeric);
    let count = words.split(' ').count();
    if !(2..=3).contains(&count) || !words.split(' ').all(plain) || !vocabulary::is_name(column) {
        return None;
    }
    let start = range.end - rest.len();
    let dot = start + words.len();
    let end = dot + 1 + column.len();
    let table = QName::bare(text.ident(start..dot));
    Some(ForeignKeyDecl::new(table, vec![text.ident(dot + 1..end)], text.span(range.start + at..end)))
}

/// Reads what stands at `from` as the table, and perhaps the column, that a column refers to; the words for it begin at `at` of the range.
fn target(text: &Inline, range: Range<usize>, lower: &str, at: usize, from: usize) -> Option<ForeignKeyDecl> {
    let rest = text.get(from..range.end);
    let rest = rest.trim_start_matches([' ', ':', '：', '，', '→', '⇒', '-', '>', '(', '（', '`', '🔗']);
    let lead = vocabulary::TOWARDS.iter().copied().find(|word| rest.starts_with(word));
    let rest = rest.get(lead.map_or(0, str::len)..).unwrap_or_default();
    let rest = rest.trim_start_matches(['→', ' ', '-', '>']);
    let start = range.end - rest.len();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
    let name = rest.get(..length).unwrap_or_default().trim_end_matches('.');
    let behind = rest.get(length..).unwrap_or_default();
    let parts: Vec<&str> = name.split('.').collect();
    if !parts.iter().all(|part| vocabulary::is_name(part)) || parts.len() > 3 {
        return None;
    }
    // "FK nullable" says no table.
    const FACTS: &[&str] =
        &["nullable", "null", "not", "optional", "required", "unique", "indexed", "index", "pk"];
    if FACTS.contains(&words::lowered(name).as_ref()) {
        return None;
    }
    let end = start + name.len();
    // "Foreign key to the uploading user" names a table only where it sets it apart from the words around it.
    let in_code = text.codes().iter().any(|code| code.contains(&start));
    // "FK → Owner (cascade)": what the key does stands behind its table.
    let said = behind.trim_start();
    let acts = |said: &str| actions().iter().any(|(words, _)| said.starts_with(words));
    let does = match said.strip_prefix('(') {
        Some(inside) => {
            let inside = words::folded(inside);
            inside.starts_with("on ") || acts(&inside)
        }
        // "FK → owners CASCADE", "FK → owners NULL".
        None => {
            let said = words::folded(said);
            let word = said.split([' ', ',', ';', ')']).next().unwrap_or_default();
            let points = text.get(range.start..start).trim_end_matches([' ', '`']).ends_with(['→', '⇒', '>']);
            acts(&said) || (points && FACTS.contains(&word))
        }
    };
    // What stands behind the words in letters of its own is prose: "外键 用户".
    let is_prose = !in_code && !name.is_ascii();
    let apart = in_code
        || parts.len() > 1
        || said.is_empty()
        || does
        || behind.starts_with([',', ')', ';', '(', '.'])
        || said.to_lowercase().starts_with("on ");
    // "References a user" is prose, "FK a usuarios" is not.
    let english = lower.get(at..).is_some_and(|said| said.starts_with("references"));
    let article = english && lead == Some("a ") && parts.len() == 1 && !in_code;
    if let Some(found) = of_words(text, range.clone(), rest, at, &parts) {
        return Some(found);
    }
    if !apart || article || is_prose {
        return None;
    }
    let bracket =
        behind.strip_prefix('(').and_then(|inside| inside.split_once(')')).map(|(inside, _)| inside);
    let last = name.rsplit('.').next().unwrap_or(name);
    let dot = end - last.len();
    // `users.id` is a table and its column; `auth.users(id)` a schema and its table.
    let (table, referenced) = match (parts.len(), bracket) {
        (_, Some(inside)) => {
            let open = start + length + 1;
            (tables::qualified(text, start..end), vec![text.ident(open..open + inside.len())])
        }
        (1, None) => (QName::bare(text.ident(start..end)), Vec::new()),
        (2, None) if matches!(parts.first(), Some(&"auth" | &"public" | &"storage")) => {
            (tables::qualified(text, start..end), Vec::new())
        }
        (_, None) => (tables::qualified(text, start..dot - 1), vec![text.ident(dot..end)]),
    };
    // "FK → teachers.id (SET NULL)".
    let bracketed = |rest: &str| {
        let rest = rest.trim_start_matches(['`', ' ']);
        let said = rest.trim_start_matches('(');
        (said.len() < rest.len() || acts(said)).then(|| lower.len() - said.len())
    };
    let behind_target = lower.get(start + length - range.start..).and_then(bracketed);
    let actions = actions();
    let said = |(words, action): &(&str, RefAction), at: usize| {
        let place = text.span(range.start + at..range.start + at + words.len());
        Spanned::new(action.clone(), place)
    };
    let action = |key: &str| {
        // "FK → users.id, cascade delete".
        if key == "on delete"
            && !lower.contains(key)
            && lower.contains("delet")
            && let Some((words, action)) = actions.iter().find(|(words, _)| {
                lower.contains(&format!("{words} delete")) || lower.contains(&format!("{words} on deletion"))
            })
        {
            return Some(said(&(words, action.clone()), lower.find(words)?));
        }
        let named = lower.find(key);
        let short = || behind_target.filter(|_| key == "on delete" && !lower.contains("on update"));
        let at = named.map(|at| at + key.len()).or_else(short)?;
        let rest = lower.get(at..)?.trim_start();
        if let Some(found) = actions.iter().find(|(words, _)| rest.starts_with(words)) {
            return Some(said(found, lower.len() - rest.len()));
        }
        // "Cascade on delete".
        let before = lower.get(..named?)?.trim_end();
        let found = actions.iter().find(|(words, _)| before.ends_with(words))?;
        Some(said(found, before.len() - found.0.len()))
    };
    Some(ForeignKeyDecl {
        on_delete: action("on delete"),
        on_update: action("on update"),
        ..ForeignKeyDecl::new(table, referenced, text.span(range.start + at..end))
    })
}

/// Returns what a foreign key may do, each with the words for it in lower case.
pub(in crate::source::markdown) fn actions() -> [(&'static str, RefAction); 5] {
    [
        ("cascade", RefAction::Cascade),
        ("set null", RefAction::SetNull(Vec::new())),
        ("set default", RefAction::SetDefault(Vec::new())),
        ("restrict", RefAction::Restrict),
        ("no action", RefAction::NoAction),
    ]
}
