//! Claims without a number: what all of something have, and which columns or values something has.

use std::ops::Range;

use super::lines;
use crate::source::decl::{ClaimDecl, ClaimKind, ConventionDecl, ConventionKind, Decl, Ident};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::{Block, Section};
use crate::source::markdown::{labels, vocabulary, words};

/// Reads the claims without a number that stand in a section.
pub(super) fn read(section: &Section, labels: &[Ident]) -> Vec<ClaimDecl> {
    let matches = labels.iter().any(|label| says_match(&label.node));
    let mut found = Vec::new();
    for (at, block) in section.blocks.iter().enumerate() {
        match block {
            Block::Paragraph(text) => {
                for line in lines(text) {
                    found.extend(of_all(text, line.clone()));
                    found.extend(matches.then(|| names(text, line)).flatten());
                }
            }
            Block::List(list) => {
                let of = labels::lead_in_text(section, at).filter(|_| matches).and_then(subject);
                let mut listed = Vec::new();
                for text in list.items.iter().filter_map(|item| item.text()) {
                    found.extend(lines(text).into_iter().flat_map(|line| of_all(text, line)));
                    match &of {
                        Some(_) => listed.extend(things(text, 0..text.text().len()).unwrap_or_default()),
                        None if matches => {
                            found.extend(lines(text).into_iter().filter_map(|line| names(text, line)));
                        }
                        None => {}
                    }
                }
                if let (Some(of), false) = (of, listed.is_empty()) {
                    found.push(ClaimDecl { text: of.clone(), kind: ClaimKind::Names { of, names: listed } });
                }
            }
            Block::Fence(_) | Block::Table(_) => {}
        }
    }
    found
}

/// Returns the claim that a convention is, where nothing in `schema.toml` makes a rule of it.
pub(super) fn of_convention(decl: &Decl) -> Option<ClaimDecl> {
    let Decl::Convention(ConventionDecl { kind, scope: None, rule: None, text, .. }) = decl else {
        return None;
    };
    let kind = match kind {
        ConventionKind::ForeignKeyIndexes => ClaimKind::Indexed(None),
        ConventionKind::PrimaryKeys { ty: Some(ty), .. } => ClaimKind::KeysOfType(ty.clone()),
        _ => return None,
    };
    Some(ClaimDecl { kind, text: text.clone() })
}

/// Tells whether a heading says that what stands below it is as the schema has it.
fn says_match(heading: &str) -> bool {
    const WORDS: &[&str] = &["match", "matches", "matching", "contract", "compliance", "conform", "conforms"];
    words::lowered(heading).split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word))
}

/// "All `tenantId` fields are indexed", "all tables use UUID".
fn of_all(text: &Inline, line: Range<usize>) -> Option<ClaimDecl> {
    let first = text.get(line.clone()).split_whitespace().next()?;
    let first = first.trim_matches(|c: char| !c.is_alphanumeric());
    // Most lines begin otherwise, and there are very many.
    if !["all", "every", "each"].iter().any(|word| first.eq_ignore_ascii_case(word)) {
        return None;
    }
    let bare = words::bare(text, line.clone());
    let spoken: Vec<&str> = bare.iter().map(|(word, _)| word.as_ref()).collect();
    let kind = match spoken.as_slice() {
        [
            "all" | "every" | "each",
            _,
            "field" | "fields" | "column" | "columns",
            "indexed" | "is" | "are",
            rest @ ..,
        ] if spoken.get(3) == Some(&"indexed") || rest == ["indexed"] => {
            let (_, at) = bare.get(1)?;
            let name = text.get(at.clone());
            let is_code = text.codes().iter().any(|code| code.start <= at.start && at.end <= code.end);
            // "All date columns" are those of a type.
            let named = vocabulary::is_name(name)
                && (is_code || name.contains('_') || name.chars().skip(1).any(char::is_uppercase));
            named.then(|| ClaimKind::Indexed(Some(text.ident(at.clone()))))?
        }
        ["all" | "every", "table" | "tables" | "models" | "model", "use" | "uses", ty, ..]
            if matches!(*ty, "uuid" | "uuids" | "bigint" | "bigserial") =>
        {
            let (_, at) = bare.get(3)?;
            let mut ty = text.ident(at.clone());
            ty.node = ty.node.to_lowercase().trim_end_matches('s').to_owned();
            ClaimKind::KeysOfType(ty)
        }
        _ => return None,
    };
    Some(ClaimDecl { kind, text: text.ident(line) })
}

/// "**OrderState:** open, paid, gone".
fn names(text: &Inline, line: Range<usize>) -> Option<ClaimDecl> {
    let slice = text.get(line.clone());
    let colon = slice.find([':', '：'])?;
    let of = whom(text, line.start..line.start + colon)?;
    let after = colon + slice.get(colon..)?.chars().next()?.len_utf8();
    let names = things(text, line.start + after..line.end)?;
    (names.len() > 1).then(|| ClaimDecl { kind: ClaimKind::Names { of, names }, text: text.ident(line) })
}

/// Returns the table or type that a lead-in speaks of: "**User type:**".
fn subject(text: &Inline) -> Option<Ident> {
    let line = lines(text).pop()?;
    let end = text.get(line.clone()).trim_end_matches([':', '：', '*', ' ']).len();
    whom(text, line.start..line.start + end)
}

/// Returns the one name among words, without those that say what kind of thing it is.
fn whom(text: &Inline, range: Range<usize>) -> Option<Ident> {
    let kinds =
        ["type", "model", "entity", "enum", "table", "interface", "schema", "fields", "values", "columns"];
    let words = words::bare(text, range);
    let mut telling = words.into_iter().filter(|(word, _)| !kinds.contains(&word.as_ref()));
    let (_, at) = telling.next()?;
    (telling.next().is_none() && vocabulary::is_name(text.get(at.clone()))).then(|| text.ident(at))
}

/// Returns the names that a range lists; none where one of them is more than a name. One that brackets say to be computed or to
/// lead elsewhere is passed over.
fn things(text: &Inline, range: Range<usize>) -> Option<Vec<Ident>> {
    const ELSEWHERE: &[&str] =
        &["comput", "derive", "via ", "virtual", "relation", "calculat", "through ", "joined"];
    let mut names: Vec<Ident> = Vec::new();
    for thing in words::things(text.text(), range) {
        let slice = text.get(thing.clone());
        let (name, rest) = slice.split_at(slice.find([' ', '(']).unwrap_or(slice.len()));
        let marks = rest.split('(').next().unwrap_or_default();
        // A tick may stand behind the name, also one that was garbled on its way here.
        let plain = !marks.chars().any(|c| c.is_ascii_alphanumeric());
        let bare = name.trim_matches(['`', '*']);
        if !vocabulary::is_name(bare) || !plain {
            return None;
        }
        let at = thing.start + name.find(bare).unwrap_or_default();
        names.push(text.ident(at..at + bare.len()));
        if let Some(bracket) = rest.split_once('(').map(|(_, inside)| inside.to_lowercase())
            && ELSEWHERE.iter().any(|word| bracket.contains(word))
        {
            names.pop();
        }
    }
    Some(names)
}
