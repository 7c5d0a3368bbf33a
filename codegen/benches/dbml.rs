//! How fast DBML is read over generated files of growing size: tokens and tree alone, and with names looked up, rules checked and
//! declarations made.

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use truthtable::config::Config;
use truthtable::diag::Sink;
use truthtable::source::{self, Reading, dbml};
use truthtable::span::Sources;

/// As in the command line.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often each thing is measured; the best run counts.
const RUNS: usize = 9;

fn main() {
    for tables in [100, 1_000, 5_000, 20_000] {
        let text = generated(tables, 0);
        let parsed = best(|| (dbml::FRONTEND.imports)(&text));
        let read = best(|| read(&text));
        let rate = |took: Duration| text.len() as f64 / took.as_secs_f64() / 1e6;
        println!(
            "{tables} tables, {} bytes: parsed in {parsed:.2?}, {:.1} MB/s; parsed and bound in {read:.2?}, {:.1} MB/s",
            text.len(),
            rate(parsed),
            rate(read)
        );
    }
    // `ratio.sh` gives the same file to the reference.
    if let Some(path) = std::env::var_os("TRUTHTABLE_BENCH_FILE") {
        let text = generated(1_010, 14);
        if let Err(error) = std::fs::write(path, &text) {
            eprintln!("not written: {error}");
        }
        let (read, model) = (best(|| read(&text)), best(|| model(&text)));
        println!(
            "{} bytes: read {:.3} ms, model {:.3} ms",
            text.len(),
            read.as_secs_f64() * 1e3,
            model.as_secs_f64() * 1e3
        );
    }
}

/// Returns how long the fastest of several runs takes; what it makes is given up outside the measurement.
fn best<T>(run: impl Fn() -> T) -> Duration {
    let once = || {
        let start = Instant::now();
        let made = black_box(run());
        let took = start.elapsed();
        drop(made);
        took
    };
    (0..RUNS).map(|_| once()).min().unwrap_or_default()
}

fn read(text: &str) -> Vec<source::decl::Decl> {
    let mut sources = Sources::default();
    let file = sources.add("a.dbml", text);
    let mut sink = Sink::default();
    let config = Config::for_name("a");
    let decls =
        source::read(&[file], &Reading { sources: &sources, inputs: &[], config: &config }, &mut sink);
    assert!(!sink.has_errors(), "the generated file is sound");
    decls
}

fn model(text: &str) -> truthtable::model::Schema {
    let mut sources = Sources::default();
    let file = sources.add("a.dbml", text);
    truthtable::read(&[file], &sources, &Config::for_name("a"), &mut Sink::default())
}

/// Makes a file of tables with five columns and `more`.
fn generated(tables: usize, more: usize) -> String {
    let mut text = String::new();
    for at in 0..tables {
        let before = at.saturating_sub(1);
        _ = write!(
            text,
            "// Table number {at}\nTable part.table_{at} [note: 'what number {at} is for'] {{\n  id bigint [pk, increment]\n  \
             name varchar(255) [not null, default: 'nobody', note: 'how it is called']\n  before_id bigint\n  \
             amount decimal(12,2) [default: 0.5]\n  made timestamp [default: `now()`]\n"
        );
        for more in 0..more {
            _ = writeln!(text, "  value_{more} text [note: 'holds value {more} of {at}']");
        }
        _ = writeln!(
            text,
            "\n  indexes {{\n    (name, made) [unique, name: 'by_name_{at}']\n  }}\n}}\n\nRef: part.table_{at}.before_id > \
             part.table_{before}.id [delete: cascade]\n"
        );
    }
    text
}
