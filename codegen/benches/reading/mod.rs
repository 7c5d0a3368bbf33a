//! What the benchmarks of SQL and Markdown share.
//!
//! Numbers of tables may be given: `cargo bench -p truthtable --bench markdown -- 1000`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use truthtable::config::Config;
use truthtable::diag::Sink;
use truthtable::source::{self, Reading};
use truthtable::span::{FileId, Sources};

/// As in the command line.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Prints how fast a language is read, and read and lowered: `path` says which it is, `generated` makes a text of so many tables.
pub(crate) fn measure(path: &str, generated: fn(usize) -> String) {
    let given: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if given.is_empty() { vec![100, 1_000, 10_000] } else { given };
    for tables in sizes {
        let text = generated(tables);
        let mut sources = Sources::default();
        let file = sources.add(path, text.as_str());
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
    let read = black_box(source::read(&[file], &Reading { sources, inputs: &[], config }, &mut sink));
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
