//! What hosts the database.

use super::reader::Table;
use crate::diag::Sink;
use crate::span::Spanned;

/// What hosts the database and is there before the migrations run; the proof makes it, a migration never does.
#[derive(Clone, Debug, Default)]
pub struct Platform {
    /// A platform that the tool knows.
    pub name: Option<PlatformName>,
    /// A file of SQL, relative to `schema.toml`.
    pub stub: Option<Spanned<String>>,
    /// What that file holds, once it is loaded.
    pub stub_text: Option<String>,
    /// Whether foreign keys to external tables are made, because the platform has these wherever migrations run.
    pub foreign_keys: bool,
}

/// A platform that the tool knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlatformName {
    /// Supabase: the schemas `auth`, `storage` and `extensions`, its roles, `auth.uid()`.
    Supabase,
}

impl PlatformName {
    /// Returns the extensions that every database of the platform comes with
    /// (`supabase.com/docs/guides/database/extensions`).
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Supabase => {
                &["pg_graphql", "pg_stat_statements", "pgcrypto", "supabase_vault", "uuid-ossp"]
            }
        }
    }

    /// Returns the schemas that the platform has in every database, whatever is deployed there
    /// (`supabase.com/docs/guides/database/overview`).
    pub fn schemas(self) -> &'static [&'static str] {
        match self {
            Self::Supabase => &[
                "_analytics",
                "_realtime",
                "_supavisor",
                "auth",
                "cron",
                "extensions",
                "graphql",
                "graphql_public",
                "net",
                "pgbouncer",
                "pgmq",
                "pgsodium",
                "pgsodium_masks",
                "pgtle",
                "realtime",
                "storage",
                "supabase_functions",
                "supabase_migrations",
                "vault",
            ],
        }
    }
}

/// Takes `[platform]`.
pub(super) fn read(mut table: Table<'_>, sink: &mut Sink) -> Platform {
    let known = [("supabase", PlatformName::Supabase)];
    let platform = Platform {
        name: table.choice("name", &known, sink).map(|name| name.node),
        stub: table.text("stub", sink),
        stub_text: None,
        foreign_keys: table.boolean("foreign-keys", sink).is_some_and(|flag| flag.node),
    };
    table.finish(sink);
    platform
}
