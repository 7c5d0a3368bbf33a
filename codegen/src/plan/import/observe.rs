//! The conventions that a schema follows, as far as they can be seen in it.

use std::collections::BTreeMap;

use super::Share;
use crate::lint::snake_case;
use crate::model::token::{Kind as Is, tokens};
use crate::model::{Column, Index, PartKey, Schema, Table};
use crate::plan::migration::diff::{Kind, Step};

/// What was observed.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// Conventions with the share of what follows each.
    pub lines: Vec<String>,
    /// Rules that most do not follow, with why.
    pub off: Vec<(&'static str, String)>,
    /// Places at which a convention does not hold.
    pub exceptions: Vec<Exception>,
}

/// A place at which a convention does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The rule that finds it.
    pub rule: &'static str,
    /// The object.
    pub at: String,
    /// Why it is let be.
    pub reason: String,
}

/// Observes what a schema, which `steps` make, has in common.
pub fn observe(schema: &Schema, steps: &[Step]) -> Observed {
    let mut observed = Observed::default();
    if schema.own_tables().next().is_none() {
        return observed;
    }
    names(schema, &mut observed);
    keys(schema, &mut observed);
    times(schema, &mut observed);
    relations(schema, &mut observed);
    indexes(schema, &mut observed);
    security(schema, steps, &mut observed);
    let tables = Share::count(schema.own_tables(), |table| table.data.comment.is_some());
    let columns = Share::count(columns(schema), |column| column.data.comment.is_some());
    observed.say(format!("described: {tables} tables, {columns} columns"));
    observed
}

impl Observed {
    fn say(&mut self, line: String) {
        self.lines.push(line);
    }

    /// Lets exceptions be where a rule is a convention, turns the rule off where the convention is not to follow it, and leaves
    /// findings where there is none.
    fn except(&mut self, rule: &'static str, share: Share, what: &str, exceptions: Vec<(String, String)>) {
        if share.is_unusual() {
            self.off.push((rule, format!("{share} {what}")));
        }
        if !share.is_convention() {
            return;
        }
        self.exceptions.extend(exceptions.into_iter().map(|(at, this)| Exception {
            rule,
            at,
            reason: format!("{share} {what}; {this}"),
        }));
    }
}

fn columns(schema: &Schema) -> impl Iterator<Item = Column<'_>> {
    schema.own_tables().flat_map(Table::columns)
}

fn names(schema: &Schema, observed: &mut Observed) {
    let is_snake = |name: &str| snake_case(name) == name;
    let table_names = || schema.own_tables().map(|table| (table.name().plain(), table.name().name.as_str()));
    let column_names = || columns(schema).map(|column| (column.path(), column.name()));
    let type_names = schema.enums.iter().map(|data| (data.name.value.plain(), data.name.value.name.as_str()));
    let tables = Share::count(table_names(), |(_, name)| is_snake(name));
    let of_columns = Share::count(column_names(), |(_, name)| is_snake(name));
    observed.say(format!("snake_case: {tables} tables, {of_columns} columns"));
    if tables.is_unusual() || of_columns.is_unusual() {
        let is_camel = |name: &str, upper: bool| {
            name.starts_with(|c: char| if upper { c.is_uppercase() } else { c.is_lowercase() })
                && !name.contains('_')
        };
        let pascal = Share::count(table_names(), |(_, name)| is_camel(name, true));
        let camel = Share::count(column_names(), |(_, name)| is_camel(name, false));
        observed.say(format!("PascalCase: {pascal} tables; camelCase: {camel} columns"));
    }
    let plural = Share::count(table_names(), |(_, name)| name.ends_with('s'));
    if plural.is_convention() || plural.is_unusual() {
        let (word, share) = match plural.is_convention() {
            true => ("plural", plural),
            false => ("singular", Share { of: plural.all - plural.of, all: plural.all }),
        };
        observed.say(format!("table names in the {word}: {share} tables"));
    }
    let all: Vec<(String, &str)> = table_names().chain(column_names()).chain(type_names).collect();
    let share = Share::count(all.iter(), |(_, name)| is_snake(name));
    let exceptions = all.iter().filter(|(_, name)| !is_snake(name));
    let exceptions = exceptions.map(|(at, _)| (at.clone(), "this one is not".to_owned())).collect();
    observed.except("name-not-snake-case", share, "names are in snake_case", exceptions);
}

fn keys(schema: &Schema, observed: &mut Observed) {
    let with = Share::count(schema.own_tables(), |table| table.primary_key().is_some());
    observed.say(format!("primary keys: {with} tables"));
    let keys: Vec<Column<'_>> = columns(schema).filter(|column| column.is_primary_key()).collect();
    let said = |column: &Column<'_>| {
        let default = column.data.default.as_ref().map(|it| format!(" default {}", it.value.sql));
        let identity = column.data.identity.as_ref().map(|_| " identity".to_owned());
        format!("{}{}", column.ty(), default.or(identity).unwrap_or_default())
    };
    let name = most(keys.iter().map(|key| key.name().to_owned()));
    if let (Some((name, named)), Some((ty, typed))) = (name, most(keys.iter().map(said))) {
        observed.say(format!("keys of one column: {named} are named `{name}`, {typed} are `{ty}`"));
    }
    let prefixes: Vec<String> = keys
        .iter()
        .filter_map(|key| Some(format!("{} `{}`", key.table.name().plain(), prefix(*key)?)))
        .collect();
    if !prefixes.is_empty() {
        let share = Share { of: prefixes.len(), all: keys.len() };
        observed.say(format!("ID prefixes: {share} keys ({})", prefixes.join(", ")));
    }
}

/// Returns the prefix that a check or the default of a key gives it.
fn prefix(key: Column<'_>) -> Option<String> {
    let checks = key.table.data.checks.iter().filter(|check| check.column == Some(key.id));
    let default = key.data.default.as_ref().map(|default| default.value.sql.as_str());
    let texts = checks.map(|check| check.expression.value.as_str()).chain(default);
    texts.into_iter().find_map(|sql| {
        tokens(sql).into_iter().filter(|token| token.kind == Is::Text).find_map(|token| {
            let text = token.raw.trim_matches('\'').trim_start_matches('^').replace('\\', "");
            let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
            let word = text.get(..end.unwrap_or(text.len()))?;
            (word.len() > 1 && word.len() <= 16 && word.ends_with(['_', '-'])).then(|| word.to_owned())
        })
    })
}

fn times(schema: &Schema, observed: &mut Observed) {
    let stamps = || {
        columns(schema)
            .filter(|column| matches!(column.ty().builtin_name(), Some("timestamp" | "timestamptz")))
    };
    if stamps().next().is_some() {
        let zoned = Share::count(stamps(), |column| column.ty().builtin_name() == Some("timestamptz"));
        observed.say(format!("times with time zone: {zoned} columns"));
    }
    for names in [
        ["created_at", "createdAt", "created"],
        ["updated_at", "updatedAt", "updated"],
        ["deleted_at", "deletedAt", "deleted"],
    ] {
        let has = |table: &Table<'_>, name: &str| table.columns().any(|column| column.name() == name);
        let best = names.map(|name| (Share::count(schema.own_tables(), |table| has(table, name)), name));
        if let Some((share, name)) =
            best.into_iter().max_by_key(|(share, _)| share.of).filter(|(it, _)| it.of > 0)
        {
            observed.say(format!("`{name}`: {share} tables"));
        }
    }
}

fn relations(schema: &Schema, observed: &mut Observed) {
    let keys = || schema.own_tables().flat_map(|table| table.foreign_keys()).filter(|key| key.data.enforced);
    let all: Vec<_> = keys().collect();
    if all.is_empty() {
        return;
    }
    let columns = |key: &crate::model::ForeignKey<'_>| key.table.column_names(&key.data.columns).join(", ");
    let named = Share::count(all.iter(), |key| columns(key).to_lowercase().ends_with("id"));
    let actions = Share::count(all.iter(), |key| key.data.on_delete.is_some());
    let indexed = Share::count(all.iter(), |key| key.table.has_index_on(&key.data.columns));
    observed.say(format!(
        "foreign keys: {indexed} with an index, {named} in columns that end in `id`, {actions} with ON DELETE"
    ));
    let bare = all.iter().filter(|key| !key.table.has_index_on(&key.data.columns));
    let mut bare: Vec<String> =
        bare.map(|key| format!("{}.{}", key.table.name().plain(), columns(key))).collect();
    bare.sort();
    bare.dedup();
    let exceptions = bare.into_iter().map(|at| (at, "this one has none".to_owned())).collect();
    observed.except("fk-without-index", indexed, "foreign keys have an index", exceptions);
}

fn indexes(schema: &Schema, observed: &mut Observed) {
    let all: Vec<Index<'_>> = schema.own_tables().flat_map(Table::indexes).collect();
    if all.is_empty() {
        return;
    }
    const PATTERNS: &[&str] = &[
        "{table}_{columns}_idx",
        "idx_{table}_{columns}",
        "ix_{table}_{columns}",
        "index_{table}_on_{columns}",
        "{table}_{columns}_index",
    ];
    let fits = |index: &Index<'_>, pattern: &str| {
        let Some(name) = &index.data.name else { return *pattern == *"{table}_{columns}_idx" };
        let columns: Vec<String> = index
            .data
            .parts
            .iter()
            .map(|part| match &part.key {
                PartKey::Column(column) => index.table.column(*column).name().to_owned(),
                PartKey::Expression(_) => String::new(),
            })
            .collect();
        let wanted = |joint: &str| {
            pattern
                .replace("{table}", index.table.name().name.as_str())
                .replace("{columns}", &columns.join(joint))
        };
        [wanted("_"), wanted("_and_")].contains(&name.value.as_str().to_owned())
    };
    let shares =
        PATTERNS.iter().map(|pattern| (Share::count(all.iter(), |index| fits(index, pattern)), *pattern));
    match shares.max_by_key(|(share, _)| share.of) {
        Some((share, pattern)) if share.of > 0 => {
            observed.say(format!("index names `{pattern}`: {share} indexes"))
        }
        _ => observed.say(format!("index names follow no pattern that is known: {} indexes", all.len())),
    }
}

fn security(schema: &Schema, steps: &[Step], observed: &mut Observed) {
    let on = Share::count(schema.own_tables(), |table| table.has_row_security());
    if on.of == 0 {
        return;
    }
    let has_policy = |table: &Table<'_>| {
        steps.iter().any(|step| step.key.kind == Kind::Policy && step.key.name == *table.name())
    };
    let guarded: Vec<Table<'_>> = schema.own_tables().filter(|table| table.has_row_security()).collect();
    let with = Share::count(guarded.iter(), |table| has_policy(table));
    observed.say(format!("row level security: on for {on} tables, with policies for {with} of these"));
    let bare = guarded.iter().filter(|table| !has_policy(table));
    let exceptions = bare.map(|table| (table.name().plain(), "this one has none".to_owned())).collect();
    observed.except("rls-without-policy", with, "tables with row level security have a policy", exceptions);
}

/// Returns what comes most often, with its share.
fn most(items: impl Iterator<Item = String>) -> Option<(String, Share)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = 0;
    for item in items {
        *counts.entry(item).or_default() += 1;
        all += 1;
    }
    let (item, of) = counts.into_iter().rev().max_by_key(|(_, count)| *count)?;
    Some((item, Share { of, all }))
}
