//! DBML from any text: no panic, no hang, and what is formatted says the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use truthtable::config::Config;
use truthtable::diag::Sink;
use truthtable::source::dbml;
use truthtable::span::Sources;

fuzz_target!(|text: &str| {
    let mut sources = Sources::default();
    let file = sources.add("a.dbml", text);
    let mut sink = Sink::default();
    let schema = truthtable::read(&[file], &sources, &Config::for_name("a"), &mut sink);
    let formatted = dbml::format(text);
    assert_eq!(dbml::format(&formatted), formatted);
    _ = truthtable::emit::dbml::document(&schema);
    _ = sink.finish(&sources);
});
