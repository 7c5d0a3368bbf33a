//! Descriptions of the parts of a table: they go with it.

use super::drop::{drop, index_name};
use super::rename::Part;
use super::{is_called, qualified};
use crate::model::default_name;
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::token::{Cursor, is_same, may_mention, mentions_name, tokens};
use crate::source::decl::{AlterAction, CommentDecl, CommentTarget, Decl, QName};

/// Removes what is said of the indexes, constraints, triggers, policies, rules and statistics of a table that is gone.
pub(super) fn forget_parts(table: &QualifiedName, done: &mut Vec<Decl>) {
    let statistics: Vec<String> = done
        .iter()
        .filter_map(|decl| match decl {
            Decl::Verbatim(data) if data.kind == "statistics" => {
                let is_on_it = data.names.iter().any(|name| is_called(name, table));
                data.creates
                    .as_ref()
                    .filter(|_| is_on_it)
                    .map(|name| format!("DROP STATISTICS {}", qualified(name)))
            }
            _ => None,
        })
        .collect();
    statistics.iter().for_each(|text| drop(text, done));
    let indexes: Vec<QualifiedName> = done.iter().flat_map(|decl| indexes(decl, table)).collect();
    done.retain(|decl| match decl {
        Decl::Comment(comment) => match &comment.target {
            CommentTarget::Other(on) => !is_of_part(&on.node, table, &indexes),
            _ => true,
        },
        _ => true,
    });
}

/// Removes what was said before of what is described anew.
pub(super) fn overrule(on: &str, done: &mut Vec<Decl>) {
    let own = tokens(on);
    // Of two spellings of one thing both hold its name.
    let head = own.split(|token| token.is("(")).next().unwrap_or_default();
    let name =
        head.iter().rfind(|token| token.is_name()).map(|token| token.value.as_ref()).unwrap_or_default();
    done.retain(|known| match known {
        Decl::Comment(known) => match &known.target {
            CommentTarget::Other(known) => !may_mention(&known.node, name) || !is_same(&known.node, on),
            _ => true,
        },
        _ => true,
    });
}

/// Removes what is said of a constraint that is gone, and of its index.
pub(super) fn forget_constraint(table: &QualifiedName, name: &str, done: &mut Vec<Decl>) {
    let index = QualifiedName::new(table.schema.as_ref().map(|schema| schema.as_str()), name);
    done.retain(|decl| {
        let Decl::Comment(comment) = decl else { return true };
        let CommentTarget::Other(on) = &comment.target else { return true };
        if !may_mention(&on.node, name) {
            return true;
        }
        let own = tokens(&on.node);
        let mut cursor = Cursor::new(&on.node, &own);
        if cursor.eat("index") {
            return cursor.name().as_ref() != Some(&index);
        }
        !(cursor.eat("constraint")
            && cursor.ident().is_some_and(|known| known.as_str() == name)
            && cursor.eat("on")
            && cursor.name().as_ref() == Some(table))
    });
}

/// Gives what is said of a constraint, or of its index, the name that it gets.
pub(super) fn rename_constraint(
    comment: &mut CommentDecl,
    table: &QualifiedName,
    from: &str,
    to: &str,
    part: Part,
) {
    let CommentTarget::Other(on) = &mut comment.target else { return };
    let own = tokens(&on.node);
    let mut cursor = Cursor::new(&on.node, &own);
    let named = |name: &str| QualifiedName { schema: table.schema.clone(), name: PgIdent::new(name) };
    if cursor.eat("index") {
        if part != Part::Constraint && cursor.name() == Some(named(from)) {
            on.node = format!("INDEX {}", named(to));
        }
        return;
    }
    if part == Part::Index {
        return;
    }
    rename_part(comment, "constraint", table, &PgIdent::new(from), &PgIdent::new(to));
}

/// Gives what is said of a constraint, trigger, policy or rule of a table the name that it gets.
pub(super) fn rename_part(
    comment: &mut CommentDecl,
    kind: &str,
    table: &QualifiedName,
    from: &PgIdent,
    to: &PgIdent,
) {
    let CommentTarget::Other(on) = &mut comment.target else { return };
    let own = tokens(&on.node);
    let mut cursor = Cursor::new(&on.node, &own);
    let is_it = cursor.eat(kind)
        && cursor.ident().as_ref() == Some(from)
        && cursor.eat("on")
        && cursor.name().as_ref() == Some(table);
    if is_it {
        on.node = format!("{} {to} ON {table}", kind.to_uppercase());
    }
}

/// Returns the names of the indexes that a declaration gives a table; those of its keys by the names of the keys.
fn indexes(decl: &Decl, table: &QualifiedName) -> Vec<QualifiedName> {
    let named = |name: &str| QualifiedName::new(table.schema.as_ref().map(|schema| schema.as_str()), name);
    match decl {
        Decl::Index(data) if is_called(&data.table, table) => vec![index_name(&data.table, &data.index)],
        Decl::Table(data) if is_called(&data.name, table) => {
            let own: &QName = &data.name;
            let indexes = data.indexes.iter().map(|index| index_name(own, index));
            let keys = data.constraints.iter().filter_map(|constraint| constraint.name.as_ref());
            let marks = data.columns.iter().flat_map(|column| [&column.primary_key, &column.unique]);
            let marks = marks.flatten().filter_map(|mark| mark.name.as_deref());
            indexes.chain(keys.chain(marks).map(|name| named(&name.node))).collect()
        }
        _ => Vec::new(),
    }
}

/// Tells whether a declaration makes an index of a name that is none of a constraint.
pub(super) fn makes_index(decl: &Decl, name: &QualifiedName) -> bool {
    match decl {
        Decl::Index(data) => index_name(&data.table, &data.index) == *name,
        Decl::Table(data) => data.indexes.iter().any(|index| index_name(&data.name, index) == *name),
        _ => false,
    }
}

/// Tells whether a declaration gives a table an index of a name, or a constraint that has one.
pub(super) fn has_index(decl: &Decl, name: &QualifiedName) -> bool {
    let table = match decl {
        Decl::Index(data) => qualified(&data.table),
        Decl::Table(data) => qualified(&data.name),
        Decl::AlterTable(alter) => {
            let adds = |action: &AlterAction| match action {
                AlterAction::AddConstraint(constraint) => {
                    constraint.name.as_ref().is_some_and(|own| own.node == name.name.as_str())
                }
                AlterAction::AddColumn(column) => {
                    let marks = [&column.primary_key, &column.unique].into_iter().flatten();
                    marks.filter_map(|mark| mark.name.as_deref()).any(|own| own.node == name.name.as_str())
                }
                AlterAction::Other(text) => mentions_name(&text.node, name.name.as_str()),
                _ => false,
            };
            return qualified(&alter.table).schema == name.schema && alter.actions.iter().any(adds);
        }
        Decl::Verbatim(data) => {
            return data.creates.iter().chain(&data.names).any(|made| qualified(made) == *name);
        }
        _ => return false,
    };
    indexes(decl, &table).contains(name)
}

/// Tells whether a description is one of a part of a table.
fn is_of_part(on: &str, table: &QualifiedName, indexes: &[QualifiedName]) -> bool {
    let key = default_name::object_name(table.name.as_str(), "", "pkey");
    let mut names = indexes.iter().chain([table]).map(|known| known.name.as_str()).chain([key.as_str()]);
    if !names.any(|name| may_mention(on, name)) {
        return false;
    }
    let own = tokens(on);
    let mut cursor = Cursor::new(on, &own);
    if cursor.eat("index") {
        return cursor.name().is_some_and(|name| {
            // A primary key that nobody named.
            indexes.contains(&name) || name.schema == table.schema && name.name.as_str() == key
        });
    }
    let is_part = ["constraint", "trigger", "policy", "rule"].into_iter().any(|kind| cursor.eat(kind));
    is_part && cursor.ident().is_some() && cursor.eat("on") && cursor.name().as_ref() == Some(table)
}
