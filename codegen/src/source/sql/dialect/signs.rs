//! Which other database a script is written for.

use std::collections::BTreeMap;
use std::ops::Range;

pub(super) const MYSQL: &str = "MySQL";
pub(super) const SQLITE: &str = "SQLite";
pub(super) const SQL_SERVER: &str = "SQL Server";
pub(super) const ORACLE: &str = "Oracle";
pub(super) const CLICKHOUSE: &str = "ClickHouse";
pub(super) const CASSANDRA: &str = "Cassandra";
pub(super) const BIGQUERY: &str = "BigQuery";
pub(super) const SNOWFLAKE: &str = "Snowflake";
pub(super) const COCKROACH: &str = "CockroachDB";
pub(super) const HIVE: &str = "Hive";
pub(super) const SPARK: &str = "Spark";
pub(super) const REDSHIFT: &str = "Redshift";

/// The weight of a sign that is enough by itself.
const SURE: usize = 2;

/// How many hints are enough where nothing is sure.
const HINTS: usize = 3;

/// What gives away the database that a script is written for.
#[derive(Debug, Default)]
pub(in crate::source::sql) struct Signs {
    /// What only that database writes: its weight, and where it stands first.
    sure: BTreeMap<&'static str, (usize, Range<usize>)>,
    /// What it writes more often than others.
    hints: BTreeMap<&'static str, (usize, Range<usize>)>,
}

impl Signs {
    pub(super) fn sure(&mut self, database: &'static str, place: Range<usize>) {
        self.sure.entry(database).or_insert((0, place)).0 += SURE;
    }

    /// A word that is likely to be that database's: two of them are as good as a sure sign.
    pub(super) fn likely(&mut self, database: &'static str, place: Range<usize>) {
        self.sure.entry(database).or_insert((0, place)).0 += 1;
    }

    pub(super) fn hint(&mut self, database: &'static str, place: Range<usize>) {
        self.hints.entry(database).or_insert((0, place)).0 += 1;
    }

    /// Adds the signs of another part of the script.
    pub(in crate::source::sql) fn add(&mut self, other: Self) {
        for (into, from) in [(&mut self.sure, other.sure), (&mut self.hints, other.hints)] {
            for (database, (count, place)) in from {
                into.entry(database).or_insert((0, place)).0 += count;
            }
        }
    }

    /// Returns the database with the most signs, with the place of the first; none where nothing speaks of another database.
    pub(in crate::source::sql) fn database(&self) -> Option<(&'static str, Range<usize>)> {
        let most = |signs: &BTreeMap<&'static str, (usize, Range<usize>)>, least: usize| {
            let enough = signs.iter().filter(|(_, (weight, _))| *weight >= least);
            let best = enough.max_by_key(|(_, (count, place))| (*count, std::cmp::Reverse(place.start)));
            best.map(|(database, (_, place))| (*database, place.clone()))
        };
        most(&self.sure, SURE).or_else(|| most(&self.hints, HINTS))
    }
}

/// Words inside a table that only one database writes.
const WORDS: &[(&str, &str)] = &[
    ("auto_increment", MYSQL),
    ("autoincrement", SQLITE),
    ("nvarchar", SQL_SERVER),
    ("uniqueidentifier", SQL_SERVER),
    ("datetime2", SQL_SERVER),
    ("getdate", SQL_SERVER),
    ("newid", SQL_SERVER),
    ("varchar2", ORACLE),
    ("nvarchar2", ORACLE),
    ("sysdate", ORACLE),
    ("systimestamp", ORACLE),
    ("lowcardinality", CLICKHOUSE),
    ("fixedstring", CLICKHOUSE),
    ("datetime64", CLICKHOUSE),
    ("frozen", CASSANDRA),
];

/// Words that others could write as well.
const LIKELY: &[(&str, &str)] = &[
    ("unsigned", MYSQL),
    ("zerofill", MYSQL),
    ("mediumint", MYSQL),
    ("tinytext", MYSQL),
    ("mediumtext", MYSQL),
    ("longtext", MYSQL),
    ("mediumblob", MYSQL),
    ("longblob", MYSQL),
    ("smalldatetime", SQL_SERVER),
    ("ntext", SQL_SERVER),
    ("number", ORACLE),
    ("uint8", CLICKHOUSE),
    ("uint16", CLICKHOUSE),
    ("uint32", CLICKHOUSE),
    ("uint64", CLICKHOUSE),
];

impl Signs {
    /// Counts a word inside a table.
    pub(super) fn word(&mut self, word: &str, place: Range<usize>) {
        let of = |words: &[(&str, &'static str)]| {
            words.iter().find(|(known, _)| word.eq_ignore_ascii_case(known)).map(|(_, database)| *database)
        };
        if let Some(database) = of(WORDS) {
            self.sure(database, place);
        } else if let Some(database) = of(LIKELY) {
            self.likely(database, place);
        }
    }
}
