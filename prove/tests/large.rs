//! How long a large schema takes: `cargo test --release -p truthtable-prove --test all large:: -- --ignored --nocapture`.

use std::collections::BTreeSet;
use std::time::Instant;

use truthtable::diag::Sink;
use truthtable::load::Loader;
use truthtable_prove::server::{Server, Servers};
use truthtable_prove::{Event, migrations, prove, report};

const TABLES: usize = 500;

/// A table of ten columns that references two others, with an index, a check, a policy and descriptions.
fn table(number: usize) -> String {
    let (one, other) = (number / 2, number / 3);
    format!(
        "-- What is known of number {number}.
CREATE TABLE items_{number} (
    id         bigint PRIMARY KEY,
    name       text NOT NULL UNIQUE,   -- Name as people see it
    state      text NOT NULL CHECK (state IN ('open', 'closed')),
    parent_id  bigint REFERENCES items_{one} (id) ON DELETE CASCADE,
    other_id   bigint REFERENCES items_{other} (id),
    amount     numeric(12, 2) NOT NULL DEFAULT 0, -- In euros
    tags       text[] NOT NULL DEFAULT '{{}}',
    data       jsonb NOT NULL DEFAULT '{{}}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX items_{number}_open ON items_{number} (created_at) WHERE state = 'open';
ALTER TABLE items_{number} ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON items_{number} USING (name = current_user);
"
    )
}

#[test]
#[ignore = "a measurement"]
fn five_hundred_tables() {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let mut text = String::new();
    (0..TABLES).for_each(|number| text.push_str(&table(number)));
    write("schema/large/schema.toml", "");
    write("schema/large/large.sql", &text);

    let started = Instant::now();
    let mut loader = Loader::new(root.path());
    let mut sink = Sink::default();
    let loaded = loader.schema("large", &mut sink).unwrap();
    let made = truthtable::generate(&loaded, &loader.sources, &mut sink);
    assert!(!sink.has_errors());
    made.files.iter().for_each(|(path, text)| write(path, text));
    eprintln!("generated in {:.1} s", started.elapsed().as_secs_f64());

    let started = Instant::now();
    let set = migrations::read(&root.path().join("generated/large"), root.path(), "large").unwrap();
    let start = || Server::embedded(&BTreeSet::new());
    let servers = Servers::new(2, &start);
    let report = servers.with(|server| {
        prove(&set, server, Some(&servers), &mut |event| {
            if let Event::Done(step) = event {
                eprint!("{}", report::tell(step, true));
            }
        })
    });
    let report = report.unwrap();
    eprintln!("{TABLES} tables proved in {:.1} s", started.elapsed().as_secs_f64());
    assert!(report.holds(true));
}
