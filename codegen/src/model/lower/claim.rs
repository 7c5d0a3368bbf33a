//! What documents claim of the schema: which table, type or module each claim speaks of.

use super::{Cx, entries, words};
use crate::model::{ClaimData, ModuleId};
use crate::source::decl::{ClaimDecl, ClaimKind, Decl, Extent, Language, Subject};

/// Notes every claim with what it speaks of.
pub(super) fn lower(cx: &mut Cx<'_>, decls: &[Decl]) {
    let written_out = are_written_out(cx, decls);
    let tables = entries(cx);
    for decl in decls {
        let Decl::Claim(claim) = decl else { continue };
        let about = about(claim);
        let table = about.and_then(|name| {
            let alias = cx.models.get(name).copied();
            alias.or_else(|| words::exact(name, &tables).first().map(|entry| entry.id))
        });
        let plain = about.map(words::joined).unwrap_or_default();
        let data_type = cx
            .schema
            .enums
            .iter()
            .position(|data| !plain.is_empty() && words::joined(&data.name.value.plain()) == plain);
        let module = cx
            .schema
            .modules
            .iter()
            .position(|module| !plain.is_empty() && words::joined(&module.name.value) == plain);
        cx.schema.claims.push(ClaimData {
            claim: claim.clone(),
            table,
            data_type,
            module: module.map(ModuleId),
            written_out,
        });
    }
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
