//! Changes of types.

use super::rename::rename_mentions;
use super::schema::retype;
use super::{is_called, qualified};
use crate::model::default_name::object_name;
use crate::model::ident::{PgIdent, QualifiedName, literal};
use crate::model::token::{Cursor, replaced, tokens};
use crate::model::types::type_name;
use crate::source::decl::{
    AlterAction, ColumnDecl, CommentTarget, ConstraintKind, Decl, DefaultDecl, DefaultKind, EnumDecl,
    EnumValueDecl, QName, TableDecl, VerbatimDecl,
};
use crate::span::Spanned;

/// Tells whether a statement changes a function that came with a range type, and goes with it.
pub(super) fn is_of_range(data: &VerbatimDecl, done: &[Decl]) -> bool {
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    let Some(name) = cursor.eat("alter function").then(|| cursor.name()).flatten() else { return false };
    let is_range = |decl: &Decl| match decl {
        Decl::Verbatim(data) if data.kind == "type" => {
            let multirange = super::super::types::multirange(&data.text.node);
            multirange.is_some_and(|multirange| {
                multirange == name || data.creates.as_ref().is_some_and(|own| is_called(own, &name))
            })
        }
        _ => false,
    };
    done.iter().any(is_range) && !done.iter().any(|decl| super::drop::is_named(decl, "routine", &name, None))
}

/// Applies `ALTER TYPE … ADD VALUE` and `RENAME VALUE` to an enumerated type; tells whether it was one of them.
pub(super) fn change_of_labels(text: &Spanned<String>, done: &mut [Decl]) -> bool {
    let own = tokens(&text.node);
    let mut cursor = Cursor::new(&text.node, &own);
    _ = cursor.eat("alter type");
    let Some(name) = cursor.name() else { return false };
    let data = done.iter_mut().rev().find_map(|decl| match decl {
        Decl::Enum(data) if is_called(&data.name, &name) => Some(data),
        _ => None,
    });
    let Some(data) = data else { return false };
    let label = |cursor: &mut Cursor<'_, '_>| cursor.next().and_then(|token| unquoted(token.raw));
    let place = |data: &EnumDecl, label: &str| data.values.iter().position(|known| known.name.node == label);
    if cursor.eat("rename value") {
        let (Some(from), true, Some(to)) = (label(&mut cursor), cursor.eat("to"), label(&mut cursor)) else {
            return false;
        };
        let at = place(data, &from);
        if let Some(value) = at.and_then(|at| data.values.get_mut(at)) {
            value.name.node.clone_from(&to);
        }
        relabel_defaults(&name, &from, &to, done);
        return at.is_some();
    }
    if !cursor.eat("add value") {
        return false;
    }
    _ = cursor.eat("if not exists");
    let Some(added) = label(&mut cursor) else { return false };
    if place(data, &added).is_some() {
        return true;
    }
    let behind = cursor.eat_any(&[("before", 0), ("after", 1)]);
    let beside = behind.and_then(|behind| Some(place(data, &label(&mut cursor)?)? + behind));
    let value = EnumValueDecl { was: None, name: Spanned::new(added, text.span), note: None };
    data.values.insert(beside.unwrap_or(data.values.len()), value);
    true
}

/// Gives what is said of a domain's constraint its new name: `ALTER DOMAIN … RENAME CONSTRAINT …`; of one that is dropped nothing is
/// said any more.
pub(super) fn follow_constraint(text: &str, done: &mut Vec<Decl>) {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    let (true, Some(domain)) = (cursor.eat("alter domain"), cursor.name()) else { return };
    let renames = cursor.eat("rename constraint");
    if !renames && !cursor.eat("drop constraint") {
        return;
    }
    _ = cursor.eat("if exists");
    let Some(from) = cursor.ident() else { return };
    let to = cursor.eat("to").then(|| cursor.ident()).flatten();
    done.retain_mut(|decl| {
        let Decl::Comment(comment) = decl else { return true };
        let CommentTarget::Other(on) = &mut comment.target else { return true };
        let own = tokens(&on.node);
        let mut cursor = Cursor::new(&on.node, &own);
        let is_it = cursor.eat("constraint")
            && cursor.ident().as_ref() == Some(&from)
            && cursor.eat("on domain")
            && cursor.name().as_ref() == Some(&domain);
        match &to {
            Some(to) if is_it => {
                on.node = format!("CONSTRAINT {to} ON DOMAIN {domain}");
                true
            }
            _ => !is_it,
        }
    });
}

/// Gives a label its new name in tables, and in what columns have by default.
fn relabel_defaults(ty: &QualifiedName, from: &str, to: &str, done: &mut [Decl]) {
    let mut typed: Vec<(QualifiedName, String)> = Vec::new();
    let relabelled = |default: &mut DefaultDecl| {
        if default.value == from {
            to.clone_into(&mut default.value);
        } else if default.kind == DefaultKind::String
            && let Some(list) = default.value.strip_prefix('{').and_then(|list| list.strip_suffix('}'))
            && !list.contains(['"', '{', '\\'])
        {
            let labels = list.split(',').map(|label| if label.trim() == from { to } else { label });
            default.value = format!("{{{}}}", labels.collect::<Vec<_>>().join(","));
        }
    };
    for decl in done.iter_mut() {
        match decl {
            Decl::Table(table) => {
                relabel(table, ty, from, to);
                let name = qualified(&table.name);
                for column in table.columns.iter_mut().filter(|column| is_of(column, ty)) {
                    typed.push((name.clone(), column.name.node.clone()));
                    column.default.as_mut().into_iter().for_each(relabelled);
                }
            }
            Decl::AlterTable(alter) => {
                let name = qualified(&alter.table);
                for action in &mut alter.actions {
                    match action {
                        AlterAction::AddColumn(column) if is_of(column, ty) => {
                            typed.push((name.clone(), column.name.node.clone()));
                            column.default.as_mut().into_iter().for_each(relabelled);
                        }
                        AlterAction::SetType(column, new) if is_named(&new.node, ty) => {
                            typed.push((name.clone(), column.node.clone()));
                        }
                        AlterAction::SetDefault(column, Some(default))
                            if typed.iter().any(|(of, own)| *of == name && *own == column.node) =>
                        {
                            relabelled(default);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

/// Gives a label its new name in the checks of a table that compare nothing but columns of the type.
fn relabel(table: &mut TableDecl, ty: &QualifiedName, from: &str, to: &str) {
    let typed: Vec<String> = table
        .columns
        .iter()
        .filter(|column| is_of(column, ty))
        .map(|column| column.name.node.clone())
        .collect();
    let renamed = |condition: &mut String| {
        let columns = crate::expr::parse(condition).map(|parsed| parsed.columns()).unwrap_or_default();
        if !columns.is_empty() && columns.iter().all(|column| typed.contains(column)) {
            *condition =
                replaced(condition, |own, at| (own.get(at)?.raw == literal(from)).then(|| (1, literal(to))));
        }
    };
    let of_columns = table.columns.iter_mut().flat_map(|column| &mut column.checks);
    of_columns.for_each(|check| renamed(&mut check.expression.node));
    for constraint in &mut table.constraints {
        if let ConstraintKind::Check(check) = &mut constraint.kind {
            renamed(&mut check.expression.node);
        }
    }
    let predicates = table.indexes.iter_mut().filter_map(|index| index.predicate.as_mut());
    predicates.for_each(|predicate| renamed(&mut predicate.node));
}

/// Tells whether a column is of a type, or an array of it.
fn is_of(column: &ColumnDecl, name: &QualifiedName) -> bool {
    column.ty.as_ref().is_some_and(|ty| is_named(&ty.node, name))
}

fn is_named(ty: &str, name: &QualifiedName) -> bool {
    type_name(ty.trim_end_matches("[]")) == *name
}

/// Returns what a text in single quotes says.
fn unquoted(raw: &str) -> Option<String> {
    Some(raw.strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'"))
}

/// Applies `ALTER TYPE … RENAME TO …` and that of a domain; tells whether it was one.
pub(super) fn rename_of_type(text: &Spanned<String>, done: &mut [Decl]) -> bool {
    let own = tokens(&text.node);
    let mut cursor = Cursor::new(&text.node, &own);
    _ = cursor.eat("alter type") || cursor.eat("alter domain");
    let (Some(name), true, Some(to)) = (cursor.name(), cursor.eat("rename to"), cursor.ident()) else {
        return false;
    };
    let to = QualifiedName { schema: name.schema.clone(), name: to };
    for decl in done.iter_mut() {
        match decl {
            Decl::Verbatim(data)
                if data.kind == "domain" && data.creates.as_ref().map(qualified) == Some(name.clone()) =>
            {
                name_checks(&mut data.text.node, &name);
                rename_mentions(data, &name, to.name.as_str());
            }
            Decl::Verbatim(data) => rename_mentions(data, &name, to.name.as_str()),
            _ => retype(decl, &name, &to),
        }
    }
    true
}

/// Says the names of a domain's checks that PostgreSQL gave them, which stay when the domain gets another one.
fn name_checks(create: &mut String, domain: &QualifiedName) {
    let mut taken: Vec<String> = Vec::new();
    let own = tokens(create);
    for pair in own.windows(2) {
        if let [constraint, name] = pair
            && constraint.is("constraint")
        {
            taken.push(name.value.to_string());
        }
    }
    let mut places = Vec::new();
    let mut depth = 0_usize;
    for (at, token) in own.iter().enumerate() {
        let is_named = at.checked_sub(2).and_then(|at| own.get(at)).is_some_and(|it| it.is("constraint"));
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth = depth.saturating_sub(1);
        } else if token.is("check") && depth == 0 && !is_named {
            let names = (0_usize..).map(|count| match count {
                0 => object_name(domain.name.as_str(), "", "check"),
                _ => object_name(domain.name.as_str(), "", &format!("check{count}")),
            });
            let Some(name) = names.into_iter().find(|name| !taken.contains(name)) else { continue };
            places.push((token.start, PgIdent::new(name.clone())));
            taken.push(name);
        }
    }
    for (at, name) in places.into_iter().rev() {
        create.insert_str(at, &format!("CONSTRAINT {name} "));
    }
}

/// Applies `ALTER EXTENSION … SET SCHEMA …`; tells whether it was one.
pub(super) fn move_extension(data: &VerbatimDecl, done: &mut [Decl]) -> bool {
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    _ = cursor.eat("alter extension");
    let (Some(name), true, Some(schema)) = (cursor.name(), cursor.eat("set schema"), cursor.ident()) else {
        return false;
    };
    let mut moved = false;
    for decl in done.iter_mut() {
        let creates = match decl {
            Decl::Extension(known) if known.name.node == name.name.as_str() => {
                QName { schema: None, name: known.name.clone() }
            }
            Decl::Verbatim(known)
                if known.kind == "extension"
                    && known.creates.as_ref().map(qualified).as_ref() == Some(&name) =>
            {
                let Some(creates) = known.creates.clone() else { continue };
                creates
            }
            _ => continue,
        };
        let text = format!("CREATE EXTENSION {name} SCHEMA {schema}");
        *decl = Decl::Verbatim(VerbatimDecl {
            kind: "extension".to_owned(),
            creates: Some(creates),
            names: Vec::new(),
            was: None,
            text: Spanned::new(text, data.text.span),
            stale: false,
        });
        moved = true;
    }
    moved
}
