import core.database.fields
import django.db.models.deletion
from django.db import migrations, models

from core.search.index import TextIndex

# Written out, not imported: a migration must stay what it was.
BOOKS = TextIndex(
    "books_search",
    "book_id",
    "books_book",
    {
        "title": ("words", "A"),
        "authors": ("words", "B"),
        "subtitle": ("words", "C"),
        "subjects": ("words", "D"),
        "publisher": ("facets", "A"),
        "topics": ("facets", "B"),
    },
    own_index=frozenset({"title", "authors"}),
)
SUBJECTS = TextIndex("subjects_search", "subject_id", "books_subject", {"name": ("words", "A")})

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
    """What Django's models cannot say: the text indexes, the trigger against cycles, room for counts."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    for index in (BOOKS, SUBJECTS):
        index.create(schema_editor)
    for statement in POSTGRESQL if postgresql else SQLITE:
        schema_editor.execute(statement)
    if postgresql:
        # Room in each page for the counts of words to change without touching the index.
        schema_editor.execute("ALTER TABLE books_word SET (fillfactor = 70)")


def drop(apps, schema_editor):
    """Undo `create`."""
    for statement in UNDO_POSTGRESQL if schema_editor.connection.vendor == "postgresql" else UNDO_SQLITE:
        schema_editor.execute(statement)
    for index in (SUBJECTS, BOOKS):
        index.drop(schema_editor)


class Migration(migrations.Migration):
    """Books, categories and subjects, what links them, their full-text indexes and the words in them."""

    initial = True

    dependencies = [
        ('authors', '0001_authors'),
    ]

    operations = [
        migrations.CreateModel(
            name='Book',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=1000)),
                ('subtitle', models.TextField(blank=True)),
                ('part', models.CharField(blank=True, max_length=500)),
                ('languages', models.JSONField(blank=True, default=list)),
                ('original_languages', models.JSONField(blank=True, default=list)),
                ('first_published_year', models.SmallIntegerField(blank=True, null=True)),
                ('published_year', models.SmallIntegerField(blank=True, null=True)),
                ('published', models.CharField(blank=True, max_length=10)),
                ('publisher', models.CharField(blank=True, max_length=500)),
                ('pages', models.IntegerField(blank=True, null=True)),
                ('format', models.CharField(blank=True, max_length=80)),
                ('isbn_13', models.CharField(blank=True, editable=False, max_length=13, null=True)),
                ('work', models.CharField(blank=True, max_length=200)),
                ('links', models.JSONField(blank=True, default=list)),
                ('description', models.TextField(blank=True)),
                ('cover', models.JSONField(blank=True, null=True)),
                ('rating_average', models.FloatField(blank=True, null=True)),
                ('ratings_count', models.IntegerField(blank=True, null=True)),
                ('popularity', models.IntegerField(blank=True, null=True)),
                ('extra', models.JSONField(blank=True, default=dict)),
                ('curated', models.JSONField(default=list, editable=False)),
                ('sort_title', core.database.fields.FoldedField(editable=False, max_length=200)),
                ('title_key', core.database.fields.FoldedField(editable=False, max_length=200)),
                ('author_key', core.database.fields.FoldedField(editable=False, max_length=200, null=True)),
                ('sample_key', models.IntegerField(default=core.database.fields.sample_key, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name='Emptied',
            fields=[
                ('pk', models.CompositePrimaryKey('kind', 'row_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('row_id', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('word', core.database.fields.FoldedKey(max_length=64, primary_key=True, serialize=False)),
                ('titles', models.IntegerField(default=0)),
                ('names', models.IntegerField(default=0)),
                ('subjects', models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='BookAuthor',
            fields=[
                ('pk', models.CompositePrimaryKey('book', 'author', 'role', blank=True, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(default='author', max_length=40)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('position', models.SmallIntegerField(default=0)),
                ('author', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='credits', to='authors.author')),
                ('book', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='credits', to='books.book')),
            ],
            options={
                'ordering': ['position', 'author_id', 'role'],
            },
        ),
        migrations.AddField(
            model_name='book',
            name='authors',
            field=models.ManyToManyField(related_name='books', through='books.BookAuthor', to='authors.author'),
        ),
        migrations.CreateModel(
            name='BookIdentifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.CharField(max_length=40)),
                ('value', models.CharField(max_length=200)),
                ('book', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='identifiers', to='books.book')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='BookIsbn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('isbn_13', models.CharField(max_length=13)),
                ('primary', models.BooleanField(default=False)),
                ('book', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='isbns', to='books.book')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='BookLanguage',
            fields=[
                ('pk', models.CompositePrimaryKey('book', 'code', blank=True, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=8)),
                ('book', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='language_links', to='books.book')),
            ],
        ),
        migrations.CreateModel(
            name='BookSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=500)),
                ('name_key', core.database.fields.FoldedField(editable=False, max_length=200)),
                ('position', models.CharField(blank=True, max_length=40)),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='series', to='books.book')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=300)),
                ('slug', models.CharField(max_length=160, unique=True)),
                ('path', models.JSONField(default=list, editable=False)),
                ('sort_key', core.database.fields.FoldedField(editable=False, max_length=200)),
                ('books_count', models.IntegerField(default=0, editable=False)),
                ('sample_key', models.IntegerField(default=core.database.fields.sample_key, editable=False)),
                ('imported', models.BooleanField(db_default=False, default=False, editable=False)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='books.category')),
            ],
        ),
        migrations.CreateModel(
            name='BookCategory',
            fields=[
                ('pk', models.CompositePrimaryKey('book', 'category', blank=True, editable=False, primary_key=True, serialize=False)),
                ('position', models.SmallIntegerField(default=0)),
                ('book', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='shelvings', to='books.book')),
                ('category', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='shelvings', to='books.category')),
            ],
            options={
                'ordering': ['position', 'category_id'],
            },
        ),
        migrations.AddField(
            model_name='book',
            name='categories',
            field=models.ManyToManyField(related_name='books', through='books.BookCategory', to='books.category'),
        ),
        migrations.AddField(
            model_name='book',
            name='category',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='books.category'),
        ),
        migrations.CreateModel(
            name='CategoryAncestor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ancestor', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='descendants', to='books.category')),
                ('category', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='ancestors', to='books.category')),
            ],
        ),
        migrations.CreateModel(
            name='SourceRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=200)),
                ('digest', models.CharField(max_length=32)),
                ('set_fields', models.JSONField(default=list)),
                ('book', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='source_records', to='books.book')),
            ],
        ),
        migrations.CreateModel(
            name='Subject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=500)),
                ('kind', models.CharField(choices=[('topic', 'Topic'), ('genre', 'Genre'), ('place', 'Place'), ('person', 'Person'), ('time', 'Time'), ('shelf', 'Shelf'), ('class', 'Class')], default='topic', max_length=6)),
                ('slug', models.CharField(max_length=160, unique=True)),
                ('sort_key', core.database.fields.FoldedField(editable=False, max_length=200)),
                ('books_count', models.IntegerField(default=0, editable=False)),
                ('sample_key', models.IntegerField(default=core.database.fields.sample_key, editable=False)),
                ('imported', models.BooleanField(db_default=False, default=False, editable=False)),
            ],
            options={
                'indexes': [models.Index(fields=['sort_key', 'id'], name='subject_by_name'), models.Index(fields=['books_count', 'id'], name='subject_by_books'), models.Index(fields=['kind', 'sort_key', 'id'], name='subject_by_kind'), models.Index(fields=['sample_key'], name='subject_sample')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'name'), name='subject_name'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='subject_has_name'), models.CheckConstraint(condition=models.Q(('books_count__gte', 0)), name='subject_books_count')],
            },
        ),
        migrations.CreateModel(
            name='BookSubject',
            fields=[
                ('pk', models.CompositePrimaryKey('book', 'subject', blank=True, editable=False, primary_key=True, serialize=False)),
                ('position', models.SmallIntegerField(default=0)),
                ('book', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='subject_links', to='books.book')),
                ('subject', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='book_links', to='books.subject')),
            ],
            options={
                'ordering': ['position', 'subject_id'],
            },
        ),
        migrations.AddField(
            model_name='book',
            name='subjects',
            field=models.ManyToManyField(related_name='books', through='books.BookSubject', to='books.subject'),
        ),
        migrations.AddIndex(
            model_name='bookauthor',
            index=models.Index(fields=['author', 'book'], name='author_book'),
        ),
        migrations.AddIndex(
            model_name='bookauthor',
            index=models.Index(condition=models.Q(('role', 'author'), _negated=True), fields=['role', 'book'], name='role_book'),
        ),
        migrations.AddIndex(
            model_name='bookidentifier',
            index=models.Index(fields=['scheme', 'value'], name='identifier_book'),
        ),
        migrations.AddConstraint(
            model_name='bookidentifier',
            constraint=models.UniqueConstraint(fields=('book', 'scheme', 'value'), name='book_identifier_once'),
        ),
        migrations.AddIndex(
            model_name='bookisbn',
            index=models.Index(fields=['isbn_13', 'book'], name='isbn_book'),
        ),
        migrations.AddConstraint(
            model_name='bookisbn',
            constraint=models.UniqueConstraint(fields=('book', 'isbn_13'), name='book_isbn_once'),
        ),
        migrations.AddConstraint(
            model_name='bookisbn',
            constraint=models.UniqueConstraint(condition=models.Q(('primary', True)), fields=('book',), name='book_primary_isbn'),
        ),
        migrations.AddConstraint(
            model_name='bookisbn',
            constraint=models.CheckConstraint(condition=models.Q(('isbn_13__digits', 13), models.Q(('isbn_13__startswith', '978'), ('isbn_13__startswith', '979'), _connector='OR')), name='isbn_13_form'),
        ),
        migrations.AddIndex(
            model_name='booklanguage',
            index=models.Index(fields=['code', 'book'], name='language_book'),
        ),
        migrations.AddIndex(
            model_name='bookseries',
            index=models.Index(fields=['name_key', 'book'], name='series_book'),
        ),
        migrations.AddIndex(
            model_name='category',
            index=models.Index(fields=['sort_key', 'id'], name='category_by_name'),
        ),
        migrations.AddIndex(
            model_name='category',
            index=models.Index(fields=['books_count', 'id'], name='category_by_books'),
        ),
        migrations.AddIndex(
            model_name='category',
            index=models.Index(fields=['sample_key'], name='category_sample'),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.UniqueConstraint(fields=('parent', 'name'), name='category_name'),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.UniqueConstraint(condition=models.Q(('parent', None)), fields=('name',), name='category_root_name'),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='category_not_own_parent'),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='category_has_name'),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.CheckConstraint(condition=models.Q(('slug__in', ('tree',)), _negated=True), name='category_slug_not_reserved'),
        ),
        migrations.AddIndex(
            model_name='bookcategory',
            index=models.Index(fields=['category', 'book'], name='category_book'),
        ),
        migrations.AddIndex(
            model_name='categoryancestor',
            index=models.Index(fields=['ancestor', 'category'], name='category_descendant'),
        ),
        migrations.AddConstraint(
            model_name='categoryancestor',
            constraint=models.UniqueConstraint(fields=('category', 'ancestor'), name='category_ancestor'),
        ),
        migrations.AddConstraint(
            model_name='sourcerecord',
            constraint=models.UniqueConstraint(fields=('source', 'key'), name='source_key'),
        ),
        migrations.AddIndex(
            model_name='booksubject',
            index=models.Index(fields=['subject', 'book'], name='subject_book'),
        ),
        migrations.AddIndex(
            model_name='book',
            index=models.Index(fields=['-popularity', 'sort_title', 'id'], name='book_default_order'),
        ),
        migrations.AddIndex(
            model_name='book',
            index=models.Index(fields=['popularity', 'id'], name='book_by_popularity'),
        ),
        migrations.AddIndex(
            model_name='book',
            index=models.Index(fields=['sort_title', 'id'], name='book_by_title'),
        ),
        migrations.AddIndex(
            model_name='book',
            index=models.Index(fields=['title_key'], name='book_by_title_key'),
        ),
        migrations.AddIndex(
            model_name='book',
            index=models.Index(fields=['author_key', 'id'], name='book_by_author'),
        ),
        migrations.AddIndex(
            model_name='book',
            index=models.Index(fields=['published_year', 'id'], name='book_by_year'),
        ),
        migrations.AddIndex(
            model_name='book',
            index=models.Index(fields=['first_published_year', 'id'], name='book_by_first_year'),
        ),
        migrations.AddIndex(
            model_name='book',
            index=models.Index(fields=['rating_average', 'id'], name='book_by_rating'),
        ),
        migrations.AddIndex(
            model_name='book',
            index=models.Index(fields=['created_at', 'id'], name='book_by_created'),
        ),
        migrations.AddIndex(
            model_name='book',
            index=models.Index(fields=['updated_at', 'id'], name='book_by_updated'),
        ),
        migrations.AddIndex(
            model_name='book',
            index=models.Index(fields=['sample_key', 'id'], name='book_sample'),
        ),
        migrations.AddIndex(
            model_name='book',
            index=models.Index(fields=['category'], name='book_category'),
        ),
        migrations.AddIndex(
            model_name='book',
            index=models.Index(condition=models.Q(('work', ''), _negated=True), fields=['work'], name='book_work'),
        ),
        migrations.AddIndex(
            model_name='book',
            index=models.Index(condition=models.Q(('cover__isnull', False)), fields=['id'], name='book_with_cover'),
        ),
        migrations.AddConstraint(
            model_name='book',
            constraint=models.CheckConstraint(condition=models.Q(('first_published_year__isnull', True), models.Q(('first_published_year__gte', -5000), ('first_published_year__lte', 2200), models.Q(('first_published_year', 0), _negated=True)), _connector='OR'), name='book_first_published_year'),
        ),
        migrations.AddConstraint(
            model_name='book',
            constraint=models.CheckConstraint(condition=models.Q(('published_year__isnull', True), models.Q(('published_year__gte', -5000), ('published_year__lte', 2200), models.Q(('published_year', 0), _negated=True)), _connector='OR'), name='book_published_year'),
        ),
        migrations.AddConstraint(
            model_name='book',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='book_has_title'),
        ),
        migrations.AddConstraint(
            model_name='book',
            constraint=models.CheckConstraint(condition=models.Q(('isbn_13', None), ('isbn_13__digits', 13), _connector='OR'), name='book_isbn_13'),
        ),
        migrations.AddConstraint(
            model_name='book',
            constraint=models.CheckConstraint(condition=models.Q(('rating_average', None), models.Q(('rating_average__gte', 0), ('rating_average__lte', 5)), _connector='OR'), name='book_rating'),
        ),
        migrations.AddConstraint(
            model_name='book',
            constraint=models.CheckConstraint(condition=models.Q(('ratings_count', None), ('ratings_count__gte', 0), _connector='OR'), name='book_ratings'),
        ),
        migrations.AddConstraint(
            model_name='book',
            constraint=models.CheckConstraint(condition=models.Q(('pages', None), ('pages__gt', 0), _connector='OR'), name='book_pages'),
        ),
        migrations.RunPython(create, drop),
    ]
