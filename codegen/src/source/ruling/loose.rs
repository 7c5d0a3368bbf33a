//! Lines about migrations that stand beside nothing: in a comment by itself, in the note of an index or of an enumerated type.

use super::is_meant;
use crate::diag::{Code, Sink};
use crate::source::decl::{AlterAction, Decl, Language};
use crate::span::{Fragment, Span};

const NOT_UNDERSTOOD: Code = Code::new("ruling-not-understood");

/// Tells of the lines in the comments and notes of a file that are meant to rule about migrations and describe nothing that can be ruled;
/// `decls` are what the file says.
pub(in crate::source) fn tell(fragment: &Fragment<'_>, language: Language, decls: &[Decl], sink: &mut Sink) {
    let found = meant(fragment, language);
    // Most files have none.
    if found.is_empty() {
        return;
    }
    let held = held(decls);
    let is_held = |line: &Span| {
        held.iter().any(|span| span.file == line.file && span.start <= line.start && line.start < span.end)
    };
    for line in found.into_iter().filter(|line| !is_held(line)) {
        sink.warning(
            NOT_UNDERSTOOD,
            line,
            "this speaks of migrations, and stands beside nothing that it could be about",
        )
        .help("write it beside a table or a column, or in the note of a group of tables or of the project")
        .help("or write it in schema.toml, under `[[acknowledge]]` or `[rollback]`");
    }
}

/// Returns the lines of a file that are meant to rule about migrations.
fn meant(fragment: &Fragment<'_>, language: Language) -> Vec<Span> {
    let text = fragment.text();
    let mut found = Vec::new();
    let mut start = 0;
    let mut is_down = false;
    for line in text.split_inclusive('\n') {
        if let Some(at) = word(line) {
            let before = line.get(..at).unwrap_or_default();
            let said = line.get(at..).unwrap_or_default().trim_end();
            let said = said.trim_end_matches(['\'', '"', '*', '/', ']', '}', ',', ';', ')', ' ']);
            if is_noted(before, language) && !is_down && is_meant(said) {
                found.push(fragment.span(start + at..start + at + said.len()));
            }
        }
        // Behind `-- down` a migration says by which policy it was made.
        let bare = line.trim();
        is_down = bare.starts_with("-- down") || bare.starts_with("--| down") || (is_down && bare.is_empty());
        start += line.len();
    }
    found
}

/// Returns where a word for a ruling stands in a line with its colon behind it.
fn word(line: &str) -> Option<usize> {
    const WORDS: [&str; 2] = ["acknowledge", "rollback"];
    line.match_indices(':').find_map(|(colon, _)| {
        let before = line.get(..colon)?.trim_end_matches(['*', '_', '`', ' ']);
        let start = before.rfind(|c: char| !c.is_alphabetic()).map_or(0, |at| {
            at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
        });
        let said = before.get(start..)?;
        WORDS.iter().any(|word| said.eq_ignore_ascii_case(word)).then_some(start)
    })
}

/// Tells whether what stands before a word in its line shows that it is in a comment or a note.
fn is_noted(before: &str, language: Language) -> bool {
    let bare = before.trim_matches([' ', '\t', '*', '-', '_', '`']);
    match language {
        // A text in SQL is data, but for that of a description; `--|` hides a mark of a migration.
        Language::Sql => {
            let describes =
                || before.trim_start().get(..7).is_some_and(|word| word.eq_ignore_ascii_case("comment"));
            (bare.is_empty() || before.contains("--") || before.contains("/*") || describes())
                && !before.contains("--|")
        }
        _ => {
            bare.is_empty() || before.contains("//") || before.contains("/*") || before.contains(['\'', '"'])
        }
    }
}

/// Returns the places of the notes that are read for what they rule.
fn held(decls: &[Decl]) -> Vec<Span> {
    let mut held = Vec::new();
    for decl in decls {
        match decl {
            Decl::Project(project) => held.extend(project.note.iter().map(|note| note.span)),
            Decl::Group(group) => held.extend(group.note.iter().map(|note| note.span)),
            Decl::Table(table) => {
                let of_columns = table.columns.iter().flat_map(|column| &column.notes);
                held.extend(table.notes.iter().chain(of_columns).map(|note| note.span));
            }
            Decl::AlterTable(alter) => {
                for action in &alter.actions {
                    if let AlterAction::AddColumn(column) = action {
                        held.extend(column.notes.iter().map(|note| note.span));
                    }
                }
            }
            Decl::Ruling(ruling) => held.push(ruling.text.span),
            _ => {}
        }
    }
    held
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::diag::{Colour, Sink, to_terminal};
    use crate::source::{Reading, read};
    use crate::span::Sources;

    /// Reads a file, and returns the lines of it that rule nothing.
    fn told(path: &str, text: &str) -> Vec<u32> {
        let mut sources = Sources::default();
        let mut sink = Sink::default();
        let config = Config::for_name("shop");
        let file = sources.add(path, text);
        read(&[file], &Reading { sources: &sources, inputs: &[], config: &config }, &mut sink);
        let told = to_terminal(&sink.finish(&sources), &sources, Colour::Off);
        let mut lines: Vec<u32> = Vec::new();
        for (at, _) in told.match_indices("[ruling-not-understood]") {
            let place = told.get(at..).and_then(|rest| rest.split("--> ").nth(1)).unwrap_or_default();
            lines.extend(place.split(':').nth(1).and_then(|line| line.parse::<u32>().ok()));
        }
        lines
    }

    #[test]
    fn comments_in_sql() {
        let text = "-- acknowledge: data-loss of a.x — gone\n\n-- rollback: never — kept\ncreate table a (\n  id int, -- rollback: free\n  x text -- acknowledge: rewrite — small\n);\n\n\
                    -- acknowledge: lock — at night\ncreate index a_x on a (x);\n/* Rollback: never — kept */\n\
                    comment on index a_x is 'rollback: never';\nselect 'rollback: never';\n-- Rollback: DROP TABLE a;\n";
        assert_eq!(told("a.sql", text), [1, 9, 11, 12]);
        assert_eq!(
            told("b.sql", "create table a (id int);\n-- down\n-- rollback: never — audit\n"),
            [] as [u32; 0]
        );
    }

    #[test]
    fn notes_in_dbml_and_prisma() {
        let dbml = "// rollback: free\n\nEnum e [note: 'acknowledge: data-loss — x'] {\n  a\n}\n\nTable t {\n  id int [pk, note: 'acknowledge: rewrite — small']\n  Note: '''\n    What it is.\n    rollback: never — kept\n  '''\n}\n\nNote n {\n  'rollback: never — x'\n}\n";
        let found = told("a.dbml", dbml);
        assert!(
            found.contains(&1) && found.contains(&16) && !found.contains(&8) && !found.contains(&11),
            "{found:?}"
        );
        let prisma = "datasource db {\n  provider = \"postgresql\"\n}\n\n/// acknowledge: data-loss — x\nenum E {\n  A\n}\n\n/// rollback: never — kept\nmodel T {\n  id Int @id /// acknowledge: rewrite — small\n}\n\n// rollback: free\n";
        let found = told("a.prisma", prisma);
        assert_eq!(found, [5, 15]);
    }
}
