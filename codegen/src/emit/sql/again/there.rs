//! Questions to the catalogue: SQL that tells whether something is there.

use crate::model::ident::literal;
use crate::model::token::Cursor;
use crate::model::{PgIdent, QualifiedName};
use crate::plan::migration::statement::TypeShape;

/// Tells whether a type is there, be it a domain, and finished.
pub(super) fn a_type(name: &QualifiedName) -> String {
    format!("to_regtype({}) IS NOT NULL", literal(&name.to_string()))
}

/// Tells whether a function is there, given with the types of its arguments.
pub(super) fn a_function(name: &QualifiedName, arguments: &str) -> String {
    format!("to_regprocedure({}) IS NOT NULL", literal(&format!("{name}({arguments})")))
}

/// Tells whether there is a type of a name that says nothing yet, or one that is finished.
pub(super) fn a_shell(name: &QualifiedName) -> String {
    a_type_where(name, "")
}

/// Tells whether a type is there and finished, where one that is not would be in the way of asking for it.
pub(super) fn a_finished_type(name: &QualifiedName) -> String {
    a_type_where(name, " AND typisdefined")
}

/// Returns a name for a column or constraint that none of another table has.
pub(super) fn part_name(table: &QualifiedName, part: &PgIdent) -> QualifiedName {
    QualifiedName { schema: Some(PgIdent::new(table.to_string())), name: part.clone() }
}

/// Tells whether there is something of a name and of a kind, as against another kind whose names are the same ones; nothing where a name
/// alone does not tell.
pub(super) fn of_kind(kind: &str, name: &QualifiedName) -> Option<String> {
    let relation = |kinds: &str| {
        let name = literal(&name.to_string());
        format!("EXISTS (SELECT FROM pg_class WHERE oid = to_regclass({name}) AND relkind IN ({kinds}))")
    };
    let ty = |kinds: &str| {
        let name = literal(&name.to_string());
        format!(
            "EXISTS (SELECT FROM pg_type WHERE oid = to_regtype({name}) AND typtype IN ({kinds}) \
             AND NOT EXISTS (SELECT FROM pg_class WHERE pg_class.oid = typrelid AND relkind <> 'c'))"
        )
    };
    match kind {
        "table" => Some(relation("'r', 'p'")),
        "foreign table" => Some(relation("'f'")),
        "view" => Some(relation("'v'")),
        "materialized view" => Some(relation("'m'")),
        "index" => Some(relation("'i', 'I'")),
        "sequence" => Some(relation("'S'")),
        "type" => Some(ty("'b', 'c', 'e', 'm', 'r'")),
        "domain" => Some(ty("'d'")),
        "column" | "constraint" => {
            let table = literal(name.schema.as_ref()?.as_str());
            let part = literal(name.name.as_str());
            Some(match kind {
                "column" => format!(
                    "EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass({table}) AND attname = {part} AND NOT attisdropped)"
                ),
                _ => format!(
                    "EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass({table}) AND conname = {part})"
                ),
            })
        }
        _ => None,
    }
}

/// Tells whether a routine of one kind is there, given as `DROP` names it.
pub(super) fn a_routine(kind: &str, signature: &str) -> String {
    format!(
        "EXISTS (SELECT FROM pg_proc WHERE oid = to_regprocedure({}) AND prokind = {})",
        literal(signature),
        literal(kind)
    )
}

/// Tells whether a table, view, index or sequence is there.
pub(super) fn a_relation(name: &QualifiedName) -> String {
    format!("to_regclass({}) IS NOT NULL", literal(&name.to_string()))
}

fn a_type_where(name: &QualifiedName, more: &str) -> String {
    named(("pg_type", "typ", "pg_type_is_visible"), name, more)
}

/// Tells whether there is something with a name of which something more holds, given where such things stand, what their columns begin
/// with, and what tells whether one is found without its schema.
fn named((catalog, prefix, visible): (&str, &str, &str), name: &QualifiedName, more: &str) -> String {
    let place = match &name.schema {
        Some(schema) => format!("{prefix}namespace = to_regnamespace({})", literal(&schema.to_string())),
        None => format!("{visible}({catalog}.oid)"),
    };
    let name = literal(name.name.as_str());
    format!("EXISTS (SELECT FROM {catalog} WHERE {prefix}name = {name} AND {place}{more})")
}

/// Kinds with names in schemas, with where they stand.
const IN_SCHEMAS: &[(&str, (&str, &str, &str))] = &[
    ("conversion", ("pg_conversion", "con", "pg_conversion_is_visible")),
    ("default conversion", ("pg_conversion", "con", "pg_conversion_is_visible")),
    ("text search configuration", CONFIGURATIONS),
    ("text search dictionary", ("pg_ts_dict", "dict", "pg_ts_dict_is_visible")),
    ("text search parser", ("pg_ts_parser", "prs", "pg_ts_parser_is_visible")),
    ("text search template", ("pg_ts_template", "tmpl", "pg_ts_template_is_visible")),
];

const CONFIGURATIONS: (&str, &str, &str) = ("pg_ts_config", "cfg", "pg_ts_config_is_visible");

/// Kinds with names in the database, with where they stand.
const IN_DATABASES: &[(&str, (&str, &str))] = &[
    ("access method", ("pg_am", "amname")),
    ("event trigger", ("pg_event_trigger", "evtname")),
    ("foreign data wrapper", ("pg_foreign_data_wrapper", "fdwname")),
    ("publication", ("pg_publication", "pubname")),
];

/// Tells whether there is what a statement makes, of a kind that is rarely met, given from the kind on.
pub(super) fn a_rare_thing(mut cursor: Cursor<'_, '_>) -> Option<String> {
    if let Some(place) = cursor.eat_any(IN_SCHEMAS) {
        return Some(named(place, &cursor.name()?, ""));
    }
    if let Some((catalog, column)) = cursor.eat_any(IN_DATABASES) {
        let name = literal(cursor.ident()?.as_str());
        return Some(format!("EXISTS (SELECT FROM {catalog} WHERE {column} = {name})"));
    }
    let classes = [
        ("operator class", (("pg_opclass", "opc", "pg_opclass_is_visible"), "opcmethod")),
        ("operator family", (("pg_opfamily", "opf", "pg_opfamily_is_visible"), "opfmethod")),
    ];
    if let Some((place, method)) = cursor.eat_any(&classes) {
        let name = cursor.name()?;
        _ = cursor.until(|token| token.is("using"));
        cursor.next();
        let using = literal(cursor.ident()?.as_str());
        let more = format!(" AND {method} = (SELECT oid FROM pg_am WHERE amname = {using})");
        return Some(named(place, &name, &more));
    }
    if cursor.eat("cast") {
        let mut types = cursor.group()?;
        let from = types.until(|token| token.is("as")).rest();
        types.next();
        let [from, to] = [from, types.rest()].map(|ty| format!("to_regtype({})", literal(ty)));
        return Some(format!("EXISTS (SELECT FROM pg_cast WHERE castsource = {from} AND casttarget = {to})"));
    }
    if cursor.eat("operator") {
        let name = cursor.until(|token| token.is("(")).rest();
        let mut sides = ["NONE", "NONE"];
        for mut part in cursor.group()?.split() {
            let side = part.eat_any(&[("leftarg", 0), ("rightarg", 1)]);
            if let Some(side) = side.and_then(|at| sides.get_mut(at))
                && part.eat("=")
            {
                *side = part.rest();
            }
        }
        // What another operator says of it makes an operator that does nothing yet.
        return Some(format!(
            "EXISTS (SELECT FROM pg_operator WHERE oid = to_regoperator({}) AND oprcode <> 0)",
            literal(&format!("{name}({})", sides.join(", ")))
        ));
    }
    None
}

/// Tells whether a text search configuration knows what to do with a kind of word.
pub(super) fn a_mapping(configuration: &QualifiedName, kind: &str) -> String {
    let more = format!(
        " AND EXISTS (SELECT FROM pg_ts_config_map JOIN ts_token_type(cfgparser) ON tokid = maptokentype \
         WHERE mapcfg = pg_ts_config.oid AND alias = {})",
        literal(kind)
    );
    named(CONFIGURATIONS, configuration, &more)
}

/// Tells whether a publication has a table.
pub(super) fn a_published_table(publication: &PgIdent, table: &QualifiedName) -> String {
    format!(
        "EXISTS (SELECT FROM pg_publication_rel WHERE prpubid = (SELECT oid FROM pg_publication WHERE pubname = {}) \
         AND prrelid = to_regclass({}))",
        literal(publication.as_str()),
        literal(&table.to_string())
    )
}

/// Tells whether a sequence is there that is not that of an identity.
pub(super) fn a_free_sequence(name: &QualifiedName) -> String {
    let name = literal(&name.to_string());
    format!(
        "EXISTS (SELECT FROM pg_class WHERE oid = to_regclass({name}) AND relkind = 'S' AND NOT EXISTS \
         (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'i'))"
    )
}

/// Tells whether a table has a constraint, given as its name.
pub(super) fn a_constraint(table: &QualifiedName, name: &str) -> String {
    constraint_where(table, &format!("conname = {}", literal(name)))
}

/// Tells whether a table has a primary key.
pub(super) fn a_primary_key(table: &QualifiedName) -> String {
    constraint_where(table, "contype = 'p'")
}

fn constraint_where(table: &QualifiedName, condition: &str) -> String {
    let table = literal(&table.to_string());
    format!("EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass({table}) AND {condition})")
}

/// Tells whether a domain has a constraint.
pub(super) fn a_domain_constraint(domain: &QualifiedName, name: &str) -> String {
    format!(
        "EXISTS (SELECT FROM pg_constraint WHERE contypid = to_regtype({}) AND conname = {})",
        literal(&domain.to_string()),
        literal(name)
    )
}

/// Tells whether a table has a column of which something more holds.
pub(super) fn a_column(table: &QualifiedName, name: &str, more: &str) -> String {
    format!(
        "EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass({}) AND attname = {} AND NOT attisdropped{more})",
        literal(&table.to_string()),
        literal(name)
    )
}

/// Tells whether a composite type has an attribute.
pub(super) fn an_attribute(ty: &QualifiedName, name: &str) -> String {
    format!(
        "EXISTS (SELECT FROM pg_attribute WHERE attrelid = (SELECT typrelid FROM pg_type WHERE oid = to_regtype({})) AND \
         attname = {} AND NOT attisdropped)",
        literal(&ty.to_string()),
        literal(name)
    )
}

/// Tells whether an enumerated type has a label, given as SQL.
pub(super) fn a_label(ty: &QualifiedName, label: &str) -> String {
    let ty = literal(&ty.to_string());
    format!("EXISTS (SELECT FROM pg_enum WHERE enumtypid = to_regtype({ty}) AND enumlabel = {label})")
}

/// Tells whether one table is the heir or partition of another.
pub(super) fn an_heir(child: &QualifiedName, parent: &QualifiedName) -> String {
    format!(
        "EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass({}) AND inhparent = to_regclass({}))",
        literal(&child.to_string()),
        literal(&parent.to_string())
    )
}

/// Tells whether a table has a policy.
pub(super) fn a_policy(table: &QualifiedName, name: &str) -> String {
    let (table, name) = (literal(&table.to_string()), literal(name));
    format!("EXISTS (SELECT FROM pg_policy WHERE polrelid = to_regclass({table}) AND polname = {name})")
}

/// Tells whether a table or view has a rule.
pub(super) fn a_rule(table: &QualifiedName, name: &str) -> String {
    let (table, name) = (literal(&table.to_string()), literal(name));
    format!("EXISTS (SELECT FROM pg_rewrite WHERE ev_class = to_regclass({table}) AND rulename = {name})")
}

/// Tells whether there is a schema.
pub(super) fn a_schema(name: &PgIdent) -> String {
    format!("to_regnamespace({}) IS NOT NULL", literal(&name.to_string()))
}

/// Tells whether a table has a trigger.
pub(super) fn a_trigger(table: &QualifiedName, name: &str) -> String {
    let (table, name) = (literal(&table.to_string()), literal(name));
    format!("EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass({table}) AND tgname = {name})")
}

/// Returns the name that `format_type` gives a type, without spaces: what stands in parentheses follows the type's own name.
pub(super) fn formatted(ty: &str) -> String {
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

/// Tells whether a type is what it is made anew as: then it has been made anew before. Nothing where the catalogue does not tell.
pub(super) fn a_type_of(name: &QualifiedName, shape: &TypeShape) -> Option<String> {
    let ty = format!("to_regtype({})", literal(&name.to_string()));
    let bare = |ty: &str| formatted(ty.split(" COLLATE ").next().unwrap_or(ty));
    Some(match shape {
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
        TypeShape::Base(base) => format!(
            "EXISTS (SELECT FROM pg_type WHERE oid = {ty} AND replace(format_type(typbasetype, typtypmod), ' ', '') = {})",
            bare(base)
        ),
        TypeShape::Attributes(attributes) => {
            let attributes: Vec<String> = attributes
                .iter()
                .map(|(name, ty)| format!("{} || {}", literal(&format!("{} ", name.as_str())), bare(ty)))
                .collect();
            format!(
                "ARRAY(SELECT attname || ' ' || replace(format_type(atttypid, atttypmod), ' ', '') FROM pg_attribute \
                 WHERE attrelid = (SELECT typrelid FROM pg_type WHERE oid = {ty}) AND attnum > 0 AND NOT attisdropped \
                 ORDER BY attnum) = ARRAY[{}]::text[]",
                attributes.join(", ")
            )
        }
        TypeShape::Alike => return None,
    })
}
