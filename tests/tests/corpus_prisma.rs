//! Prisma schemas as Prisma's own engine reads them.
//!
//! The corpus is a folder named by `TRUTHTABLE_CORPUS`: schemas of real repositories with the engine's verdict and data model.

use serde_json::Value;
use truthtable::diag::{Severity, Sink};
use truthtable::load::Loader;
use truthtable_tests::corpus;

#[test]
fn verdicts_and_models_of_the_official_engine() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("prisma/wild");
    let (mut files, mut disagreements) = (0, Vec::new());
    for row in std::fs::read_to_string(folder.join("verdicts.tsv")).unwrap().lines().skip(1) {
        let mut cells = row.split('\t');
        let (file, verdict) = (cells.next().unwrap(), cells.next().unwrap());
        files += 1;
        let mut loader = Loader::new("");
        let mut sink = Sink::strict();
        let loaded = loader.document(&folder.join(file).to_string_lossy(), &mut sink).unwrap();
        let inspection = truthtable::inspect(&loaded.inputs, &loader.sources, &loaded.config, sink);
        let errors = inspection.diagnostics.iter().any(|found| found.severity == Severity::Error);
        if errors == (verdict == "valid") {
            disagreements.push(format!("{file}: official {verdict}"));
        }
        if verdict == "valid" {
            let expected = std::fs::read_to_string(folder.join(format!("{file}.expected.json"))).unwrap();
            let expected: Value = serde_json::from_str(&expected).unwrap();
            let json =
                truthtable::inspect::to_json(&inspection.decls, &inspection.diagnostics, &loader.sources);
            if json["prisma"] != expected {
                disagreements.push(format!("{file}: the models differ"));
            }
        }
    }
    eprintln!("prisma: {files} files, {} disagreements", disagreements.len());
    assert!(files > 0 && disagreements.is_empty(), "{}", disagreements.join("\n"));
}
