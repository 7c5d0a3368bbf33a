//! How fast a change is planned: both scripts read, a tenth of the tables changed, over scripts of growing size.
//!
//! Numbers of tables may be given instead: `cargo bench -p truthtable --bench plan -- 1000`.

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use truthtable::config::Config;
use truthtable::diag::Sink;
use truthtable::model::Schema;
use truthtable::plan::migration::diff::{self, Side};
use truthtable::span::Sources;

/// As in the command line.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let given: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if given.is_empty() { vec![100, 1_000, 10_000] } else { given };
    for tables in sizes {
        let (old, new) = (generated(tables, false), generated(tables, true));
        let (read, planned) =
            (0..3).map(|_| once(&old, &new)).min_by_key(|(a, b)| *a + *b).unwrap_or_default();
        println!("{tables} tables, {} bytes: read {read:?}, planned {planned:?}", old.len() + new.len());
    }
}

fn read(text: &str, config: &Config) -> Schema {
    let mut sources = Sources::default();
    let file = sources.add("a.sql", text);
    let mut sink = Sink::default();
    let schema = truthtable::read(&[file], &sources, config, &mut sink);
    assert!(!sink.has_errors(), "the generated file is sound");
    schema
}

fn once(old: &str, new: &str) -> (Duration, Duration) {
    let start = Instant::now();
    let config = Config { literal: true, ..Config::for_name("a") };
    let (old, new) = (read(old, &config), read(new, &config));
    let middle = Instant::now();
    let side = |schema| Side { schema, config: &config };
    let steps = black_box(diff::diff(side(&old), side(&new)));
    let took = (middle - start, middle.elapsed());
    assert!(steps.is_ok_and(|steps| !steps.is_empty()), "there is something to do");
    took
}

fn generated(tables: usize, changed: bool) -> String {
    let mut text = String::new();
    for at in 0..tables {
        let before = at.saturating_sub(1);
        let (ty, more) = match (changed && at % 10 == 3, at % 2) {
            (false, _) => ("varchar(40)", ""),
            (true, 0) => ("varchar(80)", ""),
            (true, _) => ("varchar(40)", "\n    more jsonb NOT NULL DEFAULT '{}',"),
        };
        _ = writeln!(
            text,
            "CREATE TABLE table_{at} (\n    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n    name {ty} NOT NULL,{more}\n    \
             before_id bigint REFERENCES table_{before} (id) ON DELETE CASCADE,\n    amount numeric(12, 2) NOT NULL DEFAULT 0.5 \
             CHECK (amount >= 0),\n    made timestamptz NOT NULL DEFAULT now(),\n    UNIQUE (name, made)\n);\n\
             CREATE INDEX table_{at}_made_idx ON table_{at} (made DESC) WHERE amount > 0;\n"
        );
    }
    text
}
