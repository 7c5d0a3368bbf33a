//! Functions that stand in for those of extensions which the embedded server lacks and much of the world uses: tables whose
//! defaults call them are made as they are meant. What would have to know a cipher says so where it is called.

/// What a stand-in is known by, in its comment.
const MARK: &str = "stands in for a function of the extension ";

/// What a function does.
#[derive(Clone, Copy)]
enum Body {
    /// What it is meant to do, as SQL.
    Sql(&'static str),
    /// The same as a body of PL/pgSQL.
    Plpgsql(&'static str),
    /// It needs what only the extension has.
    Missing,
}

/// A function: its signature, its result and what it does.
type Function = (&'static str, &'static str, Body);

/// Returns what makes the functions of an extension where they are not there, as one statement; none where nothing stands in for it.
pub fn functions(extension: &str) -> Option<String> {
    Some(format!("DO $stand_in$ BEGIN\n{}END $stand_in$", made(extension)?))
}

/// Returns a statement that creates an extension in a schema, or where a server lacks it the functions that stand in for its own.
pub fn extension_or_functions(extension: &str, schema: &str) -> String {
    let made = made(extension).unwrap_or_default();
    format!(
        "DO $stand_in$ BEGIN
IF EXISTS (SELECT FROM pg_available_extensions WHERE name = '{extension}') THEN
    CREATE EXTENSION IF NOT EXISTS \"{extension}\" WITH SCHEMA {schema};
ELSE
PERFORM set_config('search_path', '{schema}', true);
{made}END IF;
END $stand_in$;
RESET search_path;
"
    )
}

/// Returns the statements of PL/pgSQL that make the functions of an extension.
fn made(extension: &str) -> Option<String> {
    let make = |(signature, result, body): &Function| {
        let body = match body {
            Body::Sql(sql) => format!("LANGUAGE sql AS $x${sql}$x$"),
            Body::Plpgsql(body) => format!("LANGUAGE plpgsql AS $x${body}$x$"),
            Body::Missing => format!(
                "LANGUAGE plpgsql IMMUTABLE AS $x$ BEGIN \
                 RAISE 'the function is of the extension {extension}, which the server lacks'; END $x$"
            ),
        };
        format!(
            "IF to_regprocedure('{signature}') IS NULL THEN\n    CREATE FUNCTION {signature} RETURNS {result} {body};\n    \
             COMMENT ON FUNCTION {signature} IS '{MARK}{extension}';\nEND IF;\n"
        )
    };
    Some(of(extension)?.iter().map(make).collect())
}

/// Returns what drops the functions that stand in for an extension; none where nothing does.
pub fn dropped(extension: &str) -> Option<String> {
    of(extension)?;
    Some(format!(
        "DO $stand_in$ DECLARE one text; BEGIN
            FOR one IN SELECT oid::regprocedure FROM pg_proc WHERE obj_description(oid, 'pg_proc') = '{MARK}{extension}' LOOP
                EXECUTE 'DROP FUNCTION ' || one;
            END LOOP;
        END $stand_in$"
    ))
}

/// Says whether functions stand in for those of an extension.
pub fn is_there(extension: &str) -> bool {
    of(extension).is_some()
}

/// Says whether a function's comment is that of a stand-in.
pub fn is_marked(comment: &str) -> bool {
    comment.starts_with(MARK)
}

fn of(extension: &str) -> Option<&'static [Function]> {
    match extension {
        "uuid-ossp" => Some(UUID_OSSP),
        "pgcrypto" => Some(PGCRYPTO),
        "moddatetime" => Some(MODDATETIME),
        _ => None,
    }
}

const RANDOM_UUID: Body = Body::Sql("SELECT gen_random_uuid()");

/// The name spaces are those of RFC 9562, appendix "Namespace IDs".
const UUID_OSSP: &[Function] = &[
    ("uuid_generate_v1()", "uuid", RANDOM_UUID),
    ("uuid_generate_v1mc()", "uuid", RANDOM_UUID),
    ("uuid_generate_v4()", "uuid", RANDOM_UUID),
    ("uuid_generate_v3(uuid, text)", "uuid", Body::Missing),
    ("uuid_generate_v5(uuid, text)", "uuid", Body::Missing),
    ("uuid_nil()", "uuid", Body::Sql("SELECT '00000000-0000-0000-0000-000000000000'::uuid")),
    ("uuid_ns_dns()", "uuid", Body::Sql("SELECT '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid")),
    ("uuid_ns_url()", "uuid", Body::Sql("SELECT '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid")),
    ("uuid_ns_oid()", "uuid", Body::Sql("SELECT '6ba7b812-9dad-11d1-80b4-00c04fd430c8'::uuid")),
    ("uuid_ns_x500()", "uuid", Body::Sql("SELECT '6ba7b814-9dad-11d1-80b4-00c04fd430c8'::uuid")),
];

/// Salts and what is made with them have the form of bcrypt's: a stored one gives itself again for the same word.
const PGCRYPTO: &[Function] = &[
    ("digest(text, text)", "bytea", Body::Sql(DIGEST_OF_TEXT)),
    ("digest(bytea, text)", "bytea", Body::Sql(DIGEST)),
    ("hmac(text, text, text)", "bytea", Body::Missing),
    ("hmac(bytea, bytea, text)", "bytea", Body::Missing),
    (
        "crypt(text, text)",
        "text",
        Body::Sql(
            "SELECT rpad(substr($2, 1, 29), 29, '.') || substr(md5($1 || rpad(substr($2, 1, 29), 29, '.')), 1, 31)",
        ),
    ),
    ("gen_salt(text)", "text", Body::Sql("SELECT '$2a$06$' || substr(md5(random()::text), 1, 22)")),
    (
        "gen_salt(text, integer)",
        "text",
        Body::Sql("SELECT '$2a$' || lpad($2::text, 2, '0') || '$' || substr(md5(random()::text), 1, 22)"),
    ),
    (
        "gen_random_bytes(integer)",
        "bytea",
        Body::Sql(
            "SELECT substr(decode(string_agg(replace(gen_random_uuid()::text, '-', ''), ''), 'hex'), 1, $1) \
             FROM generate_series(0, $1 / 16)",
        ),
    ),
    ("encrypt(bytea, bytea, text)", "bytea", Body::Missing),
    ("decrypt(bytea, bytea, text)", "bytea", Body::Missing),
    ("pgp_sym_encrypt(text, text)", "bytea", Body::Missing),
    ("pgp_sym_encrypt(text, text, text)", "bytea", Body::Missing),
    ("pgp_sym_decrypt(bytea, text)", "text", Body::Missing),
    ("pgp_sym_decrypt(bytea, text, text)", "text", Body::Missing),
    ("armor(bytea)", "text", Body::Missing),
    ("dearmor(text)", "bytea", Body::Missing),
];

const DIGEST: &str = "SELECT CASE lower($2) WHEN 'md5' THEN decode(md5($1), 'hex') WHEN 'sha224' THEN sha224($1) \
    WHEN 'sha256' THEN sha256($1) WHEN 'sha384' THEN sha384($1) WHEN 'sha512' THEN sha512($1) END";

const DIGEST_OF_TEXT: &str = "SELECT CASE lower($2) WHEN 'md5' THEN decode(md5($1), 'hex') \
    WHEN 'sha224' THEN sha224(convert_to($1, 'UTF8')) WHEN 'sha256' THEN sha256(convert_to($1, 'UTF8')) \
    WHEN 'sha384' THEN sha384(convert_to($1, 'UTF8')) WHEN 'sha512' THEN sha512(convert_to($1, 'UTF8')) END";

const MODDATETIME: &[Function] = &[(
    "moddatetime()",
    "trigger",
    Body::Plpgsql(
        "BEGIN NEW := jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], now())); RETURN NEW; END",
    ),
)];

#[cfg(test)]
mod tests {
    use super::{dropped, functions, is_marked, is_there};

    #[test]
    fn some_extensions_have_functions_that_stand_in() {
        let made = functions("uuid-ossp").unwrap();
        assert!(made.contains("CREATE FUNCTION uuid_generate_v4() RETURNS uuid LANGUAGE sql"), "{made}");
        assert!(dropped("uuid-ossp").unwrap().contains("the extension uuid-ossp"));
        assert!(is_there("pgcrypto") && !is_there("postgis") && functions("postgis").is_none());
        assert!(is_marked("stands in for a function of the extension pgcrypto") && !is_marked("A function."));
    }
}
