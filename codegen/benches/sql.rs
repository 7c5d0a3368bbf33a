//! How fast SQL is read and lowered, over generated scripts of growing size.

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
        let file = sources.add("a.sql", text.as_str());
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
    drop(schema);
    assert!(!sink.has_errors(), "the generated file is sound");
    took
}

fn generated(tables: usize) -> String {
    let mut text =
        String::from("CREATE SCHEMA part;\n\nCREATE TYPE part.mood AS ENUM ('fine', 'so so', 'bad');\n\n");
    for at in 0..tables {
        let before = at.saturating_sub(1);
        _ = writeln!(
            text,
            "-- Table number {at}\nCREATE TABLE part.table_{at} (\n    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n    \
             name varchar(255) NOT NULL DEFAULT 'nobody', -- how it is called\n    before_id bigint REFERENCES part.table_{before} (id) \
             ON DELETE CASCADE,\n    amount numeric(12, 2) NOT NULL DEFAULT 0.5 CHECK (amount >= 0),\n    \
             mood part.mood NOT NULL DEFAULT 'fine',\n    made timestamptz NOT NULL DEFAULT now(),\n    \
             CONSTRAINT table_{at}_name_made_key UNIQUE (name, made)\n);\n\n\
             CREATE INDEX table_{at}_made_idx ON part.table_{at} USING btree (made DESC) WHERE amount > 0;\n\
             COMMENT ON TABLE part.table_{at} IS 'What number {at} is for';\n\
             ALTER TABLE part.table_{at} ENABLE ROW LEVEL SECURITY;\n\
             CREATE POLICY own ON part.table_{at} FOR SELECT USING (name = current_user);\n"
        );
    }
    text
}
