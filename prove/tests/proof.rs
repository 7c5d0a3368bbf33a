//! The proof over small folders of migrations: what it says of each is a snapshot.

use std::collections::BTreeSet;
use std::path::Path;

use truthtable_prove::server::Server;
use truthtable_prove::{Event, migrations, prove, report};

/// Proves every fixture on one server and compares what is told of each with its snapshot.
#[test]
fn each_fixture_is_told_as_it_is() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut sets = Vec::new();
    for entry in fixtures.read_dir().unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        sets.push(migrations::read(&folder, &folder, &name).unwrap());
    }
    sets.sort_by(|one, other| one.name.cmp(&other.name));
    let extensions: BTreeSet<String> = sets.iter().flat_map(|set| set.extensions()).collect();
    let mut server = Server::embedded(&extensions).unwrap();
    let mut failures = Vec::new();
    for set in &sets {
        let mut told = String::new();
        let report = prove(set, &mut server, None, &mut |event| {
            if let Event::Done(step) = event {
                told.push_str(&report::tell(step, false));
            }
        });
        let report = report.unwrap_or_else(|error| panic!("{}: {error}", set.name));
        told.push_str(&format!(
            "  {}; holds: {}, if strict: {}\n",
            report::summary(&report),
            report.holds(false),
            report.holds(true)
        ));
        // All snapshots are compared before the test fails, so that one run shows every change.
        let compared = std::panic::catch_unwind(|| insta::assert_snapshot!(set.name.clone(), told));
        failures.extend(compared.err().map(|_| set.name.clone()));
    }
    assert!(failures.is_empty(), "told otherwise: {failures:?}");
}
