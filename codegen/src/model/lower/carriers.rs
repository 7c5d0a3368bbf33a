//! What one part of the documents says of a table and another does not: columns that a diagram draws and the SQL lacks, a foreign key
//! that leads to one table here and to another there.
//!
//! What both say in different words is reported where it is merged; this is about what only one of them says.

mod one_sided;

use std::collections::{BTreeMap, BTreeSet};

use super::{Cx, qualified, words};
use crate::diag::Code;
use crate::model::QualifiedName;
use crate::source::decl::{
    ColumnDecl, ConstraintKind, Decl, EndpointDecl, IndexDecl, Language, RefDecl, Relation, TableDecl,
};
use crate::span::Span;

pub(super) const DISAGREE: Code = Code::new("carriers-disagree");
const CONFLICTING_REFERENCE: Code = Code::new("conflicting-reference");

/// How many columns a message names; further ones are counted.
const NAMED: usize = 6;

/// Reports where the declarations of one table in several languages do not say the same.
pub(super) fn compare(decls: &[Decl], cx: &mut Cx<'_>) {
    let mut tables: BTreeMap<QualifiedName, Vec<&TableDecl>> = BTreeMap::new();
    for decl in decls {
        if let Decl::Table(table) = decl {
            tables.entry(qualified(&table.name)).or_default().push(table);
        }
    }
    let mut indexes: BTreeMap<QualifiedName, Vec<&IndexDecl>> = BTreeMap::new();
    for decl in decls {
        if let Decl::Index(index) = decl {
            indexes.entry(qualified(&index.table)).or_default().push(&index.index);
        }
    }
    for (name, declared) in &tables {
        let Some((first, others)) = declared.split_first() else { continue };
        if !others.is_empty() {
            let indexes = indexes.get(name).map(Vec::as_slice).unwrap_or_default();
            one_sided::compare(declared, indexes, cx);
        }
        if others.iter().all(|other| other.language == first.language) {
            continue;
        }
        missing(declared, cx);
        pairs(declared, cx);
    }
    let relations: Vec<&RefDecl> = decls
        .iter()
        .filter_map(|decl| match decl {
            Decl::Ref(relation) => Some(relation),
            _ => None,
        })
        .collect();
    // DBML may give a column several tables to refer to: any of them may be the one that stands elsewhere.
    let mut targets: BTreeMap<(QualifiedName, &str), BTreeSet<String>> = BTreeMap::new();
    for relation in &relations {
        let (from, to) = ends(relation);
        if let [column] = from.columns.as_slice() {
            let all = targets.entry((qualified(&from.table), &column.node)).or_default();
            all.insert(words::joined(&to.table.name.node));
        }
    }
    for relation in &relations {
        listed(relation, &tables, &targets, cx);
    }
}

/// Returns the referencing and the referenced end of a relation.
fn ends(relation: &RefDecl) -> (&EndpointDecl, &EndpointDecl) {
    let [one, other] = &relation.endpoints;
    if one.relation == Relation::Many { (one, other) } else { (other, one) }
}

/// Reports a foreign key of a list ("`loans.book_id` → `books.id`") or a `Ref` of DBML whose column refers to another table where its own
/// is defined in another language.
fn listed(
    relation: &RefDecl,
    tables: &BTreeMap<QualifiedName, Vec<&TableDecl>>,
    targets: &BTreeMap<(QualifiedName, &str), BTreeSet<String>>,
    cx: &mut Cx<'_>,
) {
    let (from, to) = ends(relation);
    let (Some(declared), [column]) = (tables.get(&qualified(&from.table)), from.columns.as_slice()) else {
        return;
    };
    if to.columns.is_empty() {
        return;
    }
    let known = declared.iter().filter(|table| table.language != Language::Dbml).find_map(|table| {
        let same = |known: &&ColumnDecl| known.name.node.eq_ignore_ascii_case(&column.node);
        leads(table, table.columns.iter().find(same)?)
    });
    let Some((known, place)) = known else { return };
    let all = targets.get(&(qualified(&from.table), column.node.as_str()));
    let says_it = all.is_some_and(|all| all.contains(&words::joined(&known)));
    if !says_it && words::joined(&known) != words::joined(&to.table.name.node) {
        let message = format!("`{}.{}` references `{}` here", from.table, column.node, to.table);
        cx.conflict(CONFLICTING_REFERENCE, relation.span, message, place, format!("`{known}` here"));
    }
}

/// Tells whether a language defines tables, with all their columns.
fn defines(language: Language) -> bool {
    matches!(language, Language::Sql | Language::Dbml | Language::Prisma)
}

/// Tells whether a table of columns or a list gives a type for every column, and so all of them.
fn is_whole(table: &TableDecl) -> bool {
    table.columns.len() > 1 && table.columns.iter().all(|column| column.ty.is_some())
}

/// Reports columns that one declaration has and one that defines the table, or gives it whole, has not.
fn missing(declared: &[&TableDecl], cx: &mut Cx<'_>) {
    let defined = declared.iter().any(|table| defines(table.language));
    let languages = [Language::Sql, Language::Dbml, Language::Prisma, Language::Markdown];
    for language in languages {
        let of_language = || declared.iter().filter(move |table| table.language == language);
        let Some(whole) = of_language().next() else { continue };
        // A partition, or what is made like another, has more columns than it lists.
        let has_all = whole.tail.is_none()
            && if language == Language::Markdown { of_language().all(|table| is_whole(table)) } else { true };
        if !has_all {
            continue;
        }
        for other in declared.iter().filter(|other| other.language != language) {
            let only_in_other: Vec<&ColumnDecl> = other
                .columns
                .iter()
                .filter(|column| !of_language().any(|table| has(table, column)))
                .collect();
            // A table of columns is held to SQL, and shown what SQL adds; a diagram is a summary.
            let weighs = defines(language) || (!defined && other.language == Language::Mermaid);
            // What a report of several models leaves out, it need not say.
            let of_one_file = || other.name.span().file == whole.name.span().file;
            if !weighs && (!defines(other.language) || !of_one_file()) {
                continue;
            }
            report(whole, &only_in_other, weighs, cx);
        }
    }
}

fn has(table: &TableDecl, column: &ColumnDecl) -> bool {
    table.columns.iter().any(|known| words::joined(&known.name.node) == words::joined(&column.name.node))
}

fn report(whole: &TableDecl, columns: &[&ColumnDecl], weighs: bool, cx: &mut Cx<'_>) {
    let Some(first) = columns.first() else { return };
    let named: Vec<String> =
        columns.iter().take(NAMED).map(|column| format!("`{}`", column.name.node)).collect();
    let more = match columns.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (stands, it) = if columns.len() == 1 { ("stands", "it") } else { ("stand", "them") };
    let message = format!(
        "{}{more} of `{}` {stands} here and not in {}",
        named.join(", "),
        whole.name,
        called(whole.language)
    );
    let help = match weighs {
        true => format!("add {it} there, or take {it} out here: the table is made with {it}"),
        false => format!("add {it} to the table of columns, where it is to say all of them"),
    };
    let diagnostic = match weighs {
        true => cx.sink.warning(DISAGREE, first.name.span, message),
        false => cx.sink.info(DISAGREE, first.name.span, message),
    };
    diagnostic.help(help).label(whole.name.span(), "this one");
}

fn called(language: Language) -> &'static str {
    match language {
        Language::Sql => "the SQL of the table",
        Language::Dbml => "the DBML of the table",
        Language::Prisma => "the Prisma model",
        Language::Markdown => "the table of columns",
        Language::Mermaid => "the diagram",
    }
}

/// Reports columns of which two languages say different things: what they refer to, and whether they take NULL.
fn pairs(declared: &[&TableDecl], cx: &mut Cx<'_>) {
    let mut known: BTreeMap<String, Vec<(&TableDecl, &ColumnDecl)>> = BTreeMap::new();
    for table in declared {
        for column in &table.columns {
            known.entry(words::joined(&column.name.node)).or_default().push((*table, column));
        }
    }
    for said in known.values() {
        let Some(((table, column), others)) = said.split_first() else { continue };
        let target = leads(table, column);
        let mut first = target.map(|target| (table.language, target));
        for (other_table, other) in others {
            let Some((name, span)) = leads(other_table, other) else { continue };
            match &first {
                Some((language, (known, place)))
                    if *language != other_table.language && words::joined(known) != words::joined(&name) =>
                {
                    let path = format!("{}.{}", table.name, column.name.node);
                    let message = format!("`{path}` references `{name}` here");
                    cx.conflict(CONFLICTING_REFERENCE, span, message, *place, format!("`{known}` here"));
                }
                Some(_) => {}
                None => first = Some((other_table.language, (name, span))),
            }
        }
        nullability(said, cx);
    }
}

/// Returns the table that a column alone refers to, with the place that says so.
fn leads(table: &TableDecl, column: &ColumnDecl) -> Option<(String, Span)> {
    if let Some(key) = column.references.first().filter(|key| key.columns.len() < 2) {
        return Some((key.table.name.node.clone(), key.span));
    }
    table.constraints.iter().find_map(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(key) => match key.columns.as_slice() {
            [only] if only.node == column.name.node => Some((key.table.name.node.clone(), key.span)),
            _ => None,
        },
        _ => None,
    })
}

/// Reports a column that words or a diagram call not null and the SQL lets be NULL.
fn nullability(said: &[(&TableDecl, &ColumnDecl)], cx: &mut Cx<'_>) {
    let refuses = said.iter().find_map(|(table, column)| {
        let null = column.nullable.as_ref().filter(|null| !null.node && column.primary_key.is_none())?;
        Some((*table, null.span))
    });
    let Some((of, place)) = refuses else { return };
    let takes = said.iter().find(|(table, column)| {
        let in_key = table.constraints.iter().any(|constraint| match &constraint.kind {
            ConstraintKind::PrimaryKey { columns, .. } => {
                columns.iter().any(|key| key.node == column.name.node)
            }
            _ => false,
        });
        let counts = column.increment.is_some()
            || column.identity.is_some()
            || column.ty.as_ref().is_some_and(|ty| ty.node.to_lowercase().contains("serial"));
        table.language != of.language
            && matches!(table.language, Language::Sql | Language::Prisma)
            && column.nullable.is_none()
            && column.primary_key.is_none()
            && !in_key
            && !counts
    });
    if let Some((table, column)) = takes {
        let path = format!("{}.{}", table.name, column.name.node);
        let message = format!("`{path}` is not null here, and may be NULL in {}", called(table.language));
        cx.sink
            .warning(DISAGREE, place, message)
            .label(column.name.span, "without NOT NULL here")
            .help("make the two places say the same; it is taken to be not null");
    }
}
