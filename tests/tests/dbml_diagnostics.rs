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
    source::read(
        &ids[..1],
        &Reading { sources: &sources, inputs: &[], config: &Config::for_name("a") },
        &mut sink,
    );
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
        ("Table a { id int [note: '\\u00e'] }", &["1 dbml-syntax"]),
        ("Table a {\n id int [note: \'\'\'\n  \\u12\n \'\'\']\n}", &["3 dbml-syntax"]),
        ("Table a { id int [note: 'C:\\users \\q \\u00e9'] }", &[]),
        // What an element says of itself is told after what cannot be read, and rows of values last.
        ("Table a { id int }\nDiagramView v.w { * }", &["2 dbml-diagram-view"]),
        ("Project: p\n\nTable: a {\n id int\n}", &["3 dbml-syntax", "1 dbml-syntax"]),
        (
            "Table a { id int\n b int }\nrecords a(id, b) { 1 }\nRef {\n a.id > a.id\n}",
            &["4 dbml-same-endpoints", "3 dbml-record-length"],
        ),
        // Names that commas join in a view are not looked up.
        ("Table a { id int }\nDiagramView v { Tables { a, b } }", &[]),
        // A mistake costs its line, not the file.
        ("Table a {\n id int [pk\n b int\n}\nTable a { id int }", &["2 dbml-syntax", "5 dbml-duplicate"]),
        (
            "Table a {\n id int\nTable b { id int }\nRef: b.id > c.id",
            &["3 dbml-syntax", "4 dbml-unknown-table"],
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

/// One mistake is one error, whatever it takes with it.
#[test]
fn no_cascades() {
    let cases: &[(&str, &[&str])] = &[
        // A brace too many, and what it cuts off.
        ("Table a {\n id int\n}\n b text\n c text [pk]\n}\nTable d { id int }", &["4 dbml-unknown-element"]),
        // One too few, which a later one makes up for.
        ("Table a {\n id int\n\nTable b {\n id int\n}\n\n c text\n}\nTable d { id int }", &["4 dbml-syntax"]),
        ("Table a {\n id int\n indexes {\n  id\n\nTable b {\n id int\n}", &["6 dbml-syntax"]),
        ("Table a {\n id int\n {\n  (id) [pk]\n }\n}\nTable b { id int }", &["3 dbml-syntax"]),
        // What stands in braces that cannot be read is passed whole.
        ("Table a {\n id int\n Note {\n  (id)\n }\n b text\n}", &["4 dbml-syntax"]),
        ("Table a [note: 'x] {\n id int\n}", &["1 dbml-unclosed"]),
        // What makes no sense at all is said before what may not stand where it stands.
        ("Table a {\n 'x' int\n}\nTable b {\n id int )\n}", &["5 dbml-syntax", "2 dbml-syntax"]),
        ("Table a {\n id int\n @ x\n}\nTable b {\n id int )\n}", &["3 dbml-syntax", "6 dbml-syntax"]),
        ("Table a {\n id int[pk]\n}\nTable b {\n id int )\n}", &["5 dbml-syntax", "2 dbml-missing-space"]),
        ("Table a { id int }\nDiagramView v {\n Tables { a }\n Tables { a }\n}", &["3 dbml-duplicate"]),
        // What could not be read may be what others name, by either name.
        (
            "Tabel a as A {\n id int\n}\nTable b { a_id int [ref: > a.id] }\nRef: b.a_id < A.id\nTableGroup g { a }",
            &["1 dbml-unknown-element"],
        ),
        ("TablePartail p {\n id int\n}\nTable b {\n ~p\n c int\n}", &["1 dbml-unknown-element"]),
        (
            "Table b { a_id int }\nTabel a { id int }\nRef: b.a_id > c.id",
            &["2 dbml-unknown-element", "3 dbml-unknown-table"],
        ),
        ("Table {\n id int\n}\nTable b { id int }", &["1 dbml-syntax"]),
        ("Table a {\n id\n}\nTable b { a_id int [ref: > a.id] }", &["2 dbml-syntax"]),
        // The brace of a body stands behind what makes no sense, in a text, or nowhere.
        ("Table a note: 'x'] {\n id int\n}\nTable b { a_id int [ref: > a.id] }", &["1 dbml-syntax"]),
        ("Enum \"e\"\" {\n x\n y\n}", &["1 dbml-unclosed"]),
        (
            "Table z { id int }\nTable a\n id int\n Note: 'n'\n indexes {\n  id\n }\n}\nTable b { a_id int [ref: > a.id] }",
            &["3 dbml-syntax"],
        ),
        // A quote that is missing takes lines with it, and what they say.
        (
            "Table a {\n id int [default: `f(), note: 'n']\n}\nTable c { d int }\nTable b {\n id int [default: `g()`, ref: > c.d]\n}",
            &["6 dbml-unclosed"],
        ),
        ("Table a {\n id int [name: x']\n}", &["2 dbml-unclosed"]),
        ("Table a {\n id int\n - one\n - two\n * three\n b int\n}", &["3 dbml-syntax"]),
        // One name that is not known, wherever it stands.
        (
            "Table b {\n x int [ref: > a.id]\n y int [ref: > a.id]\n}\nRef: b.x > b.z\nRef: b.y > b.z",
            &["2 dbml-unknown-table", "5 dbml-unknown-column"],
        ),
    ];
    for (text, expected) in cases {
        check(&[("a.dbml", text)], expected);
    }
    let importing = "use { table a } from './b'\nTable c { a_id int [ref: > a.id] }";
    check(&[("a.dbml", importing)], &["1 dbml-unknown-file"]);
    check(&[("a.dbml", importing), ("b.dbml", "Table d { id int }")], &["1 dbml-unknown-import"]);
    check(&[("a.dbml", importing), ("b.dbml", "Tabel a { id int }")], &["1 dbml-unknown-element"]);
    check(&[("a.dbml", "use * from './b'\nTable c { a_id int [ref: > a.id] }")], &["1 dbml-unknown-file"]);
}

/// What one table may hold, and what the reference says of it.
#[test]
fn bodies() {
    let cases: &[(&str, &[&str])] = &[
        // Notes.
        ("Note stock {\n 'counted daily' 'or weekly'\n}", &["2 dbml-syntax"]),
        ("Note stock { }", &["1 dbml-syntax"]),
        (
            "Enum size {\n small [note: `s`]\n large [note]\n}",
            &["2 dbml-invalid-value", "3 dbml-invalid-value"],
        ),
        // Indexes.
        ("Table shelf {\n row int\n indexes { (row, row) }\n}", &["3 dbml-duplicate"]),
        ("Table shelf {\n row int\n indexes { (`row * 2`, `row * 2`) }\n}", &["3 dbml-duplicate"]),
        ("Table shelf {\n row int\n indexes { row [name: by_row] }\n}", &["3 dbml-invalid-value"]),
        ("Table shelf {\n row int\n indexes { row [type: `hash`] }\n}", &["3 dbml-invalid-value"]),
        ("Table shelf {\n row int\n indexes {\n  row [pk: true]\n }\n}", &["4 dbml-invalid-value"]),
        ("Table shelf {\n row int\n indexes {\n  row [unique, type: hash, name: 'r']\n }\n}", &[]),
        // Checks.
        (
            "Table shelf {\n row int\n checks {\n  `row > 0` [name: 'a', name: 'b']\n }\n}",
            &["4 dbml-duplicate"],
        ),
        ("Table shelf {\n row int\n checks { `row > 0` [unique] }\n}", &["3 dbml-unknown-setting"]),
        ("Table shelf {\n row int\n checks { `row > 0` [name: positive] }\n}", &["3 dbml-invalid-value"]),
        // Types.
        ("Table shelf {\n row a.b.c\n}", &["2 dbml-syntax"]),
        ("Table shelf {\n row decimal(10 2)\n}", &["2 dbml-syntax"]),
        ("Table shelf {\n row decimal(`n`)\n}", &["2 dbml-syntax"]),
        ("Table shelf {\n row decimal(\n  10,\n  2\n )\n}", &[]),
        ("Table shelf {\n row int(4\n name text\n}", &["3 dbml-syntax"]),
        // Names.
        ("Table 12 { row int }", &["1 dbml-syntax"]),
        ("Table shelf {\n 7 int\n}", &["2 dbml-syntax"]),
        ("Table shelf {\n \"\" int\n}", &["2 dbml-empty"]),
        ("Table shelf {\n price\u{20ac} int\n}", &["2 dbml-syntax"]),
        ("Table a\u{301}\u{437} { row int }", &[]),
        ("Table shelf as shelf { row int }", &[]),
        // Colours.
        ("Table shelf [headercolor: #12345] { row int }", &["1 dbml-invalid-value"]),
        ("Table shelf { row int [shade: #12] }", &["1 dbml-unknown-setting"]),
        // A bracket is no part of the word before it.
        ("Table shelf[note: 'wood'] {\n row int[pk]\n}", &["1 dbml-missing-space", "2 dbml-missing-space"]),
        ("Table shelf {\n row int\n indexes{ row }\n}", &["3 dbml-missing-space"]),
        ("Table shelf {\n tags text[] [not null]\n Note{ 'wood' }\n}", &["3 dbml-missing-space"]),
        // Comments within a line, and settings over several.
        ("Table /* of */ shelf { row /* from 1 */ int /* up */ [pk] }", &[]),
        ("Table shelf [\n note: 'wood'\n] {\n row int\n}", &[]),
        ("\u{feff}Table shelf { row int }", &["1 dbml-text-before-schema"]),
    ];
    for (text, expected) in cases {
        check(&[("a.dbml", text)], expected);
    }
}

/// What stands at the border of words, numbers and lines.
#[test]
fn words_numbers_and_lines() {
    let cases: &[(&str, &[&str])] = &[
        // Numbers.
        ("Table shelf { row int [default: 1.] }", &[]),
        ("Table shelf { row int [default: - -1] }", &[]),
        ("Table shelf { row int [default: 1.2.3] }", &["1 dbml-syntax"]),
        ("Table shelf { row int [default: 1.5kg] }", &["1 dbml-syntax"]),
        // Words.
        ("Table shelf { a\u{b7}b int }", &["1 dbml-syntax"]),
        ("Table shelf { \"row\"int }", &["1 dbml-missing-space"]),
        ("Table shelf {\n row int [\"pk\"]\n}", &["2 dbml-syntax"]),
        ("Table shelf {\n row int()()[3]\n}", &[]),
        ("Table shelf {\n row int(2 + 2)\n}", &["2 dbml-syntax"]),
        // Elements whose head goes over several lines.
        ("Table\nshelf\nas s\n{\n row int\n}\nNote\nn\n{ 'x' }\nTableGroup\ng\n{ s }", &[]),
        ("Table shelf\n[note: 'x'] { row int }", &["2 dbml-missing-space"]),
        ("Table shelf \n[note: 'x'] { row int }", &[]),
        // Indexes.
        ("Table shelf {\n row int\n indexes { () }\n}", &["3 dbml-empty"]),
        ("Table shelf {\n row int\n col int\n indexes { (row)(col) [pk] }\n}", &[]),
        ("Table shelf {\n row int\n indexes { row [type: 'btree'] }\n}", &["3 dbml-invalid-value"]),
        ("Table shelf {\n row int\n indexes { row [type: \"btree\"] }\n}", &[]),
        // Other elements.
        ("Note a.b { 'x' }", &[]),
        ("Project { Table: 'x' }", &["1 dbml-syntax"]),
        ("Project { \"k\": 'x' }", &["1 dbml-syntax"]),
        ("Table a { id int\n b int }\nDep [color: #fff]: a.id <- a.b", &[]),
        ("Table a { id int\n b int }\nRef: a.id > a.(b)", &["3 dbml-uneven-parentheses"]),
        // A row that begins with a sign goes on with the row above, as the reference reads it.
        ("Table a {\n id int\n records (id) {\n  1\n  -2\n }\n}", &["4 dbml-signed-row"]),
    ];
    for (text, expected) in cases {
        check(&[("a.dbml", text)], expected);
    }
}

/// What cannot be read is said before what may follow from it.
#[test]
fn order() {
    check(
        &[("a.dbml", "Table a { id int [ref: > b.id] }\nTable c { id int [what: x] }\nTable d { id int [pk")],
        &["3 dbml-syntax", "3 dbml-syntax", "2 dbml-unknown-setting", "1 dbml-unknown-table"],
    );
}

#[test]
fn partials() {
    let cases: &[(&str, &[&str])] = &[
        ("Table shelf {\n ~dated\n ~dated\n}\nTablePartial dated { made date }", &["2 dbml-duplicate"]),
        ("Table shelf {\n ~dated [x]\n}\nTablePartial dated { made date }", &["2 dbml-syntax"]),
        ("TablePartial x.dated { made date }", &["1 dbml-partial"]),
        ("TablePartial dated as d { made date }", &["1 dbml-partial"]),
        ("TablePartial dated {\n ~dated\n made date\n}", &["2 dbml-partial"]),
        ("TablePartial dated {\n made date\n records (made) { null }\n}", &["3 dbml-partial"]),
        ("TablePartial dated [shade: 'x'] { made date }", &["1 dbml-unknown-setting"]),
        ("TablePartial dated [note: 'x', note: 'y'] { made date }", &["1 dbml-duplicate"]),
        ("TablePartial dated {\n made date\n indexes { gone }\n}", &["3 dbml-unknown-column"]),
        ("TablePartial dated {\n made date\n Note: 'x'\n Note: 'y'\n}", &["3 dbml-duplicate"]),
        // What a partial brings may be said again of the table.
        (
            "Table hall { id int }\nTablePartial in_hall { hall int [ref: > hall.id] }\nTable shelf { ~in_hall }\nRef: shelf.hall > hall.id",
            &[],
        ),
    ];
    for (text, expected) in cases {
        check(&[("a.dbml", text)], expected);
    }
}

#[test]
fn relations_groups_and_records() {
    let tables = "Table hall { id int\n no int }\nTable shelf { hall int\n no int }\n";
    let cases: &[(&str, &[&str])] = &[
        ("Ref {\n}", &["5 dbml-syntax"]),
        ("Ref two {\n shelf.hall > hall.id\n shelf.no > hall.no\n}", &["7 dbml-syntax"]),
        ("Ref x.y: shelf.hall > hall.id", &["5 dbml-syntax"]),
        ("Ref: shelf.hall\n > hall.id", &[]),
        ("Ref\n stands: shelf.hall > hall.id", &[]),
        ("Dep: hall ->\n shelf", &[]),
        ("Metadata Table // of us\n hall { owner: 'us' }", &[]),
        ("Ref: shelf.hall >\n hall.id", &[]),
        ("Ref: shelf.(hall, no) > shelf.(no, hall)", &["5 dbml-same-endpoints"]),
        (
            "Ref: shelf.(hall, no) > hall.(id, no)\nRef: shelf.(no, hall) > hall.(no, id)",
            &["6 dbml-ref-twice"],
        ),
        ("Ref: shelf.() > hall.()", &["5 dbml-syntax", "5 dbml-syntax"]),
        ("Table box { hall int [ref: > hall.(id)] }", &["5 dbml-syntax"]),
        ("TableGroup store {\n hall\n hall\n}", &["6 dbml-duplicate"]),
        ("records hall { 1, 2 }", &["5 dbml-syntax"]),
        ("records hall(id,) { 1 }", &["5 dbml-syntax"]),
        ("records hall(id) { one }", &["5 dbml-invalid-value"]),
        ("records hall(id) { #fff }", &["5 dbml-invalid-value"]),
        ("records hall(id, no) { TRUE, null }", &[]),
        ("Project a { kind: shop }", &["5 dbml-syntax"]),
        ("Project a { kind: 'shop' }\nProject b { kind: 'hall' }", &["5 dbml-duplicate"]),
        ("Dep {\n hall.id -> shelf.hall\n shelf.no -> hall.no\n}", &["5 dbml-dep-targets"]),
        ("Metadata Table hall [color: #fff] { owner: 'us' }", &[]),
        ("DiagramView all { Tables { hall, shelf } }", &[]),
        ("DiagramView all { Tables { hall shelf } }", &["5 dbml-syntax"]),
        ("DiagramView all { Tables {\n hall\n hall\n} }", &["6 dbml-duplicate"]),
    ];
    for (text, expected) in cases {
        check(&[("a.dbml", &format!("{tables}{text}"))], expected);
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

/// Every code of the reader stands in the guide, and the guide names no other.
#[test]
fn the_guide_names_every_code() {
    fn gather(folder: &std::path::Path, codes: &mut std::collections::BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, codes);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let found = text.split("Code::new(\"").skip(1).filter_map(|rest| rest.split('"').next());
            codes.extend(found.map(str::to_owned));
        }
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut codes = std::collections::BTreeSet::new();
    gather(&root.join("codegen/src/source/dbml"), &mut codes);
    assert!(!codes.is_empty());
    let guide = std::fs::read_to_string(root.join("docs/guide/dbml.md")).unwrap();
    let is_code = |word: &&str| word.starts_with("dbml-") && *word != "dbml-rs";
    let named: std::collections::BTreeSet<String> =
        guide.split('`').filter(is_code).map(str::to_owned).collect();
    assert_eq!(codes, named);
}

/// A misspelt name is answered with the one that is meant.
#[test]
fn hints() {
    let cases: &[(&str, &str)] = &[
        ("Table users { id int }\nRef: user.id > users.id", "did you mean `users`?"),
        ("Table users { ident int }\nRef: users.idnt > users.ident", "did you mean `ident`?"),
        ("Enum state { open }\nTable a { s state [default: stat.open] }", "did you mean `state`?"),
        ("Enum state { open }\nTable a { s state [default: state.opn] }", "did you mean `open`?"),
        ("TablePartial dated { on date }\nTable a { ~datd\n id int }", "did you mean `dated`?"),
        ("Table a { id int [uniqe] }", "did you mean `unique`?"),
        ("Tabel a { id int }", "did you mean `table`?"),
    ];
    for (text, hint) in cases {
        let mut sources = Sources::default();
        let file = sources.add("a.dbml", *text);
        let mut sink = Sink::default();
        source::read(
            &[file],
            &Reading { sources: &sources, inputs: &[], config: &Config::for_name("a") },
            &mut sink,
        );
        let said = sink.diagnostics().iter().flat_map(|found| &found.help).any(|help| help == hint);
        assert!(said, "{text}: {:?}", sink.diagnostics());
    }
}
