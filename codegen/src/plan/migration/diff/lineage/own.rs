//! A table with what it has from parents as its own: what PostgreSQL leaves it when it leaves them, and demands of it when it joins.

use std::collections::BTreeSet;

use super::super::Side;
use super::super::collect::serial;
use super::super::setting::{self, Named};
use super::tie::{self, Tie, Ties};
use crate::model::ident::literal;
use crate::model::token::{Cursor, tokens};
use crate::model::{
    CheckData, Column, ColumnData, DefaultExpr, Fact, PgIdent, PgType, QualifiedName, Schema, Table,
    TableData, TableId, VerbatimData, attachment, default_name,
};
use crate::plan::migration::names::Names;
use crate::plan::migration::statement::{ConstraintBody, ConstraintDef};
use crate::plan::migration::{constraint, up};
use crate::source::decl::DefaultKind;
use crate::span::Spanned;

/// Why a table is made one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// It leaves its parents.
    Leave,
    /// It joins them.
    Join,
}

/// A check that a table has from the table that says it.
pub(super) type Unsaid = (QualifiedName, ConstraintDef);

/// One side, from which tables are taken out.
#[derive(Clone, Copy)]
pub(super) struct Own<'a> {
    pub(super) side: Side<'a>,
    pub(super) names: &'a Names,
    pub(super) ties: &'a Ties,
    pub(super) purpose: Purpose,
}

impl<'a> Own<'a> {
    pub(super) fn table(&self, id: TableId) -> Table<'a> {
        self.side.schema.table(id)
    }

    fn constraints(&self, table: Table<'_>) -> Vec<ConstraintDef> {
        constraint::of_table(table, self.side.config, self.names)
    }

    /// Returns the checks that heirs of a table have, with the tables that say them.
    fn checks(&self, parent: usize) -> Vec<Unsaid> {
        let tables = self.ties.lineage(parent, false).into_iter().map(|id| self.table(id));
        let of = |table: Table<'a>| {
            let mut checks = self.constraints(table);
            checks.retain(|it| matches!(it.body, ConstraintBody::Check { no_inherit: false, .. }));
            checks.into_iter().map(move |check| (table.name().clone(), check))
        };
        tables.flat_map(of).collect()
    }

    /// Returns the parents that a table keeps.
    fn kept(&self, table: TableId, gone: &[&Tie]) -> Vec<&'a Tie> {
        let all = self.ties.of_table(table.0).iter();
        all.filter(|tie| !gone.iter().any(|gone| gone.parent == tie.parent)).collect()
    }

    /// Tells whether an heir has a column from a parent alone.
    pub(super) fn has_unsaid_columns(&self, table: TableId, tie: &Tie) -> bool {
        let of_parent = |column: Column<'_>| {
            column.data.inherited && self.table(TableId(tie.parent)).find_column(column.name()).is_some()
        };
        tie.bound.is_none() && !tie.is_said_apart && self.table(table).columns().any(of_parent)
    }

    /// Returns the checks that an heir has from a parent and does not say itself.
    pub(super) fn unsaid_checks(&self, table: TableId, tie: &Tie) -> Vec<Unsaid> {
        if tie.bound.is_some() || tie.is_said_apart {
            return Vec::new();
        }
        self.only_of_parent(table, tie)
    }

    /// Returns the checks of a parent that an heir does not say itself: it inherits them.
    pub(super) fn only_of_parent(&self, table: TableId, tie: &Tie) -> Vec<Unsaid> {
        let kept = self.kept(table, &[tie]);
        let elsewhere: Vec<Unsaid> = kept.iter().flat_map(|tie| self.checks(tie.parent)).collect();
        let said = self.constraints(self.table(table));
        let is_known = |check: &ConstraintDef| {
            said.iter().chain(elsewhere.iter().map(|(_, check)| check)).any(|it| it.name == check.name)
        };
        self.checks(tie.parent).into_iter().filter(|(_, check)| !is_known(check)).collect()
    }

    /// Gives a table what it has from some of its parents; returns what it says of that which only comes when it joins: whether the
    /// triggers of its whole fire.
    pub(super) fn make(
        &self,
        id: TableId,
        (ties, before): (&[&Tie], Option<&TableData>),
        data: &mut TableData,
    ) -> Vec<Spanned<String>> {
        let kept = self.kept(id, ties);
        let gone: BTreeSet<QualifiedName> =
            ties.iter().map(|tie| self.table(TableId(tie.parent)).name().clone()).collect();
        let mut behind = Vec::new();
        for tie in ties {
            if tie.bound.is_some() {
                behind.extend(self.firing(id, data));
            }
            if tie.is_said_apart {
                if tie.bound.is_none() {
                    data.alterations.retain(|action| !inherits(&action.node, &gone));
                }
                continue;
            }
            self.columns(tie, &kept, data);
            if tie.bound.is_some() || self.purpose == Purpose::Leave {
                self.take_checks(id, tie, data);
            }
            if tie.bound.is_some() {
                for above in self.ties.lineage(tie.parent, true) {
                    self.parts(id, self.table(above), (tie, before), data);
                }
            }
        }
        if let Some(tail) = &mut data.tail {
            tail.node = tie::without(&tail.node, &gone);
        }
        data.tail = data.tail.take().filter(|tail| !tail.node.is_empty());
        behind
    }

    /// Makes the columns of a parent a table's own.
    fn columns(&self, tie: &Tie, kept: &[&Tie], data: &mut TableData) {
        let parent = self.table(TableId(tie.parent));
        for column in parent.columns() {
            let is_kept =
                kept.iter().any(|tie| self.table(TableId(tie.parent)).find_column(column.name()).is_some());
            let at = data.columns.iter().position(|own| own.name.value == column.data.name.value);
            let Some(own) = at.and_then(|at| data.columns.get_mut(at)) else { continue };
            if own.inherited && is_kept {
                continue;
            }
            let was_inherited = std::mem::replace(&mut own.inherited, false);
            own.repeats_default &= is_kept;
            if was_inherited {
                own.ty.value = stored(column.ty());
                own.identity = None;
                own.default = self.default(column);
            } else if own.default.is_none() && own.identity.is_none() {
                own.default = self.default(column);
            }
            if own.generated.is_none() {
                own.generated.clone_from(&column.data.generated);
            }
            if own.not_null.is_none() && self.refuses_null(parent, column.name()) {
                own.not_null = Some(Fact::said((), own.span));
            }
            data.alterations.retain(|action| !changes(&action.node, own));
            if was_inherited {
                let settings = self.settings(tie, column, &data.alterations);
                data.alterations.extend(settings);
            }
        }
    }

    /// Returns the default that heirs have from a column: a serial one's numbers are those of its own sequence.
    fn default(&self, column: Column<'_>) -> Option<Fact<DefaultExpr>> {
        if serial(column.ty()).is_none() {
            return column.data.default.clone();
        }
        let lineage = self.ties.lineage(column.table.id.0, false).into_iter().map(|id| self.table(id));
        let mut said =
            lineage.filter(|table| table.find_column(column.name()).is_some_and(|it| !it.data.inherited));
        let sequence = default_name::sequence(said.next()?.name(), column.name());
        let sql = format!("nextval({}::regclass)", literal(&sequence.to_string()));
        Some(Fact::said(DefaultExpr { sql, kind: DefaultKind::Expression }, column.data.span))
    }

    /// Tells whether a column of a table refuses NULL, by itself or because that of a parent does.
    fn refuses_null(&self, table: Table<'_>, column: &str) -> bool {
        self.ties.lineage(table.id.0, false).into_iter().any(|id| {
            let table = self.table(id);
            let refuses = |column: Column<'_>| !column.is_nullable() || serial(column.ty()).is_some();
            let mut said = table.data.alterations.iter().filter(|action| {
                let own = tokens(&action.node);
                let mut cursor = Cursor::new(&action.node, &own);
                let is_named = (cursor.eat("alter column") || cursor.eat("alter"))
                    && cursor.ident().is_some_and(|name| name.as_str() == column);
                is_named && cursor.eat("set not null")
            });
            table.find_column(column).is_some_and(refuses) || said.next().is_some()
        })
    }

    /// Returns what the nearest parents say of how a column's values are stored and looked at, where a table says nothing of it.
    fn settings(&self, tie: &Tie, column: Column<'_>, own: &[Spanned<String>]) -> Vec<Spanned<String>> {
        let of = |table: Table<'a>, action: &str| {
            let ty = |name: &PgIdent| table.find_column(name.as_str()).map(Column::ty);
            let read = setting::read(action, &ty)?;
            let is_meant = ["storage ", "statistics "].iter().any(|what| read.what.starts_with(what))
                && matches!(&read.names, Some(Named::Column(name)) if name.as_str() == column.name());
            is_meant.then_some(read.what)
        };
        let parent = self.table(TableId(tie.parent));
        let mut known: BTreeSet<String> = own.iter().filter_map(|action| of(parent, &action.node)).collect();
        let mut found = Vec::new();
        for id in self.ties.lineage(tie.parent, false) {
            let table = self.table(id);
            for action in table.data.alterations.iter().rev() {
                if let Some(what) = of(table, &action.node)
                    && known.insert(what)
                {
                    found.push(action.clone());
                }
            }
        }
        found
    }

    fn take_checks(&self, id: TableId, tie: &Tie, data: &mut TableData) {
        let mut known: BTreeSet<PgIdent> =
            self.constraints(self.table(id)).into_iter().map(|constraint| constraint.name).collect();
        known.extend(data.checks.iter().filter_map(|check| Some(check.name.as_ref()?.value.clone())));
        for (_, check) in self.checks(tie.parent) {
            if let ConstraintBody::Check { expression, no_inherit } = check.body
                && known.insert(check.name.clone())
            {
                data.checks.push(CheckData {
                    name: Some(Fact::said(check.name, tie.span)),
                    expression: Fact::said(expression, tie.span),
                    column: None,
                    no_inherit,
                    not_valid: check.not_valid,
                });
            }
        }
    }

    /// Takes out of a table's changes whether the triggers that it has from its whole fire.
    fn firing(&self, id: TableId, data: &mut TableData) -> Vec<Spanned<String>> {
        let table = self.table(id);
        let of_whole = |action: &str| {
            let ty = |name: &PgIdent| table.find_column(name.as_str()).map(Column::ty);
            let Some(Named::Trigger(name)) = setting::read(action, &ty).and_then(|read| read.names) else {
                return false;
            };
            let is_all = ["all", "user"].iter().any(|all| name.as_str() == *all);
            !is_all && !self.side.schema.verbatim.iter().any(|data| is_trigger(data, &name, table.name()))
        };
        let (behind, kept) =
            std::mem::take(&mut data.alterations).into_iter().partition(|action| of_whole(&action.node));
        data.alterations = kept;
        behind
    }

    /// Takes out of the schema what else says that a table is part of others.
    pub(super) fn let_go(&self, id: TableId, ties: &[&Tie], schema: &mut Schema) {
        let table = self.table(id);
        if !ties.iter().any(|tie| tie.bound.is_some()) {
            return;
        }
        for tie in ties.iter().filter(|tie| tie.is_said_apart && tie.bound.is_some()) {
            if let Some(whole) = schema.tables.get_mut(tie.parent) {
                whole.alterations.retain(|action| !attaches(&action.node, table.name()));
            }
        }
        let within = |name: PgIdent| QualifiedName { schema: table.name().schema.clone(), name };
        let mut own: BTreeSet<QualifiedName> =
            self.constraints(table).into_iter().map(|constraint| within(constraint.name)).collect();
        let indexes = up::table_indexes(table, self.side.config, self.names);
        own.extend(indexes.into_iter().map(|(_, index)| within(index.name)));
        let carried = self.side.schema.verbatim.iter().filter(|data| data.kind == "index");
        let carried = carried.filter(|data| data.names.contains(table.name()));
        own.extend(carried.filter_map(|data| data.creates.clone()));
        schema.verbatim.retain(|data| {
            data.kind != "alter index"
                || !attachment::of(&data.text.node).is_some_and(|(_, part)| own.contains(&part))
        });
    }
}

/// Returns the type that heirs of a column have.
fn stored(ty: &PgType) -> PgType {
    serial(ty).map_or_else(|| ty.stored(), PgType::builtin)
}

/// Does to a column what a change of its table does, and tells whether the change is one of what a column is made with.
fn changes(action: &str, column: &mut ColumnData) -> bool {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    if !(cursor.eat("alter column") || cursor.eat("alter"))
        || cursor.ident().as_ref() != Some(&column.name.value)
    {
        return false;
    }
    if cursor.eat("set default") {
        let sql = cursor.rest().to_owned();
        let default = DefaultExpr { sql, kind: DefaultKind::Expression };
        column.default =
            Some(Fact::said(default, column.span)).filter(|it| !it.value.sql.eq_ignore_ascii_case("null"));
    } else if cursor.eat("drop default") {
        column.default = None;
    } else if cursor.eat("set not null") {
        column.not_null = Some(Fact::said((), column.span));
    } else if cursor.eat("drop not null") {
        column.not_null = None;
    } else {
        return false;
    }
    true
}

/// Tells whether a change makes a table an heir of one of some others, or no longer one.
fn inherits(action: &str, parents: &BTreeSet<QualifiedName>) -> bool {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    (cursor.eat("inherit") || cursor.eat("no inherit"))
        && cursor.name().is_some_and(|parent| parents.contains(&parent))
}

/// Tells whether a change of a whole makes a table a partition of it, or no longer one.
fn attaches(action: &str, part: &QualifiedName) -> bool {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    (cursor.eat("attach partition") || cursor.eat("detach partition")) && cursor.name().as_ref() == Some(part)
}

/// Tells whether a statement makes a trigger of a name on a table.
fn is_trigger(data: &VerbatimData, name: &PgIdent, table: &QualifiedName) -> bool {
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    if data.kind != "trigger" {
        return false;
    }
    _ = cursor.until(|token| token.is("trigger"));
    cursor.next();
    if cursor.ident().as_ref() != Some(name) {
        return false;
    }
    _ = cursor.until(|token| token.is("on"));
    cursor.next();
    cursor.name().as_ref() == Some(table)
}
