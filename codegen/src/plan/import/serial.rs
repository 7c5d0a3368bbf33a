//! Sequences that a column owns and counts by, as `pg_dump` writes them out, folded back into `serial`.

use std::collections::BTreeSet;

use crate::config::Config;
use crate::model::default_name;
use crate::model::ident::literal;
use crate::model::token::{Cursor, canonical, tokens};
use crate::model::{ColumnData, PgIdent, PgType, QualifiedName, Schema, TableData, VerbatimData};
use crate::plan::migration::diff::{self, Side};

/// Makes a serial column of every column that is one but for its spelling; none where what comes out would not be the same.
pub(super) fn fold(schema: Schema, config: &Config) -> Schema {
    let mut except: BTreeSet<QualifiedName> = BTreeSet::new();
    loop {
        let Some(folded) = folded(&schema, &except) else { return schema };
        let (before, after) = (Side { schema: &schema, config }, Side { schema: &folded, config });
        let Ok(steps) = diff::diff(before, after) else { return schema };
        if steps.is_empty() {
            return folded;
        }
        let known = except.len();
        except.extend(steps.into_iter().map(|step| step.key.name.clone()));
        if except.len() == known {
            return schema;
        }
    }
}

/// Folds the columns of all tables but those that are excepted, by their own names or those of their sequences.
fn folded(schema: &Schema, except: &BTreeSet<QualifiedName>) -> Option<Schema> {
    let mut folded = schema.clone();
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    let is_own = |table: &&mut TableData| !table.external && table.tail.is_none();
    for table in folded.tables.iter_mut().filter(is_own) {
        let name = table.name.value.clone();
        if except.contains(&name) {
            continue;
        }
        for column in table.columns.iter_mut().filter(|column| !column.inherited) {
            let sequence = sequence(&name, column);
            if !except.contains(&sequence) {
                gone.extend(serial(sequence, column, &schema.verbatim).unwrap_or_default());
            }
        }
    }
    let mut at = 0..;
    folded.verbatim.retain(|_| at.next().is_none_or(|at| !gone.contains(&at)));
    (!gone.is_empty()).then_some(folded)
}

/// Returns the name of the sequence that PostgreSQL would make for a column.
fn sequence(table: &QualifiedName, column: &ColumnData) -> QualifiedName {
    let name = default_name::object_name(table.name.as_str(), column.name.value.as_str(), "seq");
    QualifiedName { schema: table.schema.clone(), name: PgIdent::new(name) }
}

/// Makes a column serial where it is; returns the places of the statements that this says.
fn serial(sequence: QualifiedName, column: &mut ColumnData, verbatim: &[VerbatimData]) -> Option<Vec<usize>> {
    let ty = match column.ty.value.builtin_name()? {
        "integer" => "serial",
        "bigint" => "bigserial",
        "smallint" => "smallserial",
        _ => return None,
    };
    column.not_null.as_ref()?;
    let default = column.default.as_ref()?.value.sql.to_lowercase();
    let spelt = [sequence.to_string(), format!("public.{sequence}")];
    let is_counted = spelt.iter().any(|name| {
        [format!("nextval({}::regclass)", literal(name)), format!("nextval({})", literal(name))]
            .iter()
            .any(|call| canonical(call) == canonical(&default))
    });
    if !is_counted {
        return None;
    }
    let about: Vec<usize> = verbatim
        .iter()
        .enumerate()
        .filter(|(_, data)| data.creates.as_ref() == Some(&sequence) || is_change_of(data, &sequence))
        .map(|(at, _)| at)
        .collect();
    let makes =
        about.iter().filter_map(|at| verbatim.get(*at)).filter(|data| data.kind == "sequence").count();
    if makes != 1 {
        return None;
    }
    column.ty.value = PgType::builtin(ty);
    column.default = None;
    Some(about)
}

/// Tells whether a statement changes a sequence.
fn is_change_of(data: &VerbatimData, sequence: &QualifiedName) -> bool {
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    if !cursor.eat("alter sequence") {
        return false;
    }
    _ = cursor.eat("if exists");
    cursor.name().as_ref() == Some(sequence)
}
