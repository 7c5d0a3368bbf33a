//! DBML against its official tool: `TRUTHTABLE_CORPUS` names the folder that holds `dbml/official`, `dbml/wild` and
//! `dbml/projects`, each with the tool's verdicts in `verdicts.tsv` and, where it accepts, the model that it read.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use truthtable::diag::Sink;
use truthtable::load::Loader;

/// What is said of one document: whether it is accepted, the line of the first error, and everything read.
struct Reading {
    accepted: bool,
    line: Option<u64>,
    model: Value,
}

fn inspect(root: &Path, file: &str) -> Reading {
    let mut loader = Loader::new(root);
    let mut sink = Sink::strict();
    let loaded = loader.document(file, &mut sink).expect("a file of the corpus");
    let inspection = truthtable::inspect(&loaded.inputs, &loader.sources, &loaded.config, sink);
    let model = truthtable::inspect::to_json(&inspection.decls, &inspection.diagnostics, &loader.sources);
    let said = model["diagnostics"].as_array().expect("a list");
    let first = said.iter().find(|said| said["severity"] == "error");
    Reading { accepted: first.is_none(), line: first.and_then(|said| said["line"].as_u64()), model }
}

/// Returns a list of the model in an order of its own and without what only we say.
fn canonical(key: &str, list: &Value) -> Vec<String> {
    let pick = |value: &Value, keys: &[&str]| -> Value {
        keys.iter().map(|key| ((*key).to_owned(), value[*key].clone())).collect()
    };
    let each = |list: &Value, keys: &[&str]| -> Vec<Value> {
        list.as_array().into_iter().flatten().map(|value| pick(value, keys)).collect()
    };
    let one = |value: &Value| match key {
        "tables" => json!([
            pick(value, &["schema", "name", "alias", "note"]),
            each(
                &value["columns"],
                &["name", "type", "pk", "unique", "not_null", "increment", "default", "note"]
            ),
            each(&value["indexes"], &["name", "type", "pk", "unique", "note", "columns"]),
        ]),
        "refs" => {
            let mut ends = each(&value["endpoints"], &["schema", "table", "columns", "relation"]);
            ends.sort_by_key(Value::to_string);
            json!([pick(value, &["name", "on_delete", "on_update"]), ends])
        }
        _ => value.clone(),
    };
    let mut values: Vec<String> =
        list.as_array().into_iter().flatten().map(|value| one(value).to_string()).collect();
    values.sort();
    values
}

/// Compares one set; returns its shares of equal verdicts, models and first error lines.
fn compare(set: &str) -> Option<[f64; 3]> {
    let folder = truthtable_tests::corpus()?.join("dbml").join(set);
    let verdicts = std::fs::read_to_string(folder.join("verdicts.tsv")).expect("the set has verdicts");
    let mut counts = [(0_u32, 0_u32); 3];
    let mut disagreements = Vec::new();
    let mut count = |which: usize, equal: bool, file: &str| {
        counts[which].1 += 1;
        if equal {
            counts[which].0 += 1;
        } else {
            disagreements.push(format!("  {}: {file}", ["verdict", "model", "first error line"][which]));
        }
    };
    for row in verdicts.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let reading = inspect(&folder, cells[0]);
        let accepted = cells[1] == "accept";
        count(0, reading.accepted == accepted, cells[0]);
        if let (true, Ok(expected)) =
            (accepted, std::fs::read_to_string(folder.join(format!("{}.expected.json", cells[0]))))
        {
            let expected: Value = serde_json::from_str(&expected).expect("a model");
            let equal = ["tables", "enums", "refs", "groups", "notes"]
                .iter()
                .all(|key| canonical(key, &expected[*key]) == canonical(key, &reading.model[*key]));
            count(1, equal, cells[0]);
        }
        // The verdicts on projects name no line.
        if !accepted
            && cells.len() > 4
            && let Ok(line) = cells[3].parse::<u64>()
        {
            count(2, reading.line == Some(line), cells[0]);
        }
    }
    let [verdicts, models, lines] = counts.map(|(equal, all)| format!("{equal}/{all}"));
    let mut out = std::io::stderr();
    _ = writeln!(out, "dbml/{set}: verdicts {verdicts}, models {models}, first error lines {lines}");
    disagreements.iter().for_each(|line| _ = writeln!(out, "{line}"));
    Some(counts.map(|(equal, all)| if all == 0 { 1.0 } else { f64::from(equal) / f64::from(all) }))
}

#[test]
fn the_official_tools_own_inputs() {
    let Some([verdicts, models, lines]) = compare("official") else { return };
    assert_eq!((verdicts, models), (1.0, 1.0));
    assert!(lines >= 0.95, "{lines}");
}

#[test]
fn files_of_real_projects() {
    let Some([verdicts, models, _]) = compare("wild") else { return };
    assert_eq!((verdicts, models), (1.0, 1.0));
}

#[test]
fn projects_of_several_files() {
    let Some([verdicts, ..]) = compare("projects") else { return };
    assert_eq!(verdicts, 1.0);
}

/// One file with every kind of element.
const OWN: &str = r#"Project shop { database_type: 'PostgreSQL'
  Note: 'all of it' }
TablePartial stamps [note: "p"] { made timestamp [default: `now()`]
  indexes { made } }
Table sales.orders as O [headercolor: #08f] {
  id int [pk, increment]
  state sales.state [default: sales.state.open, note: 'where it stands']
  buyer "long name"(10, 2)[] [ref: > people.id, not null, check: `buyer > 0`]
  ~stamps
  indexes { (id, buyer) [unique, name: 'both'] `lower(x)` }
  checks { `id > 0` [name: 'positive'] }
  records (id, state) { 1, sales.state.open
    2, }
}
Table people { id int pk
  note: '''
    several
    lines''' }
Enum sales.state { open
  closed [note: 'done'] }
Ref named: sales.orders.(id, buyer) <> people.(id, id) [delete: set null]
TableGroup all { people }
Note sticky { 'x' }
Metadata Table people { owner: 'a' }
Dep: people -> O
DiagramView v { Tables { people } }
use { table x as y } from './other'
"#;

fn read(text: &str) {
    let mut sources = truthtable::span::Sources::default();
    let file = sources.add("a.dbml", text);
    let config = truthtable::config::Config::for_name("a");
    truthtable::inspect(&[file], &sources, &config, Sink::default());
}

/// Nothing that is cut, left out, swapped or nested deeply makes reading panic or hang.
#[test]
fn damaged_files_are_survived() {
    let mut texts = vec![OWN.to_owned()];
    if let Some(corpus) = truthtable_tests::corpus() {
        let files = std::fs::read_dir(corpus.join("dbml/official")).expect("the set is there");
        let mut paths: Vec<_> = files.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        paths.retain(|path| path.extension().is_some_and(|end| end == "dbml"));
        texts.extend(paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()));
    }
    let start = Instant::now();
    for (round, text) in texts.iter().enumerate().filter(|(_, text)| text.len() < 4000) {
        // Our own input at every place, others at some.
        let step = if round == 0 { 1 } else { text.chars().count() / 6 + 1 };
        let chars: Vec<char> = text.chars().collect();
        for at in (0..chars.len()).step_by(step) {
            read(&chars[..at].iter().collect::<String>());
            let end = (at + 1 + at % 7).min(chars.len());
            read(&chars[..at].iter().chain(&chars[end..]).collect::<String>());
            let mut swapped = chars.clone();
            let other = (at * 31 + 7) % chars.len();
            swapped.swap(at, other);
            read(&swapped.iter().collect::<String>());
        }
        if start.elapsed() > Duration::from_secs(60) {
            break;
        }
    }
    for open in
        ["{", "[", "(", "Table a {", "Table a { id int [", "~", "Ref: a.", "'''", "Project {", "use {"]
    {
        let one = Instant::now();
        read(&open.repeat(2000));
        read(&format!("{open}\n").repeat(2000));
        assert!(one.elapsed() < Duration::from_secs(20), "`{open}` repeated takes {:?}", one.elapsed());
    }
}

/// A second reader of DBML finds the same names of tables in what it accepts; it reads less of the language than the first.
#[test]
fn another_reader_sees_the_same_tables() {
    let Some(corpus) = truthtable_tests::corpus() else { return };
    let folder = corpus.join("dbml/wild");
    let mut agreed = (0, 0);
    let verdicts = std::fs::read_to_string(folder.join("verdicts.tsv")).expect("the set has verdicts");
    for file in verdicts.lines().skip(1).filter_map(|row| row.split('\t').next()) {
        let text = std::fs::read_to_string(folder.join(file)).expect("a file of the corpus");
        let theirs = std::panic::catch_unwind(|| {
            let schema = dbml_rs::parse_dbml(&text).ok()?;
            Some(schema.tables().len())
        });
        let Ok(Some(theirs)) = theirs else { continue };
        agreed.1 += 1;
        agreed.0 +=
            usize::from(inspect(&folder, file).model["tables"].as_array().map(Vec::len) == Some(theirs));
    }
    _ = writeln!(std::io::stderr(), "dbml/wild: as many tables as dbml-rs in {}/{}", agreed.0, agreed.1);
    assert_eq!(agreed.0, agreed.1);
}
