//! Statements that may run a second time with the same result.
//!
//! Where PostgreSQL has no `IF NOT EXISTS` and no `OR REPLACE`, a block asks the catalogue first.

use super::statement::print;
use crate::model::ident::literal;
use crate::model::token::{Cursor, Token, tokens};
use crate::plan::migration::statement::Statement;

/// Prints a statement so that it does nothing where what it makes is there already.
pub(super) fn print_again(statement: &Statement) -> String {
    let text = print(statement);
    match statement {
        Statement::CreateTable(_) => text.replacen("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1),
        Statement::CreateIndex(index) => {
            let head = if index.concurrently { "INDEX CONCURRENTLY " } else { "INDEX " };
            text.replacen(head, &format!("{head}IF NOT EXISTS "), 1)
        }
        Statement::CreateEnum { name, .. } => unless(&is_type(&name.to_string()), &text),
        Statement::AddConstraint { table, constraint } => {
            let table = literal(&table.to_string());
            let name = literal(constraint.name.as_str());
            unless(
                &format!(
                    "EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass({table}) AND conname = {name})"
                ),
                &text,
            )
        }
        Statement::Verbatim { text: carried, .. } => carried_again(carried, &text),
        // These say `IF NOT EXISTS` or `IF EXISTS` themselves, or set what is set already.
        Statement::CreateSchema(_)
        | Statement::CreateExtension(_)
        | Statement::AlterTable { .. }
        | Statement::Comment { .. }
        | Statement::Upsert(_)
        | Statement::Drop { .. }
        | Statement::DropConstraint { .. }
        | Statement::Guard { .. }
        | Statement::Remark(_) => text,
    }
}

fn is_type(name: &str) -> String {
    format!("to_regtype({}) IS NOT NULL", literal(name))
}

/// Prints a carried statement: what it makes is told by its first words.
fn carried_again(carried: &str, text: &str) -> String {
    let own = tokens(carried);
    let mut cursor = Cursor::new(carried, &own);
    let Some(create) = own.first().filter(|_| cursor.eat("create")) else { return text.to_owned() };
    let behind = |word: &Token<'_>, more: &str| {
        let (head, rest) = text.split_at(word.end().min(text.len()));
        format!("{head} {more}{rest}")
    };
    let Some(kind) = cursor.next() else { return text.to_owned() };
    match kind.value.as_str() {
        "function" | "procedure" | "view" => behind(create, "OR REPLACE"),
        "sequence" if !cursor.eat("if not exists") => behind(kind, "IF NOT EXISTS"),
        "materialized" => match cursor.next() {
            Some(view) if !cursor.eat("if not exists") => behind(view, "IF NOT EXISTS"),
            _ => text.to_owned(),
        },
        "type" | "domain" => match cursor.name() {
            Some(name) => unless(&is_type(&name.to_string()), text),
            None => text.to_owned(),
        },
        "policy" | "trigger" => {
            let name = cursor.ident();
            _ = cursor.until(|token| token.is("on"));
            cursor.next();
            let (Some(name), Some(table)) = (name, cursor.name()) else { return text.to_owned() };
            let (name, table) = (literal(name.as_str()), literal(&table.to_string()));
            let there = match kind.value.as_str() {
                "policy" => format!("pg_policy WHERE polrelid = to_regclass({table}) AND polname = {name}"),
                _ => format!("pg_trigger WHERE tgrelid = to_regclass({table}) AND tgname = {name}"),
            };
            unless(&format!("EXISTS (SELECT FROM {there})"), text)
        }
        _ => text.to_owned(),
    }
}

/// Wraps a statement in a block that runs it unless something holds.
fn unless(condition: &str, text: &str) -> String {
    let whole = format!("{condition}{text}");
    let tag = (0..)
        .map(|count| format!("$again{count}$"))
        .find(|tag| !whole.contains(tag.as_str()))
        .unwrap_or_default();
    format!("DO {tag}\nBEGIN\nIF NOT ({condition}) THEN\n{text}\nEND IF;\nEND\n{tag};")
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
        check("CREATE SEQUENCE s", "CREATE SEQUENCE IF NOT EXISTS s;");
        check(
            "CREATE MATERIALIZED VIEW m AS SELECT 1",
            "CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT 1;",
        );
        check("GRANT SELECT ON t TO r", "GRANT SELECT ON t TO r;");
        check(
            "CREATE DOMAIN app.d AS text",
            "DO $again0$\nBEGIN\nIF NOT (to_regtype('app.d') IS NOT NULL) THEN\nCREATE DOMAIN app.d AS text;\nEND IF;\nEND\n$again0$;",
        );
        let policy = "CREATE POLICY own ON t USING (true)";
        let printed = print_again(&Statement::Verbatim { text: policy.to_owned(), drop: None });
        assert!(printed.contains("polrelid = to_regclass('t') AND polname = 'own'"), "{printed}");
    }
}
