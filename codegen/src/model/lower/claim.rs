//! What documents claim of the schema: which table, type or module each claim speaks of.

use std::collections::BTreeMap;

use super::{Cx, words};
use crate::model::{ClaimData, ModuleId};
use crate::source::decl::{ClaimDecl, ClaimKind, Decl, Extent, Language, Subject};

/// Notes every claim with what it speaks of.
pub(super) fn lower(cx: &mut Cx<'_>, decls: &[Decl]) {
    if !decls.iter().any(|decl| matches!(decl, Decl::Claim(_))) {
        return;
    }
    let written_out = are_written_out(cx, decls);
    let mut tables = BTreeMap::new();
    for table in cx.schema.own_tables() {
        tables.entry(words::joined(&table.name().plain())).or_insert(table.id);
    }
    for (model, id) in &cx.models {
        tables.insert(words::joined(model), *id);
    }
    let enums = places(cx.schema.enums.iter().map(|data| data.name.value.plain()));
    let modules = places(cx.schema.modules.iter().map(|module| module.name.value.clone()));
    for decl in decls {
        let Decl::Claim(claim) = decl else { continue };
        let plain = about(claim).map(words::joined).unwrap_or_default();
        let table = tables.get(&plain).copied();
        let data_type = enums.get(&plain).copied();
        let module = modules.get(&plain).copied();
        cx.schema.claims.push(ClaimData {
            claim: claim.clone(),
            table,
            data_type,
            module: module.map(ModuleId),
            written_out,
        });
    }
}

/// Returns the place of each name, by the name without case, separators and plural; the first of several counts.
fn places(names: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut places = BTreeMap::new();
    for (at, name) in names.enumerate() {
        let name = words::joined(&name);
        if !name.is_empty() {
            places.entry(name).or_insert(at);
        }
    }
    places
}

/// Tells whether every table is written out in a language for schemas, and none described or named in words.
pub(super) fn are_written_out(cx: &Cx<'_>, decls: &[Decl]) -> bool {
    let mut languages = super::tables(decls).map(|table| table.language).peekable();
    languages.peek().is_some()
        && languages.all(|language| !matches!(language, Language::Markdown | Language::Mermaid))
        && cx.schema.named.is_empty()
}

/// Returns the words that say what a claim speaks of; none for the whole schema.
fn about(claim: &ClaimDecl) -> Option<&str> {
    match &claim.kind {
        ClaimKind::Count(count) => match (&count.subject, &count.extent) {
            (Subject::Values(of), _) => Some(of),
            (_, Extent::Part(words)) => Some(&words.node),
            (_, Extent::Whole | Extent::Unclear) => None,
        },
        ClaimKind::Names { of, .. } => Some(&of.node),
        ClaimKind::Indexed(_) | ClaimKind::KeysOfType(_) => None,
    }
}
