//! Statements that may run a second time with the same result.
//!
//! Where PostgreSQL has no `IF NOT EXISTS` and no `OR REPLACE`, a block asks the catalogue first.

use super::statement::print;
use crate::model::ident::literal;
use crate::model::token::{Cursor, Token, tokens};
use crate::plan::migration::statement::{Statement, TypeShape};

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
        Statement::AlterTable { table, action } => altered_again(&table.to_string(), action, &text),
        // It can be made anew again: what uses it looks which one that is.
        Statement::SetAside { anew: TypeShape::Collation, .. } => text,
        Statement::SetAside { name, anew, .. } => unless(&is_shaped(&name.to_string(), anew), &text),
        Statement::Verbatim { text: carried, .. } => carried_again(carried, &text),
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

fn is_type(name: &str) -> String {
    format!("to_regtype({}) IS NOT NULL", literal(name))
}

/// Returns SQL that tells whether a type is what it is made anew as: then it has been made anew before.
fn is_shaped(name: &str, shape: &TypeShape) -> String {
    let ty = format!("to_regtype({})", literal(name));
    match shape {
        TypeShape::Labels(labels) => {
            let labels: Vec<String> = labels.iter().map(|label| literal(label)).collect();
            format!(
                "ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = {ty} ORDER BY enumsortorder) = ARRAY[{}]::text[]",
                labels.join(", ")
            )
        }
        TypeShape::Bounds(bounds) => format!(
            "EXISTS (SELECT FROM pg_range WHERE {ty} IN (rngtypid, rngmultitypid) AND replace(format_type(rngsubtype, NULL), ' ', '') = {})",
            formatted(bounds)
        ),
        TypeShape::Collation => format!("to_regcollation({}) IS NOT NULL", literal(name)),
        TypeShape::Base(base) => {
            let base = base.split(" COLLATE ").next().unwrap_or(base);
            format!(
                "EXISTS (SELECT FROM pg_type WHERE oid = {ty} AND replace(format_type(typbasetype, typtypmod), ' ', '') = {})",
                formatted(base)
            )
        }
        TypeShape::Attributes(attributes) => {
            let attributes: Vec<String> = attributes
                .iter()
                .map(|(name, ty)| {
                    let ty = ty.split(" COLLATE ").next().unwrap_or(ty);
                    format!("{} || {}", literal(&format!("{} ", name.as_str())), formatted(ty))
                })
                .collect();
            format!(
                "ARRAY(SELECT attname || ' ' || replace(format_type(atttypid, atttypmod), ' ', '') FROM pg_attribute \
                 WHERE attrelid = (SELECT typrelid FROM pg_type WHERE oid = {ty}) AND attnum > 0 AND NOT attisdropped \
                 ORDER BY attnum) = ARRAY[{}]::text[]",
                attributes.join(", ")
            )
        }
    }
}

/// Prints a carried statement: what it makes is told by its first words.
fn carried_again(carried: &str, text: &str) -> String {
    let own = tokens(carried);
    let mut cursor = Cursor::new(carried, &own);
    if cursor.eat("drop") {
        return dropped_again(cursor, text);
    }
    if cursor.eat("alter") {
        return carried_change_again(cursor, text);
    }
    let Some(create) = own.first().filter(|_| cursor.eat("create")) else { return text.to_owned() };
    let behind = |word: &Token<'_>, more: &str| {
        let (head, rest) = text.split_at(word.end().min(text.len()));
        format!("{head} {more}{rest}")
    };
    let Some(kind) = cursor.next() else { return text.to_owned() };
    match kind.value.as_ref() {
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
            let there = match kind.value.as_ref() {
                "policy" => format!("pg_policy WHERE polrelid = to_regclass({table}) AND polname = {name}"),
                _ => format!("pg_trigger WHERE tgrelid = to_regclass({table}) AND tgname = {name}"),
            };
            unless(&format!("EXISTS (SELECT FROM {there})"), text)
        }
        _ => text.to_owned(),
    }
}

/// Puts words behind a token of a text.
fn insert(text: &str, behind: usize, words: &str) -> String {
    let (head, rest) = text.split_at(behind.min(text.len()));
    format!("{head} {words}{rest}")
}

/// Prints a change of a table, given as what stands behind the table's name.
fn altered_again(table: &str, action: &str, text: &str) -> String {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    let offset = text.len().saturating_sub(action.len() + 1);
    let before = |cursor: &Cursor<'_, '_>, words: &str| {
        let at = cursor.peek().map_or(text.len(), |token| offset + token.start);
        let (head, rest) = text.split_at(at.min(text.len()));
        format!("{head}{words} {rest}")
    };
    if cursor.eat("add column") && !cursor.eat("if not exists") {
        return before(&cursor, "IF NOT EXISTS");
    }
    if (cursor.eat("drop column") || cursor.eat("drop constraint")) && !cursor.eat("if exists") {
        return before(&cursor, "IF EXISTS");
    }
    let constraint = |name: &str| {
        format!(
            "EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass({}) AND conname = {})",
            literal(table),
            literal(name)
        )
    };
    let column = |name: &str, more: &str| {
        format!(
            "EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass({}) AND attname = {} AND NOT attisdropped{more})",
            literal(table),
            literal(name)
        )
    };
    if cursor.eat("add constraint") {
        return cursor
            .ident()
            .map_or_else(|| text.to_owned(), |name| unless(&constraint(name.as_str()), text));
    }
    if cursor.eat("validate constraint") || cursor.eat("rename constraint") || cursor.eat("alter constraint")
    {
        return cursor.ident().map_or_else(
            || text.to_owned(),
            |name| unless(&format!("NOT {}", constraint(name.as_str())), text),
        );
    }
    if cursor.eat("rename to") {
        return text.replacen("ALTER TABLE ", "ALTER TABLE IF EXISTS ", 1);
    }
    if cursor.eat("rename") {
        _ = cursor.eat("column");
        return cursor.ident().map_or_else(
            || text.to_owned(),
            |name| unless(&format!("NOT {}", column(name.as_str(), "")), text),
        );
    }
    if cursor.eat("alter column") {
        let Some(name) = cursor.ident() else { return text.to_owned() };
        if cursor.eat("drop identity") || cursor.eat("drop expression") {
            return format!("{} IF EXISTS;", text.trim_end_matches(';'));
        }
        if cursor.eat("type") || cursor.eat("set data type") {
            let ty = cursor.until(|token| token.is("collate") || token.is("using")).rest();
            // A view over the column would stand in the way of setting even the type that it has.
            let collation = cursor.eat("collate").then(|| cursor.name()).flatten();
            let collation = collation.map_or_else(
                || "(SELECT typcollation FROM pg_type WHERE oid = atttypid)".to_owned(),
                |name| format!("to_regcollation({})", literal(&name.to_string())),
            );
            let has = format!(
                " AND replace(format_type(atttypid, atttypmod), ' ', '') = {} AND attcollation = {collation}",
                formatted(ty)
            );
            return unless(&column(name.as_str(), &has), text);
        }
        if cursor.eat("add generated") {
            return unless(&column(name.as_str(), " AND attidentity <> ''"), text);
        }
    }
    text.to_owned()
}

/// Returns SQL for the name that `format_type` gives a type, without spaces: what stands in parentheses follows the type's own name.
fn formatted(ty: &str) -> String {
    match ty.split_once('(') {
        Some((name, rest)) => {
            let modifier = format!("({}", rest.replace(' ', ""));
            format!(
                "replace(format_type(to_regtype({}), NULL), ' ', '') || {}",
                literal(name.trim()),
                literal(&modifier)
            )
        }
        None => format!("replace(format_type(to_regtype({}), NULL), ' ', '')", literal(ty)),
    }
}

/// Prints a `DROP` of which the verb has been read.
fn dropped_again(mut cursor: Cursor<'_, '_>, text: &str) -> String {
    const KINDS: &[&str] = &[
        "materialized view",
        "event trigger",
        "foreign table",
        "index concurrently",
        "text search configuration",
    ];
    if !KINDS.iter().any(|kind| cursor.eat(kind)) {
        cursor.next();
    }
    match cursor.eat("if exists") {
        true => text.to_owned(),
        false => {
            let at = cursor.peek().map_or(text.len(), |token| token.start);
            let (head, rest) = text.split_at(at.min(text.len()));
            format!("{head}IF EXISTS {rest}")
        }
    }
}

/// Prints an `ALTER` of which the verb has been read.
fn carried_change_again(mut cursor: Cursor<'_, '_>, text: &str) -> String {
    if cursor.eat("table") {
        _ = cursor.eat("only");
        let Some(name) = cursor.name() else { return text.to_owned() };
        return altered_again(&name.to_string(), cursor.rest(), text);
    }
    let Some(kind) = cursor.next() else { return text.to_owned() };
    let Some(name) = cursor.name() else { return text.to_owned() };
    if cursor.eat("add value") && !cursor.eat("if not exists") {
        return text.replacen(" ADD VALUE ", " ADD VALUE IF NOT EXISTS ", 1);
    }
    if cursor.eat("drop attribute") && !cursor.eat("if exists") {
        return text.replacen(" DROP ATTRIBUTE ", " DROP ATTRIBUTE IF EXISTS ", 1);
    }
    if cursor.eat("add attribute") {
        let Some(attribute) = cursor.ident() else { return text.to_owned() };
        let there = format!(
            "EXISTS (SELECT FROM pg_attribute WHERE attrelid = (SELECT typrelid FROM pg_type WHERE oid = to_regtype({})) AND \
             attname = {} AND NOT attisdropped)",
            literal(&name.to_string()),
            literal(attribute.as_str())
        );
        return unless(&there, text);
    }
    if cursor.eat("rename value") {
        let Some(label) = cursor.next() else { return text.to_owned() };
        let there = format!(
            "EXISTS (SELECT FROM pg_enum WHERE enumtypid = to_regtype({}) AND enumlabel = {})",
            literal(&name.to_string()),
            label.raw
        );
        return unless(&format!("NOT {there}"), text);
    }
    if cursor.eat("rename to") {
        return match kind.value.as_ref() {
            "index" | "sequence" | "view" => insert(text, kind.end(), "IF EXISTS"),
            "type" | "domain" => unless(&format!("to_regtype({}) IS NULL", literal(&name.to_string())), text),
            _ => text.to_owned(),
        };
    }
    text.to_owned()
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
        check("ALTER INDEX a RENAME TO b", "ALTER INDEX IF EXISTS a RENAME TO b;");
        check("ALTER TABLE a RENAME TO b", "ALTER TABLE IF EXISTS a RENAME TO b;");
        check(
            "CREATE DOMAIN app.d AS text",
            "DO $again0$\nBEGIN\nIF NOT (to_regtype('app.d') IS NOT NULL) THEN\nCREATE DOMAIN app.d AS text;\nEND IF;\nEND\n$again0$;",
        );
        let policy = "CREATE POLICY own ON t USING (true)";
        let printed = print_again(&Statement::Verbatim { text: policy.to_owned(), drop: None });
        assert!(printed.contains("polrelid = to_regclass('t') AND polname = 'own'"), "{printed}");
    }
}
