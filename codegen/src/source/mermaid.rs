//! Mermaid entity-relationship diagrams: entities with their attributes, and relations between them.
//!
//! A diagram documents: its relations are declared inactive, and an entity without attributes is only named. An attribute marked `FK`
//! is the column of the relation that it belongs to. Lowering makes foreign keys of relations between tables that nothing else describes.

mod attributes;
mod cardinality;
mod generated;
mod labels;
mod opened;
mod relations;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use attributes::{attribute, key_line};

use crate::diag::{Code, Sink};
use crate::source::decl::{
    Decl, EndpointDecl, Ident, Language, NamedTableDecl, Prose, ProseKind, QName, RefDecl, Relation,
    TableDecl,
};
use crate::source::{Frontend, Reading};
use crate::span::{Fragment, Spanned};

/// The Mermaid front-end.
pub const FRONTEND: Frontend = Frontend {
    language: Language::Mermaid,
    name: "Mermaid",
    extensions: &["mmd", "mermaid"],
    fences: &["mermaid"],
    parse,
    imports: |_| Vec::new(),
    in_subfolders: false,
};

const NOT_ER: Code = Code::new("mermaid-other-diagram");
const SYNTAX: Code = Code::new("mermaid-syntax");
const UNCLOSED: Code = Code::new("mermaid-unclosed-entity");

/// Statements that shape a diagram's looks.
const LOOKS: &[&str] =
    &["direction", "title", "style", "classDef", "class", "accTitle", "accDescr", "accTitle:", "accDescr:"];

fn parse(fragment: &Fragment<'_>, _cx: &Reading<'_>, sink: &mut Sink) -> Vec<Decl> {
    let mut lines = lines(fragment.text()).peekable();
    let mut decls = Vec::new();
    // Front matter between two `---` lines, comments and blank lines may stand above the diagram's kind.
    let mut in_front_matter = false;
    loop {
        let Some(line) = lines.next() else { return decls };
        let text = slice(fragment, &line);
        if text == "---" {
            in_front_matter = !in_front_matter;
        } else if text.split_whitespace().next() == Some("erDiagram") {
            break;
        } else if !in_front_matter && !text.is_empty() {
            sink.info(
                NOT_ER,
                fragment.span(line),
                "this diagram is no entity-relationship diagram and is not read",
            )
            .help("begin it with `erDiagram` where it shows tables");
            return decls;
        }
    }
    let mut entity: Option<TableDecl> = None;
    let mut keys: BTreeMap<String, relations::Keys> = BTreeMap::new();
    let mut foreign: Vec<Ident> = Vec::new();
    let lines: Vec<Range<usize>> = lines.flat_map(|line| opened::lines(fragment, line)).collect();
    for line in lines {
        let text = slice(fragment, &line);
        if text.is_empty() {
            continue;
        }
        if let Some(mut table) = entity.take() {
            if text == "}" {
                table.span = table.span.to(fragment.span(line));
                let own = relations::keys(&table, std::mem::take(&mut foreign));
                keys.insert(table.name.name.node.clone(), own);
                finish(table, &mut decls);
            } else if let Some(key) = key_line(fragment, &line) {
                table.constraints.push(key);
                entity = Some(table);
            } else {
                match attribute(fragment, &line) {
                    Some((column, is_foreign)) => {
                        foreign.extend(is_foreign.then(|| column.name.clone()));
                        table.columns.push(column);
                    }
                    None => {
                        sink.warning(SYNTAX, fragment.span(line), "this is no attribute of an entity").help(
                            "write its type, its name, then `PK`, `FK` or `UK`, then a comment in quotes",
                        );
                    }
                }
                entity = Some(table);
            }
            continue;
        }
        if text.split_whitespace().next().is_some_and(|word| LOOKS.contains(&word)) {
            continue;
        }
        let words = words(fragment.text(), line.clone());
        if let Some(relation) = relation(fragment, &words, &line) {
            decls.push(Decl::Ref(relation));
            continue;
        }
        let Some(first) = words.first() else { continue };
        let (name, opened) = entity_name(fragment, first, &words);
        let table = table(name, fragment, line.clone());
        let closed = opened.as_deref().is_some_and(|inside| inside.ends_with('}'));
        match opened {
            Some(_) if !closed => entity = Some(table),
            Some(_) => finish(table, &mut decls),
            None if words.len() == 1 => finish(table, &mut decls),
            None => {
                sink.warning(SYNTAX, fragment.span(line), "this line of the diagram is not understood")
                    .help("write `A ||--o{ B : label` for a relation and `A { … }` for an entity");
            }
        }
    }
    if let Some(table) = entity {
        sink.warning(UNCLOSED, table.name.span(), format!("`{}` is not closed", table.name))
            .help("add a line with `}` behind its last attribute");
        finish(table, &mut decls);
    }
    generated::drop_of_enums(&mut decls);
    relations::pair(&mut decls, &keys);
    name_drawn(&mut decls);
    decls
}

/// Names the entities that only relations speak of.
fn name_drawn(decls: &mut Vec<Decl>) {
    let mut known: BTreeSet<String> = decls
        .iter()
        .filter_map(|decl| match decl {
            Decl::Table(table) => Some(table.name.name.node.clone()),
            Decl::NamedTable(named) => Some(named.name.node.clone()),
            _ => None,
        })
        .collect();
    let mut drawn = Vec::new();
    for decl in decls.iter() {
        let Decl::Ref(relation) = decl else { continue };
        for end in &relation.endpoints {
            let name = &end.table.name;
            if known.insert(name.node.clone()) {
                drawn.push(Decl::NamedTable(NamedTableDecl {
                    name: name.clone(),
                    section: None,
                    file: None,
                }));
            }
        }
    }
    decls.append(&mut drawn);
}

fn finish(mut table: TableDecl, decls: &mut Vec<Decl>) {
    if generated::is_enum(&table) {
        decls.push(generated::enumerated(table));
        return;
    }
    // "unique one_code \"(shop_id, code)\"" is a key that is drawn as an attribute.
    let constraints = &mut table.constraints;
    table.columns.retain(|column| match generated::key(column) {
        Some(key) => {
            constraints.push(key);
            false
        }
        None => true,
    });
    decls.push(if table.columns.is_empty() {
        Decl::NamedTable(NamedTableDecl { name: table.name.name, section: None, file: None })
    } else {
        Decl::Table(table)
    });
}

fn table(name: Ident, fragment: &Fragment<'_>, line: Range<usize>) -> TableDecl {
    TableDecl::new(QName::bare(name), Language::Mermaid, fragment.span(line))
}

/// Returns the lines, trimmed, without their comments.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        let content = line.trim();
        let content = if content.starts_with("%%") { "" } else { content };
        start..start + content.len()
    })
}

fn slice<'t>(fragment: &'t Fragment<'_>, range: &Range<usize>) -> &'t str {
    fragment.text().get(range.clone()).unwrap_or_default()
}

/// Returns the words of a line; a text in quotes is one word, and so is a bracket that follows a name at once.
fn words(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    let mut quoted = false;
    let slice = text.get(line.clone()).unwrap_or_default();
    for (at, c) in slice.char_indices().map(|(at, c)| (line.start + at, c)).chain([(line.end, ' ')]) {
        quoted ^= c == '"';
        match start {
            None if !c.is_whitespace() => start = Some(at),
            Some(from) if c.is_whitespace() && (!quoted || at == line.end) => {
                found.push(from..at);
                start = None;
            }
            None | Some(_) => {}
        }
    }
    found
}

/// Returns an entity's name and, where its attributes begin on this line, what follows the brace.
fn entity_name(
    fragment: &Fragment<'_>,
    first: &Range<usize>,
    words: &[Range<usize>],
) -> (Ident, Option<String>) {
    let word = slice(fragment, first);
    let end = word.find(['[', '{', ':']).map_or(first.end, |at| first.start + at);
    let name = unquoted(fragment, first.start..end);
    let line = first.start..words.last().map_or(first.end, |last| last.end);
    let opened = slice(fragment, &line).split_once('{').map(|(_, inside)| inside.trim().to_owned());
    (name, opened)
}

fn unquoted(fragment: &Fragment<'_>, range: Range<usize>) -> Ident {
    let text = slice(fragment, &range);
    let inner = text.trim_matches('"');
    let start = range.start + (text.len() - text.trim_start_matches('"').len());
    Spanned::new(inner.to_owned(), fragment.span(start..start + inner.len()))
}

/// Reads `A ||--o{ B : label` or `A one to zero or more B : label`.
fn relation(fragment: &Fragment<'_>, words: &[Range<usize>], line: &Range<usize>) -> Option<RefDecl> {
    let drawn = cardinality::read(fragment, words)?;
    let endpoint = |(word, relation): &(Range<usize>, Relation)| {
        let (name, _) = entity_name(fragment, word, std::slice::from_ref(word));
        EndpointDecl { table: QName::bare(name), columns: Vec::new(), relation: *relation }
    };
    let text = slice(fragment, line);
    let note = text.find(':').filter(|_| words.len() > 3).and_then(|colon| {
        let start = line.start + colon + 1;
        let inset = slice(fragment, &(start..line.end));
        let said = unquoted(fragment, start + (inset.len() - inset.trim_start().len())..line.end);
        (!said.node.is_empty()).then_some(Prose { text: said.node, span: said.span, kind: ProseKind::Note })
    });
    Some(RefDecl {
        name: None,
        endpoints: [endpoint(&drawn.first), endpoint(&drawn.second)],
        on_delete: note.as_ref().and_then(labels::on_delete),
        on_update: None,
        note,
        inline: false,
        inactive: true,
        span: fragment.span(line.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::diag::{Colour, to_terminal};
    use crate::span::Sources;

    fn check(text: &str) -> String {
        let mut sources = Sources::default();
        let file = sources.add("shop.mmd", text);
        let config = Config::for_name("shop");
        let mut sink = Sink::default();
        let decls = parse(
            &sources.fragment(file),
            &Reading { sources: &sources, inputs: &[], config: &config },
            &mut sink,
        );
        let at = |ident: &Ident| {
            assert_eq!(sources.text(ident.span), ident.node);
            let place = sources.position(ident.span);
            format!("{} {}:{}", ident.node, place.line, place.column)
        };
        let mut told = String::new();
        for decl in &decls {
            match decl {
                Decl::Table(table) => {
                    told.push_str(&format!("table {}\n", at(&table.name.name)));
                    for column in &table.columns {
                        let marks = [
                            column.primary_key.is_some().then_some("pk"),
                            column.unique.is_some().then_some("unique"),
                        ];
                        let marks: Vec<&str> = marks.into_iter().flatten().collect();
                        let notes: Vec<&str> = column.notes.iter().map(|note| note.text.as_str()).collect();
                        let ty = column.ty.as_ref().map(at).unwrap_or_default();
                        told.push_str(&format!("  {}: {ty} {marks:?} {notes:?}\n", at(&column.name)));
                    }
                }
                Decl::Ref(relation) => {
                    let [a, b] = &relation.endpoints;
                    let note = relation.note.as_ref().map_or("", |note| note.text.as_str());
                    told.push_str(&format!(
                        "{} {:?} to {:?} {} ({note})\n",
                        at(&a.table.name),
                        a.relation,
                        b.relation,
                        at(&b.table.name)
                    ));
                }
                Decl::NamedTable(named) => told.push_str(&format!("named {}\n", at(&named.name))),
                other => panic!("{other:?}"),
            }
        }
        told + &to_terminal(&sink.finish(&sources), &sources, Colour::Off)
    }

    #[test]
    fn a_diagram() {
        insta::assert_snapshot!(check(
            "---\ntitle: Крамниця\n---\nerDiagram\n  %% хто купує\n  direction LR\n  CUSTOMER ||--o{ ORDER : \"розміщує\"\n  ORDER }|..|{ \"LINE ITEM\" : holds\n  CUSTOMER {\n    uuid id PK\n    string email UK \"адреса, одна\"\n    uuid shop_id FK, UK\n    varchar(20)[] tags\n  }\n  SHOP\n  EMPTY {}\n"
        ), @r#"
        CUSTOMER 7:3 One to Many ORDER 7:19 (розміщує)
        ORDER 8:3 OneOrMany to OneOrMany LINE ITEM 8:17 (holds)
        table CUSTOMER 9:3
          id 10:10: uuid 10:5 ["pk"] []
          email 11:12: string 11:5 ["unique"] ["адреса, одна"]
          shop_id 12:10: uuid 12:5 ["unique"] []
          tags 13:19: varchar(20)[] 13:5 [] []
        named SHOP 15:3
        named EMPTY 16:3
        named ORDER 7:19
        named LINE ITEM 8:17
        "#);
    }

    #[test]
    fn what_is_not_understood_hides_nothing_else() {
        insta::assert_snapshot!(check("erDiagram\n  A knows B\n  C {\n    id\n    int n\n"), @"
        table C 3:3
          n 5:9: int 5:5 [] []
        warning[mermaid-syntax]: this line of the diagram is not understood
         --> shop.mmd:2:3
          |
        2 |   A knows B
          |   ^^^^^^^^^
          |
          = help: write `A ||--o{ B : label` for a relation and `A { … }` for an entity

        warning[mermaid-unclosed-entity]: `C` is not closed
         --> shop.mmd:3:3
          |
        3 |   C {
          |   ^
          |
          = help: add a line with `}` behind its last attribute

        warning[mermaid-syntax]: this is no attribute of an entity
         --> shop.mmd:4:5
          |
        4 |     id
          |     ^^
          |
          = help: write its type, its name, then `PK`, `FK` or `UK`, then a comment in quotes
        ");
        insta::assert_snapshot!(check(
            "erDiagram\n  CAR 1 to zero or more DRIVER : allows\n  PERSON many(0) optionally to 0+ DRIVER : is\n  HOUSE only one to one or many ROOM: has\n  SHOP one or zero to 1+ DESK\n  DESK {\n    string *sku\n  }\n"
        ), @r#"
        CAR 2:3 One to Many DRIVER 2:25 (allows)
        PERSON 3:3 Many to Many DRIVER 3:35 (is)
        HOUSE 4:3 One to OneOrMany ROOM 4:33 (has)
        SHOP 5:3 ZeroOrOne to OneOrMany DESK 5:26 ()
        table DESK 6:3
          sku 7:13: string 7:5 ["pk"] []
        named CAR 2:3
        named DRIVER 2:25
        named PERSON 3:3
        named HOUSE 4:3
        named ROOM 4:33
        named SHOP 5:3
        "#);
        insta::assert_snapshot!(check("flowchart TD\n  A --> B\n"), @"
        info[mermaid-other-diagram]: this diagram is no entity-relationship diagram and is not read
         --> shop.mmd:1:1
          |
        1 | flowchart TD
          | ^^^^^^^^^^^^
          |
          = help: begin it with `erDiagram` where it shows tables
        ");
    }
}
