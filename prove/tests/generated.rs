//! Whatever is generated in this workspace is proved, and so are the small schemas that its tests generate.

#![expect(clippy::unwrap_used, reason = "a test may panic, it is how it speaks")]

use std::collections::BTreeSet;
use std::path::Path;

use truthtable_prove::migrations::{self, MigrationSet};
use truthtable_prove::server::Server;
use truthtable_prove::{Event, prove, report};

#[test]
fn every_generated_schema_is_proved() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    every_schema_is_proved(root);
}

#[test]
fn every_small_schema_is_proved() {
    let fixtures = "tests/fixtures/schemas";
    let workspace = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(truthtable_tests::root().join(fixtures)).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let made = truthtable_tests::make(&format!("{fixtures}/{name}"), |_| {});
        for (path, text) in made.files.iter() {
            let target = workspace.path().join(path);
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::write(target, text).unwrap();
        }
    }
    assert!(every_schema_is_proved(workspace.path()) > 2, "the small schemas were not found");
}

/// Proves every schema below a folder's `generated/`, and returns how many there are.
fn every_schema_is_proved(root: &Path) -> usize {
    let found = migrations::discover(root).unwrap();
    eprintln!("{} generated schemas to prove", found.len());
    let sets = found.iter().map(|(name, folder)| migrations::read(folder, root, name).unwrap());
    let sets: Vec<MigrationSet> = sets.collect();
    if sets.is_empty() {
        return 0;
    }
    let extensions: BTreeSet<String> = sets.iter().flat_map(MigrationSet::extensions).collect();
    let mut server = Server::embedded(&extensions).unwrap();
    let mut broken = Vec::new();
    for set in &sets {
        eprintln!("{} on {}", set.name, server.label());
        let report = prove(set, &mut server, None, &mut |event| {
            if let Event::Done(step) = event {
                eprint!("{}", report::tell(step, true));
            }
        });
        if !report.unwrap().holds(false) {
            broken.push(&set.name);
        }
    }
    assert!(broken.is_empty(), "not proved: {broken:?}; run `cargo xtask prove` to see why");
    sets.len()
}
