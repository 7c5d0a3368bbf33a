//! Statements that may run a second time with the same result.
//!
//! Where PostgreSQL has no `IF NOT EXISTS` and no `OR REPLACE`, a block asks the catalogue first; where there is no question to ask,
//! it passes over the error.

mod carried;
mod file;
mod table;
mod there;

use super::statement::print;
use crate::model::{PgIdent, QualifiedName};
use crate::plan::migration::again::{passing_over, unless};
use crate::plan::migration::statement::Statement;

use file::File;

/// Prints the statements of a file, each with what it stands for, so that the file may run again.
pub(super) fn printed<'a>(statements: impl Iterator<Item = &'a Statement>) -> Vec<String> {
    let statements: Vec<&Statement> = statements.collect();
    let file = File::new(&statements);
    let print = |(at, statement): (usize, &&Statement)| {
        let text = print_again(statement);
        match file.spares(at, statement) {
            Some(condition) if !text.starts_with("DO ") => unless(&condition, &text),
            // It asks for itself already, and cannot tell the sequence of a new column from the one that was there.
            Some(condition) => match carried::dropped_sequence(statement) {
                Some(name) => unless(
                    &format!("{condition} OR NOT {}", there::a_free_sequence(&name)),
                    &self::print(statement),
                ),
                None => text,
            },
            None => text,
        }
    };
    statements.iter().enumerate().map(print).collect()
}

/// Prints a statement so that it does nothing where what it makes is there already.
fn print_again(statement: &Statement) -> String {
    let text = print(statement);
    match statement {
        Statement::CreateTable(_) => text.replacen("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1),
        Statement::CreateIndex(index) => {
            let head = if index.concurrently { "INDEX CONCURRENTLY " } else { "INDEX " };
            text.replacen(head, &format!("{head}IF NOT EXISTS "), 1)
        }
        Statement::CreateEnum { name, .. } => unless(&there::a_type(name), &text),
        Statement::AddConstraint { table, constraint } => {
            unless(&there::a_constraint(table, constraint.name.as_str()), &text)
        }
        Statement::AlterTable { table, action } => {
            table::altered(&format!("ALTER TABLE {table}"), table, action)
        }
        Statement::SetAside { name, anew, arguments, .. } => {
            // What came with a type goes with it, also where nothing of its name comes with the new one.
            let present = match arguments {
                Some(arguments) => there::a_function(name, arguments),
                None => there::a_type(name),
            };
            match there::a_type_of(name, anew) {
                Some(condition) => unless(&format!("{condition} OR NOT ({present})"), &text),
                None => text,
            }
        }
        // Where what gets the name has it already, nothing is in its way.
        Statement::MakeRoom { table, column, heir, .. } => {
            let waits = match column {
                Some(_) => there::a_column(table, heir.as_str(), ""),
                None => there::a_relation(&beside(table, heir.clone())),
            };
            unless(&format!("NOT ({waits})"), &text)
        }
        Statement::Verbatim { text: carried, .. } => carried::again(carried, &text),
        // These say `IF NOT EXISTS` or `IF EXISTS` themselves, or set what is set already.
        Statement::CreateSchema(_)
        | Statement::CreateExtension(_)
        | Statement::Comment { .. }
        | Statement::Upsert(_)
        | Statement::Drop { .. }
        | Statement::DropConstraint { .. }
        | Statement::Guard { .. }
        | Statement::Remark(_) => text,
    }
}

/// Puts words behind a place of a text.
fn insert(text: &str, behind: usize, words: &str) -> String {
    let (head, rest) = text.split_at(behind.min(text.len()));
    format!("{head} {words}{rest}")
}

/// Returns the name that something has after its renaming: it stays in its schema.
fn beside(name: &QualifiedName, to: PgIdent) -> QualifiedName {
    QualifiedName { schema: name.schema.clone(), name: to }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_left_alone() {
        let check = |text: &str, expected: &str| {
            let printed = print_again(&Statement::Verbatim { text: text.to_owned(), drop: None });
            assert_eq!(printed, expected);
        };
        check("create function f() returns int as 'x'", "create OR REPLACE function f() returns int as 'x';");
        check("CREATE OR REPLACE VIEW v AS SELECT 1", "CREATE OR REPLACE VIEW v AS SELECT 1;");
        check(
            "INSERT INTO t (id, at) VALUES (1, now())",
            "DO $again0$\nBEGIN\nINSERT INTO t (id, at) VALUES (1, now());\nEXCEPTION WHEN unique_violation THEN NULL;\nEND\n$again0$;",
        );
        check(
            "insert into t values (1, now()) on conflict do nothing",
            "insert into t values (1, now()) on conflict do nothing;",
        );
        check("CREATE SEQUENCE s", "CREATE SEQUENCE IF NOT EXISTS s;");
        check(
            "CREATE MATERIALIZED VIEW m AS SELECT 1",
            "CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT 1;",
        );
        check("GRANT SELECT ON t TO r", "GRANT SELECT ON t TO r;");
        check("DROP INDEX CONCURRENTLY app.i", "DROP INDEX CONCURRENTLY IF EXISTS app.i;");
        check("DROP MATERIALIZED VIEW m", "DROP MATERIALIZED VIEW IF EXISTS m;");
        check("DROP POLICY own ON t", "DROP POLICY IF EXISTS own ON t;");
        check(
            "ALTER TYPE e ADD VALUE 'x' BEFORE 'y'",
            "ALTER TYPE e ADD VALUE IF NOT EXISTS 'x' BEFORE 'y';",
        );
        check(
            "ALTER TYPE c ADD ATTRIBUTE d date",
            "DO $again0$\nBEGIN\nIF NOT (EXISTS (SELECT FROM pg_attribute WHERE attrelid = (SELECT typrelid FROM pg_type WHERE oid = \
             to_regtype('c')) AND attname = 'd' AND NOT attisdropped)) THEN\nALTER TYPE c ADD ATTRIBUTE d date;\nEND IF;\nEND\n$again0$;",
        );
        check("ALTER TYPE c DROP ATTRIBUTE d", "ALTER TYPE c DROP ATTRIBUTE IF EXISTS d;");
        let block = |condition: &str, text: &str| {
            format!("DO $again0$\nBEGIN\nIF NOT ({condition}) THEN\n{text};\nEND IF;\nEND\n$again0$;")
        };
        let renamed = "NOT (to_regclass('a') IS NOT NULL) OR to_regclass('b') IS NOT NULL";
        for text in ["ALTER INDEX a RENAME TO b", "ALTER TABLE a RENAME TO b"] {
            check(text, &block(renamed, text));
        }
        let text = "ALTER FUNCTION f(int) RENAME TO g";
        check(
            text,
            &block(
                "NOT (to_regprocedure('f(int)') IS NOT NULL) OR to_regprocedure('g(int)') IS NOT NULL",
                text,
            ),
        );
        let text = "ALTER SCHEMA a RENAME TO b";
        check(
            text,
            &block("NOT (to_regnamespace('a') IS NOT NULL) OR to_regnamespace('b') IS NOT NULL", text),
        );
        let text = "ALTER TYPE a.e SET SCHEMA b";
        check(text, &block("NOT (to_regtype('a.e') IS NOT NULL) OR to_regtype('b.e') IS NOT NULL", text));
        let text = "ALTER STATISTICS a RENAME TO b";
        check(
            text,
            &format!(
                "DO $again0$\nBEGIN\n{text};\nEXCEPTION WHEN undefined_object THEN NULL;\nEND\n$again0$;"
            ),
        );
        let heir = "EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass('p') AND inhparent = to_regclass('t'))";
        let text = "ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1)";
        check(text, &block(heir, text));
        let text = "ALTER TABLE t DETACH PARTITION p";
        check(text, &block(&format!("NOT {heir}"), text));
        check(
            "CREATE RULE r AS ON DELETE TO t DO NOTHING",
            "CREATE OR REPLACE RULE r AS ON DELETE TO t DO NOTHING;",
        );
        check("CREATE AGGREGATE s (int) (SFUNC = f)", "CREATE OR REPLACE AGGREGATE s (int) (SFUNC = f);");
        check("CREATE STATISTICS s ON a, b FROM t", "CREATE STATISTICS IF NOT EXISTS s ON a, b FROM t;");
        check("CREATE COLLATION c FROM \"C\"", "CREATE COLLATION IF NOT EXISTS c FROM \"C\";");
        check(
            "CREATE INDEX ON m (a, lower(b))",
            "CREATE INDEX IF NOT EXISTS m_a_lower_idx ON m (a, lower(b));",
        );
        check("ALTER DOMAIN d DROP CONSTRAINT c", "ALTER DOMAIN d DROP CONSTRAINT IF EXISTS c;");
        check(
            "ALTER TABLE t DROP COLUMN a, ADD COLUMN b int",
            "ALTER TABLE IF EXISTS t DROP COLUMN IF EXISTS a;\nALTER TABLE t ADD COLUMN IF NOT EXISTS b int;",
        );
        check("DROP OPERATOR CLASS o USING btree", "DROP OPERATOR CLASS IF EXISTS o USING btree;");
        check(
            "CREATE DOMAIN app.d AS text",
            "DO $again0$\nBEGIN\nIF NOT (to_regtype('app.d') IS NOT NULL) THEN\nCREATE DOMAIN app.d AS text;\nEND IF;\nEND\n$again0$;",
        );
        let policy = "CREATE POLICY own ON t USING (true)";
        let printed = print_again(&Statement::Verbatim { text: policy.to_owned(), drop: None });
        assert!(printed.contains("polrelid = to_regclass('t') AND polname = 'own'"), "{printed}");
    }
}
