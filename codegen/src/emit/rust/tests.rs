use std::process::Command;

use crate::config::Config;
use crate::diag::Sink;
use crate::emit::{Emitting, FileSet};
use crate::plan::rust::fixture::{self, HOSTILE};
use crate::plan::{self, Plan};

fn files(text: &str) -> FileSet {
    let (_, schema) = fixture::schema(text);
    let mut config = Config::for_name("example");
    config.description = Some("Names of every unpleasant kind.".to_owned());
    let rust = plan::rust::plan(&schema, &config, &mut Sink::default());
    let plan = Plan { rust, ..Plan::default() };
    let sources = ["schema/example/schema.txt".to_owned()];
    let mut files = FileSet::new("example");
    super::emit(&Emitting { schema: &schema, plan: &plan, config: &config, sources: &sources }, &mut files);
    files
}

#[test]
fn a_schema_of_hostile_names() {
    let files = files(HOSTILE);
    let text: Vec<String> = files.iter().map(|(path, text)| format!("==> {path}\n{text}")).collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn rustfmt_finds_nothing_to_change() {
    // Lists of every length around the width of a line, beside what hostile names make.
    let lists: String = (1..30)
        .map(|count| {
            let columns: String = (0..count).map(|at| format!("  c{at} text null\n")).collect();
            let values: Vec<String> = (0..count).map(|at| format!("v{at}")).collect();
            format!("table list_{count}\n{columns}  kind text values={}\n", values.join("|"))
        })
        .collect();
    let files = files(&format!("{HOSTILE}{lists}"));
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files.iter() {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let root = folder.path().join("generated/example/src/lib.rs");
    let Ok(output) = Command::new("rustfmt").args(["--check", "--edition", "2024"]).arg(root).output() else {
        eprintln!("skipped: rustfmt is not there");
        return;
    };
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[test]
fn nothing_to_say_makes_no_crate() {
    assert_eq!(files("").iter().count(), 0);
}
