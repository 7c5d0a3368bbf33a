//! What is renamed has its last name, wherever it is named.

use super::drop::{index_name, key_of};
use super::identity::{self, keep_identities};
use super::name::set_apart;
use super::schema::{move_in, recollate};
use super::uses::renamed_in_query;
use super::{buried, described, star};
use super::{is_called, qualified};
use crate::model::ident::{PgIdent, QualifiedName, literal};
use crate::model::token::{self, Cursor, tokens};
use crate::source::decl::{
    AlterAction, ColumnDecl, CommentTarget, ConstraintDecl, ConstraintKind, Decl, DefaultDecl, Ident,
    IndexDecl, IndexKey, TableDecl, VerbatimDecl,
};
use crate::span::Spanned;

/// Applies `RENAME …` of a table or of a part of it; tells whether it was one.
pub(super) fn rename_of_table(table: &QualifiedName, text: &Spanned<String>, done: &mut Vec<Decl>) -> bool {
    let own = tokens(&text.node);
    let mut cursor = Cursor::new(&text.node, &own);
    if cursor.eat("set schema") {
        let Some(schema) = cursor.ident() else { return false };
        let to = QualifiedName::new(Some(schema.as_str()), table.name.as_str());
        let counting = super::gone::counting(table, None, done);
        super::schema::move_relation(table, &to, done);
        for sequence in super::cascade::owned_by(&to, done).into_iter().chain(counting) {
            let to = QualifiedName::new(Some(schema.as_str()), sequence.name.as_str());
            super::schema::move_relation(&sequence, &to, done);
        }
        return true;
    }
    if !cursor.eat("rename") {
        return false;
    }
    if cursor.eat("to") {
        let Some(to) = cursor.ident() else { return false };
        set_apart(table, None, done);
        keep_identities(table, None, done);
        let renamed = QualifiedName { schema: table.schema.clone(), name: to.clone() };
        for decl in done.iter_mut() {
            match decl {
                Decl::Verbatim(data) => {
                    if data.names.iter().any(|name| is_called(name, table)) {
                        rename_mentions(data, table, to.as_str());
                    }
                }
                _ => move_in(decl, table, &renamed),
            }
        }
        return true;
    }
    let constraint = cursor.eat("constraint");
    _ = cursor.eat("column");
    let (Some(from), true, Some(to)) = (cursor.ident(), cursor.eat("to"), cursor.ident()) else {
        return false;
    };
    if !constraint {
        set_apart(table, Some(from.as_str()), done);
        keep_identities(table, Some(from.as_str()), done);
    }
    // What is renamed in a table is renamed in its partitions and heirs.
    let tables = super::drop::with_heirs(done, table);
    if constraint {
        buried::bury_constraint(&tables, to.as_str(), done);
    } else {
        buried::bury_column(&tables, to.as_str(), done);
        for table in &tables {
            rename_in_statements(table, from.as_str(), to.as_str(), done);
        }
    }
    // The name of an index that is none of a constraint is another name.
    let index = QualifiedName { schema: table.schema.clone(), name: from.clone() };
    let part = match constraint && done.iter().any(|decl| described::makes_index(decl, &index)) {
        true => Part::Constraint,
        false => Part::Key,
    };
    for decl in done.iter_mut() {
        // What is attached to its index.
        if let (true, Decl::Verbatim(data)) = (constraint, &mut *decl)
            && data.kind == "alter index"
        {
            rename_mentions(data, &index, to.as_str());
        }
        for table in &tables {
            if constraint {
                rename_constraint(decl, table, from.as_str(), to.as_str(), part);
            } else {
                rename_column(decl, table, from.as_str(), to.as_str());
            }
        }
    }
    true
}

/// Returns the name that a table, or a part of it, has by a `RENAME …`; none where it is another change.
pub(super) fn renamed_to(table: &QualifiedName, action: &str) -> Option<QualifiedName> {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    cursor.eat("rename").then_some(())?;
    _ = cursor.until(|token| token.is("to"));
    let to = cursor.eat("to").then(|| cursor.ident()).flatten()?;
    Some(QualifiedName { schema: table.schema.clone(), name: to })
}

fn renamed(name: &mut Ident, from: &str, to: &str) {
    if name.node == from {
        to.clone_into(&mut name.node);
    }
}

fn renamed_all(names: &mut [Ident], from: &str, to: &str) {
    names.iter_mut().for_each(|name| renamed(name, from, to));
}

pub(super) fn rewritten(text: &mut String, from: &str, to: &str) {
    *text = token::renamed(text, from, to);
}

/// Renames a column in the statements that use it.
fn rename_in_statements(table: &QualifiedName, from: &str, to: &str, done: &mut [Decl]) {
    let columns_of = |name: &QualifiedName| star::columns_of(name, done);
    let renamed = |decl: &Decl| match decl {
        Decl::Verbatim(data)
            if matches!(
                data.kind.as_str(),
                "view"
                    | "materialized view"
                    | "rule"
                    | "function"
                    | "procedure"
                    | "statistics"
                    | "policy"
                    | "trigger"
            ) && data.names.iter().any(|name| is_called(name, table)) =>
        {
            renamed_in_query(data, table, from, to, &columns_of)
        }
        _ => None,
    };
    let texts: Vec<Option<String>> = done.iter().map(renamed).collect();
    for (decl, text) in done.iter_mut().zip(texts) {
        if let (Decl::Verbatim(data), Some(text)) = (decl, text) {
            data.text.node = text;
        }
    }
}

pub(super) fn rename_column(decl: &mut Decl, table: &QualifiedName, from: &str, to: &str) {
    match decl {
        Decl::Table(data) => {
            let own = is_called(&data.name, table);
            rename_in_table(data, own, table, from, to);
        }
        Decl::AlterTable(alter) => {
            let own = is_called(&alter.table, table);
            for action in &mut alter.actions {
                match action {
                    AlterAction::AddConstraint(constraint) => {
                        rename_in_constraint(&mut constraint.kind, own, table, from, to)
                    }
                    AlterAction::AddColumn(column) => rename_around_column(column, own, table, from, to),
                    AlterAction::SetNotNull(name, _)
                    | AlterAction::SetDefault(name, _)
                    | AlterAction::SetType(name, _)
                    | AlterAction::DropColumn(name)
                        if own =>
                    {
                        renamed(name, from, to);
                    }
                    AlterAction::Other(text) if own => rename_in_change(&mut text.node, from, to),
                    _ => {}
                }
            }
        }
        Decl::Index(index) if is_called(&index.table, table) => rename_in_index(&mut index.index, from, to),
        Decl::Rows(rows) if is_called(&rows.table, table) => renamed_all(&mut rows.columns, from, to),
        Decl::Comment(comment) => {
            if let CommentTarget::Column(name, column) = &mut comment.target
                && is_called(name, table)
            {
                renamed(column, from, to);
            }
        }
        Decl::Verbatim(data)
            if matches!(data.kind.as_str(), "grant" | "revoke")
                && data.names.iter().any(|name| is_called(name, table)) =>
        {
            rename_in_privileges(&mut data.text.node, from, to);
        }
        Decl::Verbatim(data)
            if data.kind == "alter sequence" && data.names.iter().any(|name| is_called(name, table)) =>
        {
            rewritten(&mut data.text.node, from, to);
        }
        Decl::Verbatim(data)
            if matches!(data.kind.as_str(), "grant" | "revoke")
                && data.names.iter().any(|name| is_called(name, table)) =>
        {
            data.text.node = token::renamed_in_lists(&data.text.node, from, &PgIdent::new(to));
        }
        _ => {}
    }
}

/// Renames a column by which a table is cut: `… PARTITION BY RANGE (c)`.
fn rename_in_partition_key(tail: &mut String, from: &str, to: &str) {
    *tail = token::replaced(tail, |own, at| {
        let is_it = own.get(at).is_some_and(|token| token.is_name() && token.value == from);
        let before = own.get(..at).filter(|_| is_it)?;
        let is_led = before.windows(2).any(|pair| matches!(pair, [a, b] if a.is("partition") && b.is("by")));
        is_led.then(|| (1, PgIdent::new(to).to_string()))
    });
}

/// Renames a column in a change of its table that is carried: `ALTER COLUMN c SET STATISTICS 100`, `ADD UNIQUE (c) WITH (…)`.
fn rename_in_change(text: &mut String, from: &str, to: &str) {
    let own = token::tokens(text);
    let mut cursor = Cursor::new(text, &own);
    let place = if cursor.eat("alter column") { 2 } else { 1 };
    match own.first() {
        Some(first) if first.is("add") => rewritten(text, from, to),
        Some(first) if first.is("alter") => {
            *text = token::replaced(text, |own, at| {
                let token =
                    own.get(at).filter(|token| at == place && token.is_name() && token.value == from)?;
                (!token.is("constraint")).then(|| (1, PgIdent::new(to).to_string()))
            });
        }
        _ => {}
    }
}

/// Renames a column in the lists of a statement that gives or takes privileges: `GRANT SELECT (a, b) ON …`.
fn rename_in_privileges(text: &mut String, from: &str, to: &str) {
    *text = token::replaced(text, |own, at| {
        let before = own.get(..at)?;
        let closes = before.iter().filter(|token| token.is(")")).count();
        let is_listed = before.iter().filter(|token| token.is("(")).count() > closes;
        let is_it = own.get(at).is_some_and(|token| token.is_name() && token.value == from);
        let is_given = !before.iter().any(|token| token.is("on"));
        (is_it && is_listed && is_given).then(|| (1, PgIdent::new(to).to_string()))
    });
}

fn rename_in_table(data: &mut TableDecl, own: bool, table: &QualifiedName, from: &str, to: &str) {
    for constraint in &mut data.constraints {
        rename_in_constraint(&mut constraint.kind, own, table, from, to);
    }
    data.columns.iter_mut().for_each(|column| rename_around_column(column, own, table, from, to));
    if own {
        data.indexes.iter_mut().for_each(|index| rename_in_index(index, from, to));
        data.tail.iter_mut().for_each(|tail| rename_in_partition_key(&mut tail.node, from, to));
    }
}

/// Renames a column in the declaration of one of its own table or of another that references it.
fn rename_around_column(column: &mut ColumnDecl, own: bool, table: &QualifiedName, from: &str, to: &str) {
    for key in &mut column.references {
        if is_called(&key.table, table) {
            renamed_all(&mut key.referenced, from, to);
        }
        if own {
            renamed_all(&mut key.columns, from, to);
        }
    }
    if own {
        renamed(&mut column.name, from, to);
        column.checks.iter_mut().for_each(|check| rewritten(&mut check.expression.node, from, to));
        if let Some(generated) = &mut column.generated {
            rewritten(&mut generated.expression.node, from, to);
        }
    }
}

fn rename_in_constraint(kind: &mut ConstraintKind, own: bool, table: &QualifiedName, from: &str, to: &str) {
    match kind {
        ConstraintKind::PrimaryKey { columns, include } | ConstraintKind::Unique { columns, include, .. }
            if own =>
        {
            renamed_all(columns, from, to);
            renamed_all(include, from, to);
        }
        ConstraintKind::Check(check) if own => rewritten(&mut check.expression.node, from, to),
        ConstraintKind::Exclude(text) if own => rewritten(&mut text.node, from, to),
        ConstraintKind::ForeignKey(key) => {
            if own {
                renamed_all(&mut key.columns, from, to);
            }
            if is_called(&key.table, table) {
                renamed_all(&mut key.referenced, from, to);
            }
        }
        _ => {}
    }
}

fn rename_in_index(index: &mut IndexDecl, from: &str, to: &str) {
    for part in &mut index.parts {
        match &mut part.key {
            IndexKey::Column(name) => renamed(name, from, to),
            IndexKey::Expression(text) => rewritten(&mut text.node, from, to),
        }
    }
    renamed_all(&mut index.include, from, to);
    if let Some(predicate) = &mut index.predicate {
        rewritten(&mut predicate.node, from, to);
    }
}

/// What is renamed where a constraint or index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A constraint, while its name is that of an index which is none of its.
    Constraint,
    /// A constraint, and its index where it has one.
    Key,
    /// An index, and the constraint that has it.
    Index,
}

pub(super) fn rename_constraint(decl: &mut Decl, table: &QualifiedName, from: &str, to: &str, part: Part) {
    let rename = |constraint: &mut ConstraintDecl| {
        // The names of checks and foreign keys are none of indexes.
        let has_index = !matches!(constraint.kind, ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_));
        if part != Part::Index || has_index {
            constraint.name.iter_mut().for_each(|name| renamed(name, from, to));
            rename_inside(&mut constraint.kind, from, to);
        }
    };
    match decl {
        Decl::Table(data) if is_called(&data.name, table) => {
            data.constraints.iter_mut().for_each(rename);
            data.columns.iter_mut().for_each(|column| rename_in_column(column, from, to, part));
        }
        Decl::AlterTable(alter) if is_called(&alter.table, table) => {
            for action in &mut alter.actions {
                match action {
                    AlterAction::AddConstraint(constraint) => rename(constraint),
                    AlterAction::AddColumn(column) => rename_in_column(column, from, to, part),
                    AlterAction::Other(text) => rename_added(&mut text.node, from, to, part),
                    _ => {}
                }
            }
        }
        Decl::Comment(comment) => described::rename_constraint(comment, table, from, to, part),
        _ => {}
    }
}

/// Renames a constraint that is carried: `ADD CONSTRAINT name …`, `VALIDATE CONSTRAINT name`.
fn rename_added(text: &mut String, from: &str, to: &str, part: Part) {
    *text = token::replaced(text, |own, at| {
        let is_it = own.get(at).is_some_and(|token| token.is_name() && token.value == from);
        let constraints: &[&[&str]] =
            &[&["add", "constraint"], &["validate", "constraint"], &["alter", "constraint"]];
        // Its index is called as it is.
        let indexes: &[&[&str]] = &[&["cluster", "on"], &["replica", "identity", "using", "index"]];
        let is_led = |verbs: &[&[&str]]| {
            verbs
                .iter()
                .any(|words| at == words.len() && own.iter().zip(*words).all(|(token, word)| token.is(word)))
        };
        let has_no_index =
            ["check", "foreign"].iter().any(|word| own.get(3).is_some_and(|kind| kind.is(word)));
        let is_constraint = is_it && is_led(constraints) && !(part == Part::Index && has_no_index);
        let is_index = is_it && is_led(indexes) && part != Part::Constraint;
        (is_constraint || is_index).then(|| (1, PgIdent::new(to).to_string()))
    });
}

/// Renames a constraint that was given on a column.
fn rename_in_column(column: &mut ColumnDecl, from: &str, to: &str, part: Part) {
    let marks = [&mut column.primary_key, &mut column.unique].into_iter().flatten();
    let marks = marks.filter_map(|mark| mark.name.as_deref_mut());
    let checks = column.checks.iter_mut().filter_map(|check| check.name.as_mut());
    let keys = column.references.iter_mut().filter_map(|key| key.name.as_mut());
    let others = checks.chain(keys).filter(|_| part != Part::Index);
    marks.chain(others).for_each(|name| renamed(name, from, to));
}

/// Renames a check or foreign key where that knows its own name.
fn rename_inside(kind: &mut ConstraintKind, from: &str, to: &str) {
    let name = match kind {
        ConstraintKind::Check(check) => &mut check.name,
        ConstraintKind::ForeignKey(key) => &mut key.name,
        _ => return,
    };
    if let Some(name) = name {
        renamed(name, from, to);
    }
}

/// Applies `ALTER INDEX … RENAME TO …`, also where the index is that of a constraint; tells whether it was one.
pub(super) fn rename_of_index(text: &Spanned<String>, done: &mut [Decl]) -> bool {
    let Some((name, to)) = renaming(&text.node, &["alter index"]) else { return false };
    let named = Spanned::new(to.as_str().to_owned(), text.span);
    // That of a partition, which came with that of the whole, is said nowhere: then the statement is carried.
    let is_said = done.iter().any(|decl| described::has_index(decl, &name));
    let is_of_part = |decl: &Decl| matches!(decl, Decl::Table(table) if is_part(table));
    if !is_said && done.iter().any(is_of_part) {
        // It gets the name that PostgreSQL gives it in a script that has the last names from the beginning.
        let is_given = |decl: &Decl| {
            is_of_part(decl)
                && matches!(decl, Decl::Table(table) if is_chosen(table.name.name.node.as_str(), to.as_str()))
        };
        return done.iter().any(is_given);
    }
    let keyed: Vec<QualifiedName> = done.iter().filter_map(|decl| keyed_by(decl, &name)).collect();
    buried::bury_constraint(&keyed, to.as_str(), done);
    for decl in done.iter_mut() {
        if let Decl::Comment(comment) = decl {
            described::rename_constraint(comment, &name, name.name.as_str(), to.as_str(), Part::Index);
            for table in &keyed {
                described::rename_part(comment, "constraint", table, &name.name, &to);
            }
        }
        match decl {
            // That of a whole alone, and what is attached to it.
            Decl::Verbatim(data) if matches!(data.kind.as_str(), "index" | "alter index") => {
                rename_mentions(data, &name, to.as_str());
            }
            Decl::Index(data) if index_name(&data.table, &data.index) == name => {
                data.index.name = Some(named.clone());
            }
            Decl::Table(data) => {
                let table = data.name.clone();
                let own = data.indexes.iter_mut().filter(|index| index_name(&table, index) == name);
                own.for_each(|index| index.name = Some(named.clone()));
            }
            _ => {}
        }
        let table = match decl {
            Decl::Table(data) => qualified(&data.name),
            Decl::AlterTable(alter) => qualified(&alter.table),
            _ => continue,
        };
        if table.schema == name.schema {
            rename_constraint(decl, &table, name.name.as_str(), to.as_str(), Part::Index);
        }
    }
    true
}

/// Returns the table to which a declaration gives a key that has an index of a name.
fn keyed_by(decl: &Decl, index: &QualifiedName) -> Option<QualifiedName> {
    let table = match decl {
        Decl::Table(data) => qualified(&data.name),
        Decl::AlterTable(alter) => qualified(&alter.table),
        _ => return None,
    };
    (table.schema == index.schema && key_of(decl, &table, index.name.as_str()).is_some()).then_some(table)
}

/// Tells whether a name has the form of those that PostgreSQL chooses for the indexes of a table.
fn is_chosen(table: &str, name: &str) -> bool {
    let rest = name.strip_prefix(table).and_then(|rest| rest.strip_prefix('_'));
    let label = rest.map(|rest| rest.trim_end_matches(|c: char| c.is_ascii_digit()));
    label.is_some_and(|label| ["pkey", "key", "idx"].iter().any(|end| label.ends_with(end)))
}

fn is_part(table: &TableDecl) -> bool {
    let own = table.tail.as_ref().map(|tail| tokens(&tail.node)).unwrap_or_default();
    own.windows(2).any(|pair| matches!(pair, [a, b] if a.is("partition") && b.is("of")))
}

/// Applies `ALTER VIEW … RENAME TO …` and the like to what statements that are carried make; tells whether it was one.
pub(super) fn rename_of_carried(text: &Spanned<String>, done: &mut [Decl]) -> bool {
    let heads = ["alter view", "alter materialized view", "alter sequence", "alter collation"];
    let Some((name, to)) = renaming(&text.node, &heads) else { return false };
    if text.node.split_whitespace().nth(1).is_some_and(|word| word.eq_ignore_ascii_case("collation")) {
        let to = QualifiedName { schema: name.schema.clone(), name: to };
        for decl in done.iter_mut() {
            match decl {
                Decl::Verbatim(data) => rename_mentions(data, &name, to.name.as_str()),
                _ => recollate(decl, &name, &to),
            }
        }
        return true;
    }
    for decl in done.iter_mut() {
        match decl {
            Decl::Verbatim(data) => rename_mentions(data, &name, to.as_str()),
            Decl::Index(index) if is_called(&index.table, &name) => {
                to.as_str().clone_into(&mut index.table.name.node);
            }
            Decl::Table(data) => {
                let table = qualified(&data.name);
                for column in &mut data.columns {
                    rename_in_default(column, &name, &to);
                    identity::rename_sequence(column, &table, &name, &to);
                }
            }
            Decl::AlterTable(alter) => alter.actions.iter_mut().for_each(|action| match action {
                AlterAction::AddColumn(column) => rename_in_default(column, &name, &to),
                AlterAction::SetDefault(_, Some(default)) => rename_counted(default, &name, &to),
                _ => {}
            }),
            Decl::Comment(comment) => {
                if let CommentTarget::Table(on) | CommentTarget::Column(on, _) = &mut comment.target
                    && is_called(on, &name)
                {
                    to.as_str().clone_into(&mut on.name.node);
                }
            }
            _ => {}
        }
    }
    true
}

fn rename_in_default(column: &mut ColumnDecl, sequence: &QualifiedName, to: &PgIdent) {
    column.default.iter_mut().for_each(|default| rename_counted(default, sequence, to));
}

/// Renames the sequence that a default counts with: PostgreSQL knows it by more than its name.
fn rename_counted(default: &mut DefaultDecl, sequence: &QualifiedName, to: &PgIdent) {
    let renamed = QualifiedName { schema: sequence.schema.clone(), name: to.clone() };
    default.value = default.value.replace(&literal(&sequence.to_string()), &literal(&renamed.to_string()));
}

/// Renames what a carried statement makes or names.
pub(super) fn rename_mentions(data: &mut VerbatimDecl, name: &QualifiedName, to: &str) {
    let mut found = false;
    for named in data.names.iter_mut().chain(&mut data.creates).filter(|named| is_called(named, name)) {
        to.clone_into(&mut named.name.node);
        found = true;
    }
    if found {
        rewritten(&mut data.text.node, name.name.as_str(), to);
    }
}

/// Reads `ALTER … name RENAME TO name`.
fn renaming(text: &str, heads: &[&str]) -> Option<(QualifiedName, PgIdent)> {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    heads.iter().find(|head| cursor.eat(head))?;
    _ = cursor.eat("if exists");
    let name = cursor.name()?;
    cursor.eat("rename to").then(|| cursor.ident()).flatten().map(|to| (name, to))
}
