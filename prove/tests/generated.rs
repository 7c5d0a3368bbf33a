//! Whatever is generated in this workspace is proved.

use std::collections::BTreeSet;
use std::path::Path;

use truthtable_prove::migrations::{self, MigrationSet};
use truthtable_prove::server::Server;
use truthtable_prove::{Event, prove, report};

#[test]
fn every_generated_schema_is_proved() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let found = migrations::discover(root).unwrap();
    eprintln!("{} generated schemas to prove", found.len());
    let sets = found.iter().map(|(name, folder)| migrations::read(folder, root, name).unwrap());
    let sets: Vec<MigrationSet> = sets.collect();
    if sets.is_empty() {
        return;
    }
    let extensions: BTreeSet<String> = sets.iter().flat_map(MigrationSet::extensions).collect();
    let mut server = Server::embedded(&extensions).unwrap();
    let mut broken = Vec::new();
    for set in &sets {
        eprintln!("{} on {}", set.name, server.label());
        let report = prove(set, &mut server, &mut |event| {
            if let Event::Done(step) = event {
                eprint!("{}", report::tell(step, true));
            }
        });
        if !report.unwrap().holds(false) {
            broken.push(&set.name);
        }
    }
    assert!(broken.is_empty(), "not proved: {broken:?}; run `cargo xtask prove` to see why");
}
