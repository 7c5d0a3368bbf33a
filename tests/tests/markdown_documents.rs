//! What the Markdown front-end makes of the authored document and, where it is there, of the one it goes back to.

use std::path::Path;

use truthtable::diag::{Colour, Sink, to_terminal};
use truthtable::load::Loader;
use truthtable::source::decl::{Decl, ListDecl};
use truthtable::source::{self, Reading};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Reads the schema in a folder and tells what stands around its fences, then what the reader has to say.
fn read(folder: &str) -> String {
    let mut loader = Loader::new(ROOT);
    let mut sink = Sink::default();
    let loaded = loader.folder(folder, &mut sink).expect("the folder holds a schema");
    let cx = Reading { sources: &loader.sources, config: &loaded.config };
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
    insta::assert_snapshot!(read("tests/fixtures/seeds/microdao"));
}
