"""References that PostgreSQL checks once a statement, where a foreign key is checked once a row.

Foreign keys were a third of what loading cost PostgreSQL. These hold the same: a row may only refer to one that
is there, and that one is locked until the transaction ends (FOR KEY SHARE, as PostgreSQL's own ri_triggers.c
does it) unless the transaction itself made or changed it, so that nobody deletes it meanwhile; a row that is referred
to can be neither deleted, truncated nor given another id. Unlike Django's foreign keys they are checked at the end of
the statement, not of the transaction.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.models import ForeignKey

# Plans are kept for a session: one made while a table was small must not read it whole when it has grown.
# Tables are those of the schema at hand, whatever a session calls so: a temporary one is none of them.
_SETTINGS = (
    "SET search_path = {schema}, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"
)
_FUNCTION = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {settings} AS $$
DECLARE wrong bigint;
BEGIN
    {look}
    IF FOUND THEN
        RAISE foreign_key_violation USING TABLE = '{table}', COLUMN = '{column}', CONSTRAINT = '{name}',
            MESSAGE = format('{message}', wrong);
    END IF;
    RETURN NULL;
END $$
"""
# By the functions' names: what puts the id of a row that breaks the reference in `wrong`, and what is said of it.
_LOOKS = {
    "refers": (
        """
    SELECT wanted.id INTO wrong
    FROM (
        SELECT id FROM (SELECT DISTINCT {column} AS id FROM added WHERE {column} IS NOT NULL) named
        WHERE (SELECT xmin = pg_current_xact_id()::xid FROM {parent} WHERE {parent}.id = named.id) IS NOT TRUE
    ) wanted
    LEFT JOIN LATERAL (SELECT true AS there FROM {parent} WHERE {parent}.id = wanted.id FOR KEY SHARE) held ON true
    WHERE held.there IS NULL LIMIT 1;
""",
        "{table} refers by {column} to %s, which is not in {parent}",
    ),
    "referred": (
        """
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE feature_not_supported USING
            MESSAGE = 'rows of {parent} are deleted in READ COMMITTED only: others do not see who refers to them';
    ELSIF TG_OP = 'TRUNCATE' THEN
        SELECT {column} INTO wrong FROM {table} WHERE {column} IS NOT NULL LIMIT 1;
    ELSIF TG_OP = 'UPDATE' THEN
        SELECT {column} INTO wrong FROM {table} WHERE {column} = OLD.id LIMIT 1;
    ELSE
        SELECT gone.id INTO wrong FROM gone WHERE EXISTS (SELECT FROM {table} WHERE {column} = gone.id) LIMIT 1;
    END IF;
""",
        "{table} still refers by {column} to %s of {parent}",
    ),
}
_TRIGGERS = """
CREATE TRIGGER {refers}_new AFTER INSERT ON {table} REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION {refers}('{column}', '{parent}');
CREATE TRIGGER {refers}_changed AFTER UPDATE ON {table} REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION {refers}('{column}', '{parent}');
CREATE TRIGGER {referred}_gone AFTER DELETE ON {parent} REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION {referred}();
CREATE TRIGGER {referred}_renumbered AFTER UPDATE OF id ON {parent}
    FOR EACH ROW WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION {referred}();
CREATE TRIGGER {referred}_emptied AFTER TRUNCATE ON {parent} FOR EACH STATEMENT EXECUTE FUNCTION {referred}();
"""


class CheckByStatement(Operation):
    """Let the references of a model, foreign keys so far, be checked by statement; each needs an index.

    SQLite keeps its foreign keys: there they cost little.
    """

    reduces_to_sql = True

    def __init__(self, model_name: str, *fields: str) -> None:
        self.model_name, self.fields = model_name, fields

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models know nothing of it."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Replace the foreign keys, once all rows are known to keep to them."""
        if schema_editor.connection.vendor == "postgresql":
            model = to_state.apps.get_model(app_label, self.model_name)
            for field in map(model._meta.get_field, self.fields):
                for name in _foreign_keys(schema_editor.connection, model._meta.db_table, field.column):
                    schema_editor.execute(f"ALTER TABLE {model._meta.db_table} DROP CONSTRAINT {name}")
                names = _names(field)
                settings = _SETTINGS.format(schema=_schema(schema_editor.connection))
                for kind, texts in _LOOKS.items():
                    look, message = (text.format(**names) for text in texts)
                    function = _FUNCTION.format(
                        name=names[kind], settings=settings, look=look.strip(), message=message, **names
                    )
                    schema_editor.execute(function, params=None)
                schema_editor.execute(_TRIGGERS.format(**names), params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Make them foreign keys again."""
        if schema_editor.connection.vendor == "postgresql":
            model = to_state.apps.get_model(app_label, self.model_name)
            for field in map(model._meta.get_field, self.fields):
                names = _names(field)
                for kind in _LOOKS:
                    schema_editor.execute(f"DROP FUNCTION {names[kind]}() CASCADE")
                schema_editor.execute(schema_editor._create_fk_sql(model, field, "_fk_%(to_table)s_%(to_column)s"))  # type: ignore[attr-defined]

    def describe(self) -> str:
        """What `migrate` prints."""
        return f"Check {', '.join(self.fields)} of {self.model_name} by statement"


class Pause(NamedTuple):
    """The statements that stop and resume checking the rows that are added by one reference."""

    stop: str
    resume: str


def pauses(connection: BaseDatabaseWrapper, tables: Sequence[str]) -> list[Pause]:
    """Those of all references from `tables` that are checked by statement; to resume is to check every row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname, string_to_array(encode(tgargs, 'escape'), '\\000') FROM pg_trigger"
            " WHERE tgrelid = ANY(%s::regclass[]) AND tgname LIKE %s AND NOT tgisinternal ORDER BY tgrelid, tgname",
            [list(tables), r"%\_refers\_new"],
        )
        return [_pause(table, trigger, *arguments[:2]) for table, trigger, arguments in cursor.fetchall()]


@contextmanager
def unchecked(connection: BaseDatabaseWrapper, tables: Sequence[str]) -> Iterator[None]:
    """Inside, rows of `tables` may refer to some that come later. Within a transaction; others can read meanwhile."""
    paused = pauses(connection, tables) if connection.vendor == "postgresql" else []
    with connection.cursor() as cursor:
        for pause in paused:
            cursor.execute(pause.stop)
        yield
        for pause in paused:
            cursor.execute(pause.resume)


def _pause(table: str, trigger: str, column: str, parent: str) -> Pause:
    wrong = f"{column} IS NOT NULL AND NOT EXISTS (SELECT FROM {parent} WHERE {parent}.id = {column})"
    return Pause(
        f"ALTER TABLE {table} DISABLE TRIGGER {trigger}",
        f"ALTER TABLE {table} ENABLE TRIGGER {trigger}; "
        f"DO $$ BEGIN IF EXISTS (SELECT FROM {table} WHERE {wrong}) THEN RAISE foreign_key_violation USING "
        f"MESSAGE = '{table} refers by {column} to rows that are not in {parent}'; END IF; END $$",
    )


def _names(field: ForeignKey[Any, Any]) -> dict[str, str]:
    table, parent = field.model._meta.db_table, field.remote_field.model._meta.db_table
    return {
        "table": table,
        "column": field.column,
        "parent": parent,
        "refers": f"{table}_{field.column}_refers",
        "referred": f"{table}_{field.column}_referred",
    }


def _schema(connection: BaseDatabaseWrapper) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        return str(cursor.fetchone()[0])


def _foreign_keys(connection: BaseDatabaseWrapper, table: str, column: str) -> list[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return [name for name, each in found.items() if each["foreign_key"] and each["columns"] == [column]]
