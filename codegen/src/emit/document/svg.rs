//! The drawing as SVG: one file without scripts, fonts or images, for a light and a dark page.

use std::fmt::Write as _;

use crate::plan::document::layout::{Count, Drawing, End, HEAD, Line, MARKS, PADDING, ROW, TableBox};

/// Prints it.
pub(crate) fn print(drawing: &Drawing, header: &str) -> String {
    let Drawing { title, width, height, tables, lines } = drawing;
    let title = escape(title);
    let mut svg = format!(
        "{header}\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n<rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n"
    );
    lines.iter().for_each(|line| print_line(line, &mut svg));
    tables.iter().for_each(|table| print_table(table, &mut svg));
    svg.push_str("</svg>\n");
    svg
}

const STYLE: &str = include_str!("../../templates/diagram.css");

fn print_line(line: &Line, svg: &mut String) {
    let mut path = String::new();
    let mut last: Option<(i32, i32)> = None;
    for (x, y) in &line.points {
        let step = match (last, line.swing) {
            (None, _) => format!("M{x} {y}"),
            (Some((_, from)), Some(swing)) => format!("C{swing} {from} {swing} {y} {x} {y}"),
            (Some((_, from)), None) if from == *y => format!("H{x}"),
            (Some((left, from)), None) => {
                let middle = (left + x) / 2;
                format!("C{middle} {from} {middle} {y} {x} {y}")
            }
        };
        path.push_str(&step);
        last = Some((*x, *y));
    }
    let loose = if line.enforced { "" } else { " loose" };
    let title = escape(&line.title);
    let ends: String = line.ends.iter().map(end).collect();
    put(svg, format_args!("<g class=\"line c{}\"><title>{title}</title>", line.colour));
    put(svg, format_args!("<path class=\"way{loose}\" d=\"{path}\"/>{ends}</g>\n"));
}

/// Prints the mark of an end: a bar for one, a ring for none, a crow's foot for many.
fn end(end: &End) -> String {
    let End { x, y, right, count } = *end;
    let out = |distance: i32| if right { x + distance } else { x - distance };
    let bar = |distance: i32| format!("M{} {}v8", out(distance), y - 4);
    let ring = |distance: i32| format!("<circle cx=\"{}\" cy=\"{y}\" r=\"4\"/>", out(distance));
    match count {
        Count::One => format!("<path d=\"{}{}\"/>", bar(7), bar(11)),
        Count::OneOrNone => format!("<path d=\"{}\"/>{}", bar(7), ring(13)),
        Count::Many => {
            let foot = format!("M{x} {}L{} {y}L{x} {}", y - 6, out(11), y + 6);
            format!("<path d=\"{foot}\"/>{}", ring(15))
        }
    }
}

fn print_table(table: &TableBox, svg: &mut String) {
    let TableBox { name, comment, external, x, y, width, height, rows } = table;
    let class = if *external { "table external" } else { "table" };
    let title = match comment {
        Some(comment) => format!("{name}: {comment}"),
        None => name.clone(),
    };
    put(svg, format_args!("<g class=\"{class}\"><title>{}</title>\n", escape(&title)));
    put(
        svg,
        format_args!(
            "<rect class=\"box\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"5\"/>\n"
        ),
    );
    if !rows.is_empty() {
        put(svg, format_args!("<path class=\"rule\" d=\"M{x} {}h{width}\"/>\n", y + HEAD));
    }
    let (left, right) = (x + PADDING, x + width - PADDING);
    let baseline = y + HEAD / 2 + 4;
    put(svg, format_args!("<text class=\"name\" x=\"{left}\" y=\"{baseline}\">{}</text>\n", escape(name)));
    if *external {
        put(svg, format_args!("<text class=\"type\" x=\"{right}\" y=\"{baseline}\">external</text>\n"));
    }
    let mut baseline = y + HEAD + 3 + ROW / 2 + 4;
    for row in rows {
        if !row.mark.is_empty() {
            put(svg, format_args!("<text class=\"mark\" x=\"{left}\" y=\"{baseline}\">{}</text>", row.mark));
        }
        let name = escape(&row.name);
        put(svg, format_args!("<text x=\"{}\" y=\"{baseline}\">{name}</text>", left + MARKS));
        put(
            svg,
            format_args!("<text class=\"type\" x=\"{right}\" y=\"{baseline}\">{}</text>\n", escape(&row.ty)),
        );
        baseline += ROW;
    }
    svg.push_str("</g>\n");
}

fn put(svg: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _ = svg.write_fmt(text);
}

/// Escapes a text for XML; what XML cannot hold at all becomes a blank.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push(' '),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}
