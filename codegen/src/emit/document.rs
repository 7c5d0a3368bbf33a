//! Documents for reviewers: a page per schema, readable on a forge.

mod markdown;
mod mermaid;
pub mod rules;
mod svg;
#[cfg(test)]
mod tests;

use minijinja::context;
use minijinja::value::{Serde, Value};

use super::{Emitter, Emitting, FileSet, template};
use crate::plan::document::DocumentPlan;
use crate::plan::document::anchor::CONTENTS;

/// Prints it.
pub const EMITTER: Emitter = Emitter { name: "document", emit };

fn emit(cx: &Emitting<'_>, files: &mut FileSet) {
    let header = comment_header(cx);
    let page = &cx.plan.document;
    files.add(FileSet::document(&cx.config.name, "README.md"), print(page, &header));
    if let Some(drawing) = &page.drawing {
        files.add(FileSet::document(&cx.config.name, "diagram.svg"), svg::print(drawing, &header));
    }
}

/// Prints the page.
fn print(page: &DocumentPlan, header: &str) -> String {
    let modules: Vec<Option<String>> =
        page.groups.iter().map(|group| group.diagram.as_ref().map(mermaid::print)).collect();
    let whole = page.diagram.as_ref().map(mermaid::print);
    render(
        include_str!("../templates/page.md.j2"),
        context! { page => Serde(page), header, modules, whole, contents_heading => CONTENTS },
    )
}

/// Returns the header of generated files as a comment of HTML and XML.
fn comment_header(cx: &Emitting<'_>) -> String {
    // `--` may not stand inside such a comment.
    let lines = cx.header("    ").replace("--", "-\u{2010}");
    let lines = lines.strip_prefix("    ").unwrap_or(&lines);
    format!("<!--{lines}-->")
}

/// Fills a Markdown template.
fn render(text: &str, values: Value) -> String {
    template::render(text, values, |environment| {
        environment.add_filter("code", |text: &str| markdown::code(text));
        environment.add_filter("heading", |text: &str| markdown::heading(text));
        environment.add_filter("inline", |text: &str| markdown::inline(text));
        environment.add_filter("paragraphs", |text: &str| markdown::paragraphs(text));
        environment.add_filter("link", |text: &str, href: Option<&str>| markdown::link(text, href));
    })
}
