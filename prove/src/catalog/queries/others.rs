//! The rarer kinds of objects. The system's own have numbers below 16384; what these objects are is told by their identity.

use super::super::Kind;
use super::{Query, given_up, options, owner, privileges};

/// Returns the queries for a server's version.
pub(super) fn all(major: u32) -> impl Iterator<Item = Query> {
    // From version 15 on a publication publishes schemas, rows and columns.
    let publications = if major < 15 { PUBLICATIONS_OF_TABLES } else { PUBLICATIONS };
    [
        (OTHERS_ASKED, OTHERS),
        (OPERATORS_ASKED, OPERATORS),
        ("EXISTS (SELECT FROM pg_foreign_data_wrapper)", FOREIGN),
        // The mappings themselves are not for everybody's eyes.
        ("EXISTS (SELECT FROM pg_foreign_server)", USER_MAPPINGS),
        ("(SELECT max(oid) FROM pg_language) >= 16384", LANGUAGES),
        ("EXISTS (SELECT FROM pg_publication)", publications),
        ("EXISTS (SELECT subname FROM pg_subscription)", SUBSCRIPTIONS),
        (
            "EXISTS (SELECT FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'x')",
            DEPENDENCIES,
        ),
    ]
    .into_iter()
    .map(|(asked, sql)| Query { kind: Kind::Other, asked, sql })
}

const OTHERS_ASKED: &str = "
    greatest((SELECT max(oid) FROM pg_collation), (SELECT max(oid) FROM pg_conversion), (SELECT max(oid) FROM pg_cast),
        (SELECT max(oid) FROM pg_ts_config), (SELECT max(oid) FROM pg_ts_dict), (SELECT max(oid) FROM pg_ts_parser),
        (SELECT max(oid) FROM pg_ts_template), (SELECT max(oid) FROM pg_statistic_ext),
        (SELECT max(oid) FROM pg_event_trigger), (SELECT max(oid) FROM pg_am), (SELECT max(oid) FROM pg_transform)) >= 16384";

const OPERATORS_ASKED: &str = "
    greatest((SELECT max(oid) FROM pg_operator), (SELECT max(oid) FROM pg_opclass),
        (SELECT max(oid) FROM pg_opfamily)) >= 16384";

const OTHERS: &str = "
    SELECT NULL AS parent, i.type || ' ' || i.identity AS name, o.definition, o.target AS \"statistics target\",
        obj_description(o.oid, o.class::text::name) AS comment
    FROM (
        SELECT 'pg_collation'::regclass AS class, oid, 'CREATE COLLATION ' || oid::regcollation || ' (' || concat_ws(', ',
            'PROVIDER = ' || CASE collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
            'LOCALE = ' || quote_literal(coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale',
                CASE collprovider WHEN 'i' THEN collcollate END)),
            CASE collprovider WHEN 'c' THEN 'LC_COLLATE = ' || quote_literal(collcollate) END,
            CASE collprovider WHEN 'c' THEN 'LC_CTYPE = ' || quote_literal(collctype) END,
            'RULES = ' || quote_literal(to_jsonb(c) ->> 'collicurules'),
            CASE WHEN NOT collisdeterministic THEN 'DETERMINISTIC = false' END) || ')' AS definition, NULL AS target
            FROM pg_collation c
        UNION ALL SELECT 'pg_conversion', oid, 'CREATE ' || CASE WHEN condefault THEN 'DEFAULT ' ELSE '' END || 'CONVERSION '
            || connamespace::regnamespace || '.' || quote_ident(conname) || ' FOR '
            || quote_literal(pg_encoding_to_char(conforencoding)) || ' TO ' || quote_literal(pg_encoding_to_char(contoencoding))
            || ' FROM ' || conproc::regproc, NULL FROM pg_conversion
        UNION ALL SELECT 'pg_cast', oid, 'CREATE CAST (' || format_type(castsource, NULL) || ' AS ' || format_type(casttarget, NULL)
            || ') ' || CASE castmethod WHEN 'f' THEN 'WITH FUNCTION ' || castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT'
                ELSE 'WITHOUT FUNCTION' END
            || CASE castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END, NULL
            FROM pg_cast
        UNION ALL SELECT 'pg_ts_config', oid, 'CREATE TEXT SEARCH CONFIGURATION ' || oid::regconfig || ' (PARSER = '
            || (SELECT quote_ident(n.nspname) || '.' || quote_ident(prsname) FROM pg_ts_parser r
                JOIN pg_namespace n ON n.oid = prsnamespace WHERE r.oid = cfgparser) || ')' || coalesce((
            SELECT string_agg(E';\nALTER TEXT SEARCH CONFIGURATION ' || c.oid::regconfig || ' ADD MAPPING FOR ' || m.alias
                || ' WITH ' || m.dicts, '' ORDER BY m.alias)
            FROM (SELECT t.alias, string_agg(mapdict::regdictionary::text, ', ' ORDER BY mapseqno) AS dicts
                FROM pg_ts_config_map JOIN ts_token_type(c.cfgparser) t ON t.tokid = maptokentype
                WHERE mapcfg = c.oid GROUP BY t.alias) m), ''), NULL
            FROM pg_ts_config c
        UNION ALL SELECT 'pg_ts_dict', d.oid, 'CREATE TEXT SEARCH DICTIONARY ' || d.oid::regdictionary || ' (' || concat_ws(', ',
            'TEMPLATE = ' || quote_ident(n.nspname) || '.' || quote_ident(t.tmplname), dictinitoption) || ')', NULL
            FROM pg_ts_dict d JOIN pg_ts_template t ON t.oid = d.dicttemplate JOIN pg_namespace n ON n.oid = t.tmplnamespace
        UNION ALL SELECT 'pg_ts_parser', oid, concat_ws(' ', prsstart, prstoken, prsend, prsheadline, prslextype), NULL
            FROM pg_ts_parser
        UNION ALL SELECT 'pg_ts_template', oid, concat_ws(' ', tmplinit, tmpllexize), NULL FROM pg_ts_template
        UNION ALL SELECT 'pg_statistic_ext', oid, pg_get_statisticsobjdef(oid), nullif(to_jsonb(s) ->> 'stxstattarget', '-1')
            FROM pg_statistic_ext s
        UNION ALL SELECT 'pg_event_trigger', oid, 'CREATE EVENT TRIGGER ' || quote_ident(evtname) || ' ON ' || evtevent
            || coalesce(' WHEN TAG IN (' || (SELECT string_agg(quote_literal(tag), ', ') FROM unnest(evttags) tag) || ')', '')
            || ' EXECUTE FUNCTION ' || evtfoid::regproc || '()'
            || CASE evtenabled WHEN 'O' THEN '' ELSE E';\nALTER EVENT TRIGGER ' || quote_ident(evtname)
                || CASE evtenabled WHEN 'D' THEN ' DISABLE' WHEN 'A' THEN ' ENABLE ALWAYS' ELSE ' ENABLE REPLICA' END END, NULL
            FROM pg_event_trigger
        UNION ALL SELECT 'pg_am', oid, 'CREATE ACCESS METHOD ' || quote_ident(amname) || ' TYPE '
            || CASE amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END || ' HANDLER ' || amhandler, NULL FROM pg_am
        UNION ALL SELECT 'pg_transform', oid, concat_ws(' ', trffromsql::regprocedure, trftosql::regprocedure), NULL
            FROM pg_transform
    ) o, LATERAL pg_identify_object(o.class, o.oid, 0) i
    WHERE o.oid >= 16384 AND (o.class::oid, o.oid) NOT IN (TABLE member)
        -- A range type brings its casts with it, from version 14 on.
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype = 'i')";

const OPERATORS: &str = "
    SELECT NULL AS parent, i.type || ' ' || i.identity AS name, o.definition, o.members,
        obj_description(o.oid, o.class::text::name) AS comment
    FROM (
        SELECT 'pg_operator'::regclass AS class, oid, concat_ws(' ', oprcode::regprocedure,
            'commutator ' || nullif(oprcom, 0)::regoperator, 'negator ' || nullif(oprnegate, 0)::regoperator,
            'restrict ' || nullif(oprrest, 0)::regproc, 'join ' || nullif(oprjoin, 0)::regproc,
            CASE WHEN oprcanhash THEN 'hashes' END, CASE WHEN oprcanmerge THEN 'merges' END) AS definition, NULL AS members
            FROM pg_operator
        UNION ALL SELECT 'pg_opclass', oid, concat_ws(' ', 'for', format_type(opcintype, NULL),
            CASE WHEN opcdefault THEN 'default' END, 'storage ' || format_type(nullif(opckeytype, 0), NULL),
            'family ' || (SELECT quote_ident(n.nspname) || '.' || quote_ident(f.opfname)
                FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace WHERE f.oid = c.opcfamily)), NULL
            FROM pg_opclass c
        UNION ALL SELECT 'pg_opfamily', f.oid, NULL, (SELECT string_agg(told, ', ' ORDER BY told) FROM (
                SELECT concat_ws(' ', 'operator', amopstrategy, amopopr::regoperator, 'order by ' ||
                    (SELECT quote_ident(n.nspname) || '.' || quote_ident(s.opfname)
                        FROM pg_opfamily s JOIN pg_namespace n ON n.oid = s.opfnamespace WHERE s.oid = amopsortfamily)) AS told
                    FROM pg_amop WHERE amopfamily = f.oid
                UNION ALL SELECT concat_ws(' ', 'function', amprocnum, '(' || format_type(amproclefttype, NULL) || ', '
                    || format_type(amprocrighttype, NULL) || ')', amproc::regprocedure)
                    FROM pg_amproc WHERE amprocfamily = f.oid) m)
            FROM pg_opfamily f
    ) o, LATERAL pg_identify_object(o.class, o.oid, 0) i
    WHERE o.oid >= 16384 AND (o.class::oid, o.oid) NOT IN (TABLE member)";

const FOREIGN: &str = concat!(
    "
    SELECT NULL AS parent, 'foreign-data wrapper ' || quote_ident(fdwname) AS name,
        CASE WHEN fdwhandler <> 0 THEN fdwhandler::regproc::text END AS handler,
        CASE WHEN fdwvalidator <> 0 THEN fdwvalidator::regproc::text END AS validator,
        NULL AS wrapper, NULL AS type, NULL AS version,
        ",
    options!("fdwoptions"),
    " AS options, ",
    privileges!("fdwacl", "F", "fdwowner"),
    ", ",
    given_up!("fdwacl", "'F'", "fdwowner"),
    ", ",
    owner!("fdwowner"),
    ",
        obj_description(oid, 'pg_foreign_data_wrapper') AS comment
    FROM pg_foreign_data_wrapper
    WHERE oid >= 16384 AND ('pg_foreign_data_wrapper'::regclass::oid, oid) NOT IN (TABLE member)
    UNION ALL SELECT NULL, 'server ' || quote_ident(v.srvname), NULL, NULL, quote_ident(w.fdwname), v.srvtype, v.srvversion,
        ",
    options!("v.srvoptions"),
    ", ",
    privileges!("v.srvacl", "S", "v.srvowner"),
    ", ",
    given_up!("v.srvacl", "'S'", "v.srvowner"),
    ", ",
    owner!("v.srvowner"),
    ",
        obj_description(v.oid, 'pg_foreign_server')
    FROM pg_foreign_server v JOIN pg_foreign_data_wrapper w ON w.oid = v.srvfdw
    WHERE v.oid >= 16384 AND ('pg_foreign_server'::regclass::oid, v.oid) NOT IN (TABLE member)"
);

// The view shows options only to whom they may be shown; of those only the user's name is no secret.
const USER_MAPPINGS: &str = "
    SELECT NULL AS parent, 'user mapping for ' || CASE umuser WHEN 0 THEN 'public' ELSE quote_ident(usename) END
            || ' on server ' || quote_ident(srvname) AS name,
        (SELECT string_agg(CASE option_name WHEN 'user' THEN 'user=' || option_value ELSE option_name || '=***' END, ', '
            ORDER BY option_name) FROM pg_options_to_table(umoptions)) AS options
    FROM pg_user_mappings WHERE umid >= 16384";

const LANGUAGES: &str = concat!(
    "
    SELECT NULL AS parent, 'language ' || quote_ident(lanname) AS name,
        CASE WHEN lanpltrusted THEN 'yes' END AS trusted,
        CASE WHEN lanplcallfoid <> 0 THEN lanplcallfoid::regproc::text END AS handler,
        CASE WHEN laninline <> 0 THEN laninline::regproc::text END AS inline,
        CASE WHEN lanvalidator <> 0 THEN lanvalidator::regproc::text END AS validator,
        ",
    privileges!("lanacl", "l", "lanowner"),
    ", ",
    given_up!("lanacl", "'l'", "lanowner"),
    ", ",
    owner!("lanowner"),
    ",
        obj_description(oid, 'pg_language') AS comment
    FROM pg_language WHERE oid >= 16384 AND ('pg_language'::regclass::oid, oid) NOT IN (TABLE member)"
);

const PUBLICATIONS_OF_TABLES: &str = "
    SELECT NULL AS parent, 'publication ' || quote_ident(pubname) AS name,
        concat_ws(', ', CASE WHEN pubinsert THEN 'insert' END, CASE WHEN pubupdate THEN 'update' END,
            CASE WHEN pubdelete THEN 'delete' END, CASE WHEN pubtruncate THEN 'truncate' END) AS operations,
        CASE WHEN puballtables THEN 'yes' END AS \"all tables\",
        CASE WHEN pubviaroot THEN 'yes' END AS \"through the partitioned table\",
        (SELECT string_agg(prrelid::regclass::text, ', ' ORDER BY prrelid::regclass::text)
            FROM pg_publication_rel WHERE prpubid = p.oid) AS tables,
        obj_description(oid, 'pg_publication') AS comment
    FROM pg_publication p";

const PUBLICATIONS: &str = "
    SELECT NULL AS parent, 'publication ' || quote_ident(pubname) AS name,
        concat_ws(', ', CASE WHEN pubinsert THEN 'insert' END, CASE WHEN pubupdate THEN 'update' END,
            CASE WHEN pubdelete THEN 'delete' END, CASE WHEN pubtruncate THEN 'truncate' END) AS operations,
        CASE WHEN puballtables THEN 'yes' END AS \"all tables\",
        CASE WHEN pubviaroot THEN 'yes' END AS \"through the partitioned table\",
        nullif(to_jsonb(p) ->> 'pubgencols', 'n') AS \"generated columns\",
        (SELECT string_agg(t.told, ', ' ORDER BY t.told) FROM (
            SELECT r.prrelid::regclass::text || coalesce(' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
                    FROM pg_attribute a WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) || ')', '')
                || coalesce(' WHERE ' || pg_get_expr(r.prqual, r.prrelid), '') AS told
            FROM pg_publication_rel r WHERE r.prpubid = p.oid) t) AS tables,
        (SELECT string_agg(pnnspid::regnamespace::text, ', ' ORDER BY pnnspid::regnamespace::text)
            FROM pg_publication_namespace WHERE pnpubid = p.oid) AS schemas,
        obj_description(oid, 'pg_publication') AS comment
    FROM pg_publication p";

// Who is no superuser may read these columns and no others; how to reach the publisher is a secret.
const SUBSCRIPTIONS: &str = "
    SELECT NULL AS parent, 'subscription ' || quote_ident(subname) AS name,
        array_to_string(subpublications, ', ') AS publications, CASE WHEN NOT subenabled THEN 'no' END AS enabled,
        subslotname::text AS slot,
        (SELECT obj_description(subid, 'pg_subscription') FROM pg_stat_subscription t WHERE t.subname = s.subname LIMIT 1)
            AS comment
    FROM pg_subscription s WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())";

const DEPENDENCIES: &str = "
    SELECT NULL AS parent, i.type || ' ' || i.identity || ' depends on extension ' || quote_ident(e.extname) AS name
    FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid, LATERAL pg_identify_object(d.classid, d.objid, 0) i
    WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x'";
