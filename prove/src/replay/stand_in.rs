//! Functions that stand in for those of extensions which the embedded server lacks and much of the world uses: tables whose
//! defaults call them are made as they are meant. What would have to know a cipher says so where it is called.

/// Returns what makes the functions of an extension; none where nothing stands in for it.
pub(super) fn functions(extension: &str) -> Option<String> {
    let signatures = match extension {
        "uuid-ossp" => UUID_OSSP,
        "pgcrypto" => PGCRYPTO,
        _ => return None,
    };
    let make = |(signature, result): &(&str, &str)| match *result {
        "random uuid" => {
            format!("CREATE FUNCTION {signature} RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()';\n")
        }
        result => format!(
            "CREATE FUNCTION {signature} RETURNS {result} LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
                RAISE 'the function is the extension''s, which the server lacks'; END $$;\n"
        ),
    };
    Some(signatures.iter().map(make).collect())
}

const UUID_OSSP: &[(&str, &str)] = &[
    ("uuid_generate_v1()", "random uuid"),
    ("uuid_generate_v1mc()", "random uuid"),
    ("uuid_generate_v4()", "random uuid"),
    ("uuid_generate_v3(namespace uuid, name text)", "uuid"),
    ("uuid_generate_v5(namespace uuid, name text)", "uuid"),
    ("uuid_nil()", "uuid"),
    ("uuid_ns_dns()", "uuid"),
    ("uuid_ns_url()", "uuid"),
    ("uuid_ns_oid()", "uuid"),
    ("uuid_ns_x500()", "uuid"),
];

const PGCRYPTO: &[(&str, &str)] = &[
    ("digest(text, text)", "bytea"),
    ("digest(bytea, text)", "bytea"),
    ("hmac(text, text, text)", "bytea"),
    ("hmac(bytea, bytea, text)", "bytea"),
    ("crypt(text, text)", "text"),
    ("gen_salt(text)", "text"),
    ("gen_salt(text, integer)", "text"),
    ("gen_random_bytes(integer)", "bytea"),
    ("encrypt(bytea, bytea, text)", "bytea"),
    ("decrypt(bytea, bytea, text)", "bytea"),
    ("pgp_sym_encrypt(text, text)", "bytea"),
    ("pgp_sym_encrypt(text, text, text)", "bytea"),
    ("pgp_sym_decrypt(bytea, text)", "text"),
    ("pgp_sym_decrypt(bytea, text, text)", "text"),
    ("armor(bytea)", "text"),
    ("dearmor(text)", "bytea"),
];
