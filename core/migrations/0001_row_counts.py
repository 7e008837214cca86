from django.db import migrations, models


class Migration(migrations.Migration):
    """Row counts."""

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='RowCount',
            fields=[
                ('name', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('value', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('value__gte', 0)), name='row_count_not_negative')],
            },
        ),
    ]
