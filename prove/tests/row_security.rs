//! Policies of the shapes that people write: each is tried with rows and users that it lets in and keeps out, or said not to be.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use truthtable_prove::migrations::{MigrationSet, Script, of_files};
use truthtable_prove::report::{Check, Verdict};
use truthtable_prove::server::Server;
use truthtable_prove::{prove, report};

use crate::local;

/// Schemas, each under a line `-- == NAME`.
const PROVED: &str = include_str!("row_security/proved.sql");
const NOT_PROVED: &str = include_str!("row_security/not_proved.sql");

fn script(name: &str, text: &str) -> Script {
    Script { file: format!("{name}.sql"), text: text.into(), first_line: 1, indent: 0 }
}

/// Proves a schema on Supabase, and returns what is told of its policies.
fn told(server: &mut Server, name: &str, sql: &str) -> String {
    let file = script(name, &format!("{sql}\n-- down\n-- rollback: never\n"));
    let set = MigrationSet {
        name: name.to_owned(),
        stubs: vec![script(
            "platform",
            &truthtable::emit::sql::platform_stub(truthtable::config::PlatformName::Supabase),
        )],
        migrations: of_files(&[("1.sql".to_owned(), file)]).unwrap(),
        ..MigrationSet::default()
    };
    let report = prove(&set, server, None, &mut |_| {}).unwrap();
    let wrong = report.steps.iter().find(|step| {
        step.check == Check::Policies || step.check == Check::Up && !matches!(step.verdict, Verdict::Proved)
    });
    report::tell(wrong.unwrap(), false)
}

fn schemas(text: &str) -> Vec<(&str, &str)> {
    text.split("-- == ").skip(1).map(|part| part.split_once('\n').unwrap()).collect()
}

fn all_servers() -> Vec<Server> {
    let mut servers = vec![Server::embedded(&Default::default()).unwrap()];
    servers.extend(local::servers());
    servers
}

#[test]
fn policies_are_tried_with_whom_they_let_in_and_keep_out() {
    for mut server in all_servers() {
        let mut wrong = String::new();
        for (name, sql) in schemas(PROVED) {
            let told = told(&mut server, name, sql);
            if !told.starts_with("  proved ") {
                wrong.push_str(&format!("{name}:\n{told}"));
            }
        }
        assert!(wrong.is_empty(), "on {}\n{wrong}", server.label());
    }
}

#[test]
fn what_is_wrong_or_cannot_be_tried_is_said() {
    let mut all = Vec::new();
    for mut server in all_servers() {
        let told = schemas(NOT_PROVED)
            .into_iter()
            .map(|(name, sql)| format!("{name}\n{}", told(&mut server, name, sql)));
        all.push(told.collect::<String>());
    }
    insta::assert_snapshot!(all[0]);
    assert!(all.iter().all(|told| *told == all[0]), "{all:?}");
}
