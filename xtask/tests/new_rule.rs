//! `new-rule`: its pieces land where they must.

#![expect(clippy::unwrap_used, reason = "a test may panic, it is how it speaks")]

use std::path::Path;

use crate::workspace::{Workspace, told};

/// The tool's own list of rules.
fn registry() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/src/lint.rs");
    std::fs::read_to_string(file).unwrap()
}

#[test]
fn a_rule_is_begun() {
    let before = registry();
    let workspace = Workspace::new(&[("codegen/src/lint.rs", &before)]);
    let output = workspace.run(&["new-rule", "odd-example", "--group", "keys"]);
    assert!(output.status.success(), "{}", told(&output));
    let tree = workspace.tree();
    let text = |path: &str| String::from_utf8(tree.get(path).unwrap().clone()).unwrap();
    let paths: Vec<&str> = tree.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "codegen/src/lint.rs",
            "codegen/src/lint/odd_example.rs",
            "docs/rules/README.md",
            "docs/rules/odd-example.md"
        ]
    );
    // The two lists are longer by the rule, in the order of names, and nothing else has changed.
    let after = text("codegen/src/lint.rs");
    let added: Vec<&str> = after.lines().filter(|line| !before.lines().any(|old| old == *line)).collect();
    assert_eq!(added, ["mod odd_example;", "    odd_example::RULE,"]);
    assert_eq!(after.lines().count(), before.lines().count() + 2);
    for (begin, end) in [("mod ", ";"), ("    ", "::RULE,")] {
        let names = after.lines().filter_map(|line| line.strip_prefix(begin)?.strip_suffix(end));
        let names: Vec<&str> = names.filter(|name| !["declare", "tests"].contains(name)).collect();
        assert!(names.is_sorted() && names.contains(&"odd_example"), "{names:?}");
    }
    assert!(text("docs/rules/README.md").contains("[`odd-example`](odd-example.md)"));
    insta::assert_snapshot!("the_rule_that_is_begun", text("codegen/src/lint/odd_example.rs"));
    insta::assert_snapshot!("the_page_that_is_begun", text("docs/rules/odd-example.md"));
    let again = workspace.run(&["new-rule", "odd-example"]);
    assert_eq!(again.status.code(), Some(2), "{}", told(&again));
    assert_eq!(workspace.tree(), tree);
}

#[test]
fn names_that_no_rule_can_have_are_refused() {
    let workspace = Workspace::new(&[("codegen/src/lint.rs", &registry())]);
    let before = workspace.tree();
    let mut said = String::new();
    for name in
        ["Odd-Example", "odd", "odd_example", "odd--example", "1-example", "duplicate-index", "sql-syntax"]
    {
        let output = workspace.run(&["new-rule", name]);
        assert_eq!(output.status.code(), Some(2));
        said += &String::from_utf8_lossy(&output.stderr);
    }
    let elsewhere = Workspace::new(&[]);
    said += &String::from_utf8_lossy(&elsewhere.run(&["new-rule", "odd-example"]).stderr);
    insta::assert_snapshot!("names_that_no_rule_can_have", said);
    assert_eq!(workspace.tree(), before);
}
