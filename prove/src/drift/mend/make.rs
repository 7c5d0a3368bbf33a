//! Objects that the live database lacks, made of what the document's catalogue says of them.

use std::collections::BTreeSet;

use super::column::{UNNAMED, column, is_said_apart, refuse_null, storage};
use super::{Cx, Phase, others, owner, position, words};
use crate::catalog::{Facts, GIVEN_UP, Kind, OWNER, Object};
use crate::drift::names;

impl Cx<'_> {
    /// Makes an object with everything that is part of it.
    pub(super) fn make(&mut self, object: &Object) {
        let Some(facts) = self.document.objects.get(object).cloned() else { return };
        self.about.clone_from(&object.name);
        let get = |name: &str| facts.get(name).map(String::as_str);
        let form = get("form").unwrap_or_default();
        let name = object.name.as_str();
        let mut granted = "";
        match (object.kind, object.parent.as_deref()) {
            (Kind::Extension, _) => {
                let schema = get("schema").filter(|schema| *schema != "pg_catalog");
                let schema = schema.map(|schema| format!(" SCHEMA {}", quoted(schema))).unwrap_or_default();
                self.push(Phase::Extensions, format!("CREATE EXTENSION {name}{schema}"));
            }
            (Kind::Schema, _) => self.push(Phase::Schemas, format!("CREATE SCHEMA {name}")),
            (Kind::Type, _) => {
                granted = "USAGE to public";
                if !self.make_type(object, &facts, form) {
                    return self
                        .leave(object.to_string(), "a type of this form is not written from the catalogue");
                }
            }
            (Kind::Sequence, _) => self.make_sequence(name, &facts),
            (Kind::Table, _) => {
                if !self.make_table(object, &facts, form) {
                    return self
                        .leave(object.to_string(), "a table of this form is not written from the catalogue");
                }
            }
            (Kind::Column, Some(parent)) => {
                if self.is_view(parent) || facts.contains_key("inherited") {
                    return;
                }
                let column = self.column_as_made(object, &facts);
                // What is computed waits until what it is computed from has its type.
                let phase = if facts.contains_key("generated") { Phase::Computed } else { Phase::Columns };
                self.push(phase, format!("ALTER TABLE {parent} ADD COLUMN {column}"));
                self.column_settings(parent, name, &facts);
                self.owned_sequences(parent, Some(name));
            }
            (Kind::Constraint, Some(parent)) => self.make_constraint(object, parent, &facts),
            (Kind::Index, Some(parent)) => {
                // That of a partition comes with that of its table.
                if facts.contains_key("part of") {
                    return;
                }
                let phase = if self.is_view(parent) { Phase::Parts } else { Phase::Indexes };
                // Of a partitioned table's index the text is about that table alone.
                let definition = get("definition").unwrap_or_default().replacen(" ON ONLY ", " ON ", 1);
                self.push(phase, definition);
                self.statistics_targets(name, get("statistics targets").unwrap_or_default(), "");
                if facts.contains_key("clustered") {
                    let own = quoted(&names::split(name).1);
                    self.push(Phase::Parts, format!("ALTER TABLE {parent} CLUSTER ON {own}"));
                }
            }
            (Kind::View, _) => {
                let kind = if form == "materialized" { "MATERIALIZED VIEW" } else { "VIEW" };
                let options = get("options").map(|all| format!(" WITH ({all})")).unwrap_or_default();
                let rows = if facts.contains_key("populated") { "\n WITH NO DATA" } else { "" };
                let definition = get("definition").unwrap_or_default().trim_end().trim_end_matches(';');
                self.push(Phase::Views, format!("CREATE {kind} {name}{options} AS\n{definition}{rows}"));
                self.parts(name);
            }
            (Kind::Function, _) => {
                granted = "EXECUTE to public";
                let definition = get("definition").unwrap_or_default();
                // A body that PostgreSQL reads when the function is made needs its tables.
                let tables = self.document.objects.keys().filter(|object| object.kind == Kind::Table);
                let mut rows = tables.filter(|table| !self.live.objects.contains_key(table));
                let head = definition.split("\nAS ").next().unwrap_or_default();
                let late = form == "aggregate"
                    || definition.contains("BEGIN ATOMIC")
                    || definition.contains("\nRETURN ")
                    || rows.any(|table| head.contains(&table.name));
                self.push(if late { Phase::Bodies } else { Phase::Functions }, definition);
            }
            (Kind::Trigger, Some(_)) => self.push(Phase::Parts, get("definition").unwrap_or_default()),
            (Kind::Rule, Some(_)) => self.push(Phase::Parts, get("definition").unwrap_or_default()),
            (Kind::Policy, Some(parent)) => self.push(Phase::Parts, policy(name, parent, &facts)),
            (Kind::DefaultPrivileges, _) => {
                let all = get("privileges").unwrap_or_default();
                return self.default_privileges(object, all, words::by_default(object));
            }
            (Kind::Other, _) => match others::made(name, &facts) {
                Some((phase, statement)) => {
                    self.push(phase, statement);
                    if let Some(target) = get("statistics target") {
                        let called = others::called(name);
                        self.push(phase, format!("ALTER {called} SET STATISTICS {target}"));
                    }
                }
                None => return self.make_as_migrated(object),
            },
            (_, None) => return,
        }
        if let (Kind::Trigger | Kind::Rule, Some(parent), Some(enabled)) =
            (object.kind, &object.parent, get("enabled"))
        {
            self.enable(object, parent, Some(enabled));
        }
        if facts.contains_key("comment") {
            self.comment(object, &facts);
        }
        if facts.contains_key(OWNER) {
            self.own(object, &facts);
        }
        if facts.contains_key(GIVEN_UP) {
            self.give_up(object, &facts, facts.get(GIVEN_UP).map(String::as_str).unwrap_or_default(), "");
        }
        if object.kind != Kind::Type || form != "composite" || facts.contains_key("privileges") {
            let granted = self.granted(object, granted);
            self.privileges(object, &facts, get("privileges").unwrap_or_default(), &granted);
        }
    }

    /// Returns the privileges that an object of this kind has as soon as it is made: PostgreSQL's, and those that the live
    /// database gives to whatever is made in the schema.
    fn granted(&self, object: &Object, always: &str) -> String {
        let kind = match object.kind {
            Kind::Table | Kind::View => "tables",
            Kind::Sequence => "sequences",
            Kind::Function => "functions",
            _ => return always.to_owned(),
        };
        let schema = quoted(&names::split(&object.name).0);
        let endings = [format!(" on {kind}"), format!(" on {kind} in {schema}")];
        let given = self.live.objects.iter().filter(|(object, _)| {
            object.kind == Kind::DefaultPrivileges
                && endings.iter().any(|ending| object.name.ends_with(ending.as_str()))
        });
        let given = given.filter_map(|(_, facts)| facts.get("privileges").map(String::as_str));
        let all: BTreeSet<&str> = given.chain([always]).filter(|list| !list.is_empty()).collect();
        all.into_iter().collect::<Vec<_>>().join(", ")
    }

    /// Makes an object of the statement by which a migration makes it, where there is one.
    fn make_as_migrated(&mut self, object: &Object) {
        match self.places.statement(object) {
            Some(statement) => self.push(Phase::Others, statement),
            None => self.leave(
                object.to_string(),
                "it is not written from the catalogue, and no statement of a migration names it",
            ),
        }
    }

    fn make_type(&mut self, object: &Object, facts: &Facts, form: &str) -> bool {
        let get = |name: &str| facts.get(name).map(String::as_str).unwrap_or_default();
        let name = &object.name;
        match form {
            "enum" => self.push(Phase::Types, format!("CREATE TYPE {name} AS ENUM ({})", get("labels"))),
            "composite" => {
                self.push(Phase::Types, format!("CREATE TYPE {name} AS ({})", get("fields")));
                self.field_comments(name, get("comments of fields"));
            }
            "range" => {
                let settings = facts.get("range settings").map(|all| format!(", {all}")).unwrap_or_default();
                let sql = format!("CREATE TYPE {name} AS RANGE (SUBTYPE = {}{settings})", get("subtype"));
                self.push(Phase::Types, sql);
            }
            "domain" => {
                let mut sql = format!("CREATE DOMAIN {name} AS {}", get("base type"));
                if let Some(collation) = facts.get("collation") {
                    sql.push_str(&format!(" COLLATE {collation}"));
                }
                if let Some(default) = facts.get("default") {
                    sql.push_str(&format!(" DEFAULT {default}"));
                }
                if facts.contains_key("not null") {
                    sql.push_str(" NOT NULL");
                }
                self.push(Phase::Types, sql);
                self.parts(name);
            }
            _ => return false,
        }
        true
    }

    pub(super) fn field_comments(&mut self, name: &str, comments: &str) {
        for (field, comment) in comments.lines().filter_map(|line| line.split_once(": ")) {
            self.push(
                Phase::Words,
                format!("COMMENT ON COLUMN {name}.{field} IS {}", words::literal(comment)),
            );
        }
    }

    fn make_sequence(&mut self, name: &str, facts: &Facts) {
        let owner = owner(facts);
        let of_identity = |column: &Object| {
            self.document.objects.get(column).is_some_and(|facts| facts.contains_key("identity"))
        };
        if owner.as_ref().is_some_and(of_identity) {
            return;
        }
        let get = |name: &str| facts.get(name).map(String::as_str).unwrap_or_default();
        let cycle = if facts.contains_key("cycle") { " CYCLE" } else { "" };
        self.push(
            Phase::Sequences,
            format!(
                "CREATE SEQUENCE {name} AS {} INCREMENT {} MINVALUE {} MAXVALUE {} START {} CACHE {}{cycle}",
                get("type"),
                get("increment"),
                get("minimum"),
                get("maximum"),
                get("start"),
                get("cache")
            ),
        );
        if owner.is_some() {
            self.push(Phase::Change, format!("ALTER SEQUENCE {name} OWNED BY {}", get("owned by")));
        }
    }

    /// Makes the sequences that the columns of a table own.
    fn owned_sequences(&mut self, table: &str, column: Option<&str>) {
        let (document, live) = (self.document, self.live);
        for (object, facts) in document.objects.iter().filter(|(object, _)| object.kind == Kind::Sequence) {
            let owned = owner(facts).is_some_and(|own| {
                own.parent.as_deref() == Some(table) && column.is_none_or(|column| own.name == column)
            });
            if owned && !live.objects.contains_key(object) {
                self.make(object);
            }
        }
    }

    fn make_table(&mut self, object: &Object, facts: &Facts, form: &str) -> bool {
        let name = object.name.as_str();
        let get = |name: &str| facts.get(name).map(String::as_str);
        if form == "foreign" || get("of type").is_some() || get("persistence") == Some("temporary") {
            return false;
        }
        let document = self.document;
        let mut columns: Vec<(usize, String, &Object)> = document
            .objects
            .iter()
            .filter(|(part, facts)| {
                part.kind == Kind::Column
                    && part.parent.as_deref() == Some(name)
                    && !facts.contains_key("inherited")
            })
            .map(|(part, facts)| (position(facts), self.column_as_made(part, facts), part))
            .collect();
        columns.sort();
        let unlogged = if get("persistence") == Some("unlogged") { "UNLOGGED " } else { "" };
        let mut sql = format!("CREATE {unlogged}TABLE {name}");
        match (get("partition bound"), get("parents")) {
            (Some(bound), Some(parents)) => sql.push_str(&format!(" PARTITION OF {parents} {bound}")),
            (_, parents) => {
                let told: Vec<&str> = columns.iter().map(|(_, told, _)| told.as_str()).collect();
                sql.push_str(&format!(" (\n    {}\n)", told.join(",\n    ")));
                if let Some(parents) = parents {
                    sql.push_str(&format!(" INHERITS ({parents})"));
                }
            }
        }
        if let Some(key) = get("partition key") {
            sql.push_str(&format!(" PARTITION BY {key}"));
        }
        if let Some(method) = get("access method") {
            sql.push_str(&format!(" USING {method}"));
        }
        if let Some(options) = get("options") {
            sql.push_str(&format!(" WITH ({options})"));
        }
        self.push(Phase::Tables, sql);
        self.owned_sequences(name, None);
        self.own_of_inherited(name, get("parents").unwrap_or_default());
        for (_, _, part) in &columns {
            if let Some(facts) = document.objects.get(*part) {
                self.column_settings(name, &part.name, facts);
            }
        }
        self.parts(name);
        for (attribute, sql) in [
            ("row-level security", "ENABLE ROW LEVEL SECURITY"),
            ("row-level security forced on the owner", "FORCE ROW LEVEL SECURITY"),
        ] {
            if facts.contains_key(attribute) {
                self.push(Phase::Parts, format!("ALTER TABLE {name} {sql}"));
            }
        }
        if let Some(identity) = get("replica identity") {
            self.replica_identity(name, Some(identity));
        }
        true
    }

    /// Makes everything that is part of a table, view or domain; of its columns, what is said of them.
    fn parts(&mut self, name: &str) {
        let document = self.document;
        for (part, facts) in document.objects.iter().filter(|(part, _)| part.parent.as_deref() == Some(name))
        {
            if part.kind != Kind::Column {
                self.make(part);
                continue;
            }
            if facts.contains_key("comment") {
                self.comment(part, facts);
            }
            let privileges = facts.get("privileges").map(String::as_str).unwrap_or_default();
            self.privileges(part, facts, privileges, "");
        }
    }

    fn make_constraint(&mut self, object: &Object, parent: &str, facts: &Facts) {
        if facts.contains_key("inherited") {
            return;
        }
        let name = &object.name;
        let definition = facts.get("definition").map(String::as_str).unwrap_or_default();
        let phase =
            if definition.starts_with("FOREIGN KEY") { Phase::ForeignKeys } else { Phase::Constraints };
        self.push(
            phase,
            format!("ALTER {} {parent} ADD CONSTRAINT {name} {definition}", self.holder(parent)),
        );
        let index = format!("{}.{name}", quoted(&names::split(parent).0));
        if let Some(options) = facts.get("options of its index") {
            self.push(Phase::Indexes, format!("ALTER INDEX {index} SET ({options})"));
        }
        if facts.contains_key("clustered") {
            self.push(Phase::Parts, format!("ALTER TABLE {parent} CLUSTER ON {name}"));
        }
        if let Some(comment) = facts.get("comment of its index") {
            self.push(Phase::Words, format!("COMMENT ON INDEX {index} IS {}", words::literal(comment)));
        }
    }

    /// Returns a column as `CREATE TABLE` says it, with what its identity is counted by.
    fn column_as_made(&self, object: &Object, facts: &Facts) -> String {
        let sql = column(&object.name, facts);
        match sql.find(" AS IDENTITY").filter(|_| facts.contains_key("identity")) {
            Some(at) => {
                let end = at + " AS IDENTITY".len();
                let (head, tail) = sql.split_at_checked(end).unwrap_or((&sql, ""));
                format!("{head}{}{tail}", self.identity_options(object))
            }
            None => sql,
        }
    }

    /// Returns how the document's sequence of an identity column differs from the one that PostgreSQL would make of itself.
    pub(super) fn identity_options(&self, column: &Object) -> String {
        let sequences = self.document.objects.iter().filter(|(object, _)| object.kind == Kind::Sequence);
        let Some((sequence, facts)) =
            sequences.into_iter().find(|(_, facts)| owner(facts).as_ref() == Some(column))
        else {
            return String::new();
        };
        let get = |name: &str| facts.get(name).map(String::as_str).unwrap_or_default();
        let mut options = Vec::new();
        let (schema, table) = names::split(column.parent.as_deref().unwrap_or_default());
        let usual = format!("{table}_{}_seq", names::split(&column.name).1);
        if sequence.name != format!("{}.{}", quoted(&schema), quoted(&usual)) {
            options.push(format!("SEQUENCE NAME {}", sequence.name));
        }
        let largest = match get("type") {
            "smallint" => "32767",
            "integer" => "2147483647",
            _ => "9223372036854775807",
        };
        let usual = [
            ("INCREMENT", "increment", "1"),
            ("MINVALUE", "minimum", "1"),
            ("MAXVALUE", "maximum", largest),
            ("START", "start", get("minimum")),
            ("CACHE", "cache", "1"),
        ];
        for (word, attribute, usual) in usual {
            if get(attribute) != usual {
                options.push(format!("{word} {}", get(attribute)));
            }
        }
        if facts.contains_key("cycle") {
            options.push("CYCLE".to_owned());
        }
        if options.is_empty() { String::new() } else { format!(" ({})", options.join(" ")) }
    }

    /// Sets of a new column what has no place in its definition.
    fn column_settings(&mut self, table: &str, name: &str, facts: &Facts) {
        let alter = format!("ALTER TABLE {table} ALTER COLUMN {name}");
        if let Some(storage) = facts.get("storage").and_then(|letter| storage(letter)) {
            self.push(Phase::Change, format!("{alter} SET STORAGE {storage}"));
        }
        if let Some(target) = facts.get("statistics target") {
            self.push(Phase::Change, format!("{alter} SET STATISTICS {target}"));
        }
        if let Some(options) = facts.get("options") {
            self.push(Phase::Change, format!("{alter} SET ({options})"));
        }
        if is_said_apart(facts) {
            self.push(Phase::Change, refuse_null(name, &format!("ALTER TABLE {table}"), facts));
        }
        if facts.contains_key("comment of not null") {
            self.leave(format!("column {table}.{name}: comment of not null"), UNNAMED);
        }
    }

    pub(super) fn replica_identity(&mut self, table: &str, identity: Option<&str>) {
        let identity = match identity {
            None => "DEFAULT".to_owned(),
            Some(text) => match text.strip_prefix("index ") {
                Some(index) => format!("USING INDEX {}", quoted(&names::split(index).1)),
                None => text.to_uppercase(),
            },
        };
        self.push(Phase::Parts, format!("ALTER TABLE {table} REPLICA IDENTITY {identity}"));
    }

    /// Enables or disables a trigger or rule.
    pub(super) fn enable(&mut self, object: &Object, parent: &str, enabled: Option<&str>) {
        let verb = match enabled {
            None => "ENABLE",
            Some("no") => "DISABLE",
            Some("always") => "ENABLE ALWAYS",
            Some(_) => "ENABLE REPLICA",
        };
        let kind = object.kind.noun().to_uppercase();
        self.push(Phase::Parts, format!("ALTER TABLE {parent} {verb} {kind} {}", object.name));
    }
}

fn policy(name: &str, parent: &str, facts: &Facts) -> String {
    let get = |name: &str| facts.get(name).map(String::as_str);
    let restrictive = if get("restrictive").is_some() { " AS RESTRICTIVE" } else { "" };
    let command = get("command").unwrap_or("all").to_uppercase();
    let roles = match get("roles") {
        None | Some("public") => "PUBLIC",
        Some(roles) => roles,
    };
    let mut sql = format!("CREATE POLICY {name} ON {parent}{restrictive} FOR {command} TO {roles}");
    for (attribute, word) in [("using", "USING"), ("with check", "WITH CHECK")] {
        if let Some(condition) = get(attribute) {
            sql.push_str(&format!(" {word} ({condition})"));
        }
    }
    sql
}

/// Returns a bare name as an identifier.
pub(super) fn quoted(name: &str) -> String {
    truthtable::model::PgIdent::new(name).to_string()
}
