from django.db import migrations

# A cycle spans rows, which no CHECK can see: a trigger walks up from the new parent. On PostgreSQL
# a lock lets one move through at a time, or two could each make half of a cycle.
POSTGRESQL = (
    """
    CREATE FUNCTION books_category_no_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('books_category_no_cycle'));
        IF EXISTS (
            WITH RECURSIVE above(id) AS (
                SELECT NEW.parent_id
                UNION SELECT c.parent_id FROM books_category c JOIN above ON c.id = above.id
            ) SELECT 1 FROM above WHERE id = NEW.id
        ) THEN
            RAISE EXCEPTION 'category_cycle' USING ERRCODE = 'check_violation', CONSTRAINT = 'category_cycle';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER books_category_no_cycle BEFORE UPDATE OF parent_id ON books_category
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION books_category_no_cycle()
    """,
)
SQLITE = (
    """
    CREATE TRIGGER books_category_no_cycle BEFORE UPDATE OF parent_id ON books_category
    WHEN NEW.parent_id IS NOT NULL
    BEGIN
        SELECT RAISE(ABORT, 'category_cycle') WHERE EXISTS (
            WITH RECURSIVE above(id) AS (
                SELECT NEW.parent_id
                UNION SELECT c.parent_id FROM books_category c JOIN above ON c.id = above.id
            ) SELECT 1 FROM above WHERE id = NEW.id
        );
    END
    """,
)
UNDO_POSTGRESQL = (
    "DROP TRIGGER books_category_no_cycle ON books_category",
    "DROP FUNCTION books_category_no_cycle()",
)
UNDO_SQLITE = ("DROP TRIGGER books_category_no_cycle",)


def create(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in UNDO_POSTGRESQL if schema_editor.connection.vendor == "postgresql" else UNDO_SQLITE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """A category can never stand below itself."""

    dependencies = [("books", "0002_search")]
    operations = [migrations.RunPython(create, drop)]
