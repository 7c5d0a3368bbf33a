//! Descriptions that statements of their own give.

use super::{Cx, UNKNOWN_REFERENCE, column, qualified};
use crate::diag::did_you_mean;
use crate::model::ident::{self, PgIdent, QualifiedName};
use crate::model::{Fact, VerbatimData};
use crate::source::decl::{CommentDecl, CommentTarget, Language, Prose, QName};
use crate::span::Spanned;

/// Describes what a statement `COMMENT ON …` speaks of.
pub(super) fn comment(cx: &mut Cx<'_>, data: &CommentDecl) {
    match &data.target {
        CommentTarget::Table(name) if !is_carried(cx, name) => {
            if let Some(id) = cx.resolve(name) {
                replace_comment(&mut cx.table(id).comment, data.text.as_ref());
            }
        }
        CommentTarget::Column(name, column) if !is_carried(cx, name) => {
            let Some(id) = cx.resolve(name) else { return };
            let Some(column) = cx.column(id, column) else { return };
            // What stands in the database is the whole text, also where it gives a prefix or lists values.
            if !cx.config.literal {
                // Taken out, because a conflict is reported through the whole context.
                let Some(mut described) = cx.table(id).columns.get(column.0).cloned() else { return };
                if let Some(text) = &data.text {
                    column::understand(cx, &mut described, text, Language::Sql);
                }
                if let Some(slot) = cx.table(id).columns.get_mut(column.0) {
                    *slot = described;
                }
            }
            if let Some(slot) = cx.table(id).columns.get_mut(column.0) {
                replace_comment(&mut slot.comment, data.text.as_ref());
            }
        }
        CommentTarget::Table(name) => {
            carry_comment(cx, data, vec![qualified(name)], &format!("TABLE {}", qualified(name)));
        }
        CommentTarget::Column(name, column) => {
            let target = format!("COLUMN {}.{}", qualified(name), PgIdent::new(&column.node));
            carry_comment(cx, data, vec![qualified(name)], &target);
        }
        CommentTarget::Type(name) => match cx.types.get(&qualified(name)).copied() {
            Some(Some(at)) => {
                if let Some(known) = cx.schema.enums.get_mut(at) {
                    replace_comment(&mut known.comment, data.text.as_ref());
                }
            }
            Some(None) => {
                carry_comment(cx, data, vec![qualified(name)], &format!("TYPE {}", qualified(name)));
            }
            None => {
                let known: Vec<String> = cx.types.keys().map(QualifiedName::plain).collect();
                cx.sink
                    .error(UNKNOWN_REFERENCE, name.span(), format!("there is no type `{name}`"))
                    .help(did_you_mean(&name.to_string(), known.iter().map(String::as_str)))
                    .help("define the type, or remove the statement");
            }
        },
        CommentTarget::Other(target) => carry_comment(cx, data, Vec::new(), &target.node),
    }
}

/// Tells whether a name is that of something that a carried statement creates, such as a view.
pub(super) fn is_carried(cx: &Cx<'_>, name: &QName) -> bool {
    cx.find(name).is_none() && cx.carried.contains(&qualified(name))
}

/// Carries a description of something that is carried itself.
fn carry_comment(cx: &mut Cx<'_>, data: &CommentDecl, names: Vec<QualifiedName>, target: &str) {
    let text = data.text.as_ref().map_or_else(|| "NULL".to_owned(), |text| ident::literal(&text.text));
    cx.schema.verbatim.push(VerbatimData {
        kind: "comment".to_owned(),
        creates: None,
        names,
        was: None,
        text: Spanned::new(format!("COMMENT ON {target} IS {text}"), data.span),
        stale: false,
    });
}

/// Sets a description that a statement of its own gives; the one beside the thing itself is kept before it where they
/// differ.
fn replace_comment(comment: &mut Option<Fact<String>>, text: Option<&Prose>) {
    match (comment.as_mut(), text) {
        (_, None) => *comment = None,
        (Some(known), Some(text)) if known.value == text.text => known.again(text.span),
        (_, Some(text)) => *comment = Some(Fact::said(text.text.clone(), text.span)),
    }
}
