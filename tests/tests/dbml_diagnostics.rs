//! What DBML's reader says, and in which line.

use truthtable::config::Config;
use truthtable::diag::Sink;
use truthtable::source::{self, Reading};
use truthtable::span::Sources;

/// Reads the first of several files and compares what is said as `line code`.
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let mut sources = Sources::default();
    let ids: Vec<_> = files.iter().map(|(path, text)| sources.add(*path, *text)).collect();
    let mut sink = Sink::default();
    source::read(&ids[..1], &Reading { sources: &sources, config: &Config::for_name("a") }, &mut sink);
    let said: Vec<String> = sink
        .finish(&sources)
        .iter()
        .map(|said| format!("{} {}", sources.position(said.span).line, said.code))
        .collect();
    assert_eq!(said, expected, "{files:?}");
}

#[test]
fn one_file() {
    let cases: &[(&str, &[&str])] = &[
        ("Table a { id int }", &[]),
        ("Table a { }", &["1 dbml-empty"]),
        ("Table a { id int\nid int }", &["1 dbml-duplicate"]),
        ("Table a { id int }\nTable a { id int }", &["2 dbml-duplicate"]),
        ("Table a { id int [default: x.y] }", &["1 dbml-unknown-enum"]),
        ("Enum e { x }\nTable a { id e [default: e.y] }", &["2 dbml-unknown-enum-value"]),
        ("Table a { id int [what: 'x'] }", &[]),
        ("Table a { id int [what: x] }", &["1 dbml-unknown-setting"]),
        ("Table a [headercolor: red] { id int }", &["1 dbml-invalid-value"]),
        ("Table a { id int }\nRef: a.id > a.id", &["2 dbml-same-endpoints"]),
        ("Table a { id int }\nDep: a.id -> a.id", &["2 dbml-dep-on-itself"]),
        ("Table a { id int }\nTableGroup g { a }\nTableGroup h { a }", &["3 dbml-table-in-two-groups"]),
        ("Metadata Table a { x: 'y' }", &["1 dbml-unknown-element-name"]),
        ("DiagramView { * }", &["1 dbml-diagram-view"]),
        ("Table a { id int }\nrecords a(id) { 1, 2 }", &["2 dbml-record-length"]),
        // A mistake costs its line, not the file.
        ("Table a {\n id int [pk\n b int\n}\nTable a { id int }", &["2 dbml-syntax", "5 dbml-duplicate"]),
        (
            "Table a {\n id int\nTable b { id int }\nRef: b.id > c.id",
            &["1 dbml-syntax", "4 dbml-unknown-table"],
        ),
        // What a page puts above a schema that is copied from it.
        (
            "Sign in\nCopy schema\nTable a { id int }\nRef: a.id > b.id",
            &["1 dbml-text-before-schema", "4 dbml-unknown-table"],
        ),
    ];
    for (text, expected) in cases {
        check(&[("a.dbml", text)], expected);
    }
}

#[test]
fn several_files() {
    let far = ("far.dbml", "Table far { id int }");
    let using = ("b.dbml", "use * from './far'\nTable b { id int }");
    let reusing = ("b.dbml", "reuse * from './far'\nTable b { id int }");
    let main = "use * from './b'\nRef: b.id > far.id";
    check(&[("a.dbml", main), using, far], &["2 dbml-unknown-table"]);
    check(&[("a.dbml", main), reusing, far], &[]);
    check(
        &[("a.dbml", "use { table far as x } from './far'\nRef: x.id > far.id"), far],
        &["2 dbml-unknown-table"],
    );
    check(&[("a.dbml", "use { table none } from './far'"), far], &["1 dbml-unknown-import"]);
    check(&[("a.dbml", "use * from './none'")], &["1 dbml-unknown-file"]);
    check(
        &[("a.dbml", "use * from './far'\nTableGroup g { far }"), far],
        &["2 dbml-imported-table-in-group"],
    );
    let partial = ("far.dbml", "TablePartial p { id int }\nTable far { ~p }");
    check(&[("a.dbml", "use { table far } from './far'"), partial], &["1 dbml-partial-not-imported"]);
    // Files may import one another.
    let back = ("b.dbml", "reuse * from './a'\nTable b { id int }");
    check(&[("a.dbml", "reuse * from './b'\nTable a { id int }\nRef: a.id > b.id"), back], &[]);
}
