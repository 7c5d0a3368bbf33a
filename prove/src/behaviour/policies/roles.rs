//! The roles as which policies are tried.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Session, attempt};
use super::Policy;
use crate::server::Error;

/// The roles whose policies hold for a role as well.
const MEMBERS: &str = "
    SELECT m.rolname::text, r.rolname::text FROM pg_roles m, pg_roles r
    WHERE m.rolname = ANY ($1) AND pg_has_role(m.oid, r.oid, 'USAGE')";

/// A role for policies that speak of everybody, where the platform has none.
const ANYBODY: &str = "truthtable_anybody";

/// The roles as which everybody asks on a platform: who has not signed in, and who has.
const OF_PLATFORM: [&str; 2] = [NOBODY, "authenticated"];

/// The role that no user has.
pub(super) const NOBODY: &str = "anon";

/// The roles as which policies are tried.
pub(super) struct Roles {
    /// All of them.
    pub(super) all: Vec<String>,
    /// As which everybody asks.
    everybody: Vec<String>,
    /// The roles whose policies hold for a role as well.
    members: BTreeSet<(String, String)>,
    /// The roles that cannot ask, and why.
    pub(super) refused: BTreeMap<String, String>,
}

impl Roles {
    /// Makes the role that is everybody where there is none, and gives every role what it may need beside the policies: all
    /// tables to look into and to change.
    pub(super) fn prepare<'a>(
        session: &mut Session<'_>,
        policies: impl Iterator<Item = &'a Policy>,
        has_platform: bool,
    ) -> Result<Self, Error> {
        let failed = |error| Error::of("the roles cannot be read", &error);
        let mut roles: BTreeSet<String> = policies.flat_map(|policy| policy.roles.clone()).collect();
        let found = session.client().query("SELECT rolname::text FROM pg_roles", &[]).map_err(failed)?;
        let found: BTreeSet<String> = found.iter().map(|row| row.get(0)).collect();
        let mut refused = BTreeMap::new();
        let everybody: Vec<String> = if has_platform && OF_PLATFORM.iter().all(|role| found.contains(*role)) {
            OF_PLATFORM.map(str::to_owned).to_vec()
        } else {
            if let Err(error) = attempt(session, &format!("CREATE ROLE {ANYBODY}"))? {
                refused.insert(ANYBODY.to_owned(), error.message);
            }
            vec![ANYBODY.to_owned()]
        };
        roles.extend(everybody.iter().cloned());
        roles.remove("public");
        let query = "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'";
        let schemas = session
            .client()
            .query(query, &[])
            .map_err(|error| Error::of("the schemas cannot be read", &error))?;
        let schemas: Vec<String> = schemas.iter().map(|row| row.get(0)).collect();
        let schemas = schemas.join(", ");
        for role in roles.iter().filter(|role| !refused.contains_key(*role)).cloned().collect::<Vec<_>>() {
            let quoted = format!("\"{}\"", role.replace('"', "\"\""));
            // Once for all tables: each grant goes through every one.
            let grant = format!(
                "GRANT USAGE ON SCHEMA {schemas} TO {quoted}; GRANT ALL ON ALL TABLES IN SCHEMA {schemas} TO {quoted}; \
                 GRANT ALL ON ALL SEQUENCES IN SCHEMA {schemas} TO {quoted}"
            );
            if let Err(error) = attempt(session, &grant)? {
                refused.insert(role, error.message);
            }
        }
        let roles: Vec<String> = roles.into_iter().collect();
        let members = session.client().query(MEMBERS, &[&roles]).map_err(failed)?;
        let members = members.iter().map(|row| (row.get(0), row.get(1))).collect();
        Ok(Self { all: roles, everybody, members, refused })
    }

    /// Returns the roles as which policies are tried.
    pub(super) fn of<'a>(&'a self, policies: &'a [Policy]) -> BTreeSet<&'a str> {
        let mut roles: BTreeSet<&str> =
            policies.iter().flat_map(|policy| &policy.roles).map(String::as_str).collect();
        if roles.remove("public") || roles.is_empty() {
            roles.extend(self.everybody.iter().map(String::as_str));
        }
        roles
    }

    /// Tells whether a policy holds for a role.
    pub(super) fn holds(&self, policy: &Policy, role: &str) -> bool {
        policy
            .roles
            .iter()
            .any(|of| of == "public" || of == role || self.members.contains(&(role.to_owned(), of.clone())))
    }
}
