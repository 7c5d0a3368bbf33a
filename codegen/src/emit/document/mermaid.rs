//! Entity-relationship diagrams in Mermaid's language.

use crate::plan::document::diagram::{Attribute, Diagram, Entity, EntityStyle, Relation};

/// Prints a diagram, without the fence around it.
pub(crate) fn print(diagram: &Diagram) -> String {
    let mut text = String::from("erDiagram\n");
    for entity in &diagram.entities {
        text.push_str(&print_entity(entity));
    }
    for relation in &diagram.relations {
        text.push_str(&print_relation(relation));
    }
    // Dashes and a missing ground say the same on a light and on a dark page.
    if diagram.has_external {
        text.push_str("    classDef external stroke-dasharray:3 2\n");
    }
    if diagram.has_neighbours {
        text.push_str("    classDef neighbour fill:transparent\n");
    }
    text
}

fn print_entity(entity: &Entity) -> String {
    let label = entity.label.as_ref().map(|label| format!("[{}]", quoted(label))).unwrap_or_default();
    let class = match entity.style {
        EntityStyle::Own => "",
        EntityStyle::External => ":::external",
        EntityStyle::Neighbour => ":::neighbour",
    };
    let head = format!("    {}{label}{class}", entity.id);
    if entity.attributes.is_empty() {
        return format!("{head}\n");
    }
    let attributes: String = entity.attributes.iter().map(print_attribute).collect();
    format!("{head} {{\n{attributes}    }}\n")
}

fn print_attribute(attribute: &Attribute) -> String {
    let Attribute { ty, name, markers, comment } = attribute;
    let markers = if markers.is_empty() { String::new() } else { format!(" {}", markers.join(", ")) };
    let comment = comment.as_ref().map(|comment| format!(" {}", quoted(comment))).unwrap_or_default();
    format!("        {ty} {name}{markers}{comment}\n")
}

fn print_relation(relation: &Relation) -> String {
    let referenced = if relation.optional { "|o" } else { "||" };
    let referencing = if relation.one_to_one { "o|" } else { "o{" };
    let line = if relation.enforced { "--" } else { ".." };
    format!(
        "    {} {referenced}{line}{referencing} {} : {}\n",
        relation.referenced,
        relation.referencing,
        quoted(&relation.label)
    )
}

/// Quotes a text. Mermaid has no escapes inside quotes and takes some texts for its own wherever they stand; a character
/// that looks alike takes their place.
fn quoted(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| match c {
            '"' | '`' | '\\' => '\'',
            '%' => '％',
            '~' => '∼',
            '<' => '‹',
            '>' => '›',
            '#' => '＃',
            ';' => '；',
            '{' => '(',
            '}' => ')',
            '*' => '∗',
            c if c.is_whitespace() || c.is_control() => ' ',
            c => c,
        })
        .collect();
    // `direction LR` inside a label would turn the diagram; a blank that does not break ends that.
    let text = text.replace("direction ", "direction\u{a0}").trim().to_owned();
    if text.is_empty() { "\" \"".to_owned() } else { format!("\"{text}\"") }
}
