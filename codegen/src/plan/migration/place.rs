//! Which table stands in which file.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::order::by_needs;
use super::{layout, order, services};
use crate::model::{ModuleId, QualifiedName, Schema, Table, TableId};

/// A file and the tables that it creates.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// Its name.
    pub(super) name: String,
    /// Its tables: in dependency order as far as there is one, else in the order in which they were said.
    pub(super) tables: Vec<TableId>,
}

/// Distributes the schema's own tables over files: as the document orders them, else by module, else into one.
pub(super) fn place(schema: &Schema) -> Vec<File> {
    let mut files = if schema.migrations.is_empty() { by_module(schema) } else { by_document(schema) };
    for file in &mut files {
        file.tables = order::by_dependency(schema, &file.tables);
    }
    files
}

fn by_document(schema: &Schema) -> Vec<File> {
    let mut taken: BTreeSet<TableId> = BTreeSet::new();
    let mut files: Vec<(String, File)> = Vec::new();
    for migration in &schema.migrations {
        // A table that is named twice is created where it is named first.
        let tables: Vec<TableId> =
            migration.tables().filter(|table| is_own(schema, *table) && taken.insert(*table)).collect();
        // A file of which the document only names the tables makes nothing.
        let named_only = !migration.members.is_empty() && migration.tables().next().is_none();
        if !(tables.is_empty() && named_only) {
            files.push(services::named(&migration.file.value, tables));
        }
    }
    let mut files = services::in_order(files);
    let at: BTreeMap<TableId, usize> = files
        .iter()
        .enumerate()
        .flat_map(|(index, file)| file.tables.iter().map(move |table| (*table, index)))
        .collect();
    let mut rest = Vec::new();
    for table in schema.own_tables().filter(|table| !at.contains_key(&table.id)) {
        match home(table, &at) {
            Some(index) => {
                if let Some(file) = files.get_mut(index) {
                    file.tables.push(table.id);
                }
            }
            None => rest.push(table.id),
        }
    }
    // What a placed table or the rule on its rows reads has to be there before it, and what needs nothing goes along.
    let reads = reads(schema);
    let placed: BTreeSet<TableId> = at.keys().copied().collect();
    let needed = reached(&placed, &reads);
    let needing = reached(&placed, &reversed(&reads));
    let is_first = rest.iter().any(|table| needed.contains(table) && !needing.contains(table));
    let (first, last): (Vec<TableId>, Vec<TableId>) =
        rest.iter().copied().partition(|table| is_first && !needing.contains(table));
    for (module, tables) in modules(schema, &last, &reads) {
        let number = next_number(files.last().map_or("", |file| file.name.as_str()));
        let words =
            module.and_then(|module| schema.modules.get(module.0)).map(|module| slug(&module.name.value));
        let words = words.filter(|words| !words.is_empty()).unwrap_or_else(|| "other_tables".to_owned());
        files.push(File { name: format!("{number}_{words}.sql"), tables });
    }
    if !first.is_empty() {
        let number =
            files.first().and_then(|file| previous_number(&file.name)).unwrap_or_else(|| "0".to_owned());
        files.insert(0, File { name: format!("{number}_core_tables.sql"), tables: first });
    }
    files
}

/// Groups tables by their modules, each behind those that its tables read, as far as modules read one another in no circle.
fn modules(schema: &Schema, tables: &[TableId], reads: &Reads) -> Vec<(Option<ModuleId>, Vec<TableId>)> {
    let mut members: IndexMap<Option<ModuleId>, Vec<TableId>, FxBuildHasher> = IndexMap::default();
    for table in tables {
        members.entry(schema.table(*table).data.module).or_default().push(*table);
    }
    let said: Vec<Option<ModuleId>> = members.keys().copied().collect();
    let order = by_needs(&said, |module| {
        let own = members.get(&module).into_iter().flatten();
        let needed = own.filter_map(|table| reads.get(table)).flatten();
        needed.map(|table| schema.table(*table).data.module).collect()
    });
    order.into_iter().filter_map(|module| Some((module, members.swap_remove(&module)?))).collect()
}

type Reads = BTreeMap<TableId, BTreeSet<TableId>>;

/// Returns what every table reads: by its foreign keys, and by the carried statements that are about it.
fn reads(schema: &Schema) -> Reads {
    let mut reads = Reads::new();
    let by_name: BTreeMap<&QualifiedName, TableId> =
        schema.own_tables().map(|table| (table.name(), table.id)).collect();
    for key in schema.own_tables().flat_map(|table| table.foreign_keys()).filter(|key| key.data.enforced) {
        reads.entry(key.table.id).or_default().insert(key.data.referenced);
    }
    for data in &schema.verbatim {
        let mut tables = data.names.iter().filter_map(|name| by_name.get(name).copied());
        let about = data.names.first().and_then(|name| by_name.get(name));
        if let Some(about) = about {
            reads.entry(*about).or_default().extend(&mut tables);
        }
    }
    reads
}

fn reversed(reads: &Reads) -> Reads {
    let mut reversed = Reads::new();
    for (table, others) in reads {
        for other in others {
            reversed.entry(*other).or_default().insert(*table);
        }
    }
    reversed
}

/// Returns what can be reached from tables, without these themselves.
fn reached(from: &BTreeSet<TableId>, edges: &Reads) -> BTreeSet<TableId> {
    let mut found = BTreeSet::new();
    let mut open: Vec<TableId> = from.iter().copied().collect();
    while let Some(table) = open.pop() {
        for next in edges.get(&table).into_iter().flatten() {
            if !from.contains(next) && found.insert(*next) {
                open.push(*next);
            }
        }
    }
    found
}

/// Returns the number before the one at the head of a file's name, with the same width and Flyway's `V`; none before zero.
fn previous_number(first: &str) -> Option<String> {
    let (mark, digits) = match first.strip_prefix('V') {
        Some(rest) => ("V", rest),
        None => ("", first),
    };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let number = digits.get(..end)?;
    let previous = number.parse::<u64>().ok()?.checked_sub(1)?;
    Some(format!("{mark}{previous:0width$}", width = number.len()))
}

fn is_own(schema: &Schema, table: TableId) -> bool {
    !schema.table(table).data.external
}

/// Returns the file for a table that the document places nowhere: for one that joins others the last of theirs, else the last
/// that holds a table of its module.
fn home(table: Table<'_>, at: &BTreeMap<TableId, usize>) -> Option<usize> {
    if table.is_join_table() {
        let joined: Option<Vec<usize>> =
            table.foreign_keys().map(|key| at.get(&key.data.referenced).copied()).collect();
        if let Some(last) = joined.and_then(|joined| joined.into_iter().max()) {
            return Some(last);
        }
    }
    let module = table.data.module?;
    let of_module = table.schema.own_tables().filter(|other| other.data.module == Some(module));
    of_module.filter_map(|other| at.get(&other.id).copied()).max()
}

/// Splits by module where modules hold several tables on average; a document with a heading for every table has no modules.
fn by_module(schema: &Schema) -> Vec<File> {
    let tables: Vec<TableId> = schema.own_tables().map(|table| table.id).collect();
    let has_others = !schema.enums.is_empty()
        || !schema.verbatim.is_empty()
        || !schema.namespaces.is_empty()
        || !schema.extensions.is_empty();
    if tables.is_empty() && !has_others {
        return Vec::new();
    }
    let modules = modules(schema, &tables, &reads(schema));
    if modules.len() < 2 || tables.len() < modules.len() * 2 {
        return vec![File { name: "000001_init.sql".to_owned(), tables }];
    }
    let name = |number: usize, module: &Option<ModuleId>| {
        let words =
            module.and_then(|module| schema.modules.get(module.0)).map(|module| slug(&module.name.value));
        let words = words.filter(|words| !words.is_empty()).unwrap_or_else(|| "tables".to_owned());
        format!("{number:06}_{words}.sql")
    };
    modules
        .into_iter()
        .enumerate()
        .map(|(at, (module, tables))| File { name: name(at + 1, &module), tables })
        .collect()
}

/// Makes of a module's name what may stand in a file's name.
pub(super) fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("_")
}

/// Returns a file's name without folders, which the document may put before it; it ends in `.sql`.
pub(super) fn file_name(written: &str) -> String {
    let name = written.rsplit(['/', '\\']).next().unwrap_or(written);
    if name.ends_with(".sql") { name.to_owned() } else { format!("{name}.sql") }
}

/// Returns the number that follows the one at the head of a file's name, with the same width and Flyway's `V`.
pub(super) fn next_number(last: &str) -> String {
    next_number_behind(last, 0)
}

/// Returns the number that follows the one at the head of a file's name, and is higher than another.
pub(super) fn next_number_behind(last: &str, other: u64) -> String {
    let mark = if last.starts_with('V') { "V" } else { "" };
    let (number, _) = layout::version(last);
    let next = number.parse::<u64>().unwrap_or_default().max(other).saturating_add(1);
    format!("{mark}{next:0width$}", width = number.len().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_of_files() {
        assert_eq!(next_number("000009_audit.sql"), "000010");
        assert_eq!(next_number("20251107000000_a.sql"), "20251107000001");
        assert_eq!(next_number("V9__a.sql"), "V10");
        assert_eq!(next_number("init.sql"), "1");
        assert_eq!(next_number_behind("000009_audit.sql", 12), "000013");
        assert_eq!(next_number_behind("V9__a.sql", 3), "V10");
        assert_eq!(previous_number("20251107000000_a.sql").as_deref(), Some("20251106999999"));
        assert_eq!(previous_number("V2__a.sql").as_deref(), Some("V1"));
        assert_eq!(previous_number("000000_a.sql"), None);
        assert_eq!(previous_number("init.sql"), None);
        assert_eq!(file_name("db/migrations/001_a.sql"), "001_a.sql");
        assert_eq!(slug("Wallet / Staking & Payouts"), "wallet_staking_payouts");
    }
}
