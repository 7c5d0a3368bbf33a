//! Drift: a document against a live database, catalogue with catalogue.
//!
//! The document's side is a database of the tool's own in which the generated migrations were applied. The live side is
//! somebody else's: nothing but its catalogue is read, in a transaction that is read-only. What differs is told with where
//! the document says it; what is no drift (the platform's objects, the books of a runner of migrations, what `schema.toml`
//! lets differ) is said, never dropped in silence.

mod align;
mod build;
mod dump;
mod mend;
pub(crate) mod names;
mod places;
mod skip;
mod tell;

use std::collections::BTreeMap;

use truthtable::config::{PlatformName, glob};

use crate::catalog::{Catalog, Difference, Kind, Object, diff};
pub use crate::document::Ignore;
use crate::migrations::{MigrationSet, Place};
use crate::server::{Error, Live, Server};
use build::Built;
pub use dump::{dump, written};
pub use mend::{Left, Mend, Statement};
use places::Places;
pub use skip::OF_PLATFORM;
use skip::Skips;
pub use tell::{github, human, json, script, sql};

/// What is compared.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Patterns of schemas: objects outside of them are left out. None means every schema.
    pub schemas: Vec<String>,
    /// Patterns of objects: others are left out. None means every object.
    pub only: Vec<String>,
    /// Whether owners are compared too.
    pub owners: bool,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Report {
    /// The schema.
    pub schema: String,
    /// The server on which the document's side was built.
    pub document: String,
    /// The live database.
    pub live: String,
    /// What differs.
    pub drift: Vec<Drift>,
    /// What differs and may, with the reason.
    pub ignored: Vec<(Drift, String)>,
    /// What was not compared: objects of the live database, by reason.
    pub skipped: BTreeMap<String, Vec<String>>,
    /// Entries that let nothing differ which does.
    pub unused: Vec<Ignore>,
    /// What else a reader has to know.
    pub notes: Vec<String>,
    /// The platform of the live database, where the tool knows it.
    pub platform: Option<PlatformName>,
    /// What would bring the live database to the document.
    pub mend: Mend,
}

/// One difference: the document is on its left, the live database on its right.
#[derive(Debug, Clone)]
pub struct Drift {
    /// What differs.
    pub difference: Difference,
    /// Where the document says it.
    pub said: Option<Place>,
    /// Where the generated migrations make it.
    pub made: Option<Place>,
}

impl Filter {
    fn takes(&self, object: &Object) -> bool {
        let schema = || {
            let schema = names::schema(object);
            schema.is_some_and(|schema| self.schemas.iter().any(|pattern| glob(pattern, &schema)))
        };
        (self.schemas.is_empty() || schema())
            && (self.only.is_empty() || self.only.iter().any(|pattern| names::matches(pattern, object)))
    }

    fn is_everything(&self) -> bool {
        self.schemas.is_empty() && self.only.is_empty()
    }
}

impl Ignore {
    fn covers(&self, difference: &Difference) -> bool {
        let attribute = match (&self.attributes, &difference.attribute) {
            (None, _) => true,
            (Some(pattern), Some(attribute)) => glob(pattern, attribute),
            (Some(_), None) => false,
        };
        attribute && names::matches(&self.objects, &difference.object)
    }
}

/// Compares a schema's migrations with a live database.
///
/// The document's side is built on `server`. Without a document nothing may differ, and places are those of the migrations
/// alone.
pub fn drift(
    set: &MigrationSet,
    live: &mut Live,
    server: &mut Server,
    filter: &Filter,
) -> Result<Report, Error> {
    let found = live.catalog(filter.owners)?;
    let extensions = live.extensions()?;
    let built = build::build(set, server, filter.owners)?;
    let mut report = compare(set, built, found, live.version(), filter);
    report.document = server.label().to_owned();
    report.live = live.label().to_owned();
    // Every server has this one, and nobody made it.
    for (name, objects) in extensions.iter().filter(|(name, objects)| *name != "plpgsql" && **objects > 0) {
        let reason = "objects that belong to an extension".to_owned();
        report.skipped.entry(reason).or_default().push(format!("{objects} of {name}"));
    }
    Ok(report)
}

fn compare(set: &MigrationSet, built: Built, mut live: Catalog, version: u32, filter: &Filter) -> Report {
    let document = set.document.as_deref();
    let Built { mut catalog, platform, absent, version: own_version } = built;
    align::versions(&mut catalog, own_version, &mut live, version);
    let skips =
        Skips { platform: &platform, host: document.and_then(|document| document.host), absent: &absent };
    let mut skipped: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (reason, object) in skips.apply(&mut catalog, &mut live) {
        // Of a table its columns, constraints and indexes go without saying.
        if object.parent.is_none() && filter.takes(&object) {
            skipped.entry(reason).or_default().push(object.to_string());
        }
    }
    let whole = (catalog.clone(), live.clone());
    align::positions(&mut catalog, &mut live);

    let places = Places::of(set);
    let differences = diff(&catalog, &live).into_iter();
    let differences =
        differences.filter(|one| filter.takes(&one.object) && !goes_along(one, &catalog, &live));
    let rules = document.map_or(&[][..], |document| &document.ignore);
    let mut used = vec![false; rules.len()];
    let (mut drift, mut ignored) = (Vec::new(), Vec::new());
    for difference in differences {
        let here = difference.left.is_some() || difference.attribute.is_some();
        let of_parent = || difference.object.parent.is_some();
        let said =
            document.filter(|_| here || of_parent()).and_then(|document| document.place(&difference.object));
        let made =
            places.find(&difference.object, difference.attribute.as_deref()).filter(|_| here || of_parent());
        let mut reason = None;
        for (rule, used) in rules.iter().zip(&mut used) {
            if rule.covers(&difference) {
                *used = true;
                reason.get_or_insert_with(|| rule.reason.clone());
            }
        }
        let one = Drift { difference, said, made };
        match reason {
            Some(reason) => ignored.push((one, reason)),
            None => drift.push(one),
        }
    }
    // Under a filter a rule may have been kept from what it is for.
    let unused = rules.iter().zip(used).filter(|(_, used)| !used && filter.is_everything());
    let unused = unused.map(|(rule, _)| rule.clone()).collect();
    let mend = mend::mend(&drift, &whole.0, (&whole.1, version), &places);
    let notes = notes(&drift, own_version, version);
    let (document, live) = (String::new(), String::new());
    let platform = skips.host;
    Report {
        schema: set.name.clone(),
        document,
        live,
        drift,
        ignored,
        skipped,
        unused,
        notes,
        platform,
        mend,
    }
}

/// Tells whether a difference is told with another: of a table that is on one side only, the sequences of its columns.
fn goes_along(difference: &Difference, document: &Catalog, live: &Catalog) -> bool {
    if difference.object.kind != Kind::Sequence || difference.attribute.is_some() {
        return false;
    }
    let (here, there) = if difference.left.is_some() { (document, live) } else { (live, document) };
    let owner = here.objects.get(&difference.object).and_then(|facts| facts.get("owned by"));
    let Some((table, column)) = owner.and_then(|owner| owner.rsplit_once('.')) else { return false };
    let column = Object { kind: Kind::Column, parent: Some(table.to_owned()), name: column.to_owned() };
    !there.objects.contains_key(&column)
}

fn notes(drift: &[Drift], own: u32, live: u32) -> Vec<String> {
    let printed =
        ["definition", "default", "generated", "using", "with check", "partition key", "partition bound"];
    let spelt = drift
        .iter()
        .any(|one| one.difference.attribute.as_deref().is_some_and(|attribute| printed.contains(&attribute)));
    if own == live || !spelt {
        return Vec::new();
    }
    vec![format!(
        "the document's side is on PostgreSQL {own} and the live database on {live}: the two may print one definition \
         differently; `--server-binaries` builds the document's side on binaries of version {live}"
    )]
}
