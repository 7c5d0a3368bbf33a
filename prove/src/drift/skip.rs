//! What is no drift: objects of the platform and of extensions, and where a runner of migrations keeps its books.

use std::collections::BTreeSet;

use truthtable::config::{PlatformName, glob};

use super::names;
use crate::catalog::{Catalog, Facts, Kind, Object};

/// Tables in which known runners of migrations note what they ran, without their schemas.
const RUNNERS: &[(&str, &str)] = &[
    ("_sqlx_migrations", "sqlx"),
    ("schema_migrations", "golang-migrate, dbmate or Rails"),
    ("ar_internal_metadata", "Rails"),
    ("refinery_schema_history", "refinery"),
    ("flyway_schema_history", "Flyway"),
    ("goose_db_version", "goose"),
    ("databasechangelog", "Liquibase"),
    ("databasechangeloglock", "Liquibase"),
    ("__diesel_schema_migrations", "Diesel"),
    ("seaql_migrations", "SeaORM"),
    ("_prisma_migrations", "Prisma"),
    ("__drizzle_migrations", "Drizzle"),
    ("knex_migrations", "Knex"),
    ("knex_migrations_lock", "Knex"),
    ("pgmigrations", "node-pg-migrate"),
    ("sequelizemeta", "Sequelize"),
    ("mikro_orm_migrations", "MikroORM"),
    ("alembic_version", "Alembic"),
    ("django_migrations", "Django"),
    ("__efmigrationshistory", "Entity Framework"),
    ("atlas_schema_revisions", "Atlas"),
    ("gorp_migrations", "sql-migrate"),
];

/// The same of tables with names that anybody may choose: they are a runner's where they have these columns and no others.
const BY_COLUMNS: &[(&str, &str, &[&str])] = &[
    ("schema_version", "tern", &["version"]),
    (
        "schema_version",
        "Flyway",
        &[
            "checksum",
            "description",
            "execution_time",
            "installed_by",
            "installed_on",
            "installed_rank",
            "script",
            "success",
            "type",
            "version",
        ],
    ),
];

/// Schemas in which known runners keep nothing but their books.
const RUNNERS_SCHEMAS: &[&str] = &["supabase_migrations", "drizzle", "atlas_schema_revisions"];

/// Extensions that Supabase creates itself.
const SUPABASE_EXTENSIONS: &[&str] = &[
    "pg_cron",
    "pg_graphql",
    "pg_net",
    "pg_stat_statements",
    "pg_tle",
    "pgcrypto",
    "pgjwt",
    "pgsodium",
    "supabase_vault",
    "uuid-ossp",
];

/// Other objects that Supabase creates itself.
const SUPABASE_OTHERS: &[&str] = &[
    "event trigger issue_*",
    "event trigger pgrst_*",
    "publication supabase_*",
    "default privileges of supabase_admin *",
    "default privileges of postgres *",
];

/// Why an object of the platform is not compared.
pub const OF_PLATFORM: &str = "the platform's";

/// What is not compared, and why.
pub(super) struct Skips<'a> {
    /// The catalogue of the platform's stub, without what every database comes with.
    pub(super) platform: &'a Catalog,
    /// The platform, where the tool knows it.
    pub(super) host: Option<PlatformName>,
    /// Extensions that the server of the document's side lacks.
    pub(super) absent: &'a BTreeSet<String>,
}

impl Skips<'_> {
    /// Takes out of both catalogues what is not compared; returns what was there of it live, with the reason for each.
    pub(super) fn apply(&self, document: &mut Catalog, live: &mut Catalog) -> Vec<(String, Object)> {
        let schemas = self.schemas();
        let objects: BTreeSet<&Object> = document.objects.keys().chain(live.objects.keys()).collect();
        let reasons = objects
            .into_iter()
            .filter_map(|object| Some((self.reason(object, document, live, &schemas)?, object.clone())));
        let mut skipped: Vec<(String, Object)> = reasons.collect();
        skipped.retain(|(_, object)| {
            document.objects.remove(object);
            live.objects.remove(object).is_some()
        });
        skipped
    }

    fn schemas(&self) -> BTreeSet<&str> {
        let stubbed = self.platform.objects.keys().filter(|object| object.kind == Kind::Schema);
        let stubbed = stubbed.map(|object| object.name.as_str()).filter(|name| *name != "public");
        let hosted = self.host.map(PlatformName::schemas).unwrap_or_default();
        stubbed.chain(hosted.iter().copied()).collect()
    }

    fn reason(
        &self,
        object: &Object,
        document: &Catalog,
        live: &Catalog,
        schemas: &BTreeSet<&str>,
    ) -> Option<String> {
        if object.kind == Kind::Extension && self.absent.contains(&names::parts(&object.name).concat()) {
            return Some("the document's side is built on a server without it".to_owned());
        }
        let facts = document.objects.get(object);
        let of_platform = match facts {
            // What a migration changed of the platform's is the document's.
            Some(facts) => self.platform.objects.get(object) == Some(facts),
            None => {
                names::schema(object).is_some_and(|schema| schemas.contains(schema.as_str()))
                    && !is_put_there(object, live, schemas)
            }
        };
        let hosted = |facts: &Facts| self.is_hosted(object, facts, schemas);
        if of_platform || live.objects.get(object).is_some_and(hosted) {
            return Some(OF_PLATFORM.to_owned());
        }
        if facts.is_none() { runner(object, document, live) } else { None }
    }

    /// Tells whether the platform brings an object whatever the document says of it.
    fn is_hosted(&self, object: &Object, facts: &Facts, schemas: &BTreeSet<&str>) -> bool {
        let Some(PlatformName::Supabase) = self.host else { return false };
        let told = object.to_string();
        let name = names::parts(&object.name).concat();
        // Elsewhere it is somebody's own.
        let own = facts.get("schema").is_some_and(|schema| schemas.contains(schema.as_str()));
        object.kind == Kind::Extension && own && SUPABASE_EXTENSIONS.contains(&name.as_str())
            || SUPABASE_OTHERS.iter().any(|pattern| {
                glob(pattern, &told) && !["tables", "schemas"].iter().any(|kept| facts.contains_key(*kept))
            })
    }
}

/// Tells whether a part of the platform's table is a user's: a policy, which the platform leaves to them, or a trigger that
/// calls a function of theirs.
fn is_put_there(object: &Object, live: &Catalog, schemas: &BTreeSet<&str>) -> bool {
    match object.kind {
        Kind::Policy => true,
        Kind::Trigger => {
            let definition = live.objects.get(object).and_then(|facts| facts.get("definition"));
            let called = definition.and_then(|text| text.rsplit_once(" EXECUTE FUNCTION "));
            called.is_some_and(|(_, called)| !schemas.contains(names::split(called).0.as_str()))
        }
        _ => false,
    }
}

/// Says whose books an object is or belongs to.
fn runner(object: &Object, document: &Catalog, live: &Catalog) -> Option<String> {
    let table = match (&object.parent, object.kind) {
        (Some(parent), _) => parent.clone(),
        (None, Kind::Sequence) => {
            let column = live.objects.get(object)?.get("owned by")?;
            column.rsplit_once('.')?.0.to_owned()
        }
        (None, Kind::Table) => object.name.clone(),
        (None, Kind::Schema) => {
            let own = RUNNERS_SCHEMAS.contains(&object.name.as_str());
            return own.then(|| "a runner of migrations keeps its books there".to_owned());
        }
        (None, _) => return None,
    };
    let itself = Object { kind: Kind::Table, parent: None, name: table.clone() };
    if document.objects.contains_key(&itself) {
        return None;
    }
    let (schema, name) = names::split(&table);
    let name = name.to_lowercase();
    let known = RUNNERS.iter().find(|(table, _)| *table == name).map(|(_, runner)| *runner);
    let has = |columns: &[&str]| {
        live.objects
            .keys()
            .filter(|object| object.kind == Kind::Column && object.parent.as_ref() == Some(&table))
            .map(|object| object.name.trim_matches('"'))
            .eq(columns.iter().copied())
    };
    let by_columns = || BY_COLUMNS.iter().find(|(table, _, columns)| *table == name && has(columns));
    match known.or_else(|| by_columns().map(|(_, runner, _)| *runner)) {
        Some(runner) => Some(format!("the books of a runner of migrations: {runner}")),
        None if RUNNERS_SCHEMAS.contains(&schema.as_str()) => {
            Some("the books of a runner of migrations".to_owned())
        }
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Skips;
    use crate::catalog::{Catalog, Facts, Kind, Object};

    fn catalog(objects: &[(Kind, Option<&str>, &str, &str)]) -> Catalog {
        let objects = objects.iter().map(|(kind, parent, name, value)| {
            let object = Object { kind: *kind, parent: parent.map(str::to_owned), name: (*name).to_owned() };
            (object, Facts::from([("owned by".to_owned(), (*value).to_owned())]))
        });
        Catalog { objects: objects.collect() }
    }

    fn skipped(platform: &Catalog, document: &Catalog, live: &Catalog) -> Vec<String> {
        let skips = Skips { platform, host: None, absent: &BTreeSet::new() };
        let found = skips.apply(&mut document.clone(), &mut live.clone());
        found.iter().map(|(reason, object)| format!("{object}: {reason}")).collect()
    }

    #[test]
    fn books_are_skipped_unless_the_document_has_them() {
        let live = catalog(&[
            (Kind::Table, None, "public.goose_db_version", ""),
            (Kind::Column, Some("public.goose_db_version"), "id", ""),
            (Kind::Sequence, None, "public.goose_db_version_id_seq", "public.goose_db_version.id"),
            (Kind::Table, None, "public.goose", ""),
            (Kind::Schema, None, "drizzle", ""),
            (Kind::Table, None, "drizzle.anything", ""),
        ]);
        let nothing = Catalog::default();
        let books = "the books of a runner of migrations: goose";
        assert_eq!(
            skipped(&nothing, &nothing, &live),
            [
                "schema drizzle: a runner of migrations keeps its books there".to_owned(),
                format!("sequence public.goose_db_version_id_seq: {books}"),
                "table drizzle.anything: the books of a runner of migrations".to_owned(),
                format!("table public.goose_db_version: {books}"),
                format!("column public.goose_db_version.id: {books}"),
            ]
        );
        let own = catalog(&[(Kind::Table, None, "public.goose_db_version", "changed")]);
        assert!(skipped(&nothing, &own, &live).iter().all(|told| !told.contains("goose")));
    }

    #[test]
    fn a_name_that_anybody_may_choose_is_a_runners_by_its_columns() {
        let table = (Kind::Table, None, "public.schema_version", "");
        let column = |name| (Kind::Column, Some("public.schema_version"), name, "");
        let nothing = Catalog::default();
        let books = skipped(&nothing, &nothing, &catalog(&[table, column("version")]));
        assert_eq!(
            books,
            [
                "table public.schema_version: the books of a runner of migrations: tern",
                "column public.schema_version.version: the books of a runner of migrations: tern"
            ]
        );
        let own = catalog(&[table, column("released_by"), column("version")]);
        assert_eq!(skipped(&nothing, &nothing, &own), Vec::<String>::new());
    }

    #[test]
    fn what_is_the_platforms_is_skipped_unless_a_migration_changed_it() {
        let platform = catalog(&[(Kind::Schema, None, "auth", ""), (Kind::Table, None, "auth.users", "")]);
        let mut document = platform.clone();
        document.objects.extend(catalog(&[(Kind::Trigger, Some("auth.users"), "ours", "")]).objects);
        let mut live = document.clone();
        live.objects.extend(catalog(&[(Kind::Column, Some("auth.users"), "more", "")]).objects);
        let told = skipped(&platform, &document, &live);
        assert_eq!(
            told,
            [
                "schema auth: the platform's",
                "table auth.users: the platform's",
                "column auth.users.more: the platform's"
            ]
        );
        document.objects.extend(catalog(&[(Kind::Table, None, "auth.users", "changed")]).objects);
        assert!(
            !skipped(&platform, &document, &live).contains(&"table auth.users: the platform's".to_owned())
        );
    }
}
