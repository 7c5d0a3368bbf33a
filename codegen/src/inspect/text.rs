//! Declarations for a person: what was recognised, with the line that said it.

use std::fmt::Write;

use crate::source::decl::{
    AlterAction, ClaimDecl, ClaimKind, ColumnDecl, CommentTarget, ConstraintDecl, ConstraintKind, Decl,
    EndpointDecl, Extent, ForeignKeyDecl, IndexDecl, IndexKey, ProseKind, TableDecl,
};
use crate::span::{Sources, Span};

/// One line of what was recognised.
pub(super) struct Line {
    /// What kind of declaration it is; none for a part of one, which follows it.
    pub(super) kind: Option<&'static str>,
    pub(super) span: Span,
    pub(super) told: String,
}

/// Returns what the declarations say, one a line with its place, and counts at the end.
pub fn to_text(decls: &[Decl], sources: &Sources) -> String {
    let mut out = String::new();
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for line in lines(decls) {
        let at = sources.position(line.span);
        let place = format!("{}:{}:{}", sources.file(line.span.file).path(), at.line, at.column);
        let Some(kind) = line.kind else {
            _ = writeln!(out, "{place}:   {}", line.told);
            continue;
        };
        match counts.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count += 1,
            None => counts.push((kind, 1)),
        }
        _ = writeln!(out, "{place}: {kind} {}", line.told);
    }
    let counts: Vec<String> = counts.iter().map(|(kind, count)| format!("{kind}: {count}")).collect();
    _ = writeln!(
        out,
        "{}",
        if counts.is_empty() { "nothing was recognised".to_owned() } else { counts.join(", ") }
    );
    out
}

/// Returns the lines of what was recognised: each declaration with its parts behind it.
pub(super) fn lines(decls: &[Decl]) -> Vec<Line> {
    let mut out = Vec::new();
    for decl in decls {
        let (kind, span, told) = tell(decl);
        out.push(Line { kind: Some(kind), span, told });
        match decl {
            Decl::Table(table) => describe_table(&mut out, table),
            Decl::AlterTable(alter) => {
                alter.actions.iter().for_each(|action| describe_action(&mut out, action))
            }
            Decl::Enum(data) => {
                data.values.iter().for_each(|value| part(&mut out, value.name.span, value.name.node.clone()));
            }
            Decl::Migration(data) => {
                let members = data.members.iter().flatten();
                members.for_each(|member| part(&mut out, member.span, member.node.clone()));
            }
            Decl::List(data) => {
                data.items.iter().for_each(|item| part(&mut out, item.value.span, item.value.node.clone()));
            }
            _ => {}
        }
    }
    out
}

fn part(out: &mut Vec<Line>, span: Span, told: String) {
    out.push(Line { kind: None, span, told });
}

fn tell(decl: &Decl) -> (&'static str, Span, String) {
    match decl {
        Decl::Project(data) => {
            ("project", data.span, data.name.as_ref().map(|name| name.node.clone()).unwrap_or_default())
        }
        Decl::Schema(data) => ("schema", data.span, data.name.node.clone()),
        Decl::Extension(data) => ("extension", data.span, data.name.node.clone()),
        Decl::Enum(data) => ("enum", data.name.span(), data.name.to_string()),
        Decl::Table(data) => {
            let section = data.section.as_ref().map(|section| format!(" (under “{}”)", section.node));
            ("table", data.name.span(), format!("{}{}", data.name, section.unwrap_or_default()))
        }
        Decl::AlterTable(data) => ("change", data.table.span(), format!("of {}", data.table)),
        Decl::Index(data) => ("index", data.index.span, format!("on {}: {}", data.table, index(&data.index))),
        Decl::Ref(data) => {
            // Of a key that is made the columns say how many; of what is drawn nothing else does.
            let drawn = |it: &EndpointDecl| format!("{} ({})", end(it), it.relation.multiplicity());
            let ends: Vec<String> =
                data.endpoints.iter().map(|it| if data.inactive { drawn(it) } else { end(it) }).collect();
            ("relation", data.span, ends.join(" — "))
        }
        Decl::Comment(data) => {
            let target = match &data.target {
                CommentTarget::Table(name) | CommentTarget::Type(name) => name.to_string(),
                CommentTarget::Column(table, column) => format!("{table}.{}", column.node),
                CommentTarget::Other(text) => text.node.clone(),
            };
            ("comment", data.span, format!("on {target}"))
        }
        Decl::Group(data) => ("group", data.span, data.name.to_string()),
        Decl::Note(data) => ("note", data.span, data.name.node.clone()),
        Decl::Prefix(data) => ("prefix", data.span, format!("{} for {}", data.prefix.node, data.entity.node)),
        Decl::Migration(data) => {
            let mentioned = if data.members.is_none() { " (mentioned)" } else { "" };
            ("migration", data.file.span, format!("{}{mentioned}", data.file.node))
        }
        Decl::List(data) => ("list", data.span, format!("under “{}”", data.label.node)),
        Decl::Rows(data) => ("rows", data.span, format!("of {}: {}", data.table, data.rows.len())),
        Decl::NamedTable(data) => ("named only", data.name.span, data.name.node.clone()),
        Decl::SearchPath(text) => ("setting", text.span, text.node.clone()),
        Decl::Drop(text) => ("drop", text.span, text.node.clone()),
        Decl::Convention(data) => {
            let scope = data.scope.as_ref().map(|scope| format!(" of {}", scope.node)).unwrap_or_default();
            let held = if data.rule.is_some() { "" } else { " (stated, and not enforced)" };
            (
                "convention",
                data.text.span,
                format!("{}{scope}{held}: “{}”", data.kind.as_str(), data.text.node),
            )
        }
        Decl::Access(data) => ("access", data.text.span, format!("to {}: “{}”", data.table, data.text.node)),
        Decl::Link(data) => {
            ("relationships", data.text.span, format!("of {}: “{}”", data.table, data.text.node))
        }
        Decl::Pattern(data) => {
            let name = data.name.as_ref().map(|name| format!("“{}”", name.node)).unwrap_or_default();
            ("pattern", data.span, name)
        }
        Decl::Said(data) => {
            let about = data.about.as_ref().map(|about| format!("{}, ", about.node)).unwrap_or_default();
            ("said", data.text.span, format!("{about}{}: “{}”", data.label.node, data.text.node))
        }
        Decl::Ruling(data) => {
            let tables: Vec<String> = data.tables.iter().map(ToString::to_string).collect();
            ("ruling", data.text.span, format!("of {}: “{}”", tables.join(", "), data.text.node))
        }
        Decl::Claim(data) => ("claim", data.text.span, format!("{}: “{}”", claim(data), data.text.node)),
        Decl::Verbatim(data) => {
            let name = match &data.creates {
                Some(name) => format!(" {name}"),
                None => format!(": {}", clipped(&data.text.node)),
            };
            ("carried", data.text.span, format!("{}{name}", data.kind))
        }
    }
}

/// Returns the first words of a statement.
fn clipped(text: &str) -> String {
    const WORDS: usize = 16;
    let mut words = text.split_whitespace();
    let first: Vec<&str> = words.by_ref().take(WORDS).collect();
    let more = if words.next().is_some() { " …" } else { "" };
    format!("{}{more}", first.join(" "))
}

/// Returns what a document claims, in a few words.
pub(super) fn claim(data: &ClaimDecl) -> String {
    match &data.kind {
        ClaimKind::Count(count) => {
            let extent = match &count.extent {
                Extent::Whole => String::new(),
                Extent::Unclear => " (perhaps of a part)".to_owned(),
                Extent::Part(words) => format!(" of “{}”", words.node),
            };
            let listed = count.listed.as_ref().map(|listed| format!(", {} listed", listed.names.len()));
            let parts = match count.parts.len() {
                0 => String::new(),
                _ => {
                    let numbers: Vec<String> =
                        count.parts.iter().map(|part| part.number.node.to_string()).collect();
                    format!(", made up of {}", numbers.join(" + "))
                }
            };
            format!(
                "{} {}{extent}{}{parts}",
                count.number.node,
                count.subject.name(),
                listed.unwrap_or_default()
            )
        }
        ClaimKind::Indexed(None) => "every foreign key is indexed".to_owned(),
        ClaimKind::Indexed(Some(column)) => format!("every `{}` is indexed", column.node),
        ClaimKind::KeysOfType(ty) => format!("every primary key is `{}`", ty.node),
        ClaimKind::Names { of, names } => format!("`{}` has {} names", of.node, names.len()),
    }
}

fn end(end: &EndpointDecl) -> String {
    let columns: Vec<&str> = end.columns.iter().map(|column| column.node.as_str()).collect();
    format!("{}({})", end.table, columns.join(", "))
}

fn describe_table(out: &mut Vec<Line>, table: &TableDecl) {
    table.columns.iter().for_each(|column| describe_column(out, column));
    table.constraints.iter().for_each(|constraint| describe_constraint(out, constraint));
    for data in &table.indexes {
        let unique = if data.unique.is_some() { "unique " } else { "" };
        part(out, data.span, format!("{unique}index {}", index(data)));
    }
    if let Some(tail) = &table.tail {
        part(out, tail.span, clipped(&tail.node));
    }
}

fn describe_action(out: &mut Vec<Line>, action: &AlterAction) {
    match action {
        AlterAction::AddColumn(column) => describe_column(out, column),
        AlterAction::AddConstraint(constraint) => describe_constraint(out, constraint),
        AlterAction::SetNotNull(column, true) => part(out, column.span, format!("{} not null", column.node)),
        AlterAction::SetNotNull(column, false) => {
            part(out, column.span, format!("{} may be null", column.node));
        }
        AlterAction::SetDefault(column, Some(default)) => {
            part(out, column.span, format!("{}, default {}", column.node, default.value));
        }
        AlterAction::SetDefault(column, None) => {
            part(out, column.span, format!("{} without a default", column.node));
        }
        AlterAction::SetType(column, ty) => part(out, column.span, format!("{} {}", column.node, ty.node)),
        AlterAction::DropColumn(column) => part(out, column.span, format!("without {}", column.node)),
        AlterAction::DropConstraint(name) => {
            part(out, name.span, format!("without constraint {}", name.node))
        }
        AlterAction::Other(text) => part(out, text.span, clipped(&text.node)),
    }
}

fn describe_constraint(out: &mut Vec<Line>, constraint: &ConstraintDecl) {
    let told = match &constraint.kind {
        ConstraintKind::PrimaryKey { columns, .. } => format!("primary key ({})", names(columns)),
        ConstraintKind::Unique { columns, .. } => format!("unique ({})", names(columns)),
        ConstraintKind::Check(check) => format!("check {}", check.expression.node),
        ConstraintKind::ForeignKey(key) => format!("({}) {}", names(&key.columns), references(key)),
        ConstraintKind::Exclude(text) => format!("exclude {}", text.node),
    };
    part(out, constraint.span, told);
}

/// Tells by what an index sorts, and what else is said of it.
fn index(data: &IndexDecl) -> String {
    let parts = data.parts.iter().map(|part| {
        let key = match &part.key {
            IndexKey::Column(text) | IndexKey::Expression(text) => text.node.as_str(),
        };
        let options = part.options.as_ref().map(|options| format!(" {}", options.node));
        format!("{key}{}", options.unwrap_or_default())
    });
    let mut told = format!("({})", parts.collect::<Vec<_>>().join(", "));
    if !data.include.is_empty() {
        told.push_str(&format!(" include ({})", names(&data.include)));
    }
    if let Some(predicate) = &data.predicate {
        told.push_str(&format!(" where {}", predicate.node));
    }
    told
}

fn describe_column(out: &mut Vec<Line>, column: &ColumnDecl) {
    let mut told = column.name.node.clone();
    match &column.ty {
        Some(ty) => told.push_str(&format!(" {}", ty.node)),
        None => told.push_str(" (no type given)"),
    }
    let marks = [
        (column.primary_key.is_some(), "primary key"),
        (column.unique.is_some(), "unique"),
        (column.nullable.as_ref().is_some_and(|nullable| !nullable.node), "not null"),
        (column.identity.is_some() || column.increment.is_some(), "counts up"),
        (column.indexed.is_some(), "indexed"),
        (column.foreign.is_some() && column.references.is_empty(), "foreign key"),
    ];
    for (_, mark) in marks.iter().filter(|(holds, _)| *holds) {
        told.push_str(&format!(", {mark}"));
    }
    if let Some(generated) = &column.generated {
        told.push_str(&format!(", generated as {}", generated.expression.node));
    }
    if let Some(default) = &column.default {
        told.push_str(&format!(", default {}", default.value));
    }
    for key in &column.references {
        told.push_str(&format!(", {}", references(key)));
    }
    for check in &column.checks {
        told.push_str(&format!(", check {}", check.expression.node));
    }
    for note in &column.notes {
        let kind = match note.kind {
            ProseKind::Note => "note",
            ProseKind::Comment => "comment",
        };
        told.push_str(&format!(", {kind} “{}”", note.text));
    }
    part(out, column.name.span, told);
}

fn references(key: &ForeignKeyDecl) -> String {
    let mut told = match key.referenced.as_slice() {
        [] => format!("references {}", key.table),
        columns => format!("references {} ({})", key.table, names(columns)),
    };
    for (event, action) in [("DELETE", &key.on_delete), ("UPDATE", &key.on_update)] {
        if let Some(action) = action {
            told.push_str(&format!(" ON {event} {}", action.node));
        }
    }
    told
}

fn names(names: &[crate::source::decl::Ident]) -> String {
    names.iter().map(|name| name.node.as_str()).collect::<Vec<_>>().join(", ")
}
