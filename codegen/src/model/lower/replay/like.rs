//! `LIKE other`: the columns of another table as they are at that moment, and what else is asked for. `docs: sql-createtable.html`.

use super::super::alter::{counted, counts_no_more, names_column};
use super::super::amend::amend;
use super::super::inherit::{has_parent, parents};
use super::{is_called, name, parts, qualified};
use crate::model::default_name::{check_column, distinct, object_name, sequence};
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::token::{Cursor, tokens};
use crate::source::decl::{
    AlterAction, AlterTableDecl, CheckDecl, ColumnDecl, CommentTarget, ConstraintDecl, ConstraintKind, Decl,
    Ident, IndexDecl, NamedMark, QName, TableDecl, Timing, VerbatimDecl,
};
use crate::source::sql::constraints_of;
use crate::span::Spanned;

/// What is copied beside names, types and `NOT NULL`.
#[derive(Clone, Copy, Debug, Default)]
struct Including {
    comments: bool,
    constraints: bool,
    defaults: bool,
    generated: bool,
    identity: bool,
    indexes: bool,
    statistics: bool,
    storage: bool,
    /// Nothing that an heir does not have: checks that are not inherited are left.
    inherited: bool,
}

impl Including {
    fn set(&mut self, what: &str, to: bool) {
        let all = what == "all";
        for (name, slot) in [
            ("comments", &mut self.comments),
            ("constraints", &mut self.constraints),
            ("defaults", &mut self.defaults),
            ("generated", &mut self.generated),
            ("identity", &mut self.identity),
            ("indexes", &mut self.indexes),
            ("statistics", &mut self.statistics),
            ("storage", &mut self.storage),
        ] {
            if all || what == name {
                *slot = to;
            }
        }
    }
}

/// Writes out what a table is like, where that is a table of the script; gives what has to be said behind the table.
pub(super) fn expand(table: &mut TableDecl, done: &[Decl]) -> Vec<Decl> {
    let mut behind = Vec::new();
    while let Some((other, including, rest)) = read(table) {
        let Some(source) = at_this_moment(&other, done) else { break };
        let span = table.span;
        table.tail = (!rest.is_empty()).then(|| Spanned::new(rest, span));
        copy(&source, including, table);
        if including.identity {
            behind.extend(source.columns.iter().filter_map(|column| counting(column, table)));
        }
        if including.comments {
            behind.extend(done.iter().filter_map(|decl| comment(decl, &other, table)));
        }
        if including.statistics {
            behind.extend(done.iter().filter_map(|decl| statistics(decl, &other, table)));
        }
        if including.storage {
            behind.extend(done.iter().filter_map(|decl| storage(decl, &other, table)));
        }
        if including.indexes {
            let indexes = done.iter().filter_map(|decl| match decl {
                Decl::Index(data) if is_called(&data.table, &other) => Some(&data.index),
                _ => None,
            });
            for index in source.indexes.iter().chain(indexes) {
                let mut index = index.clone();
                index.name = None;
                table.indexes.push(index);
            }
        }
    }
    behind
}

/// Gives a table what it had from its parent, and has by itself from now on: `NO INHERIT parent`, and of the whole
/// `DETACH PARTITION part`; tells whether it was one.
pub(super) fn part_ways(table: &QualifiedName, action: &str, done: &mut Vec<Decl>) -> bool {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    let of_whole = cursor.eat("detach partition");
    if !of_whole && !cursor.eat("no inherit") {
        return false;
    }
    let Some(other) = cursor.name() else { return false };
    let (parent, heir) = if of_whole { (table, &other) } else { (&other, table) };
    let Some(mut source) = at_this_moment(parent, done) else { return false };
    // What is its own already is not made again.
    let said = if of_whole { parts::attached_to(parent, heir, done) } else { Vec::new() };
    let is_said = |name: Option<&Ident>| {
        name.is_some_and(|name| said.iter().any(|said| said.name.as_str() == name.node))
    };
    for column in &mut source.columns {
        for mark in [&mut column.primary_key, &mut column.unique] {
            if is_said(mark.as_ref().and_then(|mark| mark.name.as_deref())) {
                *mark = None;
            }
        }
    }
    source.constraints.retain(|constraint| !is_said(constraint.name.as_ref()));
    source.indexes.retain(|index| !is_said(index.name.as_ref()));
    if of_whole {
        parts::set_free(heir, done);
    }
    let indexes: Vec<_> = done
        .iter()
        .filter_map(|decl| match decl {
            Decl::Index(data)
                if of_whole && is_called(&data.table, parent) && !is_said(data.index.name.as_ref()) =>
            {
                Some(data.index.clone())
            }
            _ => None,
        })
        .collect();
    let is_heir = |table: &TableDecl| {
        is_called(&table.name, heir)
            && table.tail.as_ref().is_some_and(|tail| parents(&tail.node).contains(parent))
    };
    // What it has from another parent too is no column of its own.
    let tail = done.iter().find_map(|decl| match decl {
        Decl::Table(table) if is_heir(table) => table.tail.clone(),
        _ => None,
    });
    let others: Vec<String> = parents(&tail.map_or_else(String::new, |tail| tail.node))
        .iter()
        .filter(|other| *other != parent)
        .filter_map(|other| at_this_moment(other, done))
        .flat_map(|other| other.columns.into_iter().map(|column| column.name.node))
        .collect();
    let found = done.iter_mut().find_map(|decl| match decl {
        Decl::Table(table) if is_heir(table) => Some(table),
        _ => None,
    });
    let Some(heir) = found else { return false };
    let kept = std::mem::take(&mut heir.columns);
    let including = Including {
        constraints: true,
        defaults: true,
        generated: true,
        indexes: of_whole,
        inherited: true,
        ..Including::default()
    };
    copy(&source, including, heir);
    heir.columns.retain(|column| !others.contains(&column.name.node));
    heir.columns.retain(|column| !kept.iter().any(|own| own.name.node == column.name.node));
    heir.columns.extend(kept);
    if of_whole {
        let mut columns = source.columns.clone();
        let keys = columns.iter_mut().flat_map(constraints_of).chain(source.constraints.iter().cloned());
        let is_key = |it: &ConstraintDecl| matches!(it.kind, ConstraintKind::ForeignKey(_));
        heir.constraints.extend(keys.filter(is_key));
        for index in source.indexes.iter().cloned().chain(indexes) {
            heir.indexes.push(IndexDecl { name: None, ..index });
        }
    }
    let tail = heir.tail.take().map(|tail| Spanned::new(without_parent(&tail.node, parent), tail.span));
    heir.tail = tail.filter(|tail| !tail.node.is_empty());
    true
}

/// Returns what stands behind a table's columns without one of its parents.
fn without_parent(tail: &str, parent: &QualifiedName) -> String {
    let own = tokens(tail);
    let mut cursor = Cursor::new(tail, &own);
    if cursor.eat("partition of") {
        _ = cursor.until(|token| token.is("values") || token.is("default"));
        cursor.next();
        _ = cursor.until(|token| token.is("partition") || token.is("using") || token.is("tablespace"));
        return cursor.rest().to_owned();
    }
    let before = cursor.until(|token| token.is("inherits")).rest().to_owned();
    cursor.next();
    let list = cursor.group().map(Cursor::split).unwrap_or_default();
    let kept = list.iter().filter(|part| (*part).clone().name().as_ref() != Some(parent));
    let kept = kept.map(Cursor::rest).collect::<Vec<_>>().join(", ");
    let inherits = if kept.is_empty() { String::new() } else { format!("INHERITS ({kept})") };
    let parts = [before.as_str(), inherits.as_str(), cursor.rest()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Reads the first `LIKE` out of what stands behind a table's columns, with what follows it.
fn read(table: &TableDecl) -> Option<(QualifiedName, Including, String)> {
    let text = &table.tail.as_ref()?.node;
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    if !cursor.eat("like") {
        return None;
    }
    let other = cursor.name()?;
    let mut including = Including::default();
    while let Some(to) = cursor.eat_any(&[("including", true), ("excluding", false)]) {
        including.set(cursor.next()?.value.as_ref(), to);
    }
    _ = cursor.eat(",");
    Some((other, including, cursor.rest().to_owned()))
}

/// Returns a table as the statements so far have made it; none where its columns come from something that they do not make.
pub(super) fn at_this_moment(name: &QualifiedName, done: &[Decl]) -> Option<TableDecl> {
    within(name, done, GENERATIONS)
}

/// How many generations of parents are looked through: a script can make a table its own parent, which PostgreSQL refuses.
const GENERATIONS: usize = 32;

fn within(name: &QualifiedName, done: &[Decl], generations: usize) -> Option<TableDecl> {
    let mut tables = done.iter().filter_map(|decl| match decl {
        Decl::Table(table) if is_called(&table.name, name) => Some(table.clone()),
        _ => None,
    });
    let mut table = tables.next()?;
    let tail = table.tail.as_ref().map(|tail| tail.node.clone()).unwrap_or_default();
    if tokens(&tail).first().is_some_and(|first| first.is("like")) {
        return None;
    }
    if has_parent(&tail) {
        let parents = parents(&tail);
        if parents.is_empty() {
            return None;
        }
        for parent in parents.iter().rev() {
            inherit(within(parent, done, generations.checked_sub(1)?)?, &mut table);
        }
    }
    for decl in done {
        let Decl::AlterTable(alter) = decl else { continue };
        if is_called(&alter.table, name) {
            alter.actions.iter().for_each(|action| apply(action, &mut table));
        }
    }
    Some(table)
}

/// Gives a table the columns and checks of a parent, which come before its own.
fn inherit(parent: TableDecl, table: &mut TableDecl) {
    let kept = std::mem::take(&mut table.columns);
    let including = Including {
        constraints: true,
        defaults: true,
        generated: true,
        inherited: true,
        ..Including::default()
    };
    copy(&parent, including, table);
    for own in kept {
        match table.columns.iter_mut().find(|column| column.name.node == own.name.node) {
            // What both say of a column holds.
            Some(column) => {
                column.nullable = own.nullable.or(column.nullable.take());
                column.default = own.default.or(column.default.take());
                column.checks.extend(own.checks);
            }
            None => table.columns.push(own),
        }
    }
}

fn apply(action: &AlterAction, table: &mut TableDecl) {
    let change = |table: &mut TableDecl, name: &Ident, change: &dyn Fn(&mut ColumnDecl)| {
        table.columns.iter_mut().filter(|column| column.name.node == name.node).for_each(change);
    };
    match action {
        AlterAction::AddColumn(column) => table.columns.push((**column).clone()),
        AlterAction::AddConstraint(constraint) => table.constraints.push((**constraint).clone()),
        AlterAction::SetNotNull(name, not_null) => change(table, name, &|column| {
            column.nullable = not_null.then(|| Spanned::new(false, name.span));
        }),
        AlterAction::SetDefault(name, default) => change(table, name, &|column| {
            column.default.clone_from(default);
            counts_no_more(column);
        }),
        AlterAction::SetType(name, ty) => change(table, name, &|column| column.ty = Some(ty.clone())),
        AlterAction::DropColumn(name) => {
            table.columns.retain(|column| column.name.node != name.node);
            table.indexes.retain(|index| !names_column(index, &name.node));
        }
        AlterAction::DropConstraint(name) => {
            let is = |known: &Option<Ident>| known.as_ref().is_some_and(|known| known.node == name.node);
            table.constraints.retain(|constraint| !is(&constraint.name));
            for column in &mut table.columns {
                column.checks.retain(|check| !is(&check.name));
            }
        }
        AlterAction::Other(text) => _ = amend(text, std::slice::from_mut(table)),
    }
}

fn copy(source: &TableDecl, including: Including, table: &mut TableDecl) {
    let name = qualified(&source.name);
    let key = source.constraints.iter().find_map(|constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey { columns, .. } => Some(columns.as_slice()),
        _ => None,
    });
    let in_key = |column: &ColumnDecl| key.unwrap_or_default().iter().any(|own| own.node == column.name.node);
    let mut checks: Vec<CheckDecl> = Vec::new();
    let mut columns = Vec::new();
    for own in &source.columns {
        let mut column = ColumnDecl::new(own.name.clone(), own.ty.clone(), own.span);
        column.collation.clone_from(&own.collation);
        column.nullable.clone_from(&own.nullable);
        column.default = own.default.clone().filter(|_| including.defaults);
        column.generated = own.generated.clone().filter(|_| including.generated);
        column.identity = own.identity.clone().filter(|_| including.identity);
        let counts = own.ty.as_ref().is_some_and(|ty| counted(&ty.node).is_some());
        if counts {
            // Both count by the one sequence.
            name::free(&mut column, &sequence(&name, &own.name.node));
            column.default = column.default.filter(|_| including.defaults);
        }
        if own.primary_key.is_some() || own.identity.is_some() || in_key(own) {
            column.nullable = Some(Spanned::new(false, own.span));
        }
        if including.indexes {
            let unnamed = |mark: &NamedMark| NamedMark { name: None, span: mark.span };
            column.primary_key = own.primary_key.as_ref().map(unnamed);
            column.unique = own.unique.as_ref().map(unnamed);
        }
        checks.extend(own.checks.iter().cloned());
        columns.push(column);
    }
    table.columns.splice(0..0, columns);
    for constraint in &source.constraints {
        match &constraint.kind {
            ConstraintKind::Check(check) => {
                let named = check.name.clone().or_else(|| constraint.name.clone());
                checks.push(CheckDecl { name: named, ..check.clone() });
            }
            ConstraintKind::ForeignKey(_) => {}
            _ if including.indexes => {
                table.constraints.push(ConstraintDecl { name: None, ..constraint.clone() });
            }
            _ => {}
        }
    }
    if including.inherited {
        checks.retain(|check| !check.no_inherit);
    }
    if including.constraints {
        let mut taken: Vec<String> = Vec::new();
        for mut check in checks {
            // A check keeps its name, also the one that PostgreSQL gave it.
            let span = check.expression.span;
            let column = check_column(&check.expression.node);
            let chosen = (0_usize..).map(|count| match count {
                0 => object_name(name.name.as_str(), &column, "check"),
                _ => object_name(name.name.as_str(), &column, &format!("check{count}")),
            });
            let chosen = check
                .name
                .take()
                .map(|name| name.node)
                .or_else(|| chosen.into_iter().find(|name| !taken.contains(name)));
            taken.extend(chosen.clone());
            check.name = chosen.map(|name| Spanned::new(name, span));
            let (name, kind) = (check.name.clone(), ConstraintKind::Check(check));
            let timing = Timing::default();
            table.constraints.push(ConstraintDecl { name, kind, timing, not_valid: false, span });
        }
    }
}

/// The sequence of an identity that is copied counts in `bigint` whatever its column is, within the bounds of the one that is copied.
fn counting(column: &ColumnDecl, table: &TableDecl) -> Option<Decl> {
    let options = &column.identity.as_ref()?.options;
    let options = options.as_ref().map_or_else(String::new, |options| options.node.to_lowercase());
    let (least, most) = match &*column.ty.as_ref()?.node.to_lowercase() {
        "smallint" | "int2" => ("-32768", "32767"),
        "integer" | "int" | "int4" => ("-2147483648", "2147483647"),
        _ => return None,
    };
    let falls =
        tokens(&options).windows(2).any(|pair| matches!(pair, [a, b] if a.is("increment") && b.is("-")))
            || options.contains("increment by -")
            || options.contains("increment -");
    let bound = match falls {
        _ if options.contains(if falls { "minvalue" } else { "maxvalue" }) => String::new(),
        true => format!(" MINVALUE {least}"),
        false => format!(" MAXVALUE {most}"),
    };
    let sequence = sequence(&qualified(&table.name), &column.name.node);
    let text = Spanned::new(format!("ALTER SEQUENCE {sequence} AS bigint{bound}"), table.span);
    Some(Decl::Verbatim(VerbatimDecl {
        kind: "alter sequence".to_owned(),
        creates: None,
        names: Vec::new(),
        was: None,
        text,
        stale: false,
    }))
}

fn comment(decl: &Decl, other: &QualifiedName, table: &TableDecl) -> Option<Decl> {
    let Decl::Comment(comment) = decl else { return None };
    let CommentTarget::Column(of, column) = &comment.target else { return None };
    (is_called(of, other)).then(|| {
        let mut comment = comment.clone();
        comment.target = CommentTarget::Column(table.name.clone(), column.clone());
        Decl::Comment(comment)
    })
}

/// Extended statistics, which are named after the table and what they are of.
fn statistics(decl: &Decl, other: &QualifiedName, table: &TableDecl) -> Option<Decl> {
    let Decl::Verbatim(data) = decl else { return None };
    let is_on = data.kind == "statistics" && data.names.iter().any(|name| is_called(name, other));
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    if !is_on || !cursor.eat("create statistics") {
        return None;
    }
    if !cursor.peek().is_some_and(|token| token.is("(") || token.is("on")) {
        cursor.name()?;
    }
    let kinds = cursor.until(|token| token.is("on")).rest();
    cursor.next();
    let of = cursor.until(|token| token.is("from"));
    // Columns come before expressions, which have no names there.
    let column = |mut part: Cursor<'_, '_>| part.ident().filter(|_| part.is_done());
    let (columns, expressions): (Vec<_>, Vec<_>) =
        of.clone().split().into_iter().map(column).partition(Option::is_some);
    let columns = columns.into_iter().flatten().map(|name| name.as_str().to_owned());
    let columns = columns.chain(expressions.iter().map(|_| "expr".to_owned()));
    let to = qualified(&table.name);
    let name = object_name(to.name.as_str(), &distinct(columns).join("_"), "stat");
    let name = QualifiedName { schema: to.schema.clone(), name: PgIdent::new(name) };
    let text = format!("CREATE STATISTICS {name} {kinds} ON {} FROM {to}", of.rest());
    let span = table.span;
    let ident = |name: &PgIdent| Ident::new(name.as_str().to_owned(), span);
    let creates = QName { schema: name.schema.as_ref().map(ident), name: ident(&name.name) };
    Some(Decl::Verbatim(VerbatimDecl {
        kind: data.kind.clone(),
        creates: Some(creates),
        names: vec![table.name.clone()],
        was: None,
        text: Spanned::new(text, span),
        stale: false,
    }))
}

/// How columns are stored is said by statements of their own.
fn storage(decl: &Decl, other: &QualifiedName, table: &TableDecl) -> Option<Decl> {
    let Decl::AlterTable(alter) = decl else { return None };
    let sets = |text: &str| {
        let own = tokens(text);
        own.windows(2).any(|pair| matches!(pair, [a, b] if a.is("set") && b.is("storage")))
    };
    let mut actions = alter.actions.clone();
    actions.retain(|action| matches!(action, AlterAction::Other(text) if sets(&text.node)));
    (is_called(&alter.table, other) && !actions.is_empty()).then(|| {
        Decl::AlterTable(AlterTableDecl {
            table: table.name.clone(),
            only: false,
            if_exists: false,
            actions,
            span: alter.span,
        })
    })
}
