//! How fast DBML is read: tokens, tree, names and declarations, over generated files of growing size.

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use truthtable::config::Config;
use truthtable::diag::Sink;
use truthtable::source::{self, Reading};
use truthtable::span::Sources;

fn main() {
    for tables in [100, 1_000, 20_000] {
        let text = generated(tables);
        let mut sources = Sources::default();
        let file = sources.add("a.dbml", text.as_str());
        let config = Config::for_name("a");
        let best = (0..5).map(|_| once(file, &sources, &config)).min().unwrap_or_default();
        let rate = text.len() as f64 / best.as_secs_f64() / 1e6;
        println!("{tables} tables, {} bytes: {best:?}, {rate:.1} MB/s", text.len());
        if tables == 1_000
            && let Some(path) = std::env::var_os("TRUTHTABLE_BENCH_FILE")
        {
            // `ratio.sh` gives the same file to the reference.
            match std::fs::write(path, &text) {
                Ok(()) => println!("written: {:.3} ms", best.as_secs_f64() * 1e3),
                Err(error) => eprintln!("not written: {error}"),
            }
        }
    }
}

fn once(file: truthtable::span::FileId, sources: &Sources, config: &Config) -> Duration {
    let start = Instant::now();
    let mut sink = Sink::default();
    let read = black_box(source::read(&[file], &Reading { sources, config }, &mut sink));
    // What was read is given up outside the measurement.
    let took = start.elapsed();
    drop(read);
    assert!(!sink.has_errors(), "the generated file is sound");
    took
}

fn generated(tables: usize) -> String {
    let mut text = String::new();
    for at in 0..tables {
        let before = at.saturating_sub(1);
        _ = writeln!(
            text,
            "// Table number {at}\nTable part.table_{at} [note: 'what number {at} is for'] {{\n  id bigint [pk, increment]\n  \
             name varchar(255) [not null, default: 'nobody', note: 'how it is called']\n  before_id bigint\n  \
             amount decimal(12,2) [default: 0.5]\n  made timestamp [default: `now()`]\n\n  indexes {{\n    (name, made) \
             [unique, name: 'by_name_{at}']\n  }}\n}}\n\nRef: part.table_{at}.before_id > part.table_{before}.id [delete: cascade]\n"
        );
    }
    text
}
