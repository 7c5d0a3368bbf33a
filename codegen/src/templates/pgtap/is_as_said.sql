-- Conditions and expressions PostgreSQL prints in its own way. So it prints both: what is there, and what is made as the documents
-- say of an empty copy of the table.
CREATE FUNCTION pg_temp.printed(part text, of text, named text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE part
        WHEN 'constraint' THEN (
            SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = to_regclass(of) AND conname = named)
        WHEN 'index' THEN (
            SELECT CASE WHEN indisunique THEN 'UNIQUE ' ELSE '' END || substr(made, strpos(made, ' USING ') + 1)
            FROM pg_index, pg_class, pg_get_indexdef(indexrelid) AS made
            WHERE indrelid = to_regclass(of) AND pg_class.oid = indexrelid AND relname = named)
        WHEN 'expression' THEN (
            SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
            WHERE adrelid = to_regclass(of) AND attname = named)
        WHEN 'policy' THEN (
            SELECT concat_ws(' ', 'USING ' || pg_get_expr(polqual, polrelid), 'WITH CHECK ' || pg_get_expr(polwithcheck, polrelid))
            FROM pg_policy WHERE polrelid = to_regclass(of) AND polname = named)
    END
$$;
CREATE FUNCTION pg_temp.documented(part text, of text, named text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    printed text;
BEGIN
    EXECUTE format('CREATE TEMPORARY TABLE truthtable_copy (LIKE %s)', of);
    EXECUTE statement;
    printed := pg_temp.printed(part, 'pg_temp.truthtable_copy', named);
    DROP TABLE pg_temp.truthtable_copy;
    SELECT replace(printed, 'truthtable_copy', quote_ident(relname)) INTO printed FROM pg_class WHERE oid = to_regclass(of);
    RETURN coalesce(printed, 'nothing');
EXCEPTION WHEN others THEN
    RETURN SQLERRM;
END
$$;
CREATE FUNCTION pg_temp.is_as_said(part text, of text, named text, statement text, description text) RETURNS text LANGUAGE sql AS $$
    SELECT is(pg_temp.printed(part, of, named), pg_temp.documented(part, of, named, statement), description)
$$;
