//! Places in the author's files and links to them.

use serde::Serialize;

use crate::span::{Sources, Span};

/// A text and what it leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The text.
    pub text: String,
    /// A heading of the page (`#users`) or a file relative to it; none where nothing can be linked.
    pub href: Option<String>,
}

/// Places in the author's files, as the page links them.
#[derive(Clone, Debug)]
pub struct Places<'a> {
    sources: &'a Sources,
    /// The schema's own folder, which every place would repeat.
    folder: String,
}

/// The way from `docs/er/NAME/` to the workspace's root, to which the paths of sources are relative.
const TO_ROOT: &str = "../../../";

impl<'a> Places<'a> {
    /// Makes links into these files from the page of the schema `name`.
    pub fn new(sources: &'a Sources, name: &str) -> Self {
        Self { sources, folder: format!("schema/{name}/") }
    }

    /// Returns the path of the file that `span` lies in.
    pub fn path(&self, span: Span) -> &'a str {
        self.sources.file(span.file).path()
    }

    /// Returns the link to the line on which `span` begins: `path:line`, the path relative to
    /// the schema's folder where it lies in it.
    pub fn link(&self, span: Span) -> Link {
        let path = self.path(span);
        let line = self.sources.position(span).line;
        let shown = path.strip_prefix(&self.folder).unwrap_or(path);
        Link { text: format!("{shown}:{line}"), href: href(path, line) }
    }

    /// Returns the links to the lines of a fact, each line once: the first place, then the others.
    pub fn links(&self, span: Span, also: &[Span]) -> Vec<Link> {
        let mut links = Vec::new();
        for link in std::iter::once(&span).chain(also).map(|span| self.link(*span)) {
            if !links.contains(&link) {
                links.push(link);
            }
        }
        links
    }
}

/// Returns the address of a line relative to the page; a file outside every workspace has none.
fn href(path: &str, line: u32) -> Option<String> {
    let absolute = path.starts_with('/') || path.get(1..3) == Some(":/");
    // A forge shows a rendered file without lines unless it is asked for the source.
    let plain = if path.ends_with(".md") || path.ends_with(".markdown") { "?plain=1" } else { "" };
    (!absolute).then(|| format!("{TO_ROOT}{}{plain}#L{line}", encode(path)))
}

/// Percent-encodes what a path may not hold in an address or would end a Markdown link.
fn encode(path: &str) -> String {
    let mut encoded = String::new();
    for byte in path.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"/._-~+,@".contains(&byte);
        if plain { encoded.push(char::from(byte)) } else { encoded.push_str(&format!("%{byte:02X}")) }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_link_from_the_page() {
        let check = |path: &str, expected: Option<&str>| assert_eq!(href(path, 7).as_deref(), expected);
        check("schema/shop/a.dbml", Some("../../../schema/shop/a.dbml#L7"));
        check("schema/shop/a.md", Some("../../../schema/shop/a.md?plain=1#L7"));
        check("../seeds/a (1)|.sql", Some("../../../../seeds/a%20%281%29%7C.sql#L7"));
        check("schema/є.sql", Some("../../../schema/%D1%94.sql#L7"));
        check("/home/a.sql", None);
        check("C:/a.sql", None);
    }
}
