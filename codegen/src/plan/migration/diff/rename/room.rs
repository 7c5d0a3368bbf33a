//! Room for what gets its former name back: something new that has it meanwhile goes, and waits under another name until then.

use super::{Followers, Heirs, Step, rename_column, rename_table};
use crate::model::ident::{MAX_IDENT_BYTES, clip};
use crate::model::{ColumnId, PgIdent, QualifiedName, Schema, Table, TableId};
use crate::plan::migration::statement::Statement;

/// Gives a table that goes another name, which is returned, with the step that does so; `heir` gets the name that it has.
pub(super) fn of_table(
    old: &mut Schema,
    id: TableId,
    new: &Schema,
    heir: &QualifiedName,
) -> Option<(QualifiedName, Step)> {
    let data = old.tables.get(id.0)?;
    let (name, span) = (data.name.value.clone(), data.name.span);
    let beside = |short: PgIdent| QualifiedName { schema: name.schema.clone(), name: short };
    let is_taken = |short: &PgIdent| {
        let aside = beside(short.clone());
        let mut tables = old.tables.iter().chain(&new.tables);
        let mut carried = old.verbatim.iter().chain(&new.verbatim);
        tables.any(|table| table.name.value == aside)
            || carried.any(|data| data.creates.as_ref() == Some(&aside))
    };
    let aside = beside(free(&name.name, is_taken)?);
    let step = rename_table(old, id, &aside, span)?;
    let heir = heir.name.clone();
    Some((
        aside.clone(),
        making(step, Statement::MakeRoom { table: name, column: None, aside: aside.name, heir }),
    ))
}

/// Gives the columns of a table that go, and have the names that others get, other names.
pub(super) fn of_columns(
    old: &mut Schema,
    id: TableId,
    new: Table<'_>,
    kin: (&Heirs, &Followers),
) -> Vec<Step> {
    let stated: Vec<(PgIdent, PgIdent)> = new
        .columns()
        .filter_map(|column| Some((column.data.was.as_ref()?.value.clone(), column.data.name.value.clone())))
        .collect();
    let mut steps = Vec::new();
    for (from, to) in &stated {
        let Some(data) = old.tables.get(id.0) else { break };
        let place = |name: &PgIdent| data.columns.iter().position(|known| known.name.value == *name);
        let is_renamed = stated.iter().any(|(from, _)| from == to);
        let (Some(_), Some(at)) = (place(from), place(to).filter(|_| !is_renamed && from != to)) else {
            continue;
        };
        let (table, span) = (data.name.value.clone(), data.span);
        let is_taken = |name: &PgIdent| place(name).is_some() || new.find_column(name.as_str()).is_some();
        let Some(aside) = free(to, is_taken) else { continue };
        let step = rename_column(old, id, (ColumnId(at), &aside), kin, span);
        let room =
            Statement::MakeRoom { table, column: Some(to.clone()), aside: aside.clone(), heir: from.clone() };
        steps.extend(step.map(|step| making(step, room)));
    }
    steps
}

/// Returns a name that nothing has.
fn free(name: &PgIdent, is_taken: impl Fn(&PgIdent) -> bool) -> Option<PgIdent> {
    let ends = (1..100).map(|count| if count == 1 { "__old".to_owned() } else { format!("__old{count}") });
    let mut names = ends.map(|end| {
        let short = clip(name.as_str(), MAX_IDENT_BYTES - end.len());
        PgIdent::new(format!("{short}{end}"))
    });
    names.find(|name| !is_taken(name))
}

/// Returns a step that renames with another statement in the place of the first; nobody has to be told of what goes anyway.
fn making(mut step: Step, room: Statement) -> Step {
    if let Some(first) = step.statements.first_mut() {
        *first = room;
    }
    step.hazards.clear();
    step
}
