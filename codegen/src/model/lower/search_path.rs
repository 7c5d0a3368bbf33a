//! `SET search_path` of a script: in which schema its unqualified names are.

mod operators;
mod places;
mod text;

use std::collections::BTreeSet;

use crate::model::PgIdent;
use crate::model::token::{Token, replaced, tokens};
use crate::source::decl::{
    AlterAction, CheckDecl, ColumnDecl, CommentTarget, ConstraintKind, Decl, DefaultDecl, DefaultKind,
    ForeignKeyDecl, Ident, IndexKey, QName, TableDecl,
};
use crate::span::Spanned;

/// Kinds of what a database has beside its schemas.
const IN_NO_SCHEMA: &[&str] = &[
    "access method",
    "cast",
    "event trigger",
    "extension",
    "foreign data wrapper",
    "group",
    "language",
    "publication",
    "role",
    "schema",
    "server",
    "subscription",
    "tablespace",
    "transform",
    "user",
    "user mapping",
];

/// The schema in which names are made, and what was made there.
#[derive(Debug, Default)]
pub(super) struct SearchPath {
    schema: Option<Ident>,
    made: BTreeSet<String>,
    /// The operators that were made there.
    signs: BTreeSet<String>,
}

/// Writes into the declarations of documents, in which a name may be used before it is made, the schemas that their unqualified names mean.
pub(super) fn settled(decls: Vec<Decl>) -> Vec<Decl> {
    if !decls.iter().any(|decl| matches!(decl, Decl::SearchPath(_))) {
        return decls;
    }
    let mut path = SearchPath::default();
    let mut settled = decls.clone();
    for (at, decl) in settled.iter_mut().enumerate() {
        let Decl::SearchPath(text) = decl else {
            path.apply(decl);
            continue;
        };
        path.set(text, &decls);
        if path.schema.is_some() {
            let behind = decls.iter().skip(at + 1).take_while(|decl| !matches!(decl, Decl::SearchPath(_)));
            for decl in behind {
                let name = created(decl).filter(|name| name.schema.is_none());
                path.made.extend(name.map(|name| name.name.node.clone()));
                path.note_operator(decl);
            }
        }
    }
    settled.retain(|decl| !matches!(decl, Decl::SearchPath(_)));
    settled
}

/// Returns the name of what a declaration makes.
fn created(decl: &Decl) -> Option<&QName> {
    match decl {
        Decl::Table(table) => Some(&table.name),
        Decl::Enum(data) => Some(&data.name),
        Decl::Verbatim(data) => data.creates.as_ref(),
        _ => None,
    }
}

impl SearchPath {
    /// Takes over a setting: what stands behind `SET search_path`.
    pub(super) fn set(&mut self, text: &Spanned<String>, done: &[Decl]) {
        let own = tokens(&text.node);
        let unquoted = |token: &Token<'_>| token.value.trim_matches('\'').to_owned();
        let names =
            own.iter().skip_while(|token| !token.is("search_path")).skip(2).filter(|token| !token.is(","));
        let is_there = |name: &String| {
            matches!(name.as_str(), "public" | "pg_catalog")
                || done.iter().any(|decl| match decl {
                    Decl::Schema(schema) => schema.name.node == *name,
                    Decl::Verbatim(data) => {
                        data.kind == "schema"
                            && data.creates.as_ref().is_some_and(|made| made.name.node == *name)
                    }
                    _ => false,
                })
        };
        // The first that is there counts, as for PostgreSQL.
        let first = names
            .map(unquoted)
            .find(is_there)
            .filter(|name| !matches!(name.as_str(), "public" | "pg_catalog"));
        // What was made there by its whole name is found too.
        let made = done.iter().filter_map(created);
        let is_there = |name: &&QName| name.schema.as_ref().map(|schema| &schema.node) == first.as_ref();
        self.made =
            made.filter(|_| first.is_some()).filter(is_there).map(|name| name.name.node.clone()).collect();
        self.collect_operators(first.as_deref(), done);
        self.schema = first.map(|name| Spanned::new(name, text.span));
    }

    /// Writes into a declaration the schema that its unqualified names mean.
    pub(super) fn apply(&mut self, decl: &mut Decl) {
        let Some(schema) = self.schema.clone() else { return };
        let created = match decl {
            Decl::Table(table) => Some(&mut table.name),
            Decl::Enum(data) => Some(&mut data.name),
            Decl::Verbatim(data) if IN_NO_SCHEMA.contains(&data.kind.as_str()) => None,
            Decl::Verbatim(data) => data.creates.as_mut(),
            _ => None,
        };
        // What is made there by its whole name is found from then on, by itself too.
        let whole = created
            .as_deref()
            .filter(|name| name.schema.as_ref().is_some_and(|given| given.node == schema.node));
        self.made.extend(whole.map(|name| name.name.node.clone()));
        let created = created.filter(|name| name.schema.is_none()).map(|name| {
            name.schema = Some(schema.clone());
            name.name.node.clone()
        });
        self.made.extend(created.clone());
        self.note_operator(decl);
        let here = |name: &mut QName| {
            if name.schema.is_none() && self.made.contains(&name.name.node) {
                name.schema = Some(schema.clone());
            }
        };
        match decl {
            Decl::Table(table) => {
                references(table, &here, &|ty| self.qualify_type(ty, &schema));
                table.columns.iter_mut().for_each(|column| self.expressions(column, &schema));
                let kinds = table.constraints.iter_mut().map(|constraint| &mut constraint.kind);
                kinds.for_each(|kind| self.condition(kind, &schema));
                if let Some(tail) = &mut table.tail {
                    tail.node = self.rewritten(&tail.node, &schema, None);
                }
            }
            Decl::AlterTable(alter) => {
                here(&mut alter.table);
                for action in &mut alter.actions {
                    match action {
                        AlterAction::AddConstraint(constraint) => {
                            of_constraint(&mut constraint.kind, &here);
                            self.condition(&mut constraint.kind, &schema);
                        }
                        AlterAction::SetDefault(_, Some(default)) => self.of_default(default, &schema),
                        AlterAction::SetType(_, ty) => {
                            let mut set = Some(ty.clone());
                            self.qualify_type(&mut set, &schema);
                            *ty = set.unwrap_or_else(|| ty.clone());
                        }
                        AlterAction::AddColumn(column) => {
                            self.expressions(column, &schema);
                            column.references.iter_mut().for_each(|key| of_key(key, &here));
                            self.qualify_type(&mut column.ty, &schema);
                        }
                        AlterAction::Other(text) => text.node = self.rewritten(&text.node, &schema, None),
                        _ => {}
                    }
                }
            }
            Decl::Index(data) => {
                here(&mut data.table);
                for part in &mut data.index.parts {
                    if let IndexKey::Expression(text) = &mut part.key {
                        self.expression(text, &schema);
                    }
                    part.options.iter_mut().for_each(|options| self.every_name(options, &schema));
                }
                data.index.predicate.iter_mut().for_each(|text| self.expression(text, &schema));
            }
            Decl::Rows(rows) => here(&mut rows.table),
            Decl::Comment(comment) => match &mut comment.target {
                CommentTarget::Table(name) | CommentTarget::Column(name, _) | CommentTarget::Type(name) => {
                    here(name)
                }
                CommentTarget::Other(text) => text.node = self.rewritten(&text.node, &schema, None),
            },
            Decl::Verbatim(data) => {
                data.names.iter_mut().for_each(here);
                data.text.node = self.rewritten(&data.text.node, &schema, created.as_deref());
            }
            Decl::Drop(text) => text.node = self.rewritten(&text.node, &schema, None),
            _ => {}
        }
    }

    fn expressions(&self, column: &mut ColumnDecl, schema: &Ident) {
        column.default.iter_mut().for_each(|default| self.of_default(default, schema));
        column.checks.iter_mut().for_each(|check| self.expression(&mut check.expression, schema));
        column.collation.iter_mut().for_each(|name| self.every_name(name, schema));
        column.generated.iter_mut().for_each(|generated| self.expression(&mut generated.expression, schema));
    }

    fn of_default(&self, default: &mut DefaultDecl, schema: &Ident) {
        if default.kind == DefaultKind::Expression {
            default.value = self.rewritten(&default.value, schema, None);
        }
    }

    fn condition(&self, kind: &mut ConstraintKind, schema: &Ident) {
        if let ConstraintKind::Check(CheckDecl { expression: text, .. }) | ConstraintKind::Exclude(text) =
            kind
        {
            self.expression(text, schema);
        }
    }

    fn expression(&self, text: &mut Spanned<String>, schema: &Ident) {
        text.node = self.rewritten(&text.node, schema, None);
    }

    /// Writes the schema before every name that was made there: a collation, an operator class.
    fn every_name(&self, text: &mut Spanned<String>, schema: &Ident) {
        text.node = replaced(&text.node, |own, at| {
            let token =
                own.get(at).filter(|token| token.is_name() && self.made.contains(token.value.as_ref()))?;
            let is_qualified =
                at.checked_sub(1).and_then(|at| own.get(at)).is_some_and(|before| before.is("."));
            (!is_qualified).then(|| (1, format!("{}.{}", PgIdent::new(schema.node.clone()), token.raw)))
        });
    }

    fn qualify_type(&self, ty: &mut Option<Ident>, schema: &Ident) {
        let Some(ty) = ty else { return };
        let own = tokens(&ty.node);
        if let Some(first) = own.first().filter(|first| self.made.contains(first.value.as_ref()))
            && !own.get(1).is_some_and(|next| next.is("."))
        {
            let rest = ty.node.get(first.start..).unwrap_or_default();
            ty.node = format!("{}.{rest}", PgIdent::new(schema.node.clone()));
        }
        ty.node = self.rewritten(&ty.node, schema, None);
    }
}

fn references(table: &mut TableDecl, here: &dyn Fn(&mut QName), retype: &dyn Fn(&mut Option<Ident>)) {
    table.constraints.iter_mut().for_each(|constraint| of_constraint(&mut constraint.kind, here));
    for column in &mut table.columns {
        column.references.iter_mut().for_each(|key| of_key(key, here));
        retype(&mut column.ty);
    }
}

fn of_constraint(kind: &mut ConstraintKind, here: &dyn Fn(&mut QName)) {
    if let ConstraintKind::ForeignKey(key) = kind {
        of_key(key, here);
    }
}

fn of_key(key: &mut ForeignKeyDecl, here: &dyn Fn(&mut QName)) {
    here(&mut key.table);
}
