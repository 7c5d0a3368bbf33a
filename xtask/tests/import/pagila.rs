//! A real dump through the real commands: `pg_dump --schema-only` of Pagila is imported, generated and proved.

use std::io::Write;
use std::path::PathBuf;

use super::run_with_server;
use crate::workspace::{Workspace, told};

/// The dumps: of PostgreSQL 18, and of 8.
const DUMPS: [&str; 2] = [
    "devrimgunduz__pagila__pagila-schema.sql",
    "morenoh149__postgresDBSamples__pagila-0.10.1__pagila-schema.sql",
];

/// What PostgreSQL has from version 18 on.
const LATER: &str =
    "CREATE FUNCTION public.uuidv7() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()';\n";

#[test]
fn pagila_is_imported_generated_and_proved() {
    let corpus = std::env::var_os("TRUTHTABLE_CORPUS").map(PathBuf::from).filter(|folder| folder.is_dir());
    let Some(corpus) = corpus else {
        _ = writeln!(std::io::stderr(), "NOT TESTED: TRUTHTABLE_CORPUS names no folder");
        return;
    };
    for dump in DUMPS {
        let text = std::fs::read_to_string(corpus.join("sql/wild").join(dump)).unwrap();
        // The embedded server is of version 17.
        let text = text.replace(") VIRTUAL\n", ") STORED\n");
        let workspace = Workspace::new(&[("dump.sql", &text)]);
        for to in ["sql", "markdown", "dbml"] {
            let schema = format!("schema/{to}");
            let imported = workspace.run(&["import", "dump.sql", "--to", to, "--out", &schema]);
            assert_eq!(imported.status.code(), Some(0), "{dump}: {}", told(&imported));
            let toml = format!("{schema}/schema.toml");
            let settings = std::fs::read_to_string(workspace.folder.path().join(&toml)).unwrap();
            workspace.write(&toml, format!("{settings}\n[platform]\nstub = \"later.sql\"\n"));
            workspace.write(&format!("{schema}/later.sql"), LATER);
        }
        let generated = workspace.run(&["gen"]);
        assert_eq!(generated.status.code(), Some(0), "{dump}: {}", told(&generated));
        let proved = run_with_server(&workspace, &["prove"]);
        assert_eq!(proved.status.code(), Some(0), "{dump}: {}", told(&proved));
        // The dumps have foreign keys without an index, and what is generated has no more than they.
        let unproved = told(&proved).lines().filter(|line| line.starts_with("  unproved ")).count();
        assert!(unproved <= 3, "{dump}: {}", told(&proved));
    }
}
