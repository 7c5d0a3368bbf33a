//! What Prisma's reader refuses, and in which line. Every case was tried with Prisma's own engine, in versions 6 and 7.

use truthtable::config::Config;
use truthtable::diag::{Severity, Sink};
use truthtable::source::{self, Reading};
use truthtable::span::Sources;

const SOURCE: &str = "datasource db {\n  provider = \"postgresql\"\n}\n";

/// Reads files strictly and compares the errors, as `line code`.
fn check(files: &[(&str, String)], expected: &[&str]) {
    let mut sources = Sources::default();
    let ids: Vec<_> = files.iter().map(|(path, text)| sources.add(*path, text.clone())).collect();
    let mut sink = Sink::strict();
    source::read(
        &ids,
        &Reading { sources: &sources, inputs: &[], config: &Config::for_name("a") },
        &mut sink,
    );
    let said: Vec<String> = sink
        .finish(&sources)
        .iter()
        .filter(|said| said.severity == Severity::Error)
        .map(|said| format!("{} {}", sources.position(said.span).line, said.code))
        .collect();
    assert_eq!(said, expected, "{files:?}");
}

fn whole(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        check(&[("a.prisma", format!("{SOURCE}{text}\n"))], expected);
    }
}

/// Puts each text into a model, at its third line: the sixth of the file.
fn lines(cases: &[(&str, &[&str])]) {
    for (line, expected) in cases {
        let text = format!(
            "{SOURCE}model A {{\n  id Int @id\n  {line}\n}}\nenum Role {{\n  ADMIN\n  USER @map(\"user\")\n}}\n"
        );
        check(&[("a.prisma", text)], expected);
    }
}

#[test]
fn defaults_fit_their_fields() {
    const NO: &[&str] = &["6 prisma-default"];
    let cases: &[(&str, &[&str])] = &[
        ("f Int @default(-5)", &[]),
        ("f Int @default(9223372036854775808)", NO),
        ("f Int @default(1.5)", NO),
        ("f Int @default(\"1\")", NO),
        ("f Int @default(1e3)", &["6 prisma-syntax"]),
        ("f Int @default(autoincrement())", &[]),
        ("f Int @default(uuid())", NO),
        ("f Int @default(foo())", NO),
        ("f Int @default([1])", NO),
        ("f Int @default(dbgenerated())", &[]),
        ("f Int @default(dbgenerated(\"\"))", NO),
        ("f Int[] @default([1, 2])", &[]),
        ("f Int[] @default(1)", NO),
        ("f String[] @default(uuid())", &[]),
        ("f Decimal @default(\"1.50\")", &[]),
        ("f Float @default(\"1.5\")", NO),
        ("f Boolean @default(True)", NO),
        ("f String @default(uuid(7))", &[]),
        ("f String @default(uuid(5))", NO),
        ("f String @default(cuid(2))", &[]),
        ("f String @default(nanoid(1))", NO),
        ("f String @default(ulid(1))", NO),
        ("f String @default(now())", NO),
        ("f String @default(\"a\\q\")", &["6 prisma-syntax"]),
        ("f DateTime @default(\"2020-01-01T00:00:00Z\")", &[]),
        ("f DateTime @default(\"2020-01-01\")", NO),
        ("f DateTime @default(\"2021-02-29T00:00:00Z\")", NO),
        ("f Json @default(\"{}\")", &[]),
        ("f Json @default(\"nope\")", NO),
        ("f Bytes @default(\"AQID\")", &[]),
        ("f Bytes @default(\"AQI\")", NO),
        ("f Role @default(ADMIN)", &[]),
        ("f Role @default(NOPE)", NO),
        ("f Role @default(\"ADMIN\")", NO),
        ("f Role[] @default([ADMIN, USER])", &[]),
        ("f Unsupported(\"point\") @default(dbgenerated(\"point(0, 0)\"))", &[]),
        ("f Unsupported(\"point\") @default(1)", NO),
        ("f Int @default(1, map: \"d\")", NO),
        ("f DateTime @updatedAt", &[]),
        ("f Int @updatedAt", NO),
        ("f DateTime[] @updatedAt", NO),
    ];
    lines(cases);
}

#[test]
fn native_types_fit_their_fields() {
    const NO: &[&str] = &["6 prisma-native-type"];
    let cases: &[(&str, &[&str])] = &[
        ("f Int @db.SmallInt", &[]),
        ("f Int @db.BigInt", NO),
        ("f Int @db.Serial", NO),
        ("f Int @db.Integer(3)", NO),
        ("f String @db.VarChar(20)", &[]),
        ("f String @db.VarChar(a)", NO),
        ("f String @db.Bit(0)", NO),
        ("f String @db.Text(3)", NO),
        ("f Decimal @db.Decimal(10, 2)", &[]),
        ("f Decimal @db.Decimal(10)", NO),
        ("f Decimal @db.Decimal(2, 5)", NO),
        ("f DateTime @db.Timestamptz(6)", &[]),
        ("f DateTime @db.Timestamptz(7)", NO),
        ("f Json @db.Jsonb", NO),
        ("f Role @db.Text", NO),
        ("f String @pg.Text", &["6 prisma-unknown-attribute"]),
        ("f String @db.Text @db.VarChar(3)", &["6 prisma-argument"]),
    ];
    lines(cases);
}

#[test]
fn attributes_and_their_arguments() {
    let cases: &[(&str, &[&str])] = &[
        ("f Int @unknown", &["6 prisma-unknown-attribute"]),
        ("@@unknown([id])", &["6 prisma-unknown-attribute"]),
        ("f Int @default(1) @default(2)", &["6 prisma-argument"]),
        ("f Int @default", &["6 prisma-argument"]),
        ("f Int @default(1, 2)", &["6 prisma-argument"]),
        ("f Int @map(1)", &["6 prisma-argument"]),
        ("f Int @map(name: \"x\")", &[]),
        ("f Int @ignore(1)", &["6 prisma-argument"]),
        ("f Unsupported(\"circle\")?", &[]),
        ("f Unsupported(\"circle\")? @ignore", &["6 prisma-argument"]),
        ("@@shardKey([id])", &["6 prisma-argument"]),
        ("f Int @unique(name: \"x\")", &["6 prisma-argument"]),
        ("@@index([\"id\"])", &["6 prisma-argument"]),
        ("@@index", &["6 prisma-argument"]),
        ("@@schema(\"x\")", &["6 prisma-schema"]),
        ("f Int @relation(fields: [id], references: [id])", &["6 prisma-relation"]),
    ];
    lines(cases);
}

#[test]
fn keys_and_indexes() {
    const NO: &[&str] = &["6 prisma-index"];
    let cases: &[(&str, &[&str])] = &[
        ("@@index([id(sort: Desc)])", &[]),
        ("@@index([])", NO),
        ("@@index([id, id])", NO),
        ("@@index([id(length: 3)])", NO),
        ("@@index([id], type: Foo)", NO),
        ("@@index([id], clustered: true)", NO),
        ("@@index([id(sort: Desc)], type: Hash)", NO),
        ("@@index([id, f], type: Hash)\n  f Int", NO),
        ("f Int[]\n  @@index([f(ops: Int4MinMaxOps)], type: Brin)", &["7 prisma-index"]),
        ("@@index([id], type: Gin)", NO),
        ("@@index([id], type: Brin)", &[]),
        ("@@index([id(ops: Int4MinMaxOps)], type: Brin)", &[]),
        ("@@index([id(ops: Int4MinMaxOps)])", NO),
        ("@@index([id(ops: Int8MinMaxOps)], type: Brin)", NO),
        ("@@index([id(ops: NopeOps)], type: Brin)", NO),
        ("@@index([id(ops: raw(\"int4_ops\"))])", &[]),
        ("@@index([id(ops: raw(1))])", NO),
        ("@@index([id], map: \"a\", name: \"b\")", NO),
        ("@@fulltext([id])", NO),
        ("f Json\n  @@index([f.x])", &["7 prisma-unknown-field"]),
        ("@@unique([id], name: \"id\")", NO),
        ("@@unique([id], name: \"a b\")", NO),
        ("@@unique([id(ops: raw(\"int4_ops\"))])", NO),
        ("@@id([id])", NO),
        ("other Int @id", NO),
        ("x String @db.Xml @unique", NO),
        ("j Json[]\n  @@index([j(ops: ArrayOps)], type: Gin)", &[]),
    ];
    lines(cases);
    whole(&[
        ("model A {\n  a Int?\n  b Int\n  @@id([a, b])\n}", &["7 prisma-index"]),
        ("model A {\n  id Int[] @id\n}", &["5 prisma-index"]),
        ("model A {\n  id Int? @unique\n}", &["4 prisma-no-unique-criterion"]),
        ("model A {\n  u Unsupported(\"x\") @unique\n}", &["4 prisma-no-unique-criterion"]),
        ("model A {\n  id Int\n  @@ignore\n}", &[]),
    ]);
}

#[test]
fn conditions_of_indexes() {
    let text = |condition: &str| {
        format!(
            "{SOURCE}generator c {{\n  provider = \"x\"\n  previewFeatures = [\"partialIndexes\"]\n}}\nmodel A {{\n  id Int @id\n  a Int?\n  @@index([a], where: {condition})\n}}\n"
        )
    };
    let cases: &[(&str, &[&str])] = &[
        ("raw(\"a > 0\")", &[]),
        ("{ a: 1 }", &[]),
        ("{ a: null, id: { not: 5 } }", &[]),
        ("{}", &["11 prisma-index"]),
        ("\"a > 0\"", &["11 prisma-index"]),
        ("{ a: { gt: 5 } }", &["11 prisma-index"]),
        ("{ z: 1 }", &["11 prisma-unknown-field"]),
        ("raw()", &["11 prisma-index"]),
        ("{ a: \"1\" }", &["11 prisma-index"]),
        ("{ a: true, id: 1.5 }", &["11 prisma-index"]),
    ];
    for (condition, expected) in cases {
        check(&[("a.prisma", text(condition))], expected);
    }
    lines(&[("@@index([id], where: raw(\"id > 0\"))", &["6 prisma-preview-feature"])]);
    let of = |field: &str, value: &str| {
        text(&format!("{{ f: {value} }}")).replace("  a Int?", &format!("  a Int?\n  {field}"))
    };
    let fields: &[(&str, &[&str])] = &[
        ("f Boolean", &["true", "null"]),
        ("f String", &["\"x\"", "null"]),
        ("f DateTime", &["\"2024-01-02T10:00:00Z\"", "null"]),
        ("f Decimal", &["5", "null"]),
        ("f Json", &["null"]),
        ("f Bytes", &["null"]),
        ("f Unsupported(\"circle\")?", &["null"]),
        ("f Int[]", &["null"]),
        ("f String[]", &["null"]),
    ];
    for (field, fitting) in fields {
        for value in ["true", "\"x\"", "\"2024-01-02T10:00:00Z\"", "5", "null"] {
            let is_text = |value: &&str| value.starts_with('"');
            let fits = fitting.contains(&value) || is_text(&value) && fitting.iter().any(is_text);
            let expected = if fits { &[][..] } else { &["12 prisma-index"][..] };
            check(&[("a.prisma", of(field, value))], expected);
        }
    }
    let relation =
        of("f A? @relation(\"t\", fields: [a], references: [id])\n  g A[] @relation(\"t\")", "null");
    check(&[("a.prisma", relation)], &["13 prisma-index"]);
}

/// The model `B` holds a relation to `A`, with what stands in its brackets.
#[test]
fn relations() {
    const NO: &[&str] = &["16 prisma-relation"];
    let cases: &[(&str, &str, &[&str])] = &[
        ("A", "fields: [aId], references: [id]", &[]),
        ("A?", "fields: [opt], references: [id]", &[]),
        ("A", "fields: [opt], references: [id]", NO),
        ("A", "", NO),
        ("A", "fields: [aId]", &["16 prisma-relation-fields"]),
        ("A", "fields: [zz], references: [id]", &["16 prisma-unknown-field"]),
        ("A", "fields: [aId, aId], references: [id, id]", &["16 prisma-relation", "16 prisma-relation"]),
        ("A", "fields: [name], references: [id]", NO),
        ("A", "fields: [name], references: [name]", NO),
        ("A", "fields: [a], references: [id]", NO),
        ("A", "fields: [aId], references: [id], onDelete: cascade", &["16 unknown-action"]),
        ("A", "fields: [aId], references: [id], onDelete: \"Cascade\"", &["16 prisma-argument"]),
        ("A", "fields: [aId], references: [id], onDelete: SetNull", &[]),
        ("A", "fields: [aId], references: [id], map: \"\"", &["16 prisma-database-name"]),
        ("A", "fields: [aId],\n references: [id]", &["16 prisma-layout"]),
        ("A", "fields: [aId], references: [id],", &["16 prisma-layout"]),
    ];
    for (ty, inside, expected) in cases {
        let text = format!(
            "{SOURCE}model A {{\n  id Int @id\n  name String\n  bs B[]\n}}\nmodel B {{\n  id Int @id\n  name String\n  aId Int\n\n\n  opt Int?\n  a {ty} @relation({inside})\n}}\n"
        );
        check(&[("a.prisma", text)], expected);
    }
}

#[test]
fn both_ends_of_a_relation() {
    let holder = "  aId Int @unique\n  a A @relation(fields: [aId], references: [id])\n";
    let cases: &[(&str, &str, &[&str])] = &[
        ("b B?", holder, &[]),
        ("b B", holder, &["6 prisma-relation"]),
        ("b B?", "  aId Int\n  a A @relation(fields: [aId], references: [id])\n", &["11 prisma-relation"]),
        ("b B?", "  a A?\n", &["10 prisma-relation"]),
        ("b B[] @relation(onDelete: Cascade)", holder, &["6 prisma-relation"]),
        ("b B[] @map(\"x\")", holder, &["6 prisma-relation"]),
        (
            "b B[]\n  c B[]",
            "  aId Int\n\n  a A @relation(fields: [aId], references: [id])\n",
            &["7 prisma-relation"],
        ),
        ("b B[]", "  a A[]\n", &[]),
        ("b B[] @relation(\"\")", "  a A[] @relation(\"\")\n", &["6 prisma-relation", "10 prisma-relation"]),
        ("b B[] @relation(references: [id])", "  a A[]\n", &["6 prisma-relation"]),
        ("", holder, &["11 prisma-no-opposite-field"]),
        ("b B[]", "  x Int\n", &["6 prisma-no-opposite-field"]),
        (
            "b B[]",
            "  aId Int\n  a A @relation(fields: [aId], references: [id])\n  @@ignore\n",
            &["6 prisma-relation"],
        ),
        ("b B[] @ignore", "  aId Int\n  a A @relation(fields: [aId], references: [id])\n  @@ignore\n", &[]),
    ];
    for (end, other, expected) in cases {
        let text =
            format!("{SOURCE}model A {{\n  id Int @id\n  {end}\n}}\nmodel B {{\n  id Int @id\n{other}}}\n");
        check(&[("a.prisma", text)], expected);
    }
    whole(&[
        ("model U {\n  id Int @id\n  a U[]\n  b U[]\n}", &["7 prisma-relation"]),
        ("model U {\n  id Int @id\n  a U[] @relation(\"x\")\n  b U[] @relation(\"x\")\n}", &[]),
        ("model U {\n  id Int @id\n  a U[] @relation(\"x\")\n}", &["6 prisma-no-opposite-field"]),
        (
            "model A {\n  x Int\n  y Int\n  b B[]\n  @@id([x, y])\n}\nmodel B {\n  id Int @id\n  a A[]\n}",
            &["12 prisma-relation"],
        ),
    ]);
}

/// The end that holds a relation of one to one names its fields as its key does; the referenced end may name them in any order.
#[test]
fn keys_of_one_to_one() {
    let text = |key: &str, referenced: &str| {
        format!(
            "model A {{\n  p Int\n  q Int\n  b B?\n  @@id([{referenced}])\n}}\nmodel B {{\n  id Int @id\n  x Int\n  y Int\n  a A @relation(fields: [x, y], references: [p, q])\n  @@unique([{key}])\n}}"
        )
    };
    whole(&[
        (&text("x, y", "p, q"), &[]),
        (&text("x, y", "q, p"), &[]),
        (&text("y, x", "p, q"), &["14 prisma-relation"]),
    ]);
}

/// What the client can do where it keeps the relations itself, and circles of what changes with what.
#[test]
fn relations_kept_by_the_client() {
    let text = |actions: &str, opt: &str| {
        let source = SOURCE.replace("}", "  relationMode = \"prisma\"\n}");
        let relation = format!("@relation(\"t\", fields: [up], references: [id]{actions})");
        format!(
            "{source}model A {{\n  id Int @id\n  up Int{opt}\n  a A{opt} {relation}\n  b A[] @relation(\"t\")\n}}\n"
        )
    };
    const NO: &[&str] = &["8 prisma-relation"];
    let cases: &[(&str, &str, &[&str])] = &[
        ("", "?", NO),
        (", onDelete: Restrict, onUpdate: Restrict", "?", &[]),
        (", onUpdate: Restrict", "?", NO),
        (", onUpdate: Restrict", "", &[]),
        (", onDelete: Restrict, onUpdate: NoAction", "?", NO),
        (", onDelete: SetDefault, onUpdate: Restrict", "?", &["8 prisma-relation", "8 prisma-relation"]),
    ];
    for (actions, opt, expected) in cases {
        check(&[("a.prisma", text(actions, opt))], expected);
    }
}

#[test]
fn names_in_the_database() {
    const NO: &str = "prisma-database-name";
    let long = "x".repeat(64);
    let cases: &[(&str, &[String])] = &[
        ("f Int @map(\"id\")", &[format!("6 {NO}")]),
        ("f Int @unique\n  g Int\n  @@index([g], map: \"A_f_key\")", &[format!("8 {NO}")]),
        ("f Int\n  @@index([f])\n  @@index([f])", &[format!("8 {NO}")]),
        (&format!("f Int\n  @@index([f], map: \"{long}\")"), &[format!("7 {NO}")]),
        ("f Int\n  @@index([f], map: \"\")", &[format!("7 {NO}")]),
        ("f Int @map(\"\")", &[format!("6 {NO}")]),
    ];
    for (line, expected) in cases {
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        lines(&[(line, &expected)]);
    }
    whole(&[
        (
            "model A {\n  id Int @id\n  @@map(\"b\")\n}\nmodel B {\n  id Int @id\n  @@map(\"b\")\n}",
            &["8 prisma-database-name"],
        ),
        ("enum E {\n  X\n  @@map(\"F\")\n}\nenum F {\n  X\n}", &["8 prisma-database-name"]),
        ("enum E {\n  X\n}\nmodel M {\n  id Int @id\n  @@map(\"E\")\n}", &["7 prisma-database-name"]),
        ("model class {\n  id Int @id\n}", &["4 prisma-name"]),
        ("model String {\n  id Int @id\n}", &["4 prisma-name"]),
        ("model A-b {\n  id Int @id\n}", &["4 prisma-name"]),
        ("model A {\n  id Int @id\n  _f Int\n}", &["6 prisma-name"]),
        ("enum E {\n}", &["4 prisma-block"]),
        ("enum E {\n  X\n  @@map(\"\")\n}", &["6 prisma-database-name"]),
        (&format!("enum E {{\n  X\n  Y @map(\"{long}\")\n}}"), &["6 prisma-database-name"]),
    ]);
}

#[test]
fn blocks() {
    let block = |kind: &str, inside: &str| format!("{kind} x {{\n  {inside}\n}}\n");
    let cases: &[(&str, &str, &[&str])] = &[
        ("datasource", "provider = \"postgresql\"", &[]),
        ("datasource", "provider = \"nope\"", &["2 prisma-block"]),
        ("datasource", "provider = env(\"P\")", &["2 prisma-block"]),
        ("datasource", "url = \"x\"", &["1 prisma-block"]),
        ("datasource", "provider = \"postgresql\"\n  foo = \"x\"", &["3 prisma-unknown-property"]),
        ("datasource", "provider = \"postgresql\"\n  relationMode = \"foo\"", &["3 prisma-block"]),
        ("datasource", "provider = \"postgresql\"\n  schemas = []", &["3 prisma-block"]),
        ("datasource", "provider = \"postgresql\"\n  schemas = [a]", &["3 prisma-block"]),
        (
            "datasource",
            "provider = \"postgresql\"\n  relationMode = \"prisma\"\n  referentialIntegrity = \"prisma\"",
            &["4 prisma-block"],
        ),
        ("datasource", "provider = \"postgresql\"\n  extensions = [citext]", &["3 prisma-preview-feature"]),
        ("datasource", "provider = \"postgresql\"\n  provider = \"postgresql\"", &["3 prisma-block"]),
        ("generator", "provider = \"x\"\n  anything = [\"a\", \"b\"]", &[]),
        ("generator", "output = \"x\"", &["1 prisma-block"]),
        ("generator", "provider = \"x\"\n  previewFeatures = [\"nope\"]", &["3 prisma-preview-feature"]),
        ("generator", "provider = \"x\"\n  previewFeatures = [views]", &["3 prisma-block"]),
        ("generator", "provider = \"x\"\n  @@map(\"y\")", &["3 prisma-syntax"]),
    ];
    for (kind, inside, expected) in cases {
        check(&[("a.prisma", block(kind, inside))], expected);
    }
    let feature = "generator g {\n  provider = \"x\"\n  previewFeatures = [\"postgresqlExtensions\"]\n}\n";
    let extensions: &[(&str, &[&str])] = &[
        ("[citext, uuidOssp(map: \"uuid-ossp\", schema: \"public\", version: \"1.1\")]", &[]),
        ("[\"citext\"]", &["3 prisma-block"]),
        ("[uuid-ossp]", &["3 prisma-block"]),
        ("[citext(map: 5)]", &["3 prisma-block"]),
        ("[citext(\"x\")]", &["3 prisma-block"]),
        ("[citext(owner: \"x\")]", &["3 prisma-block"]),
        ("[citext(map: \"x\", map: \"y\")]", &["3 prisma-block"]),
    ];
    for (listed, expected) in extensions {
        let source = block("datasource", &format!("provider = \"postgresql\"\n  extensions = {listed}"));
        check(&[("a.prisma", format!("{source}{feature}"))], expected);
    }
    let two = format!("{SOURCE}{}", SOURCE.replace(" db ", " db2 "));
    check(&[("a.prisma", two)], &["4 prisma-block"]);
    whole(&[
        ("type T {\n  a Int\n}", &["4 prisma-composite-type"]),
        ("view V {\n  id Int @id\n}", &["4 prisma-preview-feature", "5 prisma-index"]),
    ]);
}

#[test]
fn layout() {
    const NO: &[&str] = &["6 prisma-layout"];
    let cases: &[(&str, &[&str])] = &[
        ("@@index([\n    id,\n    id2\n  ])\n  id2 Int", NO),
        ("@@index([id,])", NO),
        ("f Int /* c */ @unique", NO),
        ("f Int /* c */", &[]),
        ("f Int[ ]", NO),
        ("f Int []", &[]),
        ("f Int ?", &[]),
    ];
    lines(cases);
    // What is not closed ends with its line, and is said once.
    const OPEN: &[&str] = &["6 prisma-syntax"];
    let open: &[(&str, &[&str])] = &[
        ("f Int @default(1", OPEN),
        ("f String @default(\"x", OPEN),
        ("f String @default(dbgenerated(\"x\")\n  @@index([id])", OPEN),
        ("@@index([id)\n  f Int", OPEN),
        ("@@index([id\n  @@map(\"b\")", OPEN),
        ("@@index([id, f\n  f Int", OPEN),
        ("@@index([", &["6 prisma-index", "6 prisma-syntax"]),
        ("f Int @default(1 2)", OPEN),
    ];
    lines(open);
    whole(&[
        ("model A { id Int @id }", &["4 prisma-layout", "4 prisma-layout"]),
        ("model A\n{\n  id Int @id\n}", &["4 prisma-layout"]),
        ("enum E {\n  A B\n}", &["5 prisma-layout"]),
        ("enum E {\n  A,\n  B\n}", &["5 prisma-layout"]),
        ("model A {\n  id Int @id, b Int\n}", &["5 prisma-layout"]),
        ("model A {\n  id Int @id )\n}", &["5 prisma-syntax"]),
    ]);
}

/// Files of a folder are one schema.
#[test]
fn several_files() {
    let files = |b: &str| {
        [
            ("a.prisma", format!("{SOURCE}model A {{\n  id Int @id\n  bs B[]\n}}\n")),
            ("b.prisma", b.to_owned()),
        ]
    };
    let b = "model B {\n  id Int @id\n  aId Int\n  a A @relation(fields: [aId], references: [id])\n}\n";
    check(&files(b), &[]);
    check(&files(&format!("{b}model A {{\n  id Int @id\n}}\n")), &["6 prisma-duplicate-name"]);
    check(&files(&format!("{b}model C {{\n  id Int @id\n  @@map(\"A\")\n}}\n")), &["6 prisma-database-name"]);
    check(&files(&format!("{SOURCE}{b}")), &["1 prisma-block"]);
}
