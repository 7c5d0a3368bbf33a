//! Publications.

use super::options;
use crate::model::token::{Cursor, canonical, tokens};

/// Tells whether two statements make the same publication; `has_heirs` says whether tables inherit from others, of which `ONLY` then
/// tells a part.
pub(in super::super) fn is_same(old: &str, new: &str, has_heirs: bool) -> bool {
    matches!((Publication::read(old, has_heirs), Publication::read(new, has_heirs)), (Some(old), Some(new)) if old == new)
}

#[derive(PartialEq, Eq)]
struct Publication {
    name: String,
    /// What it is for, in any order.
    of: Vec<String>,
    options: Vec<(String, String)>,
}

impl Publication {
    fn read(text: &str, has_heirs: bool) -> Option<Self> {
        let own = tokens(text);
        let mut cursor = Cursor::new(text, &own);
        cursor.eat("create publication").then_some(())?;
        let name = canonical(&cursor.name()?.to_string());
        let mut of = Vec::new();
        if cursor.eat("for") {
            let mut kind = String::new();
            for mut part in cursor.until(|token| token.is("with")).split() {
                // A kind holds for what follows it.
                if let Some(said) =
                    part.eat_any(&[("tables in schema", "schema"), ("table", "table"), ("all tables", "all")])
                {
                    said.clone_into(&mut kind);
                }
                let only = if part.eat("only") && has_heirs { "only " } else { "" };
                let what = canonical(part.until(|token| token.is("where")).rest());
                let condition = if part.eat("where") { part.group()?.rest() } else { "" };
                let condition = canonical(crate::expr::unwrap(condition));
                of.push(format!("{kind} {only}{what}{condition}"));
            }
        }
        of.sort_unstable();
        let mut options = if cursor.eat("with") { options::list(cursor.group()?)? } else { Vec::new() };
        for (name, value) in &mut options {
            if name == "publish" {
                let mut what: Vec<&str> = value.split(',').map(str::trim).collect();
                what.sort_unstable();
                *value = what.join(", ");
            }
        }
        let usual =
            [("publish", "delete, insert, truncate, update"), ("publish_via_partition_root", "false ")];
        options.retain(|(name, value)| !usual.contains(&(name.as_str(), value.as_str())));
        options.sort_unstable();
        cursor.is_done().then_some(Self { name, of, options })
    }
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn what_a_dump_writes_is_the_same() {
        let all = "WITH (publish = 'insert, update, delete, truncate')";
        let check = |written: &str, dumped: &str, expected: bool| {
            assert_eq!(is_same(written, dumped, false), expected, "{written}");
        };
        let dumped = format!("CREATE PUBLICATION p FOR TABLE ONLY public.a, TABLE ONLY public.b {all}");
        check("create publication p for table a, b", &dumped, true);
        check("create publication p for table b, table a", &dumped, true);
        check("create publication p for table a", &dumped, false);
        check("create publication p for table a, b with (publish = 'insert')", &dumped, false);
        assert!(!is_same("create publication p for table a, b", &dumped, true));
        let part = "CREATE PUBLICATION p FOR TABLE ONLY public.a (x) WHERE ((x > 1)) WITH (publish = 'insert, update')";
        check(
            "create publication p for table a (x) where (x > 1) with (publish = 'update,insert')",
            part,
            true,
        );
        check(
            "create publication p for table a (x) where (x > 2) with (publish = 'update,insert')",
            part,
            false,
        );
        let schema = format!("CREATE PUBLICATION p FOR TABLES IN SCHEMA s, TABLE ONLY public.a {all}");
        check("create publication p for table a, tables in schema s", &schema, true);
        check(
            "create publication p for all tables",
            &format!("CREATE PUBLICATION p FOR ALL TABLES {all}"),
            true,
        );
    }
}
