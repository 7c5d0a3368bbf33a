//! Sequences that came with columns and are changed by themselves.

use super::{name, qualified};
use crate::model::default_name;
use crate::model::ident::QualifiedName;
use crate::model::token::{Cursor, tokens};
use crate::source::decl::{AlterAction, Decl, VerbatimDecl};
use crate::span::Spanned;

/// Returns the sequence that a statement gives another name or other options: one that came with its column says so itself from
/// then on. Whose it is changes nothing of that.
pub(super) fn changed(decl: &Decl) -> Option<QualifiedName> {
    match decl {
        Decl::Verbatim(data) if data.kind == "alter sequence" => {
            let own = tokens(&data.text.node);
            let mut cursor = Cursor::new(&data.text.node, &own);
            _ = cursor.eat("alter sequence");
            _ = cursor.eat("if exists");
            let name = cursor.name()?;
            (!cursor.eat("owner") && !cursor.eat("owned")).then_some(name)
        }
        // `ALTER TABLE` takes sequences too.
        Decl::AlterTable(alter) => {
            let renames = |action: &AlterAction| match action {
                AlterAction::Other(text) => {
                    let own = tokens(&text.node);
                    let mut cursor = Cursor::new(&text.node, &own);
                    cursor.eat("rename to") || cursor.eat("set schema")
                }
                _ => false,
            };
            alter.actions.iter().any(renames).then(|| qualified(&alter.table))
        }
        _ => None,
    }
}

/// Returns a change of a sequence in its own words, where `ALTER TABLE` says it.
pub(super) fn said(decl: Decl, sequence: &QualifiedName, done: &[Decl]) -> Decl {
    let made = done.iter().find_map(|known| match known {
        Decl::Verbatim(known) if known.kind == "sequence" => {
            known.creates.as_ref().filter(|name| qualified(name) == *sequence)
        }
        _ => None,
    });
    match (&decl, made) {
        (Decl::AlterTable(alter), Some(made)) => match alter.actions.as_slice() {
            [AlterAction::Other(action)] => Decl::Verbatim(VerbatimDecl {
                kind: "alter sequence".to_owned(),
                creates: None,
                names: vec![made.clone()],
                was: None,
                text: Spanned::new(format!("ALTER SEQUENCE {sequence} {}", action.node), alter.span),
                stale: false,
            }),
            _ => decl,
        },
        _ => decl,
    }
}

/// Applies `ALTER SEQUENCE … OWNED BY NONE` to the sequence of a serial column: it stays where the column goes, and is said by itself.
pub(super) fn free(data: &VerbatimDecl, done: &mut Vec<Decl>) -> bool {
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    _ = cursor.eat("alter sequence");
    let (Some(name), true) = (cursor.name(), cursor.eat("owned by none")) else { return false };
    let mut freed = None;
    for (at, decl) in done.iter_mut().enumerate() {
        let Decl::Table(table) = decl else { continue };
        let own = qualified(&table.name);
        for column in &mut table.columns {
            if default_name::sequence(&own, &column.name.node) == name {
                freed = name::free(column, &name).map(|ty| (at, ty)).or(freed);
            }
        }
    }
    let Some((at, ty)) = freed else { return false };
    done.insert(at, name::create(&name, ty, data.text.span));
    true
}
