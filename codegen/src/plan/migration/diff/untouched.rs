//! Tables that a change does not touch, most of a large schema: they are the same on both sides, and so is all that they lean on and
//! that leans on them. Nothing is done with them and nothing has to wait for them, so they are not taken apart.
//!
//! A table is touched where there is any doubt. What is carried is read as words here: it touches every table that it names.

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use super::{Side, collect};
use crate::model::{
    PartKey, PgIdent, PgType, QualifiedName, Schema, Table, TableId, VerbatimData, default_name,
};
use crate::plan::migration::names::Names;

/// Kinds of carried statements of which words tell what they lean on and what leans on them; an operator is used without a word.
const TOLD_BY_WORDS: [&str; 20] = [
    "alter function",
    "alter materialized view",
    "alter policy",
    "alter procedure",
    "alter sequence",
    "alter trigger",
    "alter view",
    "comment",
    "domain",
    "function",
    "grant",
    "materialized view",
    "policy",
    "procedure",
    "revoke",
    "rule",
    "sequence",
    "trigger",
    "type",
    "view",
];

/// The tables of one side that are not touched, by their number.
#[derive(Debug, Default)]
pub(super) struct Untouched(Vec<bool>);

impl Untouched {
    /// Tells whether a table is among them.
    pub(super) fn has(&self, table: TableId) -> bool {
        self.0.get(table.0).copied().unwrap_or_default()
    }

    fn touch(&mut self, table: TableId) {
        if let Some(own) = self.0.get_mut(table.0) {
            *own = false;
        }
    }

    /// Adds what touched tables refer to, and what refers to them.
    fn touch_neighbours(&mut self, schema: &Schema) {
        let touched: Vec<bool> = schema.tables().map(|table| !self.has(table.id)).collect();
        let is_touched = |table: TableId| touched.get(table.0).copied().unwrap_or_default();
        for table in schema.tables() {
            for key in &table.data.foreign_keys {
                if is_touched(table.id) {
                    self.touch(key.referenced);
                }
                if is_touched(key.referenced) {
                    self.touch(table.id);
                }
            }
        }
    }
}

/// Returns the tables of both sides that a change does not touch.
pub(super) fn untouched(
    (old, was): (Side<'_>, &Names),
    (new, is): (Side<'_>, &Names),
) -> (Untouched, Untouched) {
    let (mut before, mut after) =
        (Untouched(vec![false; old.schema.tables.len()]), Untouched(vec![false; new.schema.tables.len()]));
    let Some(surroundings) = Surroundings::of(old, new) else { return (before, after) };
    let known: IndexMap<&QualifiedName, Table<'_>, FxBuildHasher> =
        old.schema.own_tables().map(|table| (table.name(), table)).collect();
    let mut pairs = Vec::new();
    for table in new.schema.own_tables() {
        if let Some(known) = known.get(table.name()).copied()
            && known.says_the_same_as(table)
            && was.of(known.id) == is.of(table.id)
            && !surroundings.touch(table, is)
        {
            for (side, table) in [(&mut before, known), (&mut after, table)] {
                if let Some(own) = side.0.get_mut(table.id.0) {
                    *own = true;
                }
            }
            pairs.push((known.id, table.id));
        }
    }
    before.touch_neighbours(old.schema);
    after.touch_neighbours(new.schema);
    for (was, is) in pairs {
        if !before.has(was) || !after.has(is) {
            before.touch(was);
            after.touch(is);
        }
    }
    (before, after)
}

/// What stands beside the tables, on both sides.
struct Surroundings<'a> {
    /// The words of what is carried.
    words: IndexSet<String, FxBuildHasher>,
    carries_any: bool,
    /// The words of names of what is carried, and of enumerated types that change.
    made: IndexSet<&'a str, FxBuildHasher>,
    /// Enumerated types that are the same on both sides.
    enums: IndexSet<&'a QualifiedName, FxBuildHasher>,
    /// Database schemas that are there on both sides.
    namespaces: IndexSet<&'a str, FxBuildHasher>,
}

impl<'a> Surroundings<'a> {
    /// Reads what stands beside the tables; None where it may touch every table.
    fn of(old: Side<'a>, new: Side<'a>) -> Option<Self> {
        let is_alike = old.config.literal == new.config.literal
            && old.config.prefixes.check == new.config.prefixes.check
            && old.config.platform.name == new.config.platform.name
            && old.schema.extensions.iter().map(|it| &it.value).eq(new
                .schema
                .extensions
                .iter()
                .map(|it| &it.value));
        let carried = |schema: &'a Schema| schema.verbatim.iter();
        let is_told = carried(old.schema)
            .chain(carried(new.schema))
            .all(|it| TOLD_BY_WORDS.contains(&it.kind.as_str()));
        let text = |data: &'a VerbatimData| data.text.node.as_str();
        if !is_alike || !is_told && !carried(old.schema).map(text).eq(carried(new.schema).map(text)) {
            return None;
        }
        let mut words = IndexSet::default();
        let mut made = IndexSet::default();
        for schema in [old.schema, new.schema] {
            for data in &schema.verbatim {
                add_words(&data.text.node, &mut words);
                made.extend(data.creates.iter().flat_map(|name| self::words(name.name.as_str())));
            }
            // `INHERITS (parent)`: a table that says so is touched, and with it what it names.
            for table in schema.own_tables() {
                let said = table.data.tail.iter().chain(&table.data.alterations);
                said.for_each(|said| add_words(&said.node, &mut words));
            }
        }
        // `GRANT … ON ALL TABLES`, `FOR TABLES IN SCHEMA`.
        if words.contains("tables") || words.contains("sequences") {
            return None;
        }
        let labels = |schema: &Schema, name: &QualifiedName| {
            let found = schema.find_enum(name)?;
            Some(found.labels.iter().map(|label| label.label.value.clone()).collect::<Vec<_>>())
        };
        let mut enums = IndexSet::default();
        for data in old.schema.enums.iter().chain(&new.schema.enums) {
            let name = &data.name.value;
            match labels(old.schema, name) == labels(new.schema, name) {
                true => _ = enums.insert(name),
                false => made.extend(self::words(name.name.as_str())),
            }
        }
        let names = |schema: &'a Schema| schema.namespaces.iter().map(|name| name.value.as_str());
        let known: IndexSet<&str, FxBuildHasher> = names(old.schema).collect();
        let namespaces = names(new.schema).filter(|name| known.contains(name)).collect();
        let carries_any = !words.is_empty();
        Some(Self { words, carries_any, made, enums, namespaces })
    }

    /// Tells whether a table leans on something beside the tables, or that on it.
    fn touch(&self, table: Table<'_>, names: &Names) -> bool {
        let (data, name) = (table.data, table.name());
        let is_made = |text: &str| {
            words(text)
                .any(|word| self.made.contains(word) || self.made.contains(word.to_lowercase().as_str()))
        };
        // What a type that is made anew is called meanwhile has to be free.
        name.name.as_str().contains("__old")
            || data.tail.is_some()
            || !data.alterations.is_empty()
            || !data.exclusions.is_empty()
            || name.schema.as_ref().is_some_and(|schema| !self.namespaces.contains(schema.as_str()))
            || data
                .columns
                .iter()
                .any(|column| column.collation.is_some() || self.is_touching(&column.ty.value))
            || self.carries_any && self.name(table, names)
            || !self.made.is_empty() && expressions(table).any(is_made)
    }

    /// Tells whether a type is one that may change.
    fn is_touching(&self, ty: &PgType) -> bool {
        match ty.element() {
            PgType::Builtin { .. } => false,
            PgType::Enum(name) => !self.enums.contains(name),
            PgType::Array(_) | PgType::Defined(_) | PgType::Extension { .. } | PgType::Unknown(_) => true,
        }
    }

    /// Tells whether what is carried names a table, or a part of it that has a name of its own: an index, a constraint, a sequence.
    fn name(&self, table: Table<'_>, names: &Names) -> bool {
        let is_named =
            |name: &PgIdent| self.words.contains(name.as_str()) || !name.as_str().chars().all(is_of_word);
        is_named(&table.name().name)
            || names.of(table.id).iter().any(|(_, name)| is_named(name))
            || table.columns().any(|column| {
                let sequence = || default_name::sequence(table.name(), column.name());
                match &column.data.identity {
                    Some(identity) => identity.value.options.is_some() || is_named(&sequence().name),
                    None => collect::serial(column.ty()).is_some() && is_named(&sequence().name),
                }
            })
    }
}

/// Returns the expressions of a table, as SQL.
fn expressions<'a>(table: Table<'a>) -> impl Iterator<Item = &'a str> {
    let data = table.data;
    let of_columns = data.columns.iter().flat_map(|column| {
        let default = column.default.as_ref().map(|default| default.value.sql.as_str());
        let generated = column.generated.as_ref().map(|it| it.value.expression.as_str());
        default.into_iter().chain(generated)
    });
    let of_checks = data.checks.iter().map(|check| check.expression.value.as_str());
    let of_indexes = data.indexes.iter().flat_map(|index| {
        let parts = index.parts.iter().flat_map(|part| {
            let key = match &part.key {
                PartKey::Column(_) => None,
                PartKey::Expression(sql) => Some(sql.as_str()),
            };
            key.into_iter().chain(part.options.as_deref())
        });
        let behind = [&index.method, &index.predicate, &index.storage];
        parts.chain(behind.into_iter().filter_map(Option::as_deref))
    });
    of_columns.chain(of_checks).chain(of_indexes)
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_of_word(c)).filter(|word| !word.is_empty())
}

/// Adds the words of a text as they stand, and as PostgreSQL reads them without quotes.
fn add_words(text: &str, all: &mut IndexSet<String, FxBuildHasher>) {
    for word in words(text) {
        let folded = word.to_lowercase();
        if folded != word && !all.contains(word) {
            all.insert(word.to_owned());
        }
        if !all.contains(folded.as_str()) {
            all.insert(folded);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::untouched;
    use crate::config::Config;
    use crate::plan::ledger;
    use crate::plan::migration::diff::Side;
    use crate::plan::migration::names;

    /// Four tables, of which `b` refers to `a` and `c` to `b`; `d` stands alone.
    const TABLES: &str = "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY REFERENCES a);
        CREATE TABLE c (id int PRIMARY KEY REFERENCES b, CHECK (id > 0)); CREATE TABLE d (id serial, size int DEFAULT 1);
        CREATE INDEX d_size ON d (size);";

    /// Returns the names of the tables that a change does not touch, beside [`TABLES`].
    fn left(old: &str, new: &str) -> String {
        let config = ledger::literal(&Config::for_name("shop"));
        let [old, new] = [old, new].map(|text| ledger::read_back(&format!("{TABLES} {text}"), &config));
        let chosen = [&old, &new].map(|schema| names::choose(schema, &config));
        let [before, after] = [&old, &new].map(|schema| Side { schema, config: &config });
        let (before, after) = untouched((before, &chosen[0]), (after, &chosen[1]));
        let names = |schema: &crate::model::Schema, list: &super::Untouched| {
            let tables = schema.own_tables().filter(|table| list.has(table.id));
            tables.map(|table| table.name().plain()).collect::<Vec<_>>().join(" ")
        };
        let (was, is) = (names(&old, &before), names(&new, &after));
        assert_eq!(was, is, "what is left out is left out on both sides");
        is
    }

    #[test]
    fn what_refers_to_what_changes_is_touched() {
        assert_eq!(left("", ""), "a b c d");
        assert_eq!(left("", "CREATE TABLE e (id int)"), "a b c d");
        assert_eq!(left("", "CREATE TABLE e (id int REFERENCES b)"), "a c d");
        assert_eq!(left("", "ALTER TABLE a ADD more int"), "c d");
        assert_eq!(left("", "ALTER TABLE c ADD CHECK (id < 9)"), "a d");
        assert_eq!(left("", "ALTER INDEX d_size RENAME TO d_extent"), "a b c");
        assert_eq!(left("", "COMMENT ON COLUMN d.size IS 'In metres.'"), "a b c");
    }

    #[test]
    fn what_is_carried_touches_what_it_names() {
        assert_eq!(left("", "CREATE VIEW v AS SELECT * FROM \"a\""), "c d");
        assert_eq!(
            left("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$SELECT size FROM d$$", ""),
            "a b c"
        );
        assert_eq!(left("", "COMMENT ON INDEX d_size IS 'By size.'"), "a b c");
        assert_eq!(left("", "GRANT USAGE ON SEQUENCE d_id_seq TO public"), "a b c");
        assert_eq!(left("", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO public"), "");
        assert_eq!(left("", "ALTER TABLE a ENABLE ROW LEVEL SECURITY"), "c d");
    }

    #[test]
    fn what_a_table_leans_on_touches_it() {
        let mood = |labels: &str| {
            format!(
                "CREATE TYPE mood AS ENUM ({labels}); CREATE TABLE e (m mood); CREATE TABLE g (m text DEFAULT 'x'::mood)"
            )
        };
        assert_eq!(left(&mood("'x'"), &mood("'x'")), "a b c d e g");
        assert_eq!(left(&mood("'x'"), &mood("'x', 'y'")), "a b c d");
        let counted = |start: u8| {
            format!(
                "CREATE SEQUENCE Counted START {start}; CREATE TABLE e (n bigint DEFAULT nextval('counted'))"
            )
        };
        assert_eq!(left(&counted(1), &counted(2)), "a b c d");
        // An operator is used without a word.
        let operator = "CREATE FUNCTION more(int, int) RETURNS bool LANGUAGE sql AS 'SELECT $1 > $2';
            CREATE OPERATOR >>> (leftarg = int, rightarg = int, function = more);";
        assert_eq!(left(operator, operator), "a b c d");
        assert_eq!(left("", operator), "");
        assert_eq!(left("", "CREATE EXTENSION citext"), "");
    }

    #[test]
    fn what_a_table_is_part_of_touches_it() {
        let parted = "CREATE TABLE whole (id int) PARTITION BY LIST (id); CREATE TABLE part PARTITION OF whole FOR VALUES IN (1)";
        assert_eq!(left(parted, parted), "a b c d");
        assert_eq!(left("", "CREATE TABLE heir () INHERITS (d)"), "a b c");
        assert_eq!(left("CREATE SCHEMA s; CREATE TABLE s.e (id int)", ""), "a b c d");
    }
}
