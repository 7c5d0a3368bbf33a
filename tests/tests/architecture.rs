//! Holds the library to its flow: a stage imports only from stages to its left. Holds the workspace to one build of a crate.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use truthtable_tests::root;

/// Every module of the library, from left to right; `lib.rs` stands behind them all.
const STAGES: &[&str] = &[
    "span", "diag", "config", "expr", "source", "load", "model", "inspect", "lint", "plan", "emit", "import",
    "write",
];

#[test]
fn a_stage_imports_only_leftward() {
    let root = library();
    let mut wrong = Vec::new();
    let mut imports = 0;
    for file in rust_files(&root) {
        let relative = file.strip_prefix(&root).unwrap();
        let module = module_of(relative);
        if module == "lib" {
            continue;
        }
        let Some(own) = STAGES.iter().position(|stage| *stage == module) else {
            wrong
                .push(format!("{}: `{module}` is no stage; give it a place in the flow", relative.display()));
            continue;
        };
        for (line, imported) in imported_modules(&std::fs::read_to_string(&file).unwrap()) {
            imports += 1;
            match STAGES.iter().position(|stage| *stage == imported) {
                Some(other) if other <= own => {}
                Some(_) => {
                    wrong.push(format!("{}:{line}: `{module}` imports `{imported}`", relative.display()))
                }
                None => wrong.push(format!("{}:{line}: `{imported}` is no stage", relative.display())),
            }
        }
    }
    assert!(imports > 50, "only {imports} imports were found: the test does not see the library");
    assert!(
        wrong.is_empty(),
        "the flow is source → model → lint → plan → emit → write:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_stage_is_in_the_library() {
    let found: BTreeSet<String> =
        rust_files(&library()).iter().map(|file| module_of(file.strip_prefix(library()).unwrap())).collect();
    for stage in STAGES {
        assert!(found.contains(*stage), "`{stage}` has gone; take it out of the flow");
    }
}

/// Only the library's ends may touch the disk, and no stage may look at a clock, the environment or the network.
#[test]
fn stages_are_functions_over_values() {
    const FORBIDDEN: &[&str] = &[
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::time",
        "SystemTime",
        "Instant::now",
        "HashMap",
    ];
    let mut wrong = Vec::new();
    for file in rust_files(&library()) {
        let relative = file.strip_prefix(library()).unwrap().to_path_buf();
        if ["load", "write"].contains(&module_of(&relative).as_str()) {
            continue;
        }
        for (at, line) in code_lines(&std::fs::read_to_string(&file).unwrap()) {
            for word in FORBIDDEN.iter().filter(|word| line.contains(**word)) {
                wrong.push(format!("{}:{at}: {word}", relative.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The tests of a package are one program, which takes only the files that it names: none is left lying unrun.
#[test]
fn every_file_of_tests_is_run() {
    const PROGRAMS: &[&str] = &["main", "apart"];
    let mut left = Vec::new();
    for package in ["prove", "tests", "xtask"] {
        let folder = root().join(package).join("tests");
        let read = |program: &&str| std::fs::read_to_string(folder.join(format!("{program}.rs"))).ok();
        let programs: String = PROGRAMS.iter().filter_map(read).collect();
        let named: BTreeSet<&str> =
            programs.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).collect();
        for entry in std::fs::read_dir(&folder).unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            let module = name.strip_suffix(".rs").filter(|module| !PROGRAMS.contains(module));
            if let Some(module) = module.filter(|module| !named.contains(module)) {
                left.push(format!("{package}/tests/{module}.rs"));
            }
        }
        assert!(named.len() > 5, "only {named:?} of {package}: the test does not see the programs");
    }
    left.sort();
    assert!(left.is_empty(), "no main.rs names {left:?}");
}

/// `cargo xtask` and the command line's call of the embedded server each build one package, `cargo test --workspace` all of
/// them; where a crate differs in its features between the two, it and what stands on it are built twice.
#[test]
fn a_package_built_alone_is_built_as_in_the_workspace() {
    // The first look is at what runs, the second at build scripts and macros as well. A crate whose features differ only
    // between the build scripts of both, and are in one of them those that run, is not seen.
    for edges in ["normal,no-proc-macro", "normal,build"] {
        let workspace = crates_and_features(&["--workspace", "--edges", &format!("{edges},dev")]);
        for package in ["truthtable-prove", "xtask"] {
            let alone = crates_and_features(&["--package", package, "--edges", edges]);
            assert!(alone.len() > 30, "only {alone:?} was found: the test does not see the crates");
            let different: Vec<&String> = alone.difference(&workspace).collect();
            assert!(
                different.is_empty(),
                "{package} is built twice; name the missing features in its Cargo.toml, beside the others that nothing \
                 calls: {different:#?}"
            );
        }
    }
}

/// Returns the crates of a selection, each with its version and its features.
fn crates_and_features(selection: &[&str]) -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = std::process::Command::new(cargo)
        .args(["tree", "--offline", "--locked", "--prefix", "none", "--format", "{p} {f}", "--manifest-path"])
        .arg(root().join("Cargo.toml"))
        .args(selection)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    lines
        .lines()
        .map(|line| line.trim_end_matches(" (*)").to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

fn library() -> PathBuf {
    root().join("codegen/src")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn module_of(relative: &Path) -> String {
    let first = relative.iter().next().unwrap().to_string_lossy().into_owned();
    first.strip_suffix(".rs").map_or(first.clone(), str::to_owned)
}

/// Returns lines of code with their numbers: no comments, and nothing of the tests at the end of a file.
fn code_lines(text: &str) -> Vec<(usize, &str)> {
    text.lines()
        .enumerate()
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
        .map(|(at, line)| (at + 1, line.trim()))
        .filter(|(_, line)| !line.starts_with("//"))
        .collect()
}

/// Returns the first segments behind `crate::` with their lines, those of a braced list included.
fn imported_modules(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, line) in code_lines(text) {
        for rest in line.split("crate::").skip(1) {
            let names = match rest.strip_prefix('{') {
                Some(list) => list.split(',').map(first_segment).collect(),
                None => vec![first_segment(rest)],
            };
            // A macro of the crate is no module.
            let modules =
                names.into_iter().filter(|name| !name.is_empty() && !rest.starts_with(&format!("{name}!")));
            found.extend(modules.map(|name| (at, name)));
        }
    }
    found
}

fn first_segment(path: &str) -> String {
    path.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}
