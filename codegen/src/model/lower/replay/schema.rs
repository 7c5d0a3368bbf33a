//! A schema gets another name, or a type another schema: whatever names it says so.

use super::{is_called, qualified};
use crate::model::ident::{PgIdent, QualifiedName, literal};
use crate::model::token::{Cursor, Token, is_among_schemas, may_mention, renamed_relation, replaced, tokens};
use crate::model::types::type_name;
use crate::source::decl::{
    AlterAction, ColumnDecl, CommentTarget, ConstraintKind, Decl, DefaultKind, IndexDecl, IndexKey, QName,
    SchemaDecl, VerbatimDecl,
};
use crate::span::Spanned;

/// Splits `CREATE SCHEMA … AUTHORIZATION role` into what makes the schema and what gives it to the role; nothing of it is left where the
/// schema is there by now, as `IF NOT EXISTS` lets be.
pub(super) fn authorized(data: &VerbatimDecl, done: &[Decl]) -> Option<Vec<Decl>> {
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    cursor.eat("create schema").then_some(())?;
    let guarded = cursor.eat("if not exists");
    let named = if cursor.peek()?.is("authorization") { None } else { cursor.ident() };
    cursor.eat("authorization").then_some(())?;
    let role = cursor.until(|token| token.is(";") || token.is("create") || token.is("grant")).rest();
    let name = match named {
        Some(name) => name,
        None => PgIdent::new(data.creates.as_ref()?.name.node.as_str()),
    };
    cursor.is_done().then_some(())?;
    let is_made = |decl: &Decl| match decl {
        Decl::Schema(schema) => schema.name.node == name.as_str(),
        _ => false,
    };
    if guarded && (name.as_str() == "public" || done.iter().any(is_made)) {
        return Some(Vec::new());
    }
    let span = data.text.span;
    let own = Spanned::new(name.as_str().to_owned(), span);
    Some(vec![
        Decl::Schema(SchemaDecl {
            name: own.clone(),
            was: data.was.as_ref().map(|was| was.name.clone()),
            span,
        }),
        Decl::Verbatim(VerbatimDecl {
            kind: "alter schema".to_owned(),
            creates: None,
            names: vec![QName { schema: None, name: own }],
            was: None,
            text: Spanned::new(format!("ALTER SCHEMA {name} OWNER TO {role}"), span),
            stale: false,
        }),
    ])
}

/// Applies `ALTER SCHEMA … RENAME TO …`; tells whether it did.
pub(super) fn rename(data: &VerbatimDecl, done: &mut [Decl]) -> bool {
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    if !cursor.eat("alter schema") {
        return false;
    }
    let (Some(from), true, Some(to)) = (cursor.ident(), cursor.eat("rename to"), cursor.ident()) else {
        return false;
    };
    let name = |name: &mut QName| {
        if let Some(schema) = name.schema.as_mut().filter(|schema| schema.node == from.as_str()) {
            to.as_str().clone_into(&mut schema.node);
        }
    };
    let text = |text: &mut String| {
        let written = format!("{from}.");
        let quoted = format!("'{written}");
        *text = replaced(text, |own, at| {
            let token = own.get(at)?;
            if token.raw.starts_with(&quoted) {
                return Some((1, format!("'{to}.{}", token.raw.get(quoted.len()..)?)));
            }
            let stands_first = !at.checked_sub(1).and_then(|at| own.get(at)).is_some_and(|it| it.is("."));
            let is_it = token.is_name() && token.value == from.as_str();
            let is_before = || stands_first && own.get(at + 1).is_some_and(|next| next.is("."));
            (is_it && (is_before() || is_among_schemas(own, at))).then(|| (1, to.to_string()))
        });
    };
    for decl in done.iter_mut() {
        match decl {
            Decl::Schema(schema) if schema.name.node == from.as_str() => {
                to.as_str().clone_into(&mut schema.name.node)
            }
            Decl::Verbatim(data) if data.kind == "schema" => {
                if let Some(made) = data.creates.as_mut().filter(|made| made.name.node == from.as_str()) {
                    to.as_str().clone_into(&mut made.name.node);
                    data.text.node =
                        crate::model::token::renamed(&data.text.node, from.as_str(), to.as_str());
                }
            }
            _ => visit(decl, &name, &text),
        }
    }
    true
}

/// Applies `ALTER TYPE … SET SCHEMA …` and that of a domain or sequence; tells whether it did.
pub(super) fn move_type(data: &VerbatimDecl, done: &mut [Decl]) -> bool {
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    let kinds = [("alter type", ()), ("alter domain", ()), ("alter sequence", ())];
    if cursor.eat_any(&kinds).is_none() {
        return false;
    }
    let (Some(from), true, Some(schema)) = (cursor.name(), cursor.eat("set schema"), cursor.ident()) else {
        return false;
    };
    let to = QualifiedName::new(Some(schema.as_str()), from.name.as_str());
    for decl in done.iter_mut() {
        if let Decl::Verbatim(data) = decl
            && data.names.iter().any(|named| qualified(named) == from)
        {
            retype_signature(data, &from, &to);
        }
        retype(decl, &from, &to);
    }
    true
}

/// Gives a type another name or schema where a declaration says it, as far as the words around it tell that it is one.
pub(super) fn retype(decl: &mut Decl, from: &QualifiedName, to: &QualifiedName) {
    let name = |name: &mut QName| move_name(name, from, to);
    let text = |text: &mut String| {
        if !may_mention(text, from.name.as_str()) {
            return;
        }
        let whole = type_name(text.trim_end_matches("[]")) == *from;
        *text = replaced(text, |own, at| {
            if own.get(at)?.raw == literal(&from.to_string()) {
                return Some((1, literal(&to.to_string())));
            }
            let before = at.checked_sub(1).and_then(|at| own.get(at));
            let (count, said) = said_at(own, at)?;
            // `mood 'good'` is a value of it.
            let is_value = own.get(at + count).is_some_and(|next| next.raw.starts_with('\''))
                && !before.is_some_and(|before| before.is("."));
            let is_type = is_value
                || before.map_or(whole, |before| {
                    [":", "type", "domain", "sequence", "setof", "returns", "as"]
                        .iter()
                        .any(|word| before.is(word))
                });
            (is_type && said == *from).then(|| (count, to.to_string()))
        });
    };
    visit(decl, &name, &text);
}

/// Gives a type another name or schema among the arguments of a routine and the attributes of another type.
fn retype_signature(data: &mut VerbatimDecl, from: &QualifiedName, to: &QualifiedName) {
    const ENDS: [&str; 4] = ["language", "begin", "return", "as"];
    let is_routine = matches!(data.kind.as_str(), "function" | "procedure");
    if !is_routine
        && !matches!(data.kind.as_str(), "type" | "aggregate" | "operator" | "cast" | "grant" | "revoke")
    {
        return;
    }
    let text = &data.text.node;
    let own = tokens(text);
    let end = own.iter().position(|token| is_routine && ENDS.iter().any(|word| token.is(word)));
    let end = end.unwrap_or(own.len());
    let renamed = replaced(text, |own, at| {
        let before = own.get(at.checked_sub(1)?)?;
        let (count, said) = said_at(own, at)?;
        // An argument may have the name of its type, which then follows it.
        let is_last = !own.get(at + count).is_some_and(|next| next.is_name() && !next.is("default"));
        let leads = before.is_name() || ["(", ",", "="].iter().any(|sign| before.is(sign));
        (at < end && leads && is_last && said == *from).then(|| (count, to.to_string()))
    });
    data.text.node = renamed;
}

/// Returns the name at a token, with how many tokens it has.
fn said_at(own: &[Token<'_>], at: usize) -> Option<(usize, QualifiedName)> {
    if !own.get(at)?.is_name() {
        return None;
    }
    let count = if own.get(at + 1).is_some_and(|next| next.is(".")) { 3 } else { 1 };
    Some((count, Cursor::new("", own.get(at..at + count)?).name()?))
}

/// Gives a collation another name or schema where a declaration says it.
pub(super) fn recollate(decl: &mut Decl, from: &QualifiedName, to: &QualifiedName) {
    let text = |text: &mut String| {
        if !may_mention(text, from.name.as_str()) {
            return;
        }
        *text = replaced(text, |own, at| {
            let is_led = at.checked_sub(1).and_then(|at| own.get(at)).is_some_and(|it| it.is("collate"));
            let (count, said) = said_at(own, at).filter(|_| is_led)?;
            (said == *from).then(|| (count, to.to_string()))
        });
    };
    let collation = |column: &mut ColumnDecl| {
        let own = column.collation.as_mut().filter(|own| type_name(&own.node) == *from);
        own.into_iter().for_each(|own| own.node = to.to_string());
    };
    match decl {
        Decl::Table(table) => table.columns.iter_mut().for_each(collation),
        Decl::AlterTable(alter) => alter.actions.iter_mut().for_each(|action| {
            if let AlterAction::AddColumn(column) = action {
                collation(column);
            }
        }),
        _ => {}
    }
    visit(decl, &|name| move_name(name, from, to), &text);
}

/// Gives a relation another name or schema wherever a declaration says it, or a text in one.
pub(super) fn move_relation(from: &QualifiedName, to: &QualifiedName, done: &mut [Decl]) {
    for decl in done.iter_mut() {
        match decl {
            // A statement that does not name it may have a name of its own that is written alike.
            Decl::Verbatim(data)
                if data.creates.iter().chain(&data.names).all(|known| !is_called(known, from)) => {}
            _ => move_in(decl, from, to),
        }
    }
}

/// Gives a relation another name or schema where one declaration says it, or a text in it.
pub(super) fn move_in(decl: &mut Decl, from: &QualifiedName, to: &QualifiedName) {
    let name = |name: &mut QName| move_name(name, from, to);
    let text = |text: &mut String| {
        if may_mention(text, from.name.as_str()) {
            *text = renamed_relation(text, from, to);
        }
    };
    visit(decl, &name, &text);
}

/// Gives every routine of a name another name or schema wherever it is called or named as one.
pub(super) fn move_routine(from: &QualifiedName, to: &QualifiedName, done: &mut [Decl]) {
    const KINDS: [&str; 5] = ["function", "procedure", "routine", "aggregate", "support"];
    let name = |name: &mut QName| move_name(name, from, to);
    let text = |text: &mut String| {
        if !may_mention(text, from.name.as_str()) {
            return;
        }
        *text = replaced(text, |own, at| {
            let before = at.checked_sub(1).and_then(|at| own.get(at));
            if !own.get(at)?.is_name() || before.is_some_and(|dot| dot.is(".")) {
                return None;
            }
            let count = if own.get(at + 1).is_some_and(|dot| dot.is(".")) { 3 } else { 1 };
            let said = Cursor::new("", own.get(at..at + count)?).name()?;
            let is_called = own.get(at + count).is_some_and(|behind| behind.is("("))
                // `FUNCTION = plus`, `SFUNC = add` of an operator or aggregate.
                || before.is_some_and(|before| before.is("="))
                    && at.checked_sub(2).and_then(|at| own.get(at)).is_some_and(|option| {
                        OPTIONS.iter().any(|known| option.is(known))
                    });
            let is_named = before.is_some_and(|before| KINDS.iter().any(|kind| before.is(kind)));
            (said == *from && (is_called || is_named)).then(|| (count, to.to_string()))
        });
    };
    done.iter_mut().for_each(|decl| visit(decl, &name, &text));
}

/// What an operator, aggregate or type names a routine for.
const OPTIONS: [&str; 17] = [
    "function",
    "procedure",
    "sfunc",
    "finalfunc",
    "combinefunc",
    "serialfunc",
    "deserialfunc",
    "msfunc",
    "minvfunc",
    "mfinalfunc",
    "restrict",
    "join",
    "subtype_diff",
    "canonical",
    "input",
    "output",
    "analyze",
];

fn move_name(name: &mut QName, from: &QualifiedName, to: &QualifiedName) {
    if is_called(name, from) {
        let span = name.name.span;
        name.schema = to.schema.as_ref().map(|schema| Spanned::new(schema.as_str().to_owned(), span));
        to.name.as_str().clone_into(&mut name.name.node);
    }
}

/// Visits every name of a declaration, and every text in which others stand.
pub(super) fn visit(decl: &mut Decl, name: &dyn Fn(&mut QName), text: &dyn Fn(&mut String)) {
    match decl {
        Decl::Table(table) => {
            name(&mut table.name);
            table.columns.iter_mut().for_each(|it| column(it, name, text));
            table.constraints.iter_mut().for_each(|it| constraint(&mut it.kind, name, text));
            table.indexes.iter_mut().for_each(|it| index(it, text));
            table.tail.iter_mut().for_each(|tail| text(&mut tail.node));
        }
        Decl::Enum(data) => name(&mut data.name),
        Decl::Index(data) => {
            name(&mut data.table);
            index(&mut data.index, text);
        }
        Decl::Rows(rows) => name(&mut rows.table),
        Decl::AlterTable(alter) => {
            name(&mut alter.table);
            for action in &mut alter.actions {
                match action {
                    AlterAction::AddColumn(it) => column(it, name, text),
                    AlterAction::AddConstraint(it) => constraint(&mut it.kind, name, text),
                    AlterAction::SetType(_, ty) => text(&mut ty.node),
                    AlterAction::SetDefault(_, Some(default)) => text(&mut default.value),
                    AlterAction::Other(other) => text(&mut other.node),
                    _ => {}
                }
            }
        }
        Decl::Comment(comment) => match &mut comment.target {
            CommentTarget::Table(on) | CommentTarget::Column(on, _) | CommentTarget::Type(on) => name(on),
            CommentTarget::Other(on) => text(&mut on.node),
        },
        Decl::Verbatim(data) => {
            data.creates.iter_mut().chain(&mut data.names).for_each(name);
            text(&mut data.text.node);
        }
        _ => {}
    }
}

fn column(column: &mut ColumnDecl, name: &dyn Fn(&mut QName), text: &dyn Fn(&mut String)) {
    column.ty.iter_mut().for_each(|ty| text(&mut ty.node));
    column.references.iter_mut().for_each(|key| name(&mut key.table));
    column.checks.iter_mut().for_each(|check| text(&mut check.expression.node));
    column.generated.iter_mut().for_each(|generated| text(&mut generated.expression.node));
    let default = column.default.as_mut().filter(|default| default.kind == DefaultKind::Expression);
    default.into_iter().for_each(|default| text(&mut default.value));
}

fn constraint(kind: &mut ConstraintKind, name: &dyn Fn(&mut QName), text: &dyn Fn(&mut String)) {
    match kind {
        ConstraintKind::Check(check) => text(&mut check.expression.node),
        ConstraintKind::Exclude(definition) => text(&mut definition.node),
        ConstraintKind::ForeignKey(key) => name(&mut key.table),
        ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. } => {}
    }
}

fn index(index: &mut IndexDecl, text: &dyn Fn(&mut String)) {
    for part in &mut index.parts {
        if let IndexKey::Expression(sql) = &mut part.key {
            text(&mut sql.node);
        }
    }
    let options = index.parts.iter_mut().filter_map(|part| part.options.as_mut());
    options.for_each(|options| text(&mut options.node));
    index.predicate.iter_mut().for_each(|predicate| text(&mut predicate.node));
}
