//! The linter: holds the schema to the document's own conventions and to the field's.
//!
//! A rule is one file below `lint/`: its documentation comment is its page, with examples that fail and pass and that the
//! tests execute. [`RULES`] is the whole registry.

#[macro_use]
mod declare;
mod claim_has_exceptions;
mod claimed_name_unknown;
mod convention_column_missing;
mod count_off_list;
mod count_off_schema;
mod counting;
mod counts_disagree;
mod duplicate_index;
mod fk_without_index;
mod irreversible_migration;
mod migration_name_off_pattern;
mod name_not_snake_case;
mod name_too_long;
mod names_alike_when_cut;
mod prefix_conflict;
mod prefix_without_table;
mod primary_key_off_convention;
mod rls_not_enabled;
mod rls_without_policy;
mod sum_off_total;
mod table_not_in_migration_order;
mod table_only_named;
mod unknown_reference;
mod unprefixed_identifier;

use crate::config::{Config, Level};
use crate::diag::{Code, Diagnostic, Severity, Sink, did_you_mean};
use crate::model::Schema;
use crate::source::LENIENCIES;
use crate::span::{Span, Spanned};
pub use declare::{Check, Group, Rule};
pub(crate) use name_not_snake_case::snake_case;

const UNKNOWN_RULE: Code = Code::new("config-unknown-rule");
const FIXED_LEVEL: Code = Code::new("config-fixed-level");
const UNUSED_ALLOW: Code = Code::new("unused-allow");

/// Every rule, by name.
pub const RULES: &[Rule] = &[
    claim_has_exceptions::RULE,
    claimed_name_unknown::RULE,
    convention_column_missing::RULE,
    count_off_list::RULE,
    count_off_schema::RULE,
    counts_disagree::RULE,
    duplicate_index::RULE,
    fk_without_index::RULE,
    irreversible_migration::RULE,
    migration_name_off_pattern::RULE,
    name_not_snake_case::RULE,
    name_too_long::RULE,
    names_alike_when_cut::RULE,
    prefix_conflict::RULE,
    prefix_without_table::RULE,
    primary_key_off_convention::RULE,
    rls_not_enabled::RULE,
    rls_without_policy::RULE,
    sum_off_total::RULE,
    table_not_in_migration_order::RULE,
    table_only_named::RULE,
    unknown_reference::RULE,
    unprefixed_identifier::RULE,
];

/// Returns the rule of a name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// Returns "did you mean …" for a name that is no rule's.
pub fn suggest(name: &str) -> String {
    did_you_mean(name, RULES.iter().map(|rule| rule.name))
}

/// Gives leniencies of the front-ends the levels that the configuration sets; in a strict sink they stay errors.
pub fn set_levels_of_leniencies(config: &Config, sink: &mut Sink) {
    if sink.is_strict() {
        return;
    }
    sink.revise(|diagnostic| {
        let named = |(name, _): &&(Spanned<String>, Level)| name.node == diagnostic.code.as_str();
        match config.lint.levels.iter().rev().find(named).filter(|_| diagnostic.is_leniency) {
            Some((_, level)) => severity(*level).map(|severity| Diagnostic { severity, ..diagnostic }),
            None => Some(diagnostic),
        }
    });
}

/// Runs every rule that the configuration does not switch off.
pub fn run(schema: &Schema, config: &Config, sink: &mut Sink) {
    check_levels(config, sink);
    let mut used = vec![false; config.lint.allow.len()];
    for rule in RULES {
        let level = level(rule, config);
        let (Check::Schema(check), Some(severity)) = (rule.check, severity(level)) else { continue };
        check(&mut LintCx { schema, config, rule, severity, used: &mut used, sink, muted: Sink::default() });
    }
    for (allow, _) in config.lint.allow.iter().zip(used).filter(|(_, used)| !used) {
        let name = allow.rule.node.as_str();
        if find(name).is_none() {
            sink.error(UNKNOWN_RULE, allow.rule.span, format!("there is no rule `{name}`"))
                .help(suggest(name));
        } else {
            sink.warning(
                UNUSED_ALLOW,
                allow.span,
                format!("`{name}` finds nothing at `{}`", allow.at.as_str()),
            )
            .help("remove the entry");
        }
    }
}

/// What a rule sees.
pub struct LintCx<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// The configuration.
    pub config: &'a Config,
    rule: &'a Rule,
    severity: Severity,
    used: &'a mut Vec<bool>,
    sink: &'a mut Sink,
    muted: Sink,
}

impl LintCx<'_> {
    /// Reports a finding about an object (`table` or `table.column`), unless it is silenced there.
    pub fn report(&mut self, object: &str, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        let silenced = self.is_silenced(object);
        let diagnostic = Diagnostic::new(self.rule.code(), self.severity, span, message);
        if silenced { self.muted.report(diagnostic) } else { self.sink.report(diagnostic) }
    }

    /// Tells whether findings about an object are silenced, which makes use of the silence.
    pub fn is_silenced(&mut self, object: &str) -> bool {
        let mut silenced = false;
        for (allow, used) in self.config.lint.allow.iter().zip(self.used.iter_mut()) {
            if allow.rule.node == self.rule.name && allow.at.matches(object) {
                *used = true;
                silenced = true;
            }
        }
        silenced
    }

    /// Reports a finding about several objects none of which is silenced.
    pub fn report_several(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.sink.report(Diagnostic::new(self.rule.code(), self.severity, span, message))
    }
}

fn level(rule: &Rule, config: &Config) -> Level {
    let set = config.lint.levels.iter().rev().find(|(name, _)| name.node == rule.name);
    set.map_or(rule.level, |(_, level)| *level)
}

fn severity(level: Level) -> Option<Severity> {
    match level {
        Level::Allow => None,
        Level::Info => Some(Severity::Info),
        Level::Warn => Some(Severity::Warning),
        Level::Deny => Some(Severity::Error),
    }
}

/// Reports levels of rules that are not there, or whose level cannot be changed.
fn check_levels(config: &Config, sink: &mut Sink) {
    for (name, _) in &config.lint.levels {
        match find(&name.node).map(|rule| rule.check) {
            None if LENIENCIES.contains(&name.node.as_str()) => {}
            None => {
                sink.error(UNKNOWN_RULE, name.span, format!("there is no rule `{}`", name.node))
                    .help(suggest(&name.node));
            }
            Some(Check::Lowering) => {
                sink.error(FIXED_LEVEL, name.span, format!("the level of `{}` cannot be changed", name.node))
                    .help("nothing can be generated from such a document; remove the line");
            }
            Some(Check::Schema(_)) => {}
        }
    }
}

#[cfg(test)]
mod tests;
