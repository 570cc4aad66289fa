"""What other roles may do in the database (a dashboard reads it, say): noted before it is replaced, granted after."""

from typing import Any

import psycopg

WHO = "CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END"
SCHEMA = f"""
SELECT format('GRANT %s ON SCHEMA public TO %s', a.privilege_type, {WHO})
FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname = 'public' AND a.grantee <> n.nspowner"""  # noqa: S608 - made of our own words
DEFAULTS = f"""
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT %s ON %s TO %s',
              pg_get_userbyid(d.defaclrole), a.privilege_type, kind, {WHO})
FROM pg_default_acl d, aclexplode(d.defaclacl) a,
     (VALUES ('r', 'TABLES'), ('S', 'SEQUENCES'), ('f', 'FUNCTIONS'), ('T', 'TYPES')) AS k (mark, kind)
WHERE d.defaclnamespace = 'public'::regnamespace AND mark = d.defaclobjtype::text"""  # noqa: S608
RELATIONS = f"""
SELECT format('GRANT %s ON %s public.%I TO %s', string_agg(a.privilege_type, ', '),
              CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.relname, {WHO})
FROM pg_class c, aclexplode(c.relacl) a
WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner
GROUP BY c.relkind, c.relname, a.grantee"""  # noqa: S608
# A role or a table that is no more must not keep a database from coming back.
TRIED = "DO $vakhta$ BEGIN {}; EXCEPTION WHEN OTHERS THEN RAISE WARNING '%', SQLERRM; END $vakhta$;\n"


def granted(database: psycopg.Connection[Any]) -> tuple[str, str]:
    """Return two scripts: what tables yet to be made are granted, and what those of now are.

    Grants on single columns are not among them.
    """
    scripts = []
    for queries in ([SCHEMA, DEFAULTS], [RELATIONS]):
        found = [row[0] for query in queries for row in database.execute(query.encode())]
        scripts.append("".join(TRIED.format(statement) for statement in found))
    return scripts[0], scripts[1]
