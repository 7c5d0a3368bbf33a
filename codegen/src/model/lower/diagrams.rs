//! Diagrams and the tables that they draw: the entity `USER` of an `erDiagram` is the table `users` that SQL or a table of columns
//! defines.

use std::collections::{BTreeMap, BTreeSet};

use super::{qualified, words};
use crate::model::PgType;
use crate::model::ident::QualifiedName;
use crate::source::decl::{ConstraintKind, Decl, ForeignKeyDecl, Ident, Language, QName, TableDecl};

/// What the rest of the documents says of a table.
struct Drawn {
    name: QName,
    /// Names and types of its columns, by their names without case and separators.
    columns: BTreeMap<String, (String, Option<Ident>)>,
}

/// Gives the entities of diagrams, and their attributes, the names that the tables and columns have where something else defines them.
///
/// Case, separators and plural make no difference where exactly one table is meant. A diagram's `decimal` is the `numeric(10, 2)` that
/// stands elsewhere: diagrams rarely say how long or precise a value is.
pub(super) fn merge(decls: &mut [Decl]) {
    let is_drawn = |decl: &Decl| match decl {
        Decl::Table(data) => data.language == Language::Mermaid,
        Decl::Ref(data) => data.inactive,
        _ => false,
    };
    if !decls.iter().any(is_drawn) {
        return;
    }
    let mut tables: BTreeMap<String, Option<Drawn>> = BTreeMap::new();
    let mut defined = BTreeSet::new();
    for decl in decls.iter() {
        let Decl::Table(data) = decl else { continue };
        if data.language == Language::Mermaid {
            continue;
        }
        // Two parts of one table are one table.
        if defined.insert(data.name.to_string()) {
            let entry = tables.entry(words::joined(&data.name.name.node));
            entry.and_modify(|known| *known = None).or_insert_with(|| Some(of(data)));
        } else if let Some(Some(known)) = tables.get_mut(&words::joined(&data.name.name.node)) {
            // Where they disagree, the first is what the table is.
            for (joined, column) in of(data).columns {
                known.columns.entry(joined).or_insert(column);
            }
        }
    }
    // `references shop_states(code)` in SQL names a table that is drawn and no more.
    let mut referred: BTreeMap<String, Drawn> = BTreeMap::new();
    for key in decls.iter().flat_map(sql_keys) {
        let joined = words::joined(&key.table.name.node);
        if !tables.contains_key(&joined) {
            let new = || Drawn { name: key.table.clone(), columns: BTreeMap::new() };
            let named = |column: &Ident| (words::joined(&column.node), (column.node.clone(), None));
            referred.entry(joined).or_insert_with(new).columns.extend(key.referenced.iter().map(named));
        }
    }
    tables.extend(referred.into_iter().map(|(joined, table)| (joined, Some(table))));
    let find = |name: &QName| {
        let found = tables.get(&words::joined(&name.name.node)).and_then(Option::as_ref)?;
        let is_other = name.schema.is_none() && !defined.contains(&name.name.node);
        (is_other || found.name.to_string() == name.to_string()).then_some(found)
    };
    let rename = |name: &mut QName, drawn: &Drawn| {
        let span = name.name.span;
        name.schema = drawn.name.schema.clone();
        if let Some(schema) = &mut name.schema {
            schema.span = span;
        }
        name.name.node.clone_from(&drawn.name.name.node);
    };
    for decl in decls {
        match decl {
            Decl::Table(data) if data.language == Language::Mermaid => {
                let Some(drawn) = find(&data.name) else { continue };
                rename(&mut data.name, drawn);
                for name in data.constraints.iter_mut().flat_map(|key| key_columns(&mut key.kind)) {
                    if let Some((known, _)) = drawn.columns.get(&words::joined(&name.node)) {
                        name.node.clone_from(known);
                    }
                }
                for column in &mut data.columns {
                    let Some((name, ty)) = drawn.columns.get(&words::joined(&column.name.node)) else {
                        continue;
                    };
                    column.name.node.clone_from(name);
                    if let (Some(drawn), Some(said)) = (&mut column.ty, ty)
                        && (says_more(&PgType::parse(&said.node), &PgType::parse(&drawn.node))
                            || is_sized(&said.node, &drawn.node))
                    {
                        // It is said there and not in the diagram.
                        drawn.clone_from(said);
                    }
                }
            }
            Decl::Ref(data) if data.inactive => {
                for end in &mut data.endpoints {
                    let Some(drawn) = find(&end.table) else { continue };
                    rename(&mut end.table, drawn);
                    for column in &mut end.columns {
                        if let Some((name, _)) = drawn.columns.get(&words::joined(&column.node)) {
                            column.node.clone_from(name);
                        }
                    }
                }
            }
            Decl::NamedTable(data) => {
                let mut name = QName::bare(data.name.clone());
                let Some(drawn) = find(&name) else { continue };
                rename(&mut name, drawn);
                data.name = name.name;
            }
            _ => {}
        }
    }
}

/// Tells whether a type gives the length of what a diagram calls a string: `String(36)` beside `string`.
fn is_sized(said: &str, drawn: &str) -> bool {
    let drawn = drawn.trim();
    let head = said.split_once('(').map(|(head, _)| head.trim());
    head.is_some_and(|head| {
        head.eq_ignore_ascii_case(drawn) || ["string", "str"].contains(&drawn.to_ascii_lowercase().as_str())
    }) && said.contains(|c: char| c.is_ascii_digit())
        && !said.contains(['\'', '"', '|', ','])
}

/// Returns the tables that diagrams draw and nothing but words describes besides.
pub(super) fn drawn(decls: &[Decl]) -> BTreeSet<QualifiedName> {
    let of = |is_one: fn(Language) -> bool| {
        decls.iter().filter_map(move |decl| match decl {
            Decl::Table(data) if is_one(data.language) => Some(qualified(&data.name)),
            _ => None,
        })
    };
    let defined: BTreeSet<QualifiedName> =
        of(|language| !matches!(language, Language::Mermaid | Language::Markdown)).collect();
    of(|language| language == Language::Mermaid).filter(|name| !defined.contains(name)).collect()
}

/// Returns the foreign keys that SQL says of a table.
fn sql_keys(decl: &Decl) -> Vec<&ForeignKeyDecl> {
    let Decl::Table(table) = decl else { return Vec::new() };
    if table.language != Language::Sql {
        return Vec::new();
    }
    let of_table = table.constraints.iter().filter_map(|key| match &key.kind {
        ConstraintKind::ForeignKey(key) => Some(key),
        _ => None,
    });
    table.columns.iter().flat_map(|column| &column.references).chain(of_table).collect()
}

/// Returns the columns of a key that a diagram draws.
fn key_columns(key: &mut ConstraintKind) -> &mut [Ident] {
    match key {
        ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => columns,
        ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) | ConstraintKind::Exclude(_) => &mut [],
    }
}

fn of(data: &TableDecl) -> Drawn {
    let columns = data.columns.iter().map(|column| {
        let (name, ty) = (&column.name.node, column.ty.clone());
        (words::joined(name), (name.clone(), ty))
    });
    Drawn { name: data.name.clone(), columns: columns.collect() }
}

/// Tells whether one of two types says what the other does and how long or precise it is besides: `numeric(10, 2)` and `numeric`.
fn says_more(a: &PgType, b: &PgType) -> bool {
    match (a, b) {
        (PgType::Builtin { name, args, .. }, PgType::Builtin { name: other, args: none, fields: None }) => {
            name == other && !args.is_empty() && none.is_empty()
        }
        _ => false,
    }
}
