//! The conventions that a schema follows, as far as they can be seen in it.

use super::Share;
use crate::model::Schema;

/// What was observed.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// Conventions with the share of what follows each.
    pub lines: Vec<String>,
    /// Rules that are no convention here, with why.
    pub off: Vec<(&'static str, String)>,
    /// Places at which a convention does not hold.
    pub exceptions: Vec<Exception>,
}

/// A place at which a convention does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The rule that finds it.
    pub rule: &'static str,
    /// The object.
    pub at: String,
    /// Why it is let be.
    pub reason: String,
}

/// Observes what a schema has in common.
pub fn observe(schema: &Schema) -> Observed {
    let share = Share::count(schema.own_tables(), |table| table.primary_key().is_some());
    Observed { lines: vec![format!("primary keys: {share} tables")], ..Observed::default() }
}
