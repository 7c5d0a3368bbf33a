//! One query for each kind of object. A row is an object: `name` and `parent` identify it, every other column is an
//! attribute, called as a person would call it, and null where it does not apply.
//!
//! A column of the system catalogue that not every version has is read through `to_jsonb`, which knows no missing key.

mod others;

use super::Kind;

/// A query, and what it is asked for.
#[derive(Clone, Copy)]
pub(super) struct Query {
    /// What its rows are.
    pub(super) kind: Kind,
    /// A condition without which it has no row. Most databases lack most kinds, and to plan a query for nothing costs more than
    /// to run it.
    pub(super) asked: &'static str,
    /// What is selected, behind what [`complete`] puts before it.
    pub(super) sql: &'static str,
}

/// Returns the queries for a server's version, by kind.
pub(super) fn all(major: u32) -> impl Iterator<Item = Query> {
    ALL.iter().copied().map(|(kind, asked, sql)| Query { kind, asked, sql }).chain(others::all(major))
}

/// Returns the query of one row that says of each whether it has to be asked.
pub(super) fn asked(queries: &[Query]) -> String {
    let asked = queries.iter().map(|query| format!("coalesce({}, false)", query.asked));
    format!("SELECT {}", asked.collect::<Vec<_>>().join(", "))
}

/// The condition of what every database has.
const ALWAYS: &str = "true";

/// By kind: when they are asked for, and how. The system's own objects have numbers below 16384.
const ALL: &[(Kind, &str, &str)] = &[
    (Kind::Extension, ALWAYS, EXTENSIONS),
    (Kind::Schema, ALWAYS, SCHEMAS),
    (
        Kind::Type,
        "EXISTS (SELECT FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid WHERE t.oid >= 16384
            AND (t.typtype NOT IN ('b', 'c') OR t.typtype = 'c' AND c.relkind = 'c'
                OR t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)))",
        TYPES,
    ),
    (Kind::Sequence, "EXISTS (SELECT FROM pg_sequence)", SEQUENCES),
    (Kind::Table, ALWAYS, TABLES),
    (Kind::Column, ALWAYS, COLUMNS),
    (Kind::Constraint, ALWAYS, CONSTRAINTS),
    (Kind::Index, "(SELECT max(indexrelid) FROM pg_index) >= 16384", INDEXES),
    (Kind::View, "EXISTS (SELECT FROM pg_class WHERE relkind IN ('v', 'm') AND oid >= 16384)", VIEWS),
    (Kind::Function, "(SELECT max(oid) FROM pg_proc) >= 16384", FUNCTIONS),
    (Kind::Trigger, "EXISTS (SELECT FROM pg_trigger WHERE NOT tgisinternal)", TRIGGERS),
    (Kind::Rule, "EXISTS (SELECT FROM pg_rewrite WHERE rulename <> '_RETURN' AND oid >= 16384)", RULES),
    (Kind::Policy, "EXISTS (SELECT FROM pg_policy)", POLICIES),
    (Kind::DefaultPrivileges, "EXISTS (SELECT FROM pg_default_acl)", DEFAULT_PRIVILEGES),
];

/// Returns a query with what all of them build on: `member`, the objects that extensions own; `space`, the schemas that
/// are not the system's; `relation`, what is in those and belongs to no extension.
pub(super) fn complete(query: &str) -> String {
    format!("{COMMON}{query}")
}

const COMMON: &str = "
    WITH member AS (
        SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
    ), space AS (
        SELECT oid, nspname, nspacl, nspowner FROM pg_namespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    ), relation AS (
        SELECT c.oid AS id, c.oid::regclass::text AS called, c.* FROM pg_class c JOIN space s ON s.oid = c.relnamespace
        WHERE ('pg_class'::regclass::oid, c.oid) NOT IN (TABLE member)
    )";

/// Who may do what, but for the owner, who may do everything that the version knows of.
macro_rules! privileges {
    ($list:literal, $kind:literal, $owner:literal) => {
        concat!(
            "(SELECT string_agg(g.privilege_type
                    || ' to ' || CASE g.grantee WHEN 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(g.grantee)) END
                    || CASE WHEN g.is_grantable THEN ' with grant option' ELSE '' END, ', '
                ORDER BY g.grantee <> 0, pg_get_userbyid(g.grantee), g.privilege_type)
            FROM aclexplode(coalesce(",
            $list,
            ", acldefault('",
            $kind,
            "', ",
            $owner,
            "))) g WHERE g.grantee <> ",
            $owner,
            ") AS privileges"
        )
    };
}

use privileges;

/// What an owner took from itself of what an owner may do.
macro_rules! given_up {
    ($list:literal, $kind:literal, $owner:literal) => {
        concat!(
            "(SELECT string_agg(l.privilege_type, ', ' ORDER BY l.privilege_type) FROM (
                SELECT privilege_type FROM aclexplode(acldefault(",
            $kind,
            ", ",
            $owner,
            ")) WHERE grantee = ",
            $owner,
            " EXCEPT SELECT privilege_type FROM aclexplode(",
            $list,
            ") WHERE grantee = ",
            $owner,
            ") l WHERE ",
            $list,
            " IS NOT NULL) AS \"privileges that the owner has not\""
        )
    };
}

use given_up;

/// Whose it is, where it is not the database's owner's.
macro_rules! owner {
    ($owner:literal) => {
        concat!(
            "(SELECT ",
            $owner,
            "::regrole::text FROM pg_database WHERE datname = current_database() AND datdba <> ",
            $owner,
            // From version 15 on that is the database's owner under another name.
            " AND pg_get_userbyid(",
            $owner,
            ") <> 'pg_database_owner') AS owner"
        )
    };
}

use owner;

/// Options of foreign objects. What may be a secret is there or not there, and nothing more is said of it.
macro_rules! options {
    ($list:literal) => {
        concat!(
            "(SELECT string_agg(o.option_name || CASE WHEN o.option_name ~* 'pass|secret|token|key' THEN '=***'
                    ELSE '=' || o.option_value END, ', ' ORDER BY o.option_name)
            FROM pg_options_to_table(",
            $list,
            ") o)"
        )
    };
}
use options;

// A language that an extension brings has privileges that a site may change.
const EXTENSIONS: &str = concat!(
    "
    SELECT NULL AS parent, quote_ident(e.extname) AS name, n.nspname::text AS schema,
        -- What it says of itself differs from version to version.
        nullif(obj_description(e.oid, 'pg_extension'), a.comment) AS comment,
        (SELECT string_agg(quote_ident(l.lanname) || ': ' || coalesce(l.privileges, 'none'), '; ' ORDER BY l.lanname)
            FROM (SELECT lanname, oid, ",
    privileges!("lanacl", "l", "lanowner"),
    " FROM pg_language) l
                JOIN pg_depend d ON d.classid = 'pg_language'::regclass AND d.objid = l.oid AND d.deptype = 'e'
            WHERE d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid) AS \"privileges of its languages\"
    FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
        LEFT JOIN pg_available_extensions a ON a.name = e.extname"
);

const SCHEMAS: &str = concat!(
    "
    SELECT NULL AS parent, quote_ident(nspname) AS name,
        ",
    privileges!("nspacl", "n", "nspowner"),
    ", ",
    given_up!("nspacl", "'n'", "nspowner"),
    ", ",
    owner!("nspowner"),
    ",
        obj_description(oid, 'pg_namespace') AS comment
    FROM space WHERE ('pg_namespace'::regclass::oid, oid) NOT IN (TABLE member)"
);

const TYPES: &str = concat!(
    "
    SELECT NULL AS parent, format_type(t.oid, NULL) AS name,
        CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range'
            ELSE 'base' END AS form,
        (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder)
            FROM pg_enum WHERE enumtypid = t.oid) AS labels,
        CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS \"base type\",
        CASE WHEN t.typnotnull THEN 'yes' END AS \"not null\",
        pg_get_expr(t.typdefaultbin, 0) AS \"default\",
        CASE WHEN t.typcollation <> 0 AND t.typtype = 'd' THEN t.typcollation::regcollation::text END AS collation,
        (SELECT string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
                'COLLATE ' || CASE WHEN a.attcollation NOT IN (0, f.typcollation)
                    THEN a.attcollation::regcollation::text END), ', ' ORDER BY a.attnum)
            FROM pg_attribute a JOIN pg_type f ON f.oid = a.atttypid
            WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) AS fields,
        (SELECT string_agg(quote_ident(a.attname) || ': ' || col_description(a.attrelid, a.attnum), E'\\n' ORDER BY a.attnum)
            FROM pg_attribute a WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
            AS \"comments of fields\",
        g.subtype, g.\"range settings\", CASE WHEN t.typtype = 'b' OR NOT t.typisdefined THEN concat_ws(', ',
            CASE WHEN NOT t.typisdefined THEN 'not defined' END, 'INPUT = ' || nullif(t.typinput, 0)::regproc,
            'OUTPUT = ' || nullif(t.typoutput, 0)::regproc, 'RECEIVE = ' || nullif(t.typreceive, 0)::regproc,
            'SEND = ' || nullif(t.typsend, 0)::regproc, 'TYPMOD_IN = ' || nullif(t.typmodin, 0)::regproc,
            'TYPMOD_OUT = ' || nullif(t.typmodout, 0)::regproc, 'ANALYZE = ' || nullif(t.typanalyze, 0)::regproc,
            'SUBSCRIPT = ' || nullif(nullif(to_jsonb(t) ->> 'typsubscript', '-'), '0'),
            'INTERNALLENGTH = ' || t.typlen, CASE WHEN t.typbyval THEN 'PASSEDBYVALUE' END, 'ALIGNMENT = ' || t.typalign::text,
            'STORAGE = ' || t.typstorage::text, 'CATEGORY = ' || t.typcategory::text, CASE WHEN t.typispreferred THEN 'PREFERRED' END,
            'DELIMITER = ' || t.typdelim::text, 'ELEMENT = ' || format_type(nullif(t.typelem, 0), NULL),
            CASE WHEN t.typcollation <> 0 THEN 'COLLATABLE' END) END AS implementation,
        ",
    privileges!("t.typacl", "T", "t.typowner"),
    ", ",
    given_up!("t.typacl", "'T'", "t.typowner"),
    ", ",
    owner!("t.typowner"),
    ",
        obj_description(t.oid, 'pg_type') AS comment
    FROM pg_type t JOIN space s ON s.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
        LEFT JOIN LATERAL (
            SELECT format_type(rngsubtype, NULL) AS subtype, nullif(concat_ws(', ',
                    'SUBTYPE_OPCLASS = ' || CASE WHEN NOT o.opcdefault THEN quote_ident(n.nspname) || '.' || quote_ident(o.opcname) END,
                    'COLLATION = ' || CASE WHEN rngcollation NOT IN (0, f.typcollation) THEN rngcollation::regcollation::text END,
                    'CANONICAL = ' || nullif(rngcanonical, 0)::regproc, 'SUBTYPE_DIFF = ' || nullif(rngsubdiff, 0)::regproc,
                    -- From version 14 on. The name that is chosen where none is said need not be told.
                    'MULTIRANGE_TYPE_NAME = ' || CASE WHEN m.typname <> CASE WHEN t.typname ~ 'range'
                        THEN replace(t.typname, 'range', 'multirange') ELSE t.typname || '_multirange' END
                        THEN format_type(m.oid, NULL) END), '') AS \"range settings\"
            FROM pg_range r JOIN pg_opclass o ON o.oid = rngsubopc JOIN pg_namespace n ON n.oid = o.opcnamespace
                JOIN pg_type f ON f.oid = rngsubtype LEFT JOIN pg_type m ON m.oid = (to_jsonb(r) ->> 'rngmultitypid')::oid
            WHERE rngtypid = t.oid) g ON true
    WHERE (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'p' AND NOT t.typisdefined OR t.typtype = 'c' AND c.relkind = 'c'
            OR t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid))
        AND ('pg_type'::regclass::oid, t.oid) NOT IN (TABLE member)"
);

const SEQUENCES: &str = concat!(
    "
    SELECT NULL AS parent, r.called AS name, format_type(q.seqtypid, NULL) AS type, q.seqstart::text AS start,
        q.seqincrement::text AS increment, q.seqmin::text AS minimum, q.seqmax::text AS maximum,
        q.seqcache::text AS cache, CASE WHEN q.seqcycle THEN 'yes' END AS cycle,
        CASE WHEN r.relpersistence <> 'p' THEN r.relpersistence::text END AS persistence,
        (SELECT d.refobjid::regclass::text || '.' || quote_ident(a.attname)
            FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
            WHERE d.classid = 'pg_class'::regclass AND d.objid = r.id AND d.refclassid = 'pg_class'::regclass
                AND d.deptype IN ('a', 'i')) AS \"owned by\",
        ",
    privileges!("r.relacl", "s", "r.relowner"),
    ", ",
    given_up!("r.relacl", "'s'", "r.relowner"),
    ", ",
    owner!("r.relowner"),
    ",
        obj_description(r.id, 'pg_class') AS comment
    FROM relation r JOIN pg_sequence q ON q.seqrelid = r.id"
);

const TABLES: &str = concat!(
    "
    SELECT NULL AS parent, r.called AS name,
        CASE r.relkind WHEN 'r' THEN 'ordinary' WHEN 'p' THEN 'partitioned' ELSE 'foreign' END AS form,
        CASE r.relpersistence WHEN 'u' THEN 'unlogged' WHEN 't' THEN 'temporary' END AS persistence,
        CASE WHEN r.relrowsecurity THEN 'enabled' END AS \"row-level security\",
        CASE WHEN r.relforcerowsecurity THEN 'yes' END AS \"row-level security forced on the owner\",
        CASE WHEN r.relkind = 'p' THEN pg_get_partkeydef(r.id) END AS \"partition key\",
        pg_get_expr(r.relpartbound, r.id) AS \"partition bound\",
        (SELECT string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno)
            FROM pg_inherits WHERE inhrelid = r.id) AS parents,
        CASE WHEN r.reloftype <> 0 THEN format_type(r.reloftype, NULL) END AS \"of type\",
        (SELECT string_agg(option, ', ' ORDER BY option) FROM (
            SELECT unnest(r.reloptions) AS option
            UNION ALL SELECT 'toast.' || unnest(t.reloptions) FROM pg_class t WHERE t.oid = r.reltoastrelid) o) AS options,
        (SELECT amname::text FROM pg_am WHERE oid = r.relam AND amname <> 'heap') AS \"access method\",
        (SELECT spcname::text FROM pg_tablespace WHERE oid = r.reltablespace) AS tablespace,
        CASE r.relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' WHEN 'i' THEN 'index' || coalesce(' ' ||
            (SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = r.id AND indisreplident), '') END
            AS \"replica identity\",
        (SELECT quote_ident(srvname) FROM pg_foreign_table JOIN pg_foreign_server v ON v.oid = ftserver
            WHERE ftrelid = r.id) AS server,
        (SELECT ",
    options!("ftoptions"),
    " FROM pg_foreign_table WHERE ftrelid = r.id) AS \"foreign options\",
        -- A trigger of a partitioned table is there once more on each partition.
        (SELECT string_agg(quote_ident(g.tgname) || ': ' || CASE g.tgenabled WHEN 'D' THEN 'no' WHEN 'R'
                THEN 'on a replica' WHEN 'A' THEN 'always' ELSE 'yes' END, ', ' ORDER BY g.tgname)
            FROM pg_trigger g JOIN pg_trigger p ON p.oid = g.tgparentid
            WHERE g.tgrelid = r.id AND g.tgconstraint = 0 AND g.tgenabled <> p.tgenabled)
            AS \"triggers enabled otherwise than on the partitioned table\",
        ",
    privileges!("r.relacl", "r", "r.relowner"),
    ", ",
    given_up!("r.relacl", "'r'", "r.relowner"),
    ", ",
    owner!("r.relowner"),
    ",
        obj_description(r.id, 'pg_class') AS comment
    FROM relation r WHERE r.relkind IN ('r', 'p', 'f')"
);

const COLUMNS: &str = concat!(
    "
    SELECT r.called AS parent, quote_ident(a.attname) AS name,
        (row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum))::text AS position,
        format_type(a.atttypid, a.atttypmod) AS type,
        CASE WHEN a.attnotnull THEN 'yes' END AS \"not null\",
        CASE WHEN NOT n.convalidated THEN 'no' END AS \"not null is validated\",
        CASE WHEN n.connoinherit THEN 'no' END AS \"not null is inherited\",
        obj_description(n.oid, 'pg_constraint') AS \"comment of not null\",
        CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS \"default\",
        CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
        CASE a.attgenerated WHEN 's' THEN 'stored: ' WHEN 'v' THEN 'virtual: ' END || pg_get_expr(d.adbin, d.adrelid)
            AS generated,
        CASE WHEN a.attcollation NOT IN (0, t.typcollation) THEN a.attcollation::regcollation::text END AS collation,
        CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END AS storage,
        nullif(to_jsonb(a) ->> 'attcompression', '') AS compression,
        nullif(to_jsonb(a) ->> 'attstattarget', '-1') AS \"statistics target\",
        (SELECT string_agg(option, ', ' ORDER BY option) FROM unnest(a.attoptions) option) AS options,
        ",
    options!("a.attfdwoptions"),
    " AS \"foreign options\",
        CASE WHEN a.attinhcount > 0 AND NOT a.attislocal THEN 'yes' END AS inherited,
        ",
    privileges!("a.attacl", "c", "r.relowner"),
    ",
        col_description(a.attrelid, a.attnum) AS comment
    FROM relation r JOIN pg_attribute a ON a.attrelid = r.id AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        LEFT JOIN pg_constraint n ON n.conrelid = a.attrelid AND n.contype = 'n' AND n.conkey = ARRAY[a.attnum]
    WHERE r.relkind IN ('r', 'p', 'f', 'v', 'm')"
);

// From version 18 on NOT NULL has constraints of its own. The column tells it on all versions, but for the constraint's name:
// a renamed table keeps that of its former name.
const CONSTRAINTS: &str = "
    SELECT coalesce(r.called, format_type(t.oid, NULL)) AS parent, quote_ident(k.conname) AS name,
        pg_get_constraintdef(k.oid) AS definition,
        CASE WHEN k.coninhcount > 0 AND NOT k.conislocal THEN 'yes' END AS inherited,
        (SELECT string_agg(option, ', ' ORDER BY option) FROM unnest(x.reloptions) option) AS \"options of its index\",
        (SELECT spcname::text FROM pg_tablespace WHERE oid = x.reltablespace) AS \"tablespace of its index\",
        CASE WHEN i.indisclustered THEN 'yes' END AS clustered,
        obj_description(x.oid, 'pg_class') AS \"comment of its index\",
        obj_description(k.oid, 'pg_constraint') AS comment
    FROM pg_constraint k LEFT JOIN relation r ON r.id = k.conrelid
        LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
        LEFT JOIN pg_class x ON x.oid = i.indexrelid
        LEFT JOIN (pg_type t JOIN space s ON s.oid = t.typnamespace) ON t.oid = k.contypid
    WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND (r.id IS NOT NULL OR t.oid IS NOT NULL)
        AND ('pg_type'::regclass::oid, coalesce(t.oid, 0)) NOT IN (TABLE member)";

const INDEXES: &str = "
    SELECT t.called AS parent, r.called AS name, pg_get_indexdef(r.id) AS definition,
        CASE WHEN NOT i.indisvalid THEN 'no' END AS valid,
        CASE WHEN i.indisclustered THEN 'yes' END AS clustered,
        (SELECT string_agg(a.attnum || ': ' || (to_jsonb(a) ->> 'attstattarget'), ', ' ORDER BY a.attnum)
            FROM pg_attribute a WHERE a.attrelid = r.id AND to_jsonb(a) ->> 'attstattarget' <> '-1')
            AS \"statistics targets\",
        (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = r.id) AS \"part of\",
        (SELECT spcname::text FROM pg_tablespace WHERE oid = r.reltablespace) AS tablespace,
        obj_description(r.id, 'pg_class') AS comment
    FROM pg_index i JOIN relation r ON r.id = i.indexrelid JOIN relation t ON t.id = i.indrelid
    WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = r.id AND contype IN ('p', 'u', 'x'))";

const VIEWS: &str = concat!(
    "
    SELECT NULL AS parent, r.called AS name, CASE r.relkind WHEN 'm' THEN 'materialized' ELSE 'plain' END AS form,
        pg_get_viewdef(r.id) AS definition,
        CASE WHEN NOT r.relispopulated THEN 'no' END AS populated,
        (SELECT string_agg(option, ', ' ORDER BY option) FROM unnest(r.reloptions) option) AS options,
        (SELECT amname::text FROM pg_am WHERE oid = r.relam AND amname <> 'heap') AS \"access method\",
        (SELECT spcname::text FROM pg_tablespace WHERE oid = r.reltablespace) AS tablespace,
        ",
    privileges!("r.relacl", "r", "r.relowner"),
    ", ",
    given_up!("r.relacl", "'r'", "r.relowner"),
    ", ",
    owner!("r.relowner"),
    ",
        obj_description(r.id, 'pg_class') AS comment
    FROM relation r WHERE r.relkind IN ('v', 'm')"
);

const FUNCTIONS: &str = concat!(
    "
    SELECT NULL AS parent, quote_ident(s.nspname) || '.' || quote_ident(p.proname)
            || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS name,
        CASE p.prokind WHEN 'f' THEN 'function' WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'window' END
            AS form,
        CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid)
            ELSE (SELECT 'CREATE OR REPLACE AGGREGATE ' || quote_ident(s.nspname) || '.' || quote_ident(p.proname)
                    || CASE WHEN p.pronargs = 0 THEN ' (*)' ELSE ' (' || pg_get_function_arguments(p.oid) || ')' END || ' (' || concat_ws(', ',
                    'SFUNC = ' || aggtransfn, 'STYPE = ' || format_type(aggtranstype, NULL),
                    'SSPACE = ' || nullif(aggtransspace, 0), 'FINALFUNC = ' || nullif(aggfinalfn, 0)::regproc,
                    CASE WHEN aggfinalextra THEN 'FINALFUNC_EXTRA' END,
                    'FINALFUNC_MODIFY = ' || CASE WHEN aggfinalmodify <> CASE aggkind WHEN 'n' THEN 'r' ELSE 'w' END
                        THEN CASE aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
                    'COMBINEFUNC = ' || nullif(aggcombinefn, 0)::regproc, 'SERIALFUNC = ' || nullif(aggserialfn, 0)::regproc,
                    'DESERIALFUNC = ' || nullif(aggdeserialfn, 0)::regproc, 'INITCOND = ' || quote_literal(agginitval),
                    'MSFUNC = ' || nullif(aggmtransfn, 0)::regproc, 'MINVFUNC = ' || nullif(aggminvtransfn, 0)::regproc,
                    'MSTYPE = ' || format_type(nullif(aggmtranstype, 0), NULL), 'MSSPACE = ' || nullif(aggmtransspace, 0),
                    'MFINALFUNC = ' || nullif(aggmfinalfn, 0)::regproc, CASE WHEN aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
                    'MINITCOND = ' || quote_literal(aggminitval),
                    'SORTOP = OPERATOR(' || (SELECT quote_ident(n.nspname) || '.' || o.oprname FROM pg_operator o
                        JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE o.oid = aggsortop) || ')',
                    'PARALLEL = ' || CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END,
                    CASE WHEN aggkind = 'h' THEN 'HYPOTHETICAL' END) || ')'
                FROM pg_aggregate WHERE aggfnoid = p.oid) END AS definition,
        pg_get_function_result(p.oid) AS result,
        ",
    privileges!("p.proacl", "f", "p.proowner"),
    ", ",
    given_up!("p.proacl", "'f'", "p.proowner"),
    ", ",
    owner!("p.proowner"),
    ",
        obj_description(p.oid, 'pg_proc') AS comment
    FROM pg_proc p JOIN space s ON s.oid = p.pronamespace
    WHERE ('pg_proc'::regclass::oid, p.oid) NOT IN (TABLE member)
        -- A range type brings its constructors with it.
        AND NOT EXISTS (SELECT FROM pg_depend d
            WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')"
);

const TRIGGERS: &str = "
    SELECT r.called AS parent, quote_ident(g.tgname) AS name, pg_get_triggerdef(g.oid) AS definition,
        CASE g.tgenabled WHEN 'D' THEN 'no' WHEN 'R' THEN 'on a replica' WHEN 'A' THEN 'always' END AS enabled,
        obj_description(g.oid, 'pg_trigger') AS comment
    FROM pg_trigger g JOIN relation r ON r.id = g.tgrelid
    WHERE NOT g.tgisinternal AND g.tgparentid = 0";

const RULES: &str = "
    SELECT r.called AS parent, quote_ident(w.rulename) AS name, pg_get_ruledef(w.oid) AS definition,
        CASE w.ev_enabled WHEN 'D' THEN 'no' WHEN 'R' THEN 'on a replica' WHEN 'A' THEN 'always' END AS enabled,
        obj_description(w.oid, 'pg_rewrite') AS comment
    FROM pg_rewrite w JOIN relation r ON r.id = w.ev_class WHERE w.rulename <> '_RETURN'";

const POLICIES: &str = "
    SELECT r.called AS parent, quote_ident(p.polname) AS name,
        CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete'
            ELSE 'all' END AS command,
        CASE WHEN NOT p.polpermissive THEN 'yes' END AS restrictive,
        (SELECT string_agg(CASE role WHEN 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(role)) END, ', '
            ORDER BY pg_get_userbyid(role)) FROM unnest(p.polroles) role) AS roles,
        pg_get_expr(p.polqual, p.polrelid) AS using,
        pg_get_expr(p.polwithcheck, p.polrelid) AS \"with check\",
        obj_description(p.oid, 'pg_policy') AS comment
    FROM pg_policy p JOIN relation r ON r.id = p.polrelid";

const DEFAULT_PRIVILEGES: &str = concat!(
    "
    SELECT NULL AS parent, concat_ws(' ', 'of', quote_ident(pg_get_userbyid(d.defaclrole)),
            'on', CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
                WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE d.defaclobjtype::text END,
            'in ' || quote_ident(n.nspname)) AS name,
        ",
    privileges!("d.defaclacl", "r", "d.defaclrole"),
    ", ",
    // Those of one schema add to the others, and give nothing to owners.
    given_up!(
        "(CASE WHEN d.defaclnamespace = 0 THEN d.defaclacl END)",
        "CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END",
        "d.defaclrole"
    ),
    "
    FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace"
);
