//! Checks, triggers and policies that do not do what the documents say are found.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use std::sync::Arc;

use truthtable_prove::document::{Document, Values};
use truthtable_prove::migrations::{MigrationSet, Place, Script, of_files};
use truthtable_prove::prove;
use truthtable_prove::report::{Check, Report, Verdict};
use truthtable_prove::server::Server;

use crate::local;

fn script(text: &str) -> Script {
    Script { file: "shop/1.sql".into(), text: text.into(), first_line: 1, indent: 0 }
}

/// Proves one migration beside what documents say.
fn proof(server: &mut Server, up: &str, values: &[(&str, &[&str])], afresh: &str) -> Report {
    let file = script(&format!("{up}\n-- down\n-- rollback: never\n"));
    let values = values.iter().map(|(column, good)| Values {
        table: "orders".into(),
        column: (*column).into(),
        good: good.iter().map(|value| (*value).to_owned()).collect(),
        bad: "~".into(),
        place: Place { file: "shop.md".into(), line: 7, column: 3 },
    });
    let document = Document::of(script(afresh), values.collect());
    let set = MigrationSet {
        name: "shop".into(),
        migrations: of_files(&[("1.sql".to_owned(), file)]).unwrap(),
        document: Some(Arc::new(document)),
        ..MigrationSet::default()
    };
    prove(&set, server, None, &mut |_| {}).unwrap()
}

/// Returns what a step found wrong; none where it was not taken.
fn problems(report: &Report, check: Check) -> Option<Vec<String>> {
    let step = report.steps.iter().find(|step| step.check == check)?;
    Some(match &step.verdict {
        Verdict::Proved => Vec::new(),
        Verdict::Failed { problems } => problems.iter().map(|problem| problem.message.clone()).collect(),
        Verdict::Unproved { reason, problems } => {
            let told = problems.iter().map(|problem| format!("unproved: {}", problem.message));
            std::iter::once(format!("unproved: {reason}")).chain(told).collect()
        }
    })
}

const SOUND: &str = "
    CREATE TYPE kind AS ENUM ('small', 'large');
    CREATE TABLE customers (id uuid PRIMARY KEY);
    CREATE TABLE orders (
        id text PRIMARY KEY CHECK (starts_with(id, 'o_')),
        owner_id uuid NOT NULL REFERENCES customers (id),
        state varchar(10) NOT NULL CHECK (state IN ('open', 'paid')),
        kind kind NOT NULL,
        lines integer NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at = now(); RETURN NEW; END $$;
    CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON orders USING (owner_id = current_setting('app.user', true)::uuid);
    CREATE POLICY look ON orders FOR SELECT USING (state = 'paid');
    CREATE POLICY few ON orders AS RESTRICTIVE FOR INSERT WITH CHECK (lines < 2);";

const VALUES: &[(&str, &[&str])] =
    &[("id", &["o_1", "o_2"]), ("state", &["open", "paid"]), ("kind", &["small", "large"])];

#[test]
fn what_does_as_the_documents_say_is_proved_and_what_does_not_is_found() {
    let mut server = Server::embedded(&Default::default()).unwrap();
    let all = [Check::Values, Check::UpdatedAt, Check::Policies, Check::Afresh];
    let report = proof(&mut server, SOUND, VALUES, SOUND);
    for check in all {
        assert_eq!(problems(&report, check), Some(Vec::new()), "{check:?}");
    }

    let lax = SOUND.replace(" CHECK (state IN ('open', 'paid'))", "");
    let report = proof(&mut server, &lax, VALUES, SOUND);
    let found = problems(&report, Check::Values).unwrap();
    assert_eq!(found, ["orders.state: `~` is taken, which is none of its values"]);
    let found = problems(&report, Check::Afresh).unwrap();
    assert!(found.iter().any(|problem| problem.contains("orders_state_check")), "{found:?}");

    let narrow = SOUND.replace("'open', 'paid'", "'open'");
    let found = problems(&proof(&mut server, &narrow, VALUES, SOUND), Check::Values).unwrap();
    assert!(found.iter().any(|problem| problem.starts_with("orders.state: `paid` is refused:")), "{found:?}");

    let idle = SOUND.replace("NEW.updated_at = now()", "NEW.updated_at = OLD.updated_at");
    let found = problems(&proof(&mut server, &idle, VALUES, SOUND), Check::UpdatedAt).unwrap();
    let told = "orders.updated_at, trigger touched: the column stays as it is when a row is changed";
    assert_eq!(found, [told]);

    let open = SOUND.replace("ALTER TABLE orders ENABLE ROW LEVEL SECURITY;", "");
    let found = problems(&proof(&mut server, &open, VALUES, SOUND), Check::Policies).unwrap();
    let told = "orders: `truthtable_anybody` as user 2 sees 2 of 2 rows, and its policies say 1";
    assert!(found.iter().any(|problem| problem == told), "{found:?}");
}

#[test]
fn what_cannot_be_tried_is_said_to_be_unproved() {
    let mut server = Server::embedded(&Default::default()).unwrap();
    // Of a composite type no value is known.
    let odd = "CREATE TYPE pair AS (a integer, b integer);
        CREATE TABLE orders (state text CHECK (state IN ('open')), pair pair NOT NULL);";
    let found = problems(&proof(&mut server, odd, &[("state", &["open"])], odd), Check::Values).unwrap();
    assert_eq!(found.first().map(String::as_str), Some("unproved: 1 of 1 could not be tried"));
    assert!(found.iter().any(|it| it.contains("no value of the type pair is known for pair")), "{found:?}");
}

/// Creates what may be there already, in the way in which it can be said without `IF NOT EXISTS`.
const CATCHES: &str = "
    -- idempotent
    DO $$ BEGIN CREATE TYPE kind AS ENUM ('small', 'large'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
    CREATE TABLE IF NOT EXISTS orders (kind kind NOT NULL, owner_id uuid DEFAULT uuid_generate_v4());
    DO $$ BEGIN
        ALTER TABLE orders ADD CONSTRAINT kinds CHECK (kind <> 'large');
    EXCEPTION WHEN duplicate_object OR duplicate_table THEN RAISE NOTICE 'it is there';
    END $$;";

fn all_servers() -> Vec<Server> {
    let mut servers = vec![Server::embedded(&Default::default()).unwrap()];
    servers.extend(local::servers());
    servers
}

#[test]
fn blocks_that_catch_errors_are_proved_on_every_server() {
    for mut server in all_servers() {
        let up = format!(
            "CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\";\n{}",
            CATCHES.replace("    -- idem", "-- idem")
        );
        let report = proof(&mut server, &up, &[], "SELECT 1");
        for check in [Check::Up, Check::Idempotent, Check::UpAgain, Check::Catalog] {
            assert_eq!(problems(&report, check), Some(Vec::new()), "{check:?} on {}", server.label());
        }
        // Functions stand in for those of an extension, and that it is not there is said.
        let extensions = problems(&report, Check::Extensions).unwrap();
        let told = "unproved: it lacks `uuid-ossp`; functions stood in for those of `uuid-ossp`";
        assert!(extensions.is_empty() || extensions == [told], "{extensions:?}");
    }
}

/// What a routine would have caught is no failure of the migration.
#[test]
fn an_error_that_the_embedded_server_cannot_catch_is_unproved() {
    let up = "CREATE FUNCTION tried() RETURNS void LANGUAGE plpgsql AS $$
        BEGIN PERFORM 1 / 0; EXCEPTION WHEN division_by_zero THEN PERFORM 1; END $$;
        SELECT tried();";
    for mut server in all_servers() {
        let found = problems(&proof(&mut server, up, &[], "SELECT 1"), Check::Up).unwrap();
        if server.label().starts_with("embedded") {
            assert!(found[0].starts_with("unproved: the embedded server cannot catch an error"), "{found:?}");
            assert_eq!(found[1], "unproved: division by zero");
        } else {
            assert!(found.is_empty(), "{found:?}");
        }
    }
}

/// What another column is refused for is no refusal of the value that is tried.
#[test]
fn a_row_that_is_refused_for_another_column_leaves_the_value_untried() {
    let mut server = Server::embedded(&Default::default()).unwrap();
    let odd = "CREATE TABLE orders (state text CHECK (state IN ('open')), code text NOT NULL CHECK (code ~ '^#[0-9]{9}$'),
        name text NOT NULL CHECK (length(name) > 3), email text NOT NULL CHECK (email LIKE '%@%'));";
    let found = problems(&proof(&mut server, odd, &[("state", &["open"])], odd), Check::Values).unwrap();
    assert_eq!(found[0], "unproved: 1 of 1 could not be tried");
    assert!(found[1].contains("violates check constraint \"orders_code_check\""), "{found:?}");
    let usual = odd.replace(" CHECK (code ~ '^#[0-9]{9}$')", "");
    let report = proof(&mut server, &usual, &[("state", &["open"])], &usual);
    assert_eq!(problems(&report, Check::Values), Some(Vec::new()));
}

/// The lack of an extension excuses nothing that it does not bring.
#[test]
fn a_function_that_nobody_has_is_a_failure_whatever_else_is_lacking() {
    let mut server = Server::embedded(&Default::default()).unwrap();
    let up = |function: &str| {
        format!("CREATE EXTENSION pg_cron; CREATE EXTENSION \"uuid-ossp\"; SELECT {function};")
    };
    let found = problems(&proof(&mut server, &up("is_member(1)"), &[], "SELECT 1"), Check::Up).unwrap();
    assert_eq!(found, ["function is_member(integer) does not exist"]);
    let found =
        problems(&proof(&mut server, &up("cron.schedule('', '')"), &[], "SELECT 1"), Check::Up).unwrap();
    assert_eq!(found[0], "unproved: perhaps for the lack of `pg_cron`");
}
