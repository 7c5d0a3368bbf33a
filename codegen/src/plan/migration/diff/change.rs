//! How an object of the old side becomes that of the new side.

use super::make::{TableParts, create, raw};
use super::object::{Body, ColumnBody, Key, Kind, Object};
use super::scope::Scope;
use super::{index, policy, retype, spelling, tail};
use crate::model::token::{Cursor, canonical, is_same, tokens};
use crate::model::{PgIdent, QualifiedName};
use crate::plan::migration::statement::{ConstraintBody, ConstraintDef, Statement, TableDef};
use crate::source::decl::{RefAction, Timing};

/// What has to be done.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Nothing.
    Same,
    /// Statements that change it where it is.
    Alter(Vec<Statement>),
    /// Drop it and make it anew.
    Replace,
    /// Statements that free it of something before anything is made, and those that follow.
    Reattach(Box<Statement>, Vec<Statement>),
    /// Make it anew under its name, move what holds values of it over, and drop the old one.
    Swap,
}

fn altered(statements: Vec<Statement>) -> Change {
    if statements.is_empty() { Change::Same } else { Change::Alter(statements) }
}

/// Tells what makes one object of another of the same kind.
pub(super) fn change(old: &Object, new: &Object, scope: Scope<'_>) -> Change {
    let name = &new.key.name;
    let raws = |texts: Option<Vec<String>>, otherwise: Change| match texts {
        Some(texts) => altered(texts.into_iter().map(raw).collect()),
        None => otherwise,
    };
    let kind = new.key.kind;
    match (&old.body, &new.body) {
        (Body::Schema, _) | (Body::Action(_), Body::Action(_)) => Change::Same,
        (Body::Extension(old), Body::Extension(new)) => extension(name, old.as_deref(), new.as_deref()),
        (Body::Enum(old), Body::Enum(labels)) if old == labels => Change::Same,
        (Body::Enum(old), Body::Enum(labels)) => match added_labels(old, labels) {
            Some(added) => altered(
                added.into_iter().map(|value| raw(format!("ALTER TYPE {name} ADD VALUE {value}"))).collect(),
            ),
            None => Change::Swap,
        },
        (Body::Domain(old), Body::Domain(new)) => raws(new.changes(old, name, scope), Change::Swap),
        (Body::Composite(old), Body::Composite(new)) if new.is_same(old) => Change::Same,
        (Body::Composite(old), Body::Composite(new)) => raws(new.changes(old, name), Change::Replace),
        // Another kind of type under the same name.
        (
            Body::Enum(_) | Body::Domain(_) | Body::Composite(_),
            Body::Enum(_) | Body::Domain(_) | Body::Composite(_),
        ) => Change::Swap,
        (Body::Carried { .. }, Body::Enum(_) | Body::Domain(_) | Body::Composite(_)) => Change::Swap,
        (Body::Enum(_) | Body::Domain(_) | Body::Composite(_), Body::Carried { .. }) => Change::Swap,
        (Body::Sequence(old), Body::Sequence(new)) => {
            let mut clauses = new.changes(old);
            clauses.extend(new.restart(old));
            let mut texts = Vec::new();
            if !clauses.is_empty() {
                texts.push(format!("ALTER SEQUENCE {name} {}", clauses.join(" ")));
            }
            if old.unlogged != new.unlogged {
                texts.push(format!(
                    "ALTER SEQUENCE {name} SET {}",
                    if new.unlogged { "UNLOGGED" } else { "LOGGED" }
                ));
            }
            raws(Some(texts), Change::Same)
        }
        (Body::Table(old), Body::Table(new)) => table(old, new),
        (Body::Column(old), Body::Column(body)) => column(&new.key, old, body, false, scope),
        (Body::Default(old), Body::Default(sql)) => match scope.is_same_default(old, sql) {
            true => Change::Same,
            false => Change::Alter(create(new, TableParts::default())),
        },
        (Body::Constraint(old), Body::Constraint(constraint)) => {
            self::constraint(&new.key, old, constraint, scope)
        }
        (Body::Index(old), Body::Index(new)) => {
            if index::is_same(old, new, scope) {
                Change::Same
            } else {
                Change::Replace
            }
        }
        (Body::Routine(old), Body::Routine(new)) => {
            if old.kind == new.kind && new.is_same(old, scope) {
                Change::Same
            } else if new.can_replace(old) {
                Change::Alter(vec![raw(new.replace())])
            } else {
                Change::Replace
            }
        }
        (Body::Carried { create: old, .. }, Body::Carried { create: new_text, .. }) => {
            let is_spelt_otherwise = match kind {
                Kind::Policy => policy::is_same(old, new_text, scope),
                Kind::Index => index::is_same_statement(old, new_text, scope),
                Kind::Type
                    if spelling::is_same_range(old, new_text) || spelling::base::is_same(old, new_text) =>
                {
                    true
                }
                // What holds values of it moves over.
                Kind::Type
                    if spelling::range_parts(old).is_some() && spelling::range_parts(new_text).is_some() =>
                {
                    return Change::Swap;
                }
                // Its key says all of it.
                Kind::Other if new.key.part.starts_with("create ") => true,
                Kind::Other if new.key.part == "publication" => {
                    spelling::publication::is_same(old, new_text, scope.has_heirs())
                }
                Kind::Collation => {
                    spelling::options::is_same(old, new_text)
                        || spelling::options::is_same_collation(old, new_text)
                }
                Kind::Other if new.key.part == "statistics" => {
                    spelling::statistics::is_same(old, new_text, scope)
                }
                Kind::Other => spelling::options::is_same(old, new_text),
                Kind::Trigger => spelling::is_same_trigger(old, new_text, scope),
                Kind::View | Kind::MaterializedView => spelling::view::is_same(old, new_text, scope),
                _ => false,
            };
            if is_same(old, new_text) || is_spelt_otherwise { Change::Same } else { Change::Replace }
        }
        (Body::Setting { set: old, .. }, Body::Setting { set, .. }) => {
            if is_same(old, set) {
                Change::Same
            } else {
                Change::Alter(vec![raw(set)])
            }
        }
        (Body::Comment(old), Body::Comment(said)) => {
            if old.text == said.text {
                Change::Same
            } else {
                Change::Alter(create(new, TableParts::default()))
            }
        }
        (Body::Privileges(old), Body::Privileges(new)) => {
            altered(new.changes(old).into_iter().map(raw).collect())
        }
        (Body::Grant { .. }, Body::Grant { .. }) => Change::Same,
        _ => Change::Replace,
    }
}

/// Tells what moves an extension; which version of it is there is the server's matter.
fn extension(name: &QualifiedName, old: Option<&str>, new: Option<&str>) -> Change {
    let schema = |text: Option<&str>| {
        let text = text.unwrap_or_default();
        let tokens = tokens(text);
        let mut cursor = Cursor::new(text, &tokens);
        _ = cursor.until(|token| token.is("schema"));
        cursor.next();
        cursor.ident().unwrap_or_else(|| PgIdent::new("public"))
    };
    let (from, to) = (schema(old), schema(new));
    altered(
        (from != to).then(|| raw(format!("ALTER EXTENSION {name} SET SCHEMA {to}"))).into_iter().collect(),
    )
}

/// Returns what follows `ADD VALUE` for every new label; none where labels go or change their order.
fn added_labels(old: &[String], new: &[String]) -> Option<Vec<String>> {
    let kept: Vec<&String> = new.iter().filter(|label| old.contains(label)).collect();
    if !kept.into_iter().eq(old.iter()) {
        return None;
    }
    let literal = |label: &String| crate::model::ident::literal(label);
    let mut there: Vec<&String> = old.iter().collect();
    let mut added = Vec::new();
    for (at, label) in new.iter().enumerate() {
        if there.contains(&label) {
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| new.get(at));
        let place = match (before, there.first()) {
            (_, None) => String::new(),
            (Some(before), _) if there.last() == Some(&before) => String::new(),
            (Some(before), _) => format!(" AFTER {}", literal(before)),
            (None, Some(first)) => format!(" BEFORE {}", literal(first)),
        };
        added.push(format!("{}{place}", literal(label)));
        let at =
            before.and_then(|before| there.iter().position(|known| *known == before)).map_or(0, |at| at + 1);
        there.insert(at.min(there.len()), label);
    }
    Some(added)
}

/// Tells what makes a column of another one; `swapped` says that its type is made anew under the same name.
pub(super) fn column(
    key: &Key,
    old: &ColumnBody,
    new: &ColumnBody,
    swapped: bool,
    scope: Scope<'_>,
) -> Change {
    if new.inherited {
        return Change::Same;
    }
    match (old.generated.as_deref(), new.generated.as_deref()) {
        (Some((old, stored)), Some((new, new_stored))) => {
            let is_same = scope.is_same(old, new) || scope.is_same_default(old, new);
            if !is_same || stored != new_stored || swapped {
                return Change::Replace;
            }
        }
        (None, Some(_)) => return Change::Replace,
        (Some((_, false)), None) => return Change::Replace,
        (Some((_, true)), None) | (None, None) => {}
    }
    let mut actions = Vec::new();
    let mut renamed = None;
    if old.generated.is_some() && new.generated.is_none() {
        actions.push("DROP EXPRESSION".to_owned());
    }
    if old.identity.is_some() && new.identity.is_none() {
        actions.push("DROP IDENTITY".to_owned());
    }
    if is_retyped(old, new) || swapped {
        if old.generated.is_some() && new.generated.is_some() {
            return Change::Replace;
        }
        let collation =
            new.collation.as_ref().map(|collation| format!(" COLLATE {collation}")).unwrap_or_default();
        let using = retype::using(&PgIdent::new(&key.part), old.ty(), new.ty(), swapped);
        actions.push(format!("TYPE {}{collation}{using}", new.ty()));
    }
    if old.not_null && !new.not_null {
        actions.push("DROP NOT NULL".to_owned());
    }
    if !old.not_null && new.not_null && !new.only_by_key {
        actions.push("SET NOT NULL".to_owned());
    }
    match (&old.identity, &new.identity) {
        (None, Some(identity)) => {
            let when = if identity.always { "ALWAYS" } else { "BY DEFAULT" };
            let options = identity.options.trim();
            let options = match options {
                "" => String::new(),
                inside if inside.starts_with('(') => format!(" {inside}"),
                inside => format!(" ({inside})"),
            };
            actions.push(format!("ADD GENERATED {when} AS IDENTITY{options}"));
        }
        (Some(old), Some(identity)) => {
            let mut clauses = Vec::new();
            if old.always != identity.always {
                clauses
                    .push(format!("SET GENERATED {}", if identity.always { "ALWAYS" } else { "BY DEFAULT" }));
            }
            let options = identity.sequence.changes(&old.sequence);
            // The sequence's type follows the column's.
            clauses.extend(
                options.into_iter().filter(|it| !it.starts_with("AS ")).map(|it| format!("SET {it}")),
            );
            clauses.extend(identity.sequence.restart(&old.sequence));
            if !clauses.is_empty() {
                actions.push(clauses.join(" "));
            }
            if !old.sequence.is_called_as(&identity.sequence) {
                let [from, to] = [old, identity].map(|it| it.sequence.name_of_identity(&key.name, &key.part));
                renamed = (from != to).then(|| raw(format!("ALTER SEQUENCE {from} RENAME TO {}", to.name)));
            }
        }
        (_, None) => {}
    }
    if actions.is_empty() && renamed.is_none() {
        return Change::Same;
    }
    let name = PgIdent::new(&key.part);
    let statement = |action| Statement::AlterTable {
        table: key.name.clone(),
        action: format!("ALTER COLUMN {name} {action}"),
    };
    altered(actions.into_iter().map(statement).chain(renamed).collect())
}

/// Returns what makes a column take NULL again.
pub(super) fn drop_not_null(key: &Key) -> Statement {
    let action = format!("ALTER COLUMN {} DROP NOT NULL", PgIdent::new(key.part.clone()));
    Statement::AlterTable { table: key.name.clone(), action }
}

/// Tells whether a column gets another type or collation.
pub(super) fn is_retyped(old: &ColumnBody, new: &ColumnBody) -> bool {
    let collation = |body: &ColumnBody| body.collation.as_deref().map(canonical);
    let is_same_type = old.ty() == new.ty() || is_same(&old.ty().to_string(), &new.ty().to_string());
    !is_same_type || collation(old) != collation(new)
}

fn table(old: &TableDef, new: &TableDef) -> Change {
    if old.tail == new.tail && old.like == new.like {
        return Change::Same;
    }
    let read = |table: &TableDef| tail::read(table.tail.as_deref().unwrap_or_default());
    let like = |table: &TableDef| table.like.as_deref().map(canonical);
    let (before, after) = (read(old), read(new));
    if !before.is_same_but_bound(&after) || like(old) != like(new) {
        return Change::Replace;
    }
    let gone =
        before.parameters.iter().filter(|it| !after.parameters.iter().any(|other| other.name == it.name));
    let gone: Vec<&str> = gone.map(|parameter| parameter.name.as_str()).collect();
    let set = after.parameters.iter().filter(|it| !before.parameters.iter().any(|known| known.is_same(it)));
    let set: Vec<String> = set
        .map(|it| if it.value.is_empty() { it.name.clone() } else { format!("{} = {}", it.name, it.value) })
        .collect();
    let mut actions = Vec::new();
    if !gone.is_empty() {
        actions.push(format!("RESET ({})", gone.join(", ")));
    }
    if !set.is_empty() {
        actions.push(format!("SET ({})", set.join(", ")));
    }
    let own = actions.into_iter().map(|action| Statement::AlterTable { table: new.name.clone(), action });
    match after.whole.as_ref().filter(|_| !before.is_same_bound(&after)) {
        Some(whole) => {
            let of_whole = |action| Statement::AlterTable { table: whole.clone(), action };
            let attach = of_whole(format!("ATTACH PARTITION {} {}", new.name, after.bound));
            let detach = of_whole(format!("DETACH PARTITION {}", new.name));
            Change::Reattach(Box::new(detach), std::iter::once(attach).chain(own).collect())
        }
        None => altered(own.collect()),
    }
}

fn constraint(key: &Key, old: &ConstraintDef, new: &ConstraintDef, scope: Scope<'_>) -> Change {
    if !is_same_body(&old.body, &new.body, scope) {
        return Change::Replace;
    }
    let alter = |action: String| Statement::AlterTable { table: key.name.clone(), action };
    let mut statements = Vec::new();
    if old.timing != new.timing {
        // Only of foreign keys can this be changed where they are.
        if !new.is_foreign_key() {
            return Change::Replace;
        }
        let timing = match new.timing {
            Timing::NotDeferrable => "NOT DEFERRABLE",
            Timing::InitiallyImmediate => "DEFERRABLE INITIALLY IMMEDIATE",
            Timing::InitiallyDeferred => "DEFERRABLE INITIALLY DEFERRED",
        };
        statements.push(alter(format!("ALTER CONSTRAINT {} {timing}", new.name)));
    }
    match (old.not_valid, new.not_valid) {
        (true, false) => statements.push(alter(format!("VALIDATE CONSTRAINT {}", new.name))),
        (false, true) => return Change::Replace,
        _ => {}
    }
    altered(statements)
}

/// Tells whether two constraints demand the same.
fn is_same_body(old: &ConstraintBody, new: &ConstraintBody, scope: Scope<'_>) -> bool {
    use ConstraintBody as Is;
    let action = |action: &Option<RefAction>| action.clone().unwrap_or(RefAction::NoAction);
    match (old, new) {
        (Is::Check { expression: a, no_inherit: b }, Is::Check { expression: c, no_inherit: d }) => {
            b == d && scope.is_same(a, c)
        }
        (Is::Exclude(a), Is::Exclude(b)) => spelling::exclusion::is_same(a, b, scope),
        (
            Is::ForeignKey { columns: a, table: b, referenced: c, match_full: d, on_delete: e, on_update: f },
            Is::ForeignKey { columns: g, table: h, referenced: i, match_full: j, on_delete: k, on_update: l },
        ) => a == g && b == h && c == i && d == j && action(e) == action(k) && action(f) == action(l),
        (a, b) => a == b,
    }
}

/// Tells whether an object that is not there any more is what another name now stands for.
pub(super) fn is_renamed(old: &Object, new: &Object, scope: Scope<'_>) -> bool {
    old.key.kind == new.key.kind
        && old.key.name == new.key.name
        && match (&old.body, &new.body) {
            (Body::Constraint(a), Body::Constraint(b)) => {
                is_same_body(&a.body, &b.body, scope) && a.timing == b.timing && a.not_valid == b.not_valid
            }
            (Body::Index(a), Body::Index(b)) => index::is_same(a, b, scope),
            _ => false,
        }
}

/// Returns what gives a constraint or index its new name.
pub(super) fn rename(old: &Object, new: &Object) -> Vec<Statement> {
    let to = PgIdent::new(new.key.part.clone());
    match &new.body {
        Body::Index(_) => {
            vec![raw(format!("ALTER INDEX {} RENAME TO {to}", super::make::relation_name(&old.key)))]
        }
        _ => {
            let from = PgIdent::new(old.key.part.clone());
            let action = format!("RENAME CONSTRAINT {from} TO {to}");
            vec![Statement::AlterTable { table: new.key.name.clone(), action }]
        }
    }
}
