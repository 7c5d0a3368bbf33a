//! The Rust crate.
//!
//! Code is built from tokens and laid out by `prettyplease`. The crate brings a `rustfmt.toml` under which rustfmt lays it out
//! the same way, so that `cargo fmt --check` holds over the whole workspace and no formatter has to be there when it is made.

mod items;
mod manifest;
mod support;

use proc_macro2::TokenStream;
use quote::quote;

use super::{Emitter, Emitting, FileSet};
use crate::plan::rust::ident::RustIdent;
use crate::plan::rust::{RustFile, RustPlan};

/// Prints it.
pub const EMITTER: Emitter = Emitter { name: "rust", emit };

fn emit(cx: &Emitting<'_>, files: &mut FileSet) {
    let plan = &cx.plan.rust;
    if plan.files.is_empty() {
        return;
    }
    let mut add = |path: &str, marker: &str, text: String| {
        let text = format!("{}\n{text}", cx.header(marker));
        files.add(FileSet::generated(&cx.config.name, path), text);
    };
    add("Cargo.toml", "#", manifest::manifest(plan));
    add("rustfmt.toml", "#", manifest::rustfmt());
    add("src/lib.rs", "//", root(plan));
    if let Some(text) = support::support(&plan.support) {
        add("src/support.rs", "//", text);
    }
    for file in &plan.files {
        add(&format!("src/{}.rs", file.module), "//", module(file));
    }
}

/// Prints the crate's root: its documentation and its modules, whose names are all its own.
fn root(plan: &RustPlan) -> String {
    let mut doc = vec![format!("{}: typed rows, identifiers and values.", plan.title)];
    if !plan.doc.is_empty() {
        doc.push(String::new());
        doc.extend(plan.doc.iter().cloned());
    }
    doc.extend(
        [
            "",
            "Each table has a row, what is inserted as one (`New…`), and a change of one (`…Patch`). A key has a type of",
            "its own, which every column that references it bears.",
            "",
            "Features: `serde` reads and writes every type; `sqlx` stores them in PostgreSQL.",
        ]
        .map(str::to_owned),
    );
    let mut modules: Vec<&RustIdent> = plan.files.iter().map(|file| &file.module).collect();
    let support = RustIdent::snake("support");
    if !plan.support.is_empty() {
        modules.push(&support);
    }
    modules.sort();
    let declared = modules.iter().map(|name| {
        let name = ident(name);
        quote!(mod #name;)
    });
    let shown = modules.iter().filter(|name| **name != &support || plan.support.is_public()).map(|name| {
        let name = ident(name);
        quote!(pub use #name::*;)
    });
    page(&doc, &[declared.collect(), shown.collect()])
}

fn module(file: &RustFile) -> String {
    let uses: TokenStream = file
        .uses
        .iter()
        .map(|name| {
            let name = ident(name);
            quote!(use crate::#name;)
        })
        .collect();
    let mut groups = vec![uses];
    groups.extend(file.items.iter().flat_map(items::item));
    page(&file.doc, &groups)
}

/// Lays out a file: its documentation, and groups of items with a blank line between them.
fn page(doc: &[String], groups: &[TokenStream]) -> String {
    let mut text: String =
        doc.iter().map(|line| format!("//! {line}").trim_end().to_owned() + "\n").collect();
    for group in groups.iter().filter(|group| !group.is_empty()) {
        text.push('\n');
        text.push_str(&layout(group));
    }
    text
}

/// Lays out items; between the members of an `impl` stands a blank line.
fn layout(tokens: &TokenStream) -> String {
    // Tokens that do not parse are printed as they are: a test that compiles the crate says where, a panic would not.
    let Ok(file) = syn::parse2::<syn::File>(tokens.clone()) else { return tokens.to_string() };
    let mut text = String::new();
    let mut after_member = false;
    let printed = prettyplease::unparse(&file);
    let mut lines = printed.lines();
    while let Some(line) = lines.next() {
        if after_member && line != "}" {
            text.push('\n');
        }
        after_member = false;
        if line.starts_with("    pub ") && line.ends_with('<') {
            text.push_str(&long_field(line, &mut lines));
            continue;
        }
        if line.starts_with("    pub const ") && line.ends_with(" = &[") {
            text.push_str(&long_list(line, &mut lines));
            after_member = true;
            continue;
        }
        text.push_str(line);
        text.push('\n');
        after_member = line.starts_with("    ")
            && !line.starts_with("     ")
            && (line == "    }" || line.ends_with(';'));
    }
    text
}

/// Joins a field whose type was broken inside its angle brackets; rustfmt moves the whole type to a line of its own.
fn long_field<'a>(first: &str, rest: &mut impl Iterator<Item = &'a str>) -> String {
    let mut field = first.to_owned();
    for line in rest {
        let line = line.trim();
        if line.starts_with('>') {
            field.truncate(field.trim_end_matches(',').len());
        }
        field.push_str(line);
        if field.ends_with(">,") && field.matches('<').count() == field.matches('>').count() {
            break;
        }
    }
    let (name, ty) = field.split_once(": ").unwrap_or((&field, ""));
    format!("{name}:\n        {ty}\n")
}

/// Lays out a list that was broken: where it fits on a line of its own, rustfmt breaks before it and not within.
fn long_list<'a>(first: &str, rest: &mut impl Iterator<Item = &'a str>) -> String {
    let broken: Vec<&str> = rest.take_while(|line| *line != "    ];").collect();
    let elements: Vec<&str> = broken.iter().map(|line| line.trim().trim_end_matches(',')).collect();
    let joined = format!("        &[{}];", elements.join(", "));
    if joined.chars().count() <= WIDTH {
        return format!("{}\n{joined}\n", first.trim_end_matches(" &["));
    }
    format!("{first}\n{}\n    ];\n", broken.join("\n"))
}

/// The width at which `prettyplease` breaks lines, in characters.
const WIDTH: usize = 89;

fn ident(name: &RustIdent) -> proc_macro2::Ident {
    let span = proc_macro2::Span::call_site();
    match name.as_str().strip_prefix("r#") {
        Some(bare) => proc_macro2::Ident::new_raw(bare, span),
        None => proc_macro2::Ident::new(name.as_str(), span),
    }
}

fn docs(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

#[cfg(test)]
mod tests {
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
        super::emit(
            &Emitting { schema: &schema, plan: &plan, config: &config, sources: &sources },
            &mut files,
        );
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
        let Ok(output) = Command::new("rustfmt").args(["--check", "--edition", "2024"]).arg(root).output()
        else {
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
}
