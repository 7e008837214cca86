from django.db import migrations

from core.references import CheckByStatement


class Migration(migrations.Migration):
    """What hangs on a book: foreign keys took PostgreSQL as long as writing the rows (ADR 9)."""

    dependencies = [("books", "0008_sample_order")]
    operations = [
        CheckByStatement("book", "category"),
        CheckByStatement("bookauthor", "book", "author"),
        CheckByStatement("bookcategory", "book", "category"),
        CheckByStatement("booksubject", "book", "subject"),
        CheckByStatement("booklanguage", "book"),
        CheckByStatement("bookidentifier", "book"),
        CheckByStatement("bookisbn", "book"),
        CheckByStatement("bookseries", "book"),
        CheckByStatement("sourcerecord", "book"),
    ]
