//! What the documents say that only a try can prove: the schema as it would be created afresh, and the values of columns.

use std::path::Path;

use truthtable::diag::Sink;
use truthtable::emit::sql;
use truthtable::load::{Loader, SCHEMA_FOLDER};
use truthtable::model::{PgType, Schema};
use truthtable::plan::migration::diff::{self, Side};

use crate::migrations::{Place, Script};

/// A schema's documents, as far as the proof needs them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What creates the schema afresh; none where the documents have errors.
    pub afresh: Option<Script>,
    /// Columns that take some values and no others.
    pub values: Vec<Values>,
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

/// Reads the documents of a schema; none where there are none under the root.
pub fn read(root: &Path, name: &str) -> Option<Document> {
    if !root.join(SCHEMA_FOLDER).join(name).is_dir() {
        return None;
    }
    let mut loader = Loader::new(root);
    let mut sink = Sink::default();
    let loaded = loader.schema(name, &mut sink)?;
    let schema = truthtable::read(&loaded.inputs, &loader.sources, &loaded.config, &mut sink);
    let empty = Schema::default();
    let config = &loaded.config;
    let steps = diff::diff(Side { schema: &empty, config }, Side { schema: &schema, config });
    let afresh = steps.ok().filter(|_| !sink.has_errors()).map(|steps| {
        let statements: Vec<_> = steps.into_iter().flat_map(|step| step.statements).collect();
        let file = format!("{SCHEMA_FOLDER}/{name}, created afresh");
        Script { file, text: sql::script(&statements), first_line: 1, indent: 0 }
    });
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
        let position = loader.sources.position(span);
        values.push(Values {
            table: column.table.name().to_string(),
            column: column.data.name.value.as_str().to_owned(),
            bad: other_than(&good),
            good,
            place: Place {
                file: loader.sources.file(span.file).path().to_owned(),
                line: usize::try_from(position.line).unwrap_or_default(),
                column: usize::try_from(position.column).unwrap_or_default(),
            },
        });
    }
    Some(Document { afresh, values })
}

/// Returns a value that is none of these: a number where all are numbers, a short text else.
fn other_than(values: &[String]) -> String {
    let numbers: Option<Vec<i64>> = values.iter().map(|value| value.parse().ok()).collect();
    match numbers.and_then(|numbers| numbers.into_iter().max()) {
        Some(largest) => largest.saturating_add(1).to_string(),
        None => "~".to_owned(),
    }
}
