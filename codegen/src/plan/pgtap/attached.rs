//! What is tested of that which carried statements attach to a table: triggers, rules, policies.

use super::{Argument, Assertion, Cx, Spelt, as_said, assertion, copy, exists, qualified, relation, text};
use crate::model::token::{Cursor, tokens};
use crate::model::{PgIdent, QualifiedName, Table};
use crate::plan::migration::diff::Kind;
use crate::plan::migration::statement::Statement;
use crate::source::sql::policy::{self, Policy};
use crate::span::Spanned;

/// Returns the parts of a table of one kind that carried statements make: name and statement.
pub(super) fn parts<'a>(
    cx: &'a Cx<'_>,
    table: Table<'_>,
    kind: Kind,
) -> impl Iterator<Item = (&'a str, &'a Spanned<String>)> {
    let own = table.name().clone();
    let of_table = cx.carried.iter().filter(move |(key, _)| key.kind == kind && key.name == own);
    of_table.filter_map(|(key, at)| Some((key.part.as_str(), &cx.schema.verbatim.get(*at)?.text)))
}

/// Returns the tests of what happens when rows change.
pub(super) fn triggers(cx: &Cx<'_>, table: Table<'_>) -> Vec<Assertion> {
    let plain = table.name().plain();
    let of = |name: &str| {
        let [namespace, own] = qualified(table.name());
        [namespace, own, text(name)]
    };
    let triggers = parts(cx, table, Kind::Trigger).map(|(name, statement)| {
        let span = statement.span;
        let ([a, b, c], described) = (of(name), format!("{plain} has the trigger {name}"));
        // The function of an extension may be in any schema.
        let is_own = |function: &QualifiedName| {
            cx.carried.iter().any(|(key, _)| key.kind == Kind::Routine && key.name == *function)
        };
        match called(&statement.node).filter(is_own) {
            Some(function) => {
                let [d, e] = qualified(&function);
                assertion(
                    "trigger_is",
                    [a, b, c, d, e],
                    format!("{described}, which calls {}", function.plain()),
                    span,
                )
            }
            None => assertion("has_trigger", [a, b, c], described, span),
        }
    });
    let rules = parts(cx, table, Kind::Rule).map(|(name, rule)| {
        assertion("has_rule", of(name), format!("{plain} has the rule {name}"), rule.span)
    });
    triggers.chain(rules).collect()
}

/// Returns the function that a trigger calls.
fn called(trigger: &str) -> Option<QualifiedName> {
    let tokens = tokens(trigger);
    let mut cursor = Cursor::new(trigger, &tokens);
    _ = cursor.until(|token| token.is("execute"));
    cursor.next();
    cursor.eat_any(&[("function", ()), ("procedure", ())])?;
    cursor.name()
}

/// Returns the tests of row level security.
pub(super) fn security(cx: &Cx<'_>, table: Table<'_>) -> Vec<Assertion> {
    let mut assertions = Vec::new();
    let plain = table.name().plain();
    if table.has_row_security() {
        let query = format!("SELECT FROM pg_class WHERE oid = {} AND relrowsecurity", relation(table.name()));
        assertions.push(exists(query, format!("row level security of {plain} is on"), table.span()));
    }
    let policies: Vec<&str> = parts(cx, table, Kind::Policy).map(|(name, _)| name).collect();
    if !policies.is_empty() || table.has_row_security() {
        let [a, b] = qualified(table.name());
        let names = Argument::List(policies.into_iter().map(str::to_owned).collect());
        let described = format!("{plain} has these policies and no others");
        assertions.push(assertion("policies_are", [a, b, names], described, table.span()));
    }
    assertions.extend(parts(cx, table, Kind::Policy).flat_map(|(_, statement)| policy(statement)));
    assertions
}

/// Makes the assertions about a policy, given by its statement.
pub(super) fn policy(statement: &Spanned<String>) -> Vec<Assertion> {
    let Some(policy) = policy::read(statement) else { return Vec::new() };
    let schema = policy.table.schema.as_ref().map(|schema| schema.node.as_str());
    let table = QualifiedName::new(schema, &policy.table.name.node);
    let of = || {
        let [namespace, own] = qualified(&table);
        [namespace, own, text(&policy.name)]
    };
    let what = format!("the policy {} of {}", policy.name, table.plain());
    let mut assertions = Vec::new();
    let ([a, b, c], command) = (of(), policy.command.as_str());
    let described = format!("{what} is about {command}");
    assertions.push(assertion("policy_cmd_is", [a, b, c, text(command)], described, statement.span));
    if let Some(made) = on_copy(&policy, &table) {
        let described = format!("the conditions of {what} are those of the documents");
        let of = (Spelt::Policy, policy.name.as_str());
        assertions.push(as_said(&table, of, made, described, statement.span));
    }
    // These mean whoever made the policy.
    let is_asker = |role: &String| ["current_user", "current_role", "session_user"].contains(&role.as_str());
    if !policy.roles.iter().any(is_asker) {
        let [a, b, c] = of();
        let whom = if policy.roles.is_empty() { "everybody".to_owned() } else { policy.roles.join(", ") };
        let described = format!("{what} is for {whom}");
        let roles = Argument::List(policy.roles);
        assertions.push(assertion("policy_roles_are", [a, b, c, roles], described, statement.span));
    }
    assertions
}

/// Makes the policy of the copy of its table; none where its conditions name the table, which on the copy would be
/// another.
fn on_copy(policy: &Policy, table: &QualifiedName) -> Option<Statement> {
    let condition = |word: &str, condition: &Option<String>| {
        condition.as_ref().map(|sql| format!(" {word} ({sql})")).unwrap_or_default()
    };
    let conditions = condition("USING", &policy.using) + &condition("WITH CHECK", &policy.check);
    if tokens(&conditions).iter().any(|token| token.is_name() && token.value == table.name.as_str()) {
        return None;
    }
    let (name, command) = (PgIdent::new(&policy.name), policy.command.as_str());
    let text = format!("CREATE POLICY {name} ON {} FOR {command}{conditions}", copy());
    Some(Statement::Verbatim { text, drop: None })
}
