//! A schema's documents, as far as a proof or a comparison needs them: the schema as it would be created afresh, the values of
//! columns, what may differ from a live database, and where everything is said.

mod said;

use std::path::Path;

use truthtable::config::{Config, PlatformName};
use truthtable::diag::{Colour, Sink, to_terminal};
use truthtable::emit::sql;
use truthtable::load::{Loader, SCHEMA_FOLDER};
use truthtable::model::{PgType, Schema};
use truthtable::plan::migration::diff::{self, Side};
use truthtable::plan::pgtap;

use crate::catalog::Object;
use crate::migrations::{Place, Script};
use said::Said;

/// A schema's documents, as far as a proof or a comparison needs them.
#[derive(Debug, Default)]
pub struct Document {
    /// What creates the schema afresh; none where the documents have errors.
    pub afresh: Option<Script>,
    /// Columns that take some values and no others.
    pub values: Vec<Values>,
    /// What may differ from a live database.
    pub ignore: Vec<Ignore>,
    /// The platform, where it is one that the tool knows.
    pub host: Option<PlatformName>,
    /// Whether nothing is made that the documents only imply.
    pub literal: bool,
    said: Option<Said>,
}

/// A column that takes some values and no others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values {
    /// The table as SQL.
    pub table: String,
    /// The column's name, unquoted.
    pub column: String,
    /// Values that it takes.
    pub good: Vec<String>,
    /// A value that it refuses.
    pub bad: String,
    /// Where the document says so.
    pub place: Place,
}

/// Something that may differ from a live database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// A pattern of objects.
    pub objects: String,
    /// A pattern of attributes; without one the object may differ as a whole.
    pub attributes: Option<String>,
    /// Why.
    pub reason: String,
    /// Where that is said.
    pub place: Option<Place>,
}

impl Document {
    /// Makes a document of what it says, without the places.
    pub fn of(afresh: Script, values: Vec<Values>) -> Self {
        Self { afresh: Some(afresh), values, ..Self::default() }
    }

    /// Reads `schema/NAME` of a workspace; none where there is no such folder.
    ///
    /// What the documents themselves do wrong is for other commands to say.
    ///
    /// # Errors
    ///
    /// What is wrong with its `schema.toml`, told at its place.
    pub fn read(root: &Path, name: &str) -> Result<Option<Self>, String> {
        let mut loader = Loader::new(root);
        if !loader.schema_names().iter().any(|known| known == name) {
            return Ok(None);
        }
        let mut sink = Sink::default();
        let Some(loaded) = loader.schema(name, &mut sink).filter(|_| !sink.has_errors()) else {
            return Err(to_terminal(&sink.finish(&loader.sources), &loader.sources, Colour::Off));
        };
        let config = loaded.config;
        let schema = truthtable::read(&loaded.inputs, &loader.sources, &config, &mut sink);
        let (empty, config) = (Schema::default(), &config);
        let steps = diff::diff(Side { schema: &empty, config }, Side { schema: &schema, config });
        let steps = steps.ok().filter(|_| !sink.has_errors());
        let afresh = steps.as_ref().map(|steps| {
            let statements: Vec<_> = steps.iter().flat_map(|step| step.statements.clone()).collect();
            let file = format!("{SCHEMA_FOLDER}/{name}, created afresh");
            Script { file, text: sql::script(&statements), first_line: 1, indent: 0 }
        });
        let tests =
            if config.tests.pgtap { pgtap::plan(&schema, config) } else { pgtap::TestPlan::default() };
        let ignore = config.drift.ignore.iter().map(|entry| Ignore {
            objects: entry.objects.as_str().to_owned(),
            attributes: entry.attributes.as_ref().map(|pattern| pattern.as_str().to_owned()),
            reason: entry.reason.node.clone(),
            place: Some(said::place(&loader, entry.span)),
        });
        Ok(Some(Self {
            ignore: ignore.collect(),
            host: config.platform.name,
            literal: config.literal,
            values: values(&schema, config, &loader),
            afresh,
            said: Some(Said::new(loader, schema, &steps.unwrap_or_default(), &tests)),
        }))
    }

    /// Finds where the documents say an object, or the table that it is a part of.
    pub(crate) fn place(&self, object: &Object) -> Option<Place> {
        self.said.as_ref()?.object(object)
    }

    /// Finds where the documents say what stands in a statement of a migration at a byte.
    pub(crate) fn behind(&self, statement: &str, at: usize) -> Option<Place> {
        self.said.as_ref()?.behind(statement, at)
    }
}

/// Returns the columns that take some values and no others.
fn values(schema: &Schema, config: &Config, loader: &Loader) -> Vec<Values> {
    let mut values = Vec::new();
    for column in schema.own_tables().flat_map(|table| table.columns()) {
        let (good, span) = match (&column.data.values, column.ty(), &column.data.prefix) {
            (_, PgType::Enum(name), _) => {
                let Some(data) = schema.find_enum(name) else { continue };
                let labels = data.labels.iter().map(|label| label.label.value.clone()).collect();
                (labels, data.name.span)
            }
            (Some(values), ..) if values.is_checked() => (values.values.value.clone(), values.values.span),
            (_, _, Some(prefix)) if config.prefixes.check && column.is_primary_key() => {
                (["1", "2"].map(|rest| format!("{}{rest}", prefix.value)).to_vec(), prefix.span)
            }
            _ => continue,
        };
        values.push(Values {
            table: column.table.name().to_string(),
            column: column.data.name.value.as_str().to_owned(),
            bad: other_than(&good),
            good,
            place: said::place(loader, span),
        });
    }
    values
}

/// Returns a value that is none of these: a number where all are numbers, a short text else.
fn other_than(values: &[String]) -> String {
    let numbers: Option<Vec<i64>> = values.iter().map(|value| value.parse().ok()).collect();
    match numbers.and_then(|numbers| numbers.into_iter().max()) {
        Some(largest) => largest.saturating_add(1).to_string(),
        None => "~".to_owned(),
    }
}
