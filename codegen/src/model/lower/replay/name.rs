//! What a script makes without a name has the name that PostgreSQL gives it at that moment, and keeps it whatever its table or
//! columns are called later.

use super::super::alter::{counted, counts_no_more, words_of_name};
use super::super::index::columns_of_name;
use super::taken::{Sort, Taken, beside, note};
use super::{identity, is_called, qualified};
use crate::model::default_name::{check_column, object_name, sequence};
use crate::model::ident::{PgIdent, QualifiedName, literal};
use crate::source::decl::{
    AlterAction, ColumnDecl, ConstraintDecl, ConstraintKind, Decl, DefaultDecl, DefaultKind, Ident,
    IndexDecl, QName, TableDecl, VerbatimDecl,
};
use crate::span::{Span, Spanned};

/// The names that are taken at some place of a script.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// None where something was renamed since they were gathered, to what is not known here.
    taken: Option<Taken>,
    /// Some of them may have become free.
    may_be_free: bool,
}

impl Names {
    /// Notes that names may have become free and others be taken.
    pub(super) fn forget(&mut self) {
        self.taken = None;
    }

    /// Notes that names may have become free: they are gathered anew where one of them is asked for.
    pub(super) fn free(&mut self) {
        self.may_be_free = true;
    }

    /// Notes that something has another name.
    pub(super) fn rename(&mut self, to: QualifiedName) {
        self.free();
        self.taken.iter_mut().for_each(|taken| taken.add(Sort::Key, to.clone()));
    }

    /// Gives a name to every constraint and index of what follows `done`, and adds it there.
    pub(super) fn add(&mut self, mut decl: Decl, done: &mut Vec<Decl>) {
        let counted = self.give(&mut decl, done);
        let table = match &decl {
            Decl::Table(table) => qualified(&table.name),
            Decl::AlterTable(alter) => qualified(&alter.table),
            _ => return done.push(decl),
        };
        done.extend(counted.iter().map(|(name, column, ty)| create(name, ty, column.span)));
        done.push(decl);
        done.extend(counted.iter().map(|(name, column, _)| owned(name, &table, column)));
    }

    /// Gives a name to every constraint and index of what follows `done`; returns the sequences of serial columns whose usual name is
    /// taken: they are said by themselves.
    pub(super) fn give(&mut self, decl: &mut Decl, done: &[Decl]) -> Vec<Counted> {
        let mut counted = Vec::new();
        if let Some(taken) = self.taken.as_mut().filter(|_| self.may_be_free) {
            let mut attempt = decl.clone();
            if choose(&mut attempt, taken, &mut counted) {
                *decl = attempt;
                note(decl, done, taken);
                return counted;
            }
            counted.clear();
            self.taken = None;
        }
        self.may_be_free = false;
        let taken = self.taken.get_or_insert_with(|| {
            let mut taken = Taken::default();
            for (at, decl) in done.iter().enumerate() {
                note(decl, done.get(..at).unwrap_or_default(), &mut taken);
            }
            taken
        });
        _ = choose(decl, taken, &mut counted);
        note(decl, done, taken);
        counted
    }
}

/// The sequence of a serial column that is said by itself, the column, and the type that it counts in.
type Counted = (QualifiedName, Ident, &'static str);

/// Chooses the names of what a declaration makes; tells whether each of them was free at once.
fn choose(decl: &mut Decl, taken: &mut Taken, counted: &mut Vec<Counted>) -> bool {
    match decl {
        Decl::Table(table) => name_table(table, taken, counted),
        Decl::AlterTable(alter) => {
            let table = qualified(&alter.table);
            let mut free = true;
            for action in &mut alter.actions {
                let mut of = Namer { table: &table, taken, free, counted };
                match action {
                    AlterAction::AddColumn(column) => {
                        of.sequence(column);
                        of.checks(column);
                        of.keys(column);
                        of.references(column);
                    }
                    AlterAction::AddConstraint(constraint) => of.constraint(constraint),
                    AlterAction::DropConstraint(name) => of.taken.free(&beside(&table, name)),
                    _ => {}
                }
                free = of.free;
            }
            free
        }
        Decl::Index(data) => {
            let table = qualified(&data.table);
            let mut of = Namer { table: &table, taken, free: true, counted };
            of.index(&mut data.index);
            of.free
        }
        _ => true,
    }
}

/// Gives names in the order of PostgreSQL: checks with the table, then its keys, then its foreign keys; tells whether each was free
/// at once.
fn name_table(table: &mut TableDecl, taken: &mut Taken, counted: &mut Vec<Counted>) -> bool {
    let name = qualified(&table.name);
    let mut of = Namer { table: &name, taken, free: true, counted };
    let is_primary = |kind: &ConstraintKind| matches!(kind, ConstraintKind::PrimaryKey { .. });
    table.columns.iter_mut().for_each(|column| of.sequence(column));
    table.columns.iter_mut().for_each(|column| of.checks(column));
    let kinds: [fn(&ConstraintKind) -> bool; 3] = [
        |kind| matches!(kind, ConstraintKind::Check(_)),
        |kind| !matches!(kind, ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_)),
        |kind| matches!(kind, ConstraintKind::ForeignKey(_)),
    ];
    let [checks, keys, references] = kinds;
    table.constraints.iter_mut().filter(|it| checks(&it.kind)).for_each(|it| of.constraint(it));
    table.constraints.iter_mut().filter(|it| is_primary(&it.kind)).for_each(|it| of.constraint(it));
    table.columns.iter_mut().for_each(|column| of.keys(column));
    table.constraints.iter_mut().filter(|it| keys(&it.kind)).for_each(|it| of.constraint(it));
    table.columns.iter_mut().for_each(|column| of.references(column));
    table.constraints.iter_mut().filter(|it| references(&it.kind)).for_each(|it| of.constraint(it));
    table.indexes.iter_mut().for_each(|index| of.index(index));
    of.free
}

/// Gives names to what belongs to one table.
struct Namer<'a> {
    table: &'a QualifiedName,
    taken: &'a mut Taken,
    /// Whether no name that was to be given was taken.
    free: bool,
    /// The sequences of serial columns that have not their usual names.
    counted: &'a mut Vec<Counted>,
}

impl Namer<'_> {
    /// Chooses a name; nothing where there is one.
    fn give(&mut self, name: &mut Option<Ident>, columns: &str, label: &str, span: Span) {
        if name.is_some() {
            return;
        }
        let table = self.table.name.as_str();
        let sort = match label {
            "check" | "fkey" => Sort::Constraint,
            "idx" => Sort::Relation,
            _ => Sort::Key,
        };
        let chosen = (0_usize..)
            .map(|count| match count {
                0 => object_name(table, columns, label),
                _ => object_name(table, columns, &format!("{label}{count}")),
            })
            .find(|name| {
                let name = PgIdent::new(name.as_str());
                let name = QualifiedName { schema: self.table.schema.clone(), name };
                let is_free = self.taken.take(sort, name);
                self.free &= is_free;
                is_free
            });
        *name = chosen.map(|chosen| Spanned::new(chosen, span));
    }

    /// Says the name of the sequence of an identity where the usual one is taken, and the whole sequence of a serial column.
    fn sequence(&mut self, column: &mut ColumnDecl) {
        let is_counted = is_counted(column);
        if !is_counted && (column.identity.is_none() || identity::said(column).is_some()) {
            return;
        }
        let usual = sequence(self.table, &column.name.node);
        if self.taken.take(Sort::Relation, usual) {
            return;
        }
        self.free = false;
        let (table, own) = (self.table.name.as_str(), column.name.node.clone());
        let names = (1_usize..).map(|count| PgIdent::new(object_name(table, &own, &format!("seq{count}"))));
        let chosen = names.into_iter().find(|name| {
            let name = QualifiedName { schema: self.table.schema.clone(), name: name.clone() };
            self.taken.take(Sort::Relation, name)
        });
        let Some(name) = chosen else { return };
        if !is_counted {
            identity::say(column, &name);
            return;
        }
        let name = QualifiedName { schema: self.table.schema.clone(), name };
        if let Some(ty) = free(column, &name) {
            self.counted.push((name, column.name.clone(), ty));
        }
    }

    fn checks(&mut self, column: &mut ColumnDecl) {
        for check in &mut column.checks {
            let span = check.expression.span;
            let named_after = check_column(&check.expression.node);
            self.give(&mut check.name, &named_after, "check", span);
        }
    }

    fn keys(&mut self, column: &mut ColumnDecl) {
        let own = column.name.node.as_str();
        for (mark, columns, label) in
            [(&mut column.primary_key, "", "pkey"), (&mut column.unique, own, "key")]
        {
            let Some(mark) = mark else { continue };
            let mut name = mark.name.take().map(|name| *name);
            self.give(&mut name, columns, label, mark.span);
            mark.name = name.map(Box::new);
        }
    }

    fn references(&mut self, column: &mut ColumnDecl) {
        let own = column.name.node.as_str();
        for key in &mut column.references {
            self.give(&mut key.name, own, "fkey", key.span);
        }
    }

    fn constraint(&mut self, constraint: &mut ConstraintDecl) {
        // These may know their names themselves.
        let knows = match &constraint.kind {
            ConstraintKind::Check(check) => check.name.is_some(),
            ConstraintKind::ForeignKey(key) => key.name.is_some(),
            _ => false,
        };
        if knows {
            return;
        }
        let (columns, label) = words_of_name(&constraint.kind);
        self.give(&mut constraint.name, &columns, label, constraint.span);
    }

    fn index(&mut self, index: &mut IndexDecl) {
        let columns = columns_of_name(index);
        self.give(&mut index.name, &columns, "idx", index.span);
    }
}

pub(super) fn is_counted(column: &ColumnDecl) -> bool {
    column.ty.as_ref().is_some_and(|ty| counted(&ty.node).is_some())
}

/// Says a sequence by itself that came with a serial column, before it gets another name or other options than those that come along.
pub(super) fn set_sequence_apart(name: &QualifiedName, done: &mut Vec<Decl>) {
    let is_it = |table: &QualifiedName, column: &ColumnDecl| {
        is_counted(column) && sequence(table, &column.name.node) == *name
    };
    let found = done.iter().find_map(|decl| {
        // Its name begins with its table's, unless that was too long.
        let table = match decl {
            Decl::Table(data) => &data.name,
            Decl::AlterTable(alter) => &alter.table,
            _ => return None,
        };
        let begins = table.name.node.chars().zip(name.name.as_str().chars()).take(8).all(|(a, b)| a == b);
        if !begins {
            return None;
        }
        let table = qualified(table);
        let column = match decl {
            Decl::Table(data) => data.columns.iter().find(|column| is_it(&table, column)),
            Decl::AlterTable(alter) => alter.actions.iter().find_map(|action| match action {
                AlterAction::AddColumn(column) if is_it(&table, column) => Some(&**column),
                _ => None,
            }),
            _ => None,
        };
        column.map(|column| (table, column.name.node.clone()))
    });
    if let Some((table, column)) = found {
        set_apart(&table, Some(&column), done);
    }
}

/// Says the sequence of a serial column by itself, before its table or the column gets a name of which the sequence's is none.
///
/// `column` is the one that is renamed; none stands for all of the table.
pub(super) fn set_apart(table: &QualifiedName, column: Option<&str>, done: &mut Vec<Decl>) {
    let is_meant = |own: &ColumnDecl| column.is_none_or(|column| own.name.node == column) && is_counted(own);
    let mut apart = Vec::new();
    for (at, decl) in done.iter_mut().enumerate() {
        let columns: Vec<&mut ColumnDecl> = match decl {
            Decl::Table(data) if is_called(&data.name, table) => {
                data.columns.iter_mut().filter(|own| is_meant(own)).collect()
            }
            Decl::AlterTable(alter) if is_called(&alter.table, table) => {
                let columns = alter.actions.iter_mut().filter_map(|action| match action {
                    AlterAction::AddColumn(column) if is_meant(column) => Some(&mut **column),
                    _ => None,
                });
                columns.collect()
            }
            _ => continue,
        };
        for own in columns {
            let name = sequence(table, &own.name.node);
            apart.extend(free(own, &name).map(|ty| (at, name, own.name.clone(), ty)));
        }
    }
    for (at, name, column, ty) in apart.into_iter().rev() {
        done.push(owned(&name, table, &column));
        done.insert(at, create(&name, ty, column.span));
    }
}

/// Returns what makes a sequence that of a column.
fn owned(sequence: &QualifiedName, table: &QualifiedName, column: &Ident) -> Decl {
    let span = column.span;
    let owned = format!("ALTER SEQUENCE {sequence} OWNED BY {table}.{}", PgIdent::new(column.node.as_str()));
    Decl::Verbatim(VerbatimDecl {
        kind: "alter sequence".to_owned(),
        creates: None,
        names: vec![made(sequence, span), made(table, span)],
        was: None,
        text: Spanned::new(owned, span),
        stale: false,
    })
}

/// Makes a serial column one of the type that it stands for, with a default that counts with a sequence; gives that type.
pub(super) fn free(column: &mut ColumnDecl, sequence: &QualifiedName) -> Option<&'static str> {
    let ty = column.ty.as_ref()?;
    let (span, plain) = (ty.span, counted(&ty.node)?);
    counts_no_more(column);
    column.default = Some(DefaultDecl {
        kind: DefaultKind::Expression,
        value: format!("nextval({}::regclass)", literal(&sequence.to_string())),
        span,
    });
    Some(plain)
}

/// Returns what makes a sequence of a type.
pub(super) fn create(sequence: &QualifiedName, ty: &str, span: Span) -> Decl {
    Decl::Verbatim(VerbatimDecl {
        kind: "sequence".to_owned(),
        creates: Some(made(sequence, span)),
        names: Vec::new(),
        was: None,
        text: Spanned::new(format!("CREATE SEQUENCE {sequence} AS {ty}"), span),
        stale: false,
    })
}

fn made(name: &QualifiedName, span: Span) -> QName {
    let ident = |name: &PgIdent| Spanned::new(name.as_str().to_owned(), span);
    QName { schema: name.schema.as_ref().map(ident), name: ident(&name.name) }
}
