//! A database that the tool did not create. It is only ever read, and only this type may open it.

use std::collections::BTreeMap;

use postgres::{Client, IsolationLevel, Transaction};

use super::Error;
use super::reach::Reach;
use crate::catalog::Catalog;

/// A database of somebody else's, of which nothing but its catalogue is read.
pub struct Live {
    client: Client,
    label: String,
    version: u32,
    encrypted: bool,
}

impl Live {
    /// Connects to the database that a URL or `key=value` pairs name, with TLS where they ask for it.
    pub fn open(url: &str) -> Result<Self, Error> {
        let reach = Reach::parse(url)?;
        let mut client = reach.connect()?;
        let query =
            "SELECT current_setting('server_version'), current_setting('server_version_num')::int / 10000,
            current_database()::text, EXISTS (SELECT FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl)";
        let ask = |client: &mut Client| {
            let mut transaction = begin(client)?;
            let row = transaction.query_one(query, &[])?;
            transaction.commit()?;
            Ok((
                row.try_get::<_, String>(0)?,
                row.try_get::<_, i32>(1)?,
                row.try_get::<_, String>(2)?,
                row.try_get(3)?,
            ))
        };
        let failed = |error| Error::of("the server does not tell what it is", &error);
        let (version, major, name, encrypted) = ask(&mut client).map_err(failed)?;
        let label = format!("{} at {}/{name}", super::version_label(&version), reach.address());
        Ok(Self { client, label, version: u32::try_from(major).unwrap_or_default(), encrypted })
    }

    /// Returns how a report names the database: `PostgreSQL 15.4 at db.example.com:5432/shop`.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Returns the major version of its server.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Says whether it is reached with TLS.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// Reads its catalogue, with owners or without, in a transaction that is read-only.
    pub fn catalog(&mut self, owners: bool) -> Result<Catalog, Error> {
        let read = if owners { Catalog::read_with_owners } else { Catalog::read };
        read(&mut self.client).map_err(|error| Error::of("the catalogue cannot be read", &error))
    }

    /// Returns the extensions with the number of objects that each owns.
    pub fn extensions(&mut self) -> Result<BTreeMap<String, i64>, Error> {
        let failed = |error| Error::of("the extensions cannot be read", &error);
        let query = "SELECT e.extname::text, count(d.objid) FROM pg_extension e LEFT JOIN pg_depend d
            ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e' GROUP BY 1";
        let mut transaction = begin(&mut self.client).map_err(failed)?;
        let rows = transaction.query(query, &[]).map_err(failed)?;
        let read = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, _>>();
        transaction.commit().map_err(failed)?;
        read.map_err(failed)
    }
}

/// Begins a transaction that can change nothing.
fn begin(client: &mut Client) -> Result<Transaction<'_>, postgres::Error> {
    client.build_transaction().read_only(true).isolation_level(IsolationLevel::RepeatableRead).start()
}
