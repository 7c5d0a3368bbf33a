//! Whether a migration may be taken back: what is ruled of its tables now, and what was when they were released.

use std::collections::BTreeSet;

use super::diff::{self, Kind, Stage, Step};
use super::statement::Statement;
use crate::config::{Config, Pattern, RollbackPolicy, RollbackRule};
use crate::diag::{Code, Sink, did_you_mean};
use crate::model::token::{Cursor, tokens};
use crate::model::{PgIdent, QualifiedName, Schema, Table};
use crate::plan::ledger::Released;
use crate::span::Spanned;

const UNMATCHED: Code = Code::new("config-unmatched");

/// Returns the strictest policy of some rules, with the reasons for it.
pub(super) fn strictest<'a>(
    rules: impl IntoIterator<Item = &'a RollbackRule>,
) -> (RollbackPolicy, Option<String>) {
    let rules: Vec<&RollbackRule> = rules.into_iter().collect();
    let policy = rules.iter().map(|rule| rule.policy.node).max().unwrap_or_default();
    let strictest = rules.iter().filter(|rule| rule.policy.node == policy);
    let mut reasons: Vec<&str> = Vec::new();
    for reason in strictest.filter_map(|rule| rule.reason.as_deref()) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    (policy, (!reasons.is_empty()).then(|| reasons.join(" ")))
}

/// Returns what is ruled of a table as the line beside it that says so; none where it may be taken back anywhere.
pub fn line(schema: &Schema, config: &Config, table: &str) -> Option<String> {
    let (policy, reason) = strictest(schema.rollback_rules(config, table));
    let words = |reason: &str| reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let reason = reason.map(|reason| words(&reason)).filter(|reason| !reason.is_empty());
    let reason = reason.map(|reason| format!(" — {reason}")).unwrap_or_default();
    (policy != RollbackPolicy::Free).then(|| format!("rollback: {}{reason}", policy.as_str()))
}

/// Tells whether something else is ruled of a table than when it was released.
pub fn differs(released: &Released, schema: &Schema, config: &Config) -> bool {
    schema.own_tables().any(|table| {
        let name = table.name().plain();
        line(schema, config, &name) != line(&released.model, &released.config, &name)
    })
}

/// Returns what some schemas rule of the tables of another one, each by its name.
pub fn of_tables<'a>(
    schema: &Schema,
    ruling: impl IntoIterator<Item = (&'a Schema, &'a Config)> + Clone,
) -> Vec<RollbackRule> {
    let names = schema.own_tables().map(|table| table.name().plain());
    let of = |name: String| {
        let rules = ruling.clone().into_iter().flat_map(|(schema, config)| {
            let named = |rule: &RollbackRule| RollbackRule {
                names: Pattern::new(Spanned::new(name.clone(), rule.names.span())),
                of_modules: false,
                ..rule.clone()
            };
            schema.rollback_rules(config, &name).map(named).collect::<Vec<_>>()
        });
        rules.collect::<Vec<_>>()
    };
    names.flat_map(of).collect()
}

/// Rules for the changes of what is released.
///
/// A rule goes with the table that it stands beside, and the change that takes the table away needs it most: what was ruled when the
/// table was released therefore holds until the next release.
pub(super) struct Rules<'a> {
    released: &'a Released,
    schema: &'a Schema,
    config: &'a Config,
    /// Tables that get another name: the former name, and the new one.
    renamed: Vec<(String, String)>,
}

impl<'a> Rules<'a> {
    /// Gathers what is ruled.
    pub(super) fn new(released: &'a Released, schema: &'a Schema, config: &'a Config) -> Self {
        let rules_any = !(released.model.rollback.is_empty() && config.migrations.rollback.is_empty());
        let states_any = || schema.own_tables().any(|table| table.data.was.is_some());
        let mut renamed = Vec::new();
        if rules_any && states_any() {
            let back = diff::stated_back(&released.model, schema);
            let pair = |table: Table<'_>| {
                let now = table.data.was.as_ref()?;
                Some((table.name().plain(), now.value.plain()))
            };
            renamed.extend(back.own_tables().filter_map(pair));
        }
        Self { released, schema, config, renamed }
    }

    /// Returns the policy of a stage, with the reasons for it.
    pub(super) fn of(&self, stage: &Stage) -> (RollbackPolicy, Option<String>) {
        let Self { released, schema, config, renamed } = self;
        if [&schema.rollback, &released.model.rollback, &config.migrations.rollback]
            .iter()
            .all(|it| it.is_empty())
        {
            return (RollbackPolicy::default(), None);
        }
        let mut names: BTreeSet<String> = stage.steps.iter().flat_map(|step| self.touched(step)).collect();
        let former = |name: &String| {
            let is_it = |pair: &&(String, String)| pair.1 == *name;
            renamed.iter().find(is_it).map(|(former, _)| former.clone())
        };
        let formers: Vec<String> = names.iter().filter_map(former).collect();
        names.extend(formers);
        let now = names.iter().flat_map(|name| schema.rollback_rules(config, name));
        let then = names.iter().flat_map(|name| released.model.rollback_rules(&released.config, name));
        strictest(now.chain(then))
    }

    /// Returns the names of what a step touches, as rules name tables.
    fn touched(&self, step: &Step) -> Vec<String> {
        let tables = step.statements.iter().filter_map(table_of);
        let mut names: Vec<String> = tables.map(|name| name.plain()).collect();
        names.push(step.key.name.plain());
        if step.key.kind == Kind::Index {
            let is_it = |table: &Table<'_>| {
                let named = |name: &PgIdent| *name == step.key.name.name;
                table.name().schema == step.key.name.schema
                    && table
                        .indexes()
                        .any(|index| index.data.name.as_ref().is_some_and(|it| named(&it.value)))
            };
            names.extend(self.released.model.own_tables().find(is_it).map(|table| table.name().plain()));
        }
        names
    }
}

/// Returns the table that a statement alters or makes an index on.
fn table_of(statement: &Statement) -> Option<QualifiedName> {
    match statement {
        Statement::CreateTable(table) => Some(table.name.clone()),
        Statement::CreateIndex(index) => Some(index.table.clone()),
        Statement::AlterTable { table, .. }
        | Statement::AddConstraint { table, .. }
        | Statement::DropConstraint { table, .. }
        | Statement::MakeRoom { table, .. } => Some(table.clone()),
        Statement::Verbatim { text, .. } => {
            let own = tokens(text);
            let mut cursor = Cursor::new(text, &own);
            cursor.eat("alter table").then_some(())?;
            cursor.eat("if exists");
            cursor.eat("only");
            cursor.name()
        }
        _ => None,
    }
}

/// Reports entries of `[[rollback]]` that match no table, neither now nor as released: the change that drops a table is still ruled.
pub(super) fn check(schema: &Schema, released: Option<&Released>, config: &Config, sink: &mut Sink) {
    let names =
        |schema: &Schema| -> Vec<String> { schema.own_tables().map(|table| table.name().plain()).collect() };
    let tables = names(schema);
    let modules: Vec<String> = schema.modules.iter().map(|module| module.name.value.clone()).collect();
    for rule in &config.migrations.rollback {
        let (what, known) = if rule.of_modules { ("module", &modules) } else { ("table", &tables) };
        let is_known = |names: &[String]| names.iter().any(|name| rule.names.matches(name));
        let was_known = || !rule.of_modules && released.is_some_and(|it| is_known(&names(&it.model)));
        if !is_known(known) && !was_known() {
            let hint = did_you_mean(rule.names.as_str(), known.iter().map(String::as_str));
            let message = format!("no {what} is named `{}`", rule.names.as_str());
            sink.error(UNMATCHED, rule.names.span(), message)
                .help(hint)
                .help(format!("remove the name, or name a {what} that the documents define"));
        }
    }
}
