//! A schema as documents shall say it that somebody else's files described: everything written out, names left to the tool where it
//! would choose the same, and what a target cannot say set apart.

mod explicit;
mod layout;
mod observe;
mod serial;
mod share;
mod split;

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Config;
use crate::model::{QualifiedName, Schema, Table, TableId};
use crate::plan::migration::diff::{self, Key, Refusal, Side, Step};
use crate::plan::migration::names::{self, Part};
pub use explicit::explicit;
pub use layout::{in_order, recognise};
pub use observe::{Exception, Observed, observe};
pub use share::Share;
pub use split::{Split, split};

/// Returns the steps that make everything of a schema that is taken at its word.
///
/// # Errors
///
/// As [`diff::diff`].
pub fn steps(schema: &Schema, config: &Config) -> Result<Vec<Step>, Vec<Refusal>> {
    let nothing = Schema::default();
    diff::diff(Side { schema: &nothing, config }, Side { schema, config })
}

/// Returns the names of all foreign keys, by table and place.
pub fn foreign_keys(schema: &Schema, config: &Config) -> BTreeMap<(TableId, usize), String> {
    let names = names::choose(schema, config);
    let of_table = |table: Table<'_>| {
        let id = table.id;
        let name = |at| ((id, at), names.get(id, Part::ForeignKey(at)).as_str().to_owned());
        (0..table.data.foreign_keys.len()).map(name).collect::<Vec<_>>()
    };
    schema.own_tables().flat_map(of_table).collect()
}

/// What is said in a plainer way than the target likes best, because the better one was not read as it was meant.
#[derive(Clone, Debug, Default)]
pub struct Plainly {
    /// Tables that are said in SQL as a whole.
    pub tables: BTreeSet<QualifiedName>,
    /// Objects that a statement of their own makes.
    pub objects: BTreeSet<Key>,
}
