//! How fast Markdown is read and lowered, over generated documents of growing size that describe tables in several ways.

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use truthtable::config::Config;
use truthtable::diag::Sink;
use truthtable::source::{self, Reading};
use truthtable::span::{FileId, Sources};

fn main() {
    for tables in [100, 1_000, 10_000] {
        let text = generated(tables);
        let mut sources = Sources::default();
        let file = sources.add("a.md", text.as_str());
        let config = Config::for_name("a");
        let best = |once: fn(FileId, &Sources, &Config) -> Duration| {
            (0..3).map(|_| once(file, &sources, &config)).min().unwrap_or_default()
        };
        let (read, lowered) = (best(read), best(lowered));
        let rate = |took: Duration| text.len() as f64 / took.as_secs_f64() / 1e6;
        println!(
            "{tables} tables, {} bytes: read {read:?}, {:.1} MB/s; read and lowered {lowered:?}, {:.1} MB/s",
            text.len(),
            rate(read),
            rate(lowered)
        );
    }
}

fn read(file: FileId, sources: &Sources, config: &Config) -> Duration {
    let start = Instant::now();
    let mut sink = Sink::default();
    let read = black_box(source::read(&[file], &Reading { sources, config }, &mut sink));
    // What was read is given up outside the measurement.
    let took = start.elapsed();
    drop(read);
    assert!(!sink.has_errors(), "the generated file is sound");
    took
}

fn lowered(file: FileId, sources: &Sources, config: &Config) -> Duration {
    let start = Instant::now();
    let mut sink = Sink::default();
    let schema = black_box(truthtable::read(&[file], sources, config, &mut sink));
    let took = start.elapsed();
    assert!(schema.own_tables().count() >= 100, "the generated file holds tables");
    drop(schema);
    let error = sink.diagnostics().iter().find(|found| found.severity == truthtable::diag::Severity::Error);
    assert!(error.is_none(), "the generated file is sound: {error:?}");
    took
}

/// One table of columns, one fence and one list of bullets after the other.
fn generated(tables: usize) -> String {
    let mut text = String::from("# The database\n\nAll tables have `id` and `created_at`.\n\n## Tables\n\n");
    for at in 0..tables {
        let before = at.saturating_sub(1);
        _ = match at % 3 {
            0 => writeln!(
                text,
                "### table_{at}\n\nWhat number {at} is for, and who looks at it.\n\n\
                 | Column | Type | Constraints | Description |\n|---|---|---|---|\n\
                 | id | bigint | PRIMARY KEY | Number of the row |\n\
                 | name | varchar(255) | NOT NULL | How it is called |\n\
                 | before_id | bigint | FK → table_{before}.id | The one before |\n\
                 | status | text | NOT NULL DEFAULT 'new' | How far it is |\n\
                 | created_at | timestamptz | NOT NULL DEFAULT now() | When it was made |\n"
            ),
            1 => writeln!(
                text,
                "### table_{at}\n\nWhat number {at} is for.\n\n```sql\nCREATE TABLE table_{at} (\n    id bigint PRIMARY KEY,\n    \
                 name varchar(255) NOT NULL, -- how it is called\n    before_id bigint REFERENCES table_{before} (id),\n    \
                 created_at timestamptz NOT NULL DEFAULT now()\n);\n\nCREATE INDEX table_{at}_name_idx ON table_{at} (name);\n```\n"
            ),
            _ => writeln!(
                text,
                "### table_{at}\n\n- **Purpose:** what number {at} is for\n- **Key Columns:**\n  - `id` (bigint, primary key)\n  \
                 - `name` (text, not null): how it is called\n  - `before_id` (bigint, references `table_{before}.id`)\n\
                 - **Indexes:** `name`\n"
            ),
        };
    }
    text
}
