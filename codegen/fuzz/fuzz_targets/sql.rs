//! SQL from any text, and the plan of making and unmaking what it says: no panic, no hang.

#![no_main]

use libfuzzer_sys::fuzz_target;
use truthtable::config::Config;
use truthtable::diag::Sink;
use truthtable::model::Schema;
use truthtable::plan::migration::diff::{Side, diff};
use truthtable::span::Sources;

fuzz_target!(|text: &str| {
    let mut sources = Sources::default();
    let file = sources.add("a.sql", text);
    let config = Config { literal: true, ..Config::for_name("a") };
    let mut sink = Sink::default();
    let schema = truthtable::read(&[file], &sources, &config, &mut sink);
    let (empty, full) = (Schema::default(), Side { schema: &schema, config: &config });
    let nothing = Side { schema: &empty, config: &config };
    _ = diff(nothing, full);
    _ = diff(full, nothing);
    _ = sink.finish(&sources);
});
