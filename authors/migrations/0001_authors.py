import core.database.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
from django.db import migrations, models

from core.search.index import TextIndex

# Written out, not imported: a migration must stay what it was.
INDEX = TextIndex("authors_search", "author_id", "authors_author", {"names": ("words", "A")})


class Migration(migrations.Migration):
    """Authors, the headings they are known by, and their full-text index."""

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Author',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('person', 'Person'), ('organisation', 'Organisation'), ('placeholder', 'Placeholder')], default='person', max_length=12)),
                ('name', models.CharField(max_length=500)),
                ('sort_name', models.CharField(max_length=500)),
                ('sort_key', core.database.fields.FoldedField(editable=False, max_length=200)),
                ('match_key', core.database.fields.FoldedField(editable=False, max_length=200)),
                ('alternate_names', models.JSONField(blank=True, default=list)),
                ('birth_year', models.SmallIntegerField(blank=True, null=True)),
                ('death_year', models.SmallIntegerField(blank=True, null=True)),
                ('bio', models.TextField(blank=True)),
                ('identifiers', models.JSONField(blank=True, default=dict)),
                ('books_count', models.IntegerField(default=0, editable=False)),
                ('sample_key', models.IntegerField(default=core.database.fields.sample_key, editable=False)),
                ('imported', models.BooleanField(db_default=False, default=False, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'indexes': [models.Index(fields=['sort_key', 'id'], name='author_by_name'), models.Index(fields=['books_count', 'id'], name='author_by_books'), models.Index(fields=['birth_year', 'id'], name='author_by_birth'), models.Index(fields=['death_year', 'id'], name='author_by_death'), models.Index(fields=['kind', 'sort_key', 'id'], name='author_by_kind'), models.Index(fields=['match_key'], name='author_match'), models.Index(fields=['sample_key'], name='author_sample'), models.Index(django.db.models.functions.comparison.Coalesce(models.F('birth_year'), django.db.models.expressions.CombinedExpression(models.F('death_year'), '-', models.Value(100))), name='author_alive_from'), models.Index(django.db.models.functions.comparison.Coalesce(models.F('death_year'), django.db.models.expressions.CombinedExpression(models.F('birth_year'), '+', models.Value(100))), name='author_alive_to'), models.Index(condition=models.Q(('books_count', 0)), fields=['id'], name='author_without_books')],
                'constraints': [models.CheckConstraint(condition=models.Q(('birth_year__isnull', True), models.Q(('birth_year__gte', -5000), ('birth_year__lte', 2200), models.Q(('birth_year', 0), _negated=True)), _connector='OR'), name='author_birth_year'), models.CheckConstraint(condition=models.Q(('death_year__isnull', True), models.Q(('death_year__gte', -5000), ('death_year__lte', 2200), models.Q(('death_year', 0), _negated=True)), _connector='OR'), name='author_death_year'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='author_has_name'), models.CheckConstraint(condition=models.Q(('books_count__gte', 0)), name='author_books_count')],
            },
        ),
        migrations.CreateModel(
            name='AuthorHeading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40)),
                ('heading', models.CharField(max_length=500)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='headings', to='authors.author')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'heading'), name='author_heading')],
            },
        ),
        migrations.CreateModel(
            name='ReplacedHeading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40)),
                ('made', models.BooleanField()),
                ('new', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='authors.author')),
                ('old', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='authors.author')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'old', 'new'), name='replaced_heading_once')],
            },
        ),
        migrations.RunPython(
            lambda apps, schema_editor: INDEX.create(schema_editor),
            lambda apps, schema_editor: INDEX.drop(schema_editor),
        ),
    ]
