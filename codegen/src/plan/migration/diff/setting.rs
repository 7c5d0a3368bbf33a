//! Changes of a table that the model carries as SQL: what each sets, and what undoes it.

use std::borrow::Cow;

use crate::model::token::{Cursor, tokens};
use crate::model::{PgIdent, PgType, QualifiedName};

/// What is set by `SET UNLOGGED`.
pub(super) const PERSISTENCE: &str = "persistence";

/// What whose it is is called among the settings of a thing.
pub(super) const OWNER: &str = "owner";

/// Begins what is said of a constraint that the model does not hold; its name follows.
pub(super) const CONSTRAINT: &str = "constraint ";

/// What is set by `ENABLE ROW LEVEL SECURITY`.
pub(super) const ROW_SECURITY: &str = "row security";

/// What is set by `FORCE ROW LEVEL SECURITY`.
pub(super) const FORCED_ROW_SECURITY: &str = "forced row security";

/// A change of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    /// What is set; a later change of the same takes its place.
    pub(super) what: String,
    /// What undoes it behind `ALTER TABLE name`; none where that is not known.
    pub(super) unset: Option<String>,
    /// What it names beside the table.
    pub(super) names: Option<Named>,
    /// It only says again what PostgreSQL does anyway.
    pub(super) is_default: bool,
}

/// What a change of a table names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Column(PgIdent),
    Trigger(PgIdent),
    Rule(PgIdent),
    Index(PgIdent),
    Relation(QualifiedName),
    Constraint(PgIdent),
}

impl Setting {
    fn new(what: impl Into<String>, unset: impl Into<String>) -> Self {
        Self { what: what.into(), unset: Some(unset.into()), names: None, is_default: false }
    }

    fn default_of(what: impl Into<String>) -> Self {
        Self { what: what.into(), unset: None, names: None, is_default: true }
    }

    fn naming(self, named: Named) -> Self {
        Self { names: Some(named), ..self }
    }
}

/// Reads what stands behind `ALTER TABLE name`; none where it is not understood.
///
/// `ty` tells the type of a column.
pub(super) fn read<'a>(action: &str, ty: &dyn Fn(&PgIdent) -> Option<&'a PgType>) -> Option<Setting> {
    let tokens = tokens(action);
    let mut cursor = Cursor::new(action, &tokens);
    if cursor.eat("enable row level security") {
        return Some(Setting::new(ROW_SECURITY, "DISABLE ROW LEVEL SECURITY"));
    }
    if cursor.eat("disable row level security") {
        return Some(Setting::default_of(ROW_SECURITY));
    }
    if cursor.eat("force row level security") {
        return Some(Setting::new(FORCED_ROW_SECURITY, "NO FORCE ROW LEVEL SECURITY"));
    }
    if cursor.eat("no force row level security") {
        return Some(Setting::default_of(FORCED_ROW_SECURITY));
    }
    if cursor.eat("set unlogged") {
        return Some(Setting::new(PERSISTENCE, "SET LOGGED"));
    }
    if cursor.eat("set logged") {
        return Some(Setting::default_of(PERSISTENCE));
    }
    if cursor.eat("replica identity") {
        if cursor.eat("default") {
            return Some(Setting::default_of("replica identity"));
        }
        let setting = Setting::new("replica identity", "REPLICA IDENTITY DEFAULT");
        return match cursor.eat("using index") {
            true => Some(setting.naming(Named::Index(cursor.ident()?))),
            false => Some(setting),
        };
    }
    if cursor.eat("cluster on") {
        return Some(Setting::new("cluster", "SET WITHOUT CLUSTER").naming(Named::Index(cursor.ident()?)));
    }
    if cursor.eat("set without cluster") {
        return Some(Setting::default_of("cluster"));
    }
    if cursor.eat("no inherit") {
        return Some(Setting::default_of(format!("inherit {}", cursor.name()?)));
    }
    if cursor.eat("detach partition") {
        return Some(Setting::default_of(format!("partition {}", cursor.name()?)));
    }
    if cursor.eat("reset") {
        return Some(Setting::default_of(format!(
            "parameters {}",
            parameter_names(cursor.group()?)?.join(", ")
        )));
    }
    if cursor.eat("inherit") {
        let parent = cursor.name()?;
        return Some(
            Setting::new(format!("inherit {parent}"), format!("NO INHERIT {parent}"))
                .naming(Named::Relation(parent)),
        );
    }
    if cursor.eat("validate constraint") {
        let name = cursor.ident()?;
        let setting = Setting { unset: None, ..Setting::new(format!("validated {name}"), "") };
        return Some(setting.naming(Named::Constraint(name)));
    }
    if cursor.eat("attach partition") {
        let child = cursor.name()?;
        let setting = Setting::new(format!("partition {child}"), format!("DETACH PARTITION {child}"));
        return Some(setting.naming(Named::Relation(child)));
    }
    if cursor.eat("owner to") {
        return Some(Setting { unset: Some(String::new()), ..Setting::new(OWNER, "") });
    }
    fires(&mut cursor.clone(), "trigger", Named::Trigger)
        .or_else(|| fires(&mut cursor.clone(), "rule", Named::Rule))
        .or_else(|| parameters(&mut cursor.clone()))
        .or_else(|| column(&mut cursor.clone(), ty))
        .or_else(|| added(&mut cursor))
}

/// Whether a trigger or rule fires.
fn fires(cursor: &mut Cursor<'_, '_>, kind: &str, named: fn(PgIdent) -> Named) -> Option<Setting> {
    let modes = [("enable always", false), ("enable replica", false), ("enable", true), ("disable", false)];
    let default = cursor.eat_any(&modes)?;
    let name = cursor.eat(kind).then(|| cursor.ident()).flatten()?;
    let what = format!("{kind} {name}");
    let setting = match default {
        true => Setting::default_of(what),
        false => Setting::new(what, format!("ENABLE {} {name}", kind.to_uppercase())),
    };
    Some(setting.naming(named(name)))
}

/// `SET (fillfactor = 70)`.
fn parameters(cursor: &mut Cursor<'_, '_>) -> Option<Setting> {
    if !cursor.eat("set") {
        return None;
    }
    let names = parameter_names(cursor.group()?)?.join(", ");
    Some(Setting::new(format!("parameters {names}"), format!("RESET ({names})")))
}

/// Returns the names of storage parameters.
fn parameter_names(list: Cursor<'_, '_>) -> Option<Vec<String>> {
    list.split()
        .into_iter()
        .map(|mut part| Some(part.until(|token| token.is("=")).rest().to_owned()))
        .collect()
}

fn column<'a>(cursor: &mut Cursor<'_, '_>, ty: &dyn Fn(&PgIdent) -> Option<&'a PgType>) -> Option<Setting> {
    if !cursor.eat("alter column") && !cursor.eat("alter") {
        return None;
    }
    let name = cursor.ident()?;
    let setting = if cursor.eat("set default") {
        Setting::new(format!("default {name}"), format!("ALTER COLUMN {name} DROP DEFAULT"))
    } else if cursor.eat("drop default") {
        Setting::default_of(format!("default {name}"))
    } else if cursor.eat("set not null") {
        Setting::new(format!("not null {name}"), format!("ALTER COLUMN {name} DROP NOT NULL"))
    } else if cursor.eat("drop not null") {
        Setting::default_of(format!("not null {name}"))
    } else if cursor.eat("reset") {
        let names = parameter_names(cursor.group()?)?.join(", ");
        Setting::default_of(format!("parameters {name} {names}"))
    } else if cursor.eat("set statistics") {
        let setting =
            Setting::new(format!("statistics {name}"), format!("ALTER COLUMN {name} SET STATISTICS -1"));
        if cursor.rest() == "-1" { Setting::default_of(setting.what) } else { setting }
    } else if cursor.eat("set storage") {
        let default = ty(&name).map_or("DEFAULT", storage);
        let setting =
            Setting::new(format!("storage {name}"), format!("ALTER COLUMN {name} SET STORAGE {default}"));
        if [default, "default"].iter().any(|usual| cursor.rest().eq_ignore_ascii_case(usual)) {
            Setting::default_of(setting.what)
        } else {
            setting
        }
    } else if cursor.eat("set compression") {
        let setting = Setting::new(
            format!("compression {name}"),
            format!("ALTER COLUMN {name} SET COMPRESSION default"),
        );
        if cursor.eat("default") { Setting::default_of(setting.what) } else { setting }
    } else if cursor.eat("set")
        && let Some(list) = cursor.group()
    {
        let names = parameter_names(list)?.join(", ");
        Setting::new(format!("parameters {name} {names}"), format!("ALTER COLUMN {name} RESET ({names})"))
    } else {
        return None;
    };
    Some(setting.naming(Named::Column(name)))
}

/// Returns a change of a column in one spelling, with how its values are stored in the place of `SET STORAGE DEFAULT`, which
/// PostgreSQL 15 does not know.
pub(super) fn with_storage<'a, 't>(
    action: &'a str,
    ty: &dyn Fn(&PgIdent) -> Option<&'t PgType>,
) -> Cow<'a, str> {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    if !cursor.eat("alter column") && !cursor.eat("alter") {
        return action.into();
    }
    match cursor.ident() {
        Some(name) if cursor.eat("set storage default") => {
            format!("ALTER COLUMN {name} SET STORAGE {}", ty(&name).map_or("DEFAULT", storage)).into()
        }
        Some(name) => match cursor.eat_any(&[("set storage", "STORAGE"), ("set statistics", "STATISTICS")]) {
            Some(what) => format!("ALTER COLUMN {name} SET {what} {}", cursor.rest()).into(),
            None => action.into(),
        },
        None => action.into(),
    }
}

/// Returns how the values of a type are stored where nothing is said (`typstorage` in `pg_type`).
fn storage(ty: &PgType) -> &'static str {
    const EXTENDED: &[&str] = &[
        "bit",
        "bpchar",
        "bytea",
        "char",
        "datemultirange",
        "daterange",
        "int4multirange",
        "int4range",
        "int8multirange",
        "int8range",
        "json",
        "jsonb",
        "jsonpath",
        "nummultirange",
        "numrange",
        "path",
        "pg_snapshot",
        "polygon",
        "refcursor",
        "text",
        "tsmultirange",
        "tsrange",
        "tstzmultirange",
        "tstzrange",
        "tsvector",
        "txid_snapshot",
        "varbit",
        "varchar",
        "xml",
    ];
    match ty {
        PgType::Array(_) => "EXTENDED",
        PgType::Enum(_) => "PLAIN",
        PgType::Builtin { name, .. } => match *name {
            "numeric" | "inet" | "cidr" => "MAIN",
            name if EXTENDED.contains(&name) => "EXTENDED",
            _ => "PLAIN",
        },
        // PostgreSQL 16 and later know it under this word.
        PgType::Extension { .. } | PgType::Defined(_) | PgType::Unknown(_) => "DEFAULT",
    }
}

/// A constraint that the model does not hold.
fn added(cursor: &mut Cursor<'_, '_>) -> Option<Setting> {
    if !cursor.eat("add constraint") {
        return None;
    }
    let name = cursor.ident()?;
    let setting = Setting::new(format!("{CONSTRAINT}{name}"), format!("DROP CONSTRAINT {name}"));
    let _ = cursor.until(|token| token.is("using"));
    match cursor.eat("using index") {
        true => Some(setting.naming(Named::Index(cursor.ident()?))),
        false => Some(setting),
    }
}
