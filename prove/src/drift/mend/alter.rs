//! Objects that both sides have, altered where they are.

use std::collections::BTreeSet;

use super::make::quoted;
use super::{Cx, MOVES_ROWS, Phase, others, words};
use crate::catalog::{Facts, GIVEN_UP, Kind, OWNER, Object};
use crate::drift::align::ORDER;
use crate::drift::names;

const UNWRITTEN: &str = "it is not written from the catalogue";

impl Cx<'_> {
    /// Alters what differs of an object.
    pub(super) fn alter(
        &mut self,
        object: &Object,
        attributes: &BTreeSet<&str>,
        wanted: &Facts,
        found: &Facts,
    ) {
        // Made anew, an object is the document's in all that it is.
        let anew: &[&str] = match object.kind {
            Kind::Index => &["definition"],
            Kind::Trigger | Kind::Rule => &["definition"],
            Kind::Policy => &["command", "restrictive", "roles", "using", "with check"],
            Kind::View => &["form", "definition"],
            Kind::Function => &["form", "result"],
            Kind::Constraint => &["definition"],
            Kind::Other if others::is_remade(&object.name) => &["definition"],
            _ => &[],
        };
        let mut attributes = attributes.clone();
        if attributes.iter().any(|attribute| anew.contains(attribute)) {
            if !self.validates(object, wanted, found) {
                return self.replace(object);
            }
            attributes.remove("definition");
        }
        self.about.clone_from(&object.name);
        let mut typed = false;
        let mut attributes: Vec<&&str> = attributes.iter().collect();
        attributes.sort_by_key(|attribute| turn(attribute, wanted));
        let retyped = attributes.iter().any(|attribute| matches!(**attribute, "type" | "collation"));
        if object.kind == Kind::Sequence {
            self.sequence(object, &mut attributes, wanted);
        }
        for attribute in attributes {
            let (wanted_value, found_value) = (wanted.get(*attribute), found.get(*attribute));
            let (want, have) = (wanted_value.map(String::as_str), found_value.map(String::as_str));
            match *attribute {
                "comment" => self.comment(object, wanted),
                OWNER => self.own(object, wanted),
                GIVEN_UP => self.give_up(object, wanted, want.unwrap_or_default(), have.unwrap_or_default()),
                "privileges" if object.kind == Kind::DefaultPrivileges => {
                    self.default_privileges(object, want.unwrap_or_default(), have.unwrap_or_default());
                }
                "privileges" => {
                    self.privileges(object, wanted, want.unwrap_or_default(), have.unwrap_or_default());
                }
                // That comes with the type.
                "default" if retyped && object.kind == Kind::Column => {}
                // What a column has from the parents of its table it takes from them again.
                "type" | "collation"
                    if found.contains_key("inherited") && wanted.contains_key("inherited") => {}
                "type" | "collation" if object.kind == Kind::Column => {
                    if !std::mem::replace(&mut typed, true) {
                        self.retype(object, wanted, found);
                    }
                }
                "inherited" | "part of" if self.moves(object) => {}
                attribute => {
                    let done = match object.kind {
                        Kind::Column => self.column(object, attribute, want, have),
                        Kind::Table => self.table(&object.name, attribute, want, have),
                        Kind::Type => self.a_type(object, attribute, wanted, want, have),
                        Kind::Index | Kind::Constraint => self.index(object, attribute, want, have),
                        Kind::View => self.view(object, attribute, wanted, want, have),
                        Kind::Function if attribute == "definition" => {
                            self.push(Phase::Bodies, want.unwrap_or_default());
                            Ok(())
                        }
                        Kind::Trigger | Kind::Rule if attribute == "enabled" => {
                            self.enable(object, object.parent.as_deref().unwrap_or_default(), want);
                            Ok(())
                        }
                        Kind::Extension if attribute == "schema" => {
                            let schema = quoted(want.unwrap_or("public"));
                            self.push(
                                Phase::Change,
                                format!("ALTER EXTENSION {} SET SCHEMA {schema}", object.name),
                            );
                            Ok(())
                        }
                        Kind::Other => match others::altered(&object.name, attribute, wanted, found) {
                            Some(statement) => {
                                self.push(Phase::Others, statement);
                                Ok(())
                            }
                            None => Err(UNWRITTEN),
                        },
                        _ => Err(UNWRITTEN),
                    };
                    if let Err(why) = done {
                        self.leave(format!("{object}: {attribute}"), why);
                    }
                }
            }
        }
    }

    /// Validates a constraint that differs in nothing but that; says whether it does.
    fn validates(&mut self, object: &Object, wanted: &Facts, found: &Facts) -> bool {
        let (Kind::Constraint, Some(parent)) = (object.kind, &object.parent) else { return false };
        let same = match (wanted.get("definition"), found.get("definition")) {
            (Some(wanted), Some(found)) => found.strip_suffix(" NOT VALID") == Some(wanted),
            _ => false,
        };
        if same {
            let sql = format!("ALTER {} {parent} VALIDATE CONSTRAINT {}", self.holder(parent), object.name);
            self.push(Phase::ForeignKeys, sql);
        }
        same
    }

    fn retype(&mut self, object: &Object, wanted: &Facts, found: &Facts) {
        let parent = object.parent.as_deref().unwrap_or_default();
        if self.is_view(parent) {
            return;
        }
        let computed = |(other, facts): (&Object, &Facts)| {
            other.kind == Kind::Column
                && other.parent == object.parent
                && self.document.objects.contains_key(other)
                && facts.get("generated").is_some_and(|text| text.contains(object.name.as_str()))
        };
        if self.live.objects.iter().any(computed) {
            return self.leave(
                format!("{object}: type"),
                "a generated column is computed from it, and would have to go first",
            );
        }
        self.free(parent, &object.name);
        let alter = format!("ALTER TABLE {parent} ALTER COLUMN {}", object.name);
        let ty = wanted.get("type").map(String::as_str).unwrap_or_default();
        let collation = wanted.get("collation").map(|name| format!(" COLLATE {name}")).unwrap_or_default();
        // A default is of the old type, and need not be cast as the rows are.
        let default = wanted.get("default");
        if found.contains_key("default") {
            self.push(Phase::Change, format!("{alter} DROP DEFAULT"));
        }
        // Values of one enumeration become those of another by their text.
        let is_enum = |name: &str| {
            let name = name.trim_end_matches("[]").to_owned();
            let ty = Object { kind: Kind::Type, parent: None, name };
            self.live
                .objects
                .get(&ty)
                .is_some_and(|facts| facts.get("form").is_some_and(|form| form == "enum"))
        };
        let array = if ty.ends_with("[]") { "[]" } else { "" };
        let by_text = if found.get("type").is_some_and(|old| is_enum(old)) {
            format!("::text{array}")
        } else {
            String::new()
        };
        let name = &object.name;
        let warning = "Rewrites the table while nobody else may read it; fails where a value does not fit.";
        self.push_warned(
            Phase::Change,
            format!("{alter} TYPE {ty}{collation} USING {name}{by_text}::{ty}"),
            warning,
        );
        if let Some(default) = default {
            self.push(Phase::Change, format!("{alter} SET DEFAULT {default}"));
        }
    }

    /// Makes anew what keeps a column from changing its type: policies, triggers that name it, views over its table.
    pub(super) fn free(&mut self, table: &str, column: &str) {
        let live = self.live;
        let views = self.views_over(table);
        let parts = live.objects.iter().filter(|(object, facts)| {
            object.parent.as_deref() == Some(table)
                && match object.kind {
                    Kind::Policy => true,
                    Kind::Trigger => facts.get("definition").is_some_and(|text| text.contains(column)),
                    _ => false,
                }
        });
        let held: Vec<&Object> = views.into_iter().chain(parts.map(|(object, _)| object)).collect();
        for object in held {
            if self.document.objects.contains_key(object) {
                self.replace(object);
            }
        }
    }

    fn table(
        &mut self,
        name: &str,
        attribute: &str,
        want: Option<&str>,
        have: Option<&str>,
    ) -> Result<(), &'static str> {
        let change = match (attribute, want) {
            ("persistence", Some("unlogged")) => "SET UNLOGGED".to_owned(),
            ("persistence", None) => "SET LOGGED".to_owned(),
            ("row-level security", Some(_)) => "ENABLE ROW LEVEL SECURITY".to_owned(),
            ("row-level security", None) => "DISABLE ROW LEVEL SECURITY".to_owned(),
            ("row-level security forced on the owner", Some(_)) => "FORCE ROW LEVEL SECURITY".to_owned(),
            ("row-level security forced on the owner", None) => "NO FORCE ROW LEVEL SECURITY".to_owned(),
            ("tablespace", space) => format!("SET TABLESPACE {}", quoted(space.unwrap_or("pg_default"))),
            ("parents" | "partition bound", _) => return self.attach(name),
            ("foreign options", _) => {
                let alter = format!("ALTER FOREIGN TABLE {name}");
                return self.foreign_options(&alter, want.unwrap_or_default(), have.unwrap_or_default());
            }
            ("triggers enabled otherwise than on the partitioned table", _) => {
                self.enable_on_partition(name, want.unwrap_or_default());
                return Ok(());
            }
            ("options", _) => {
                self.options(
                    &format!("ALTER TABLE {name}"),
                    want.unwrap_or_default(),
                    have.unwrap_or_default(),
                );
                return Ok(());
            }
            ("replica identity", identity) => {
                self.replica_identity(name, identity);
                return Ok(());
            }
            (ORDER, _) => return Err("columns stand in the order of their making; it takes a new table"),
            _ => return Err(MOVES_ROWS),
        };
        self.push(Phase::Change, format!("ALTER TABLE {name} {change}"));
        Ok(())
    }

    /// Has the triggers that a partition has of its table fire as the document says, once it is a partition: `touch: no, log: always`.
    fn enable_on_partition(&mut self, table: &str, wanted: &str) {
        for (trigger, fires) in wanted.split(", ").filter_map(|one| one.rsplit_once(": ")) {
            let verb = match fires {
                "no" => "DISABLE",
                "on a replica" => "ENABLE REPLICA",
                "always" => "ENABLE ALWAYS",
                _ => "ENABLE",
            };
            self.push(Phase::Words, format!("ALTER TABLE {table} {verb} TRIGGER {trigger}"));
        }
    }

    /// Alters a sequence in one statement, since its bounds have to fit its type; takes the attributes that it alters.
    fn sequence(&mut self, object: &Object, attributes: &mut Vec<&&str>, wanted: &Facts) {
        let mut changes = Vec::new();
        attributes.retain(|attribute| {
            let want = wanted.get(**attribute);
            let value = want.map(String::as_str).unwrap_or_default();
            changes.push(match **attribute {
                "type" => format!("AS {value}"),
                "start" => format!("START {value}"),
                "increment" => format!("INCREMENT {value}"),
                "minimum" => format!("MINVALUE {value}"),
                "maximum" => format!("MAXVALUE {value}"),
                "cache" => format!("CACHE {value}"),
                "cycle" => if want.is_some() { "CYCLE" } else { "NO CYCLE" }.to_owned(),
                "owned by" => format!("OWNED BY {}", want.map_or("NONE", String::as_str)),
                _ => return true,
            });
            false
        });
        if !changes.is_empty() {
            self.push(Phase::Change, format!("ALTER SEQUENCE {} {}", object.name, changes.join(" ")));
        }
    }

    /// Alters an index, or that of a constraint.
    fn index(
        &mut self,
        object: &Object,
        attribute: &str,
        want: Option<&str>,
        have: Option<&str>,
    ) -> Result<(), &'static str> {
        let parent = object.parent.as_deref().unwrap_or_default();
        let (index, own) = if object.kind == Kind::Index {
            (object.name.clone(), quoted(&names::split(&object.name).1))
        } else {
            (format!("{}.{}", quoted(&names::split(parent).0), object.name), object.name.clone())
        };
        match (attribute, want) {
            ("clustered", Some(_)) => {
                self.push(Phase::Parts, format!("ALTER TABLE {parent} CLUSTER ON {own}"))
            }
            ("clustered", None) => {
                // Another index that takes the mark takes it away from this one.
                if !self
                    .mend
                    .statements
                    .iter()
                    .any(|one| one.sql.starts_with(&format!("ALTER TABLE {parent} CLUSTER ON")))
                {
                    self.push(Phase::Change, format!("ALTER TABLE {parent} SET WITHOUT CLUSTER"));
                }
            }
            ("options of its index", _) => {
                self.options(
                    &format!("ALTER INDEX {index}"),
                    want.unwrap_or_default(),
                    have.unwrap_or_default(),
                );
            }
            ("comment of its index", comment) => {
                let comment = comment.map_or_else(|| "NULL".to_owned(), words::literal);
                self.push(Phase::Words, format!("COMMENT ON INDEX {index} IS {comment}"));
            }
            ("valid", None) => self.push(Phase::Indexes, format!("REINDEX INDEX {index}")),
            ("tablespace" | "tablespace of its index", space) => {
                let space = quoted(space.unwrap_or("pg_default"));
                self.push(Phase::Change, format!("ALTER INDEX {index} SET TABLESPACE {space}"));
            }
            ("statistics targets", _) => {
                self.statistics_targets(&index, want.unwrap_or_default(), have.unwrap_or_default());
            }
            _ => return Err("it is not written from the catalogue"),
        }
        Ok(())
    }

    /// Sets the statistics targets of an index: `1: 60, 2: 70`.
    pub(super) fn statistics_targets(&mut self, index: &str, wanted: &str, found: &str) {
        let targets = |list: &str| {
            let all = list.split(", ").filter_map(|one| one.split_once(": "));
            all.map(|(column, target)| (column.to_owned(), target.to_owned())).collect::<Vec<_>>()
        };
        let wanted = targets(wanted);
        let gone =
            targets(found).into_iter().filter(|(column, _)| wanted.iter().all(|(other, _)| other != column));
        let gone: Vec<_> = gone.map(|(column, _)| (column, "-1".to_owned())).collect();
        for (column, target) in wanted.iter().chain(&gone) {
            let sql = format!("ALTER INDEX {index} ALTER COLUMN {column} SET STATISTICS {target}");
            self.push(Phase::Parts, sql);
        }
    }

    fn view(
        &mut self,
        object: &Object,
        attribute: &str,
        wanted: &Facts,
        want: Option<&str>,
        have: Option<&str>,
    ) -> Result<(), &'static str> {
        let called = self.called(object, wanted);
        match (attribute, want) {
            ("options", _) => {
                self.options(&format!("ALTER {called}"), want.unwrap_or_default(), have.unwrap_or_default());
            }
            // That follows from the definition.
            (ORDER, _) => {}
            ("populated", None) => self.push(Phase::Others, format!("REFRESH {called}")),
            ("populated", Some(_)) => self.push(Phase::Others, format!("REFRESH {called} WITH NO DATA")),
            _ => return Err("it is not written from the catalogue"),
        }
        Ok(())
    }
}

/// Returns when an attribute is altered: NULL has to be refused before there is an identity, and there is no default then.
fn turn(attribute: &str, wanted: &Facts) -> u8 {
    match (attribute, wanted.contains_key(attribute)) {
        ("identity", false) => 0,
        ("default", false) => 1,
        ("not null", true) => 2,
        ("identity", true) => 3,
        ("not null", false) => 5,
        _ => 4,
    }
}
