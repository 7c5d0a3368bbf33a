//! Declarations in a few words each.

use crate::source::decl::{
    AlterAction, ColumnDecl, CommentTarget, ConstraintDecl, ConstraintKind, Decl, DefaultDecl,
    ForeignKeyDecl, Ident, IndexDecl, IndexKey, NamedMark, Prose, QName, Timing,
};

/// Prints declarations, one a line, the parts of a table in lines of their own.
pub(super) fn print(decls: &[Decl]) -> String {
    decls.iter().map(decl).collect()
}

fn decl(decl: &Decl) -> String {
    match decl {
        Decl::Table(table) => {
            let mut out = format!("table {}{}", table.name, notes(&table.notes));
            if let Some(tail) = &table.tail {
                out += &format!(" tail <{}>", tail.node);
            }
            out.push('\n');
            table.columns.iter().for_each(|it| out += &format!("  {}\n", column(it)));
            table.constraints.iter().for_each(|it| out += &format!("  {}\n", constraint(it)));
            table.indexes.iter().for_each(|it| out += &format!("  {}\n", index(it)));
            out
        }
        Decl::AlterTable(alter) => {
            let actions: String = alter.actions.iter().map(|it| format!("  {}\n", action(it))).collect();
            format!("alter {}\n{actions}", alter.table)
        }
        Decl::Index(it) => format!("on {} {}\n", it.table, index(&it.index)),
        Decl::Enum(it) => {
            let values: Vec<String> = it
                .values
                .iter()
                .map(|value| format!("{:?}{}", value.name.node, notes(value.note.as_slice())))
                .collect();
            format!("enum {}{} ({})\n", it.name, notes(it.note.as_slice()), values.join(", "))
        }
        Decl::SearchPath(it) => format!("setting {}\n", it.node),
        Decl::Schema(it) => format!("schema {}\n", it.name.node),
        Decl::Extension(it) => format!("extension {}\n", it.name.node),
        Decl::Comment(it) => {
            let target = match &it.target {
                CommentTarget::Table(name) => format!("table {name}"),
                CommentTarget::Column(table, column) => format!("column {} of {table}", column.node),
                CommentTarget::Type(name) => format!("type {name}"),
                CommentTarget::Other(text) => format!("<{}>", text.node),
            };
            format!("comment on {target}: {:?}\n", it.text.as_ref().map(|text| &text.text))
        }
        Decl::Rows(it) => {
            let rows: String = it
                .rows
                .iter()
                .map(|row| format!("  {}\n", row.iter().map(value).collect::<Vec<_>>().join(", ")))
                .collect();
            format!("rows of {} ({})\n{rows}", it.table, names(&it.columns))
        }
        Decl::Verbatim(it) => {
            let names: Vec<String> = it.names.iter().map(QName::to_string).collect();
            let creates = it.creates.as_ref().map(|name| format!(" creates {name}")).unwrap_or_default();
            let text: String =
                it.text.node.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(40).collect();
            format!("verbatim {}{creates} names [{}] <{text}>\n", it.kind, names.join(", "))
        }
        other => format!("{other:?}\n"),
    }
}

fn column(it: &ColumnDecl) -> String {
    let mut out = it.name.node.clone();
    let mut say = |text: String| {
        out.push(' ');
        out += &text;
    };
    if let Some(ty) = &it.ty {
        say(ty.node.clone());
    }
    if let Some(nullable) = &it.nullable {
        say(if nullable.node { "null" } else { "not-null" }.to_owned());
    }
    let mark = |what: &str, mark: &NamedMark| format!("{what}{}", named(mark.name.as_deref()));
    it.primary_key.iter().for_each(|it| say(mark("pk", it)));
    it.unique.iter().for_each(|it| say(mark("unique", it)));
    it.increment.iter().for_each(|_| say("increment".to_owned()));
    it.default.iter().for_each(|it| say(format!("default {}", value(it))));
    it.checks.iter().for_each(|it| say(format!("check{} <{}>", named(it.name.as_ref()), it.expression.node)));
    it.references.iter().for_each(|it| say(foreign_key(it)));
    it.identity.iter().for_each(|it| {
        let options = it.options.as_ref().map(|options| options.node.as_str()).unwrap_or_default();
        say(format!("identity {} <{options}>", if it.always { "always" } else { "by-default" }));
    });
    it.generated
        .iter()
        .for_each(|it| say(format!("generated <{}> stored={}", it.expression.node, it.stored)));
    it.collation.iter().for_each(|it| say(format!("collate {}", it.node)));
    out + &notes(&it.notes)
}

fn constraint(it: &ConstraintDecl) -> String {
    let what = match &it.kind {
        ConstraintKind::PrimaryKey { columns, include } => {
            format!("pk ({}) include ({})", names(columns), names(include))
        }
        ConstraintKind::Unique { columns, include, nulls_not_distinct } => {
            let nulls = if *nulls_not_distinct { " nulls-not-distinct" } else { "" };
            format!("unique ({}) include ({}){nulls}", names(columns), names(include))
        }
        ConstraintKind::Check(check) => {
            format!("check <{}>{}", check.expression.node, if check.no_inherit { " no-inherit" } else { "" })
        }
        ConstraintKind::ForeignKey(key) => foreign_key(key),
        ConstraintKind::Exclude(text) => format!("exclude <{}>", text.node),
    };
    let valid = if it.not_valid { " not-valid" } else { "" };
    format!("constraint{} {what}{}{valid}", named(it.name.as_ref()), timing(it.timing))
}

fn foreign_key(it: &ForeignKeyDecl) -> String {
    let mut out = format!("({}) -> {}({})", names(&it.columns), it.table, names(&it.referenced));
    it.on_delete.iter().for_each(|action| out += &format!(" delete {:?}", action.node));
    it.on_update.iter().for_each(|action| out += &format!(" update {:?}", action.node));
    if it.match_full {
        out += " match-full";
    }
    out + timing(it.timing)
}

fn index(it: &IndexDecl) -> String {
    let parts: Vec<String> = it
        .parts
        .iter()
        .map(|part| {
            let key = match &part.key {
                IndexKey::Column(name) => name.node.clone(),
                IndexKey::Expression(text) => format!("<{}>", text.node),
            };
            let options = part.options.as_ref().map(|options| format!(" {{{}}}", options.node));
            key + &options.unwrap_or_default()
        })
        .collect();
    let mut out = format!("index{} ({})", named(it.name.as_ref()), parts.join(", "));
    it.unique.iter().for_each(|_| out += " unique");
    it.method.iter().for_each(|method| out += &format!(" using {}", method.node));
    if !it.include.is_empty() {
        out += &format!(" include ({})", names(&it.include));
    }
    if it.nulls_not_distinct {
        out += " nulls-not-distinct";
    }
    it.storage.iter().for_each(|text| out += &format!(" storage <{}>", text.node));
    it.predicate.iter().for_each(|text| out += &format!(" where <{}>", text.node));
    out
}

fn action(it: &AlterAction) -> String {
    match it {
        AlterAction::AddColumn(it) => format!("add {}", column(it)),
        AlterAction::AddConstraint(it) => format!("add {}", constraint(it)),
        AlterAction::SetNotNull(name, set) => format!("{} not-null {set}", name.node),
        AlterAction::SetDefault(name, default) => {
            format!("{} default {:?}", name.node, default.as_ref().map(value))
        }
        AlterAction::SetType(name, ty) => format!("{} type {}", name.node, ty.node),
        AlterAction::DropColumn(name) => format!("drop {}", name.node),
        AlterAction::DropConstraint(name) => format!("drop constraint {}", name.node),
        AlterAction::Other(text) => format!("<{}>", text.node),
    }
}

fn value(it: &DefaultDecl) -> String {
    format!("{:?}:{}", it.kind, it.value)
}

fn timing(it: Timing) -> &'static str {
    match it {
        Timing::NotDeferrable => "",
        Timing::InitiallyImmediate => " deferrable",
        Timing::InitiallyDeferred => " deferred",
    }
}

fn names(names: &[Ident]) -> String {
    names.iter().map(|name| name.node.as_str()).collect::<Vec<_>>().join(", ")
}

fn named(name: Option<&Ident>) -> String {
    name.map(|name| format!(" {}", name.node)).unwrap_or_default()
}

fn notes(notes: &[Prose]) -> String {
    notes.iter().map(|note| format!(" {:?}", note.text)).collect()
}
