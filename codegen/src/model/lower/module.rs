//! Modules: headings under which tables stand, and groups.

use std::collections::BTreeMap;

use super::Cx;
use super::column::join_comment;
use crate::diag::Code;
use crate::model::{Fact, ModuleData, ModuleId, NamedTable, TableId};
use crate::source::decl::{GroupDecl, Ident, NamedTableDecl, QName};
use crate::span::Span;

const TWO_GROUPS: Code = Code::new("table-in-two-groups");

/// Returns the module of a heading, without its number; none where nothing is left.
pub(super) fn of_section(cx: &mut Cx<'_>, section: &Ident) -> Option<ModuleId> {
    let name = unnumbered(&section.node);
    if name.is_empty() {
        return None;
    }
    if let Some(at) = cx.schema.modules.iter().position(|module| module.name.value == name) {
        if let Some(module) = cx.schema.modules.get_mut(at) {
            module.name.again(section.span);
        }
        return Some(ModuleId(at));
    }
    cx.schema.modules.push(ModuleData { name: Fact::said(name.to_owned(), section.span), comment: None });
    Some(ModuleId(cx.schema.modules.len() - 1))
}

/// Takes `4.1`, `2)`, `IV.` or `A.` off the head of a heading.
fn unnumbered(heading: &str) -> &str {
    let heading = heading.trim();
    let Some((number, rest)) = heading.split_once(' ') else { return heading };
    let digits = number.trim_end_matches(['.', ')', ':']);
    let counts = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    let letter =
        digits.len() < number.len() && digits.chars().all(|c| "IVXABCDE".contains(c)) && !digits.is_empty();
    if counts || letter { rest.trim() } else { heading }
}

/// Puts the tables of a group into its module; a group is said on purpose and outweighs a heading. `grouped` holds the tables
/// that earlier groups have taken, with the places of those.
pub(super) fn group(cx: &mut Cx<'_>, decl: &GroupDecl, grouped: &mut BTreeMap<TableId, Span>) {
    let name = decl.name.to_string();
    let comment = decl.note.as_ref().map(|note| Fact::said(note.text.clone(), note.span));
    let at = match cx.schema.modules.iter().position(|module| module.name.value == name) {
        Some(at) => at,
        None => {
            cx.schema.modules.push(ModuleData { name: Fact::said(name, decl.name.span()), comment: None });
            cx.schema.modules.len() - 1
        }
    };
    if let Some(module) = cx.schema.modules.get_mut(at) {
        module.name.again(decl.name.span());
        join_comment(&mut module.comment, comment);
    }
    for name in &decl.tables {
        let Some(id) = cx.resolve(name) else { continue };
        match grouped.insert(id, decl.name.span()) {
            None => cx.table(id).module = Some(ModuleId(at)),
            Some(first) => {
                cx.sink
                    .warning(TWO_GROUPS, name.span(), format!("`{name}` is in a group already"))
                    .label(first, "this one")
                    .help("name it in one group; it is shown in the last");
                cx.table(id).module = Some(ModuleId(at));
            }
        }
    }
}

/// Notes a table that is named but not defined.
pub(super) fn named(cx: &mut Cx<'_>, decl: &NamedTableDecl) {
    let bare = QName::bare(decl.name.clone());
    let file = decl.file.as_ref().map(|file| file.node.clone());
    // What is defined elsewhere is nothing new, unless another file makes it: services may use one name each for their own.
    if file.is_none()
        && let Some(id) = cx.find(&bare)
    {
        // A group that names a table of another file is the only one to say where it belongs.
        let file = cx.table(id).name.span.file;
        if cx.table(id).module.is_none() && file != decl.name.span.file {
            let module = decl.section.as_ref().and_then(|section| of_section(cx, section));
            cx.table(id).module = module;
        }
        return;
    }
    let known = |known: &&NamedTable| known.name.node == decl.name.node && known.file == file;
    if cx.schema.named.iter().any(|table| known(&table)) {
        return;
    }
    let module = decl.section.as_ref().and_then(|section| of_section(cx, section));
    cx.schema.named.push(NamedTable { name: decl.name.clone(), module, file });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_no_part_of_a_name() {
        let check = |heading: &str, expected: &str| assert_eq!(unnumbered(heading), expected);
        check("4.1 Users & Auth", "Users & Auth");
        check("2) Orders", "Orders");
        check("IV. Stock", "Stock");
        check("3D models", "3D models");
        check("Таблиці", "Таблиці");
        check("A list", "A list");
    }
}
