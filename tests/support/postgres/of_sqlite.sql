-- The functions of SQLite that tests use when they look into a database.
CREATE SCHEMA of_sqlite;
SET search_path = of_sqlite;
CREATE DOMAIN blob AS bytea;
CREATE FUNCTION hex(bytea) RETURNS text LANGUAGE sql AS $$ SELECT upper(encode($1, 'hex')) $$;
CREATE FUNCTION zeroblob(integer) RETURNS bytea LANGUAGE sql AS $$ SELECT decode(repeat('00', $1), 'hex') $$;
CREATE FUNCTION ifnull(text, text) RETURNS text LANGUAGE sql AS $$ SELECT coalesce($1, $2) $$;
CREATE FUNCTION instr(bytea, text) RETURNS integer LANGUAGE sql
    AS $$ SELECT position(convert_to($2, 'UTF8') IN $1) $$;
-- A strict step takes the first value as it is.
CREATE FUNCTION append(text, text) RETURNS text LANGUAGE sql STRICT AS $$ SELECT $1 || ',' || $2 $$;
CREATE AGGREGATE group_concat(text) (SFUNC = append, STYPE = text);
CREATE FUNCTION append_behind(text, text, text) RETURNS text LANGUAGE sql
    AS $$ SELECT CASE WHEN $1 IS NULL THEN $2 ELSE $1 || $3 || $2 END $$;
CREATE AGGREGATE group_concat(text, text) (SFUNC = append_behind, STYPE = text);
