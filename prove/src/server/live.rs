//! A database that the tool did not create. It is only ever read, and only this type may open it.

use std::collections::BTreeMap;

use postgres::Client;

use super::reach::Reach;
use super::{Error, texts};
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
        let version = super::number(&mut client)?;
        let name =
            texts(&mut client, "SELECT current_database()::text", "the database does not tell its name")?;
        let name = name.first().map_or("?", String::as_str);
        let label = format!("{} at {}/{name}", super::version(&mut client)?, reach.address());
        let query = "SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl";
        let encrypted =
            !texts(&mut client, query, "the server does not say whether it is reached with TLS")?.is_empty();
        Ok(Self { client, label, version, encrypted })
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

    /// Reads its catalogue, in a transaction that is read-only.
    pub fn catalog(&mut self) -> Result<Catalog, Error> {
        Catalog::read(&mut self.client).map_err(|error| Error::of("the catalogue cannot be read", &error))
    }

    /// Returns the extensions with the number of objects that each owns.
    pub fn extensions(&mut self) -> Result<BTreeMap<String, i64>, Error> {
        let failed = |error| Error::of("the extensions cannot be read", &error);
        let query = "SELECT e.extname::text, count(d.objid) FROM pg_extension e LEFT JOIN pg_depend d
            ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e' GROUP BY 1";
        let mut transaction = self.client.build_transaction().read_only(true).start().map_err(failed)?;
        let rows = transaction.query(query, &[]).map_err(failed)?;
        let read = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, _>>();
        transaction.commit().map_err(failed)?;
        read.map_err(failed)
    }
}
