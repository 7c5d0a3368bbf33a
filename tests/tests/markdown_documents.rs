//! What the Markdown front-end makes of the authored document and, where it is there, of the one it goes back to.

use std::path::Path;

use truthtable::config::Config;
use truthtable::diag::{Colour, Sink, to_terminal};
use truthtable::load::Loader;
use truthtable::source::decl::{Decl, ListDecl};
use truthtable::source::{self, Reading};
use truthtable::span::Sources;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Reads the schema in a folder and tells what stands around its fences, then what the reader has to say.
fn read(folder: &str) -> String {
    let mut loader = Loader::new(ROOT);
    let mut sink = Sink::default();
    let loaded = loader.folder(folder, &mut sink).expect("the folder holds a schema");
    let cx = Reading { sources: &loader.sources, inputs: &[], config: &loaded.config };
    let decls = source::read(&loaded.inputs, &cx, &mut sink);
    let mut told: Vec<String> = decls.iter().filter_map(tell).collect();
    told.push(to_terminal(&sink.finish(&loader.sources), &loader.sources, Colour::Off));
    told.join("\n")
}

fn tell(decl: &Decl) -> Option<String> {
    match decl {
        Decl::Prefix(prefix) => Some(format!("prefix {} = {}", prefix.prefix.node, prefix.entity.node)),
        Decl::Migration(migration) => {
            let members = migration.members.as_ref().map(|members| {
                members.iter().map(|member| member.node.as_str()).collect::<Vec<_>>().join(" | ")
            });
            Some(format!("migration {}: {}", migration.file.node, members.as_deref().unwrap_or("mentioned")))
        }
        Decl::List(ListDecl { label, items, .. }) => {
            let items: Vec<&str> = items.iter().map(|item| item.value.node.as_str()).collect();
            Some(format!("list {}: {}", label.node, items.join(" | ")))
        }
        _ => None,
    }
}

#[test]
fn the_authored_document() {
    insta::assert_snapshot!(read("schema/microdao"));
}

#[test]
fn the_document_it_goes_back_to() {
    if !Path::new(ROOT).join("../shared/seeds/000-microdao.md").is_file() {
        eprintln!("skipped: the shared documents do not lie beside this repository");
        return;
    }
    let told = read("tests/fixtures/seeds/microdao");
    let count = |what: &str| told.lines().filter(|line| line.contains(what)).count();
    // Its words stay with its authors; how much of it was understood is ours to say.
    assert_eq!(count("prefix "), 17, "{told}");
    assert_eq!((count("migration "), count(": mentioned")), (12, 3), "{told}");
    let lists: Vec<usize> =
        told.lines().filter(|line| line.starts_with("list ")).map(|line| line.split(" | ").count()).collect();
    assert_eq!(lists, [4, 8, 8, 10], "{told}");
    assert_eq!(count("error["), 0, "{told}");
    assert_eq!(count("warning["), 0, "{told}");
}

#[test]
fn a_mistake_in_the_third_fence_stands_at_its_own_place() {
    let text = "# Проба\r\n\r\n```sql\r\ncreate table a (id uuid primary key);\r\n```\r\n\r\n- Друга:\r\n\r\n  ```sql\r\n  create table b (id uuid primary key);\r\n  ```\r\n\r\n> ```sql\r\n> create table c (\r\n>   id uuid primary key, /* ключ */ n integre not null\r\n> );\r\n> ```\r\n";
    let mut sources = Sources::default();
    let file = sources.add("проба.md", text);
    let inspection = truthtable::inspect(&[file], &sources, &Config::for_name("проба"), Sink::default());
    let tables = inspection.decls.iter().filter(|decl| matches!(decl, Decl::Table(_))).count();
    assert_eq!(tables, 3);
    insta::assert_snapshot!(to_terminal(&inspection.diagnostics, &sources, Colour::Off), @"
    warning[unknown-type]: `integre` is no type of PostgreSQL and none that the documents define
      --> проба.md:15:39
       |
    15 | >   id uuid primary key, /* ключ */ n integre not null␍
       |                                       ^^^^^^^
       |
       = help: did you mean `integer`?
    ");
}
