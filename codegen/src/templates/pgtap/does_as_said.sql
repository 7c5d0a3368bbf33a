-- What a foreign key does when a row that it references changes or goes, and when.
CREATE FUNCTION pg_temp.does(of text, named text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', CASE confmatchtype WHEN 'f' THEN 'MATCH FULL' END,
        'ON UPDATE ' || (words ->> confupdtype::text), 'ON DELETE ' || (words ->> confdeltype::text),
        -- From version 15 on, the columns that are set.
        (SELECT '(' || string_agg(attname, ', ' ORDER BY at) || ')'
            FROM jsonb_array_elements_text(CASE jsonb_typeof(made -> 'confdelsetcols') WHEN 'array' THEN made -> 'confdelsetcols' END)
                WITH ORDINALITY chosen (number, at)
            JOIN pg_attribute ON attrelid = conrelid AND attnum = number::int),
        CASE WHEN condeferrable THEN 'DEFERRABLE INITIALLY ' || CASE WHEN condeferred THEN 'DEFERRED' ELSE 'IMMEDIATE' END END,
        CASE WHEN NOT convalidated THEN 'NOT VALID' END)
    FROM pg_constraint c, to_jsonb(c) AS made,
        (VALUES ('{"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}'::jsonb)) w (words)
    WHERE conrelid = to_regclass(of) AND conname = named AND contype = 'f'
$$;
CREATE FUNCTION pg_temp.does_as_said(of text, named text, said text, description text) RETURNS text LANGUAGE sql AS $$
    SELECT is(pg_temp.does(of, named), said, description)
$$;
