"""What the README shows is what a new user sees."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)
README = (ROOT / "README.md").read_text()
EXAMPLES = re.findall(r"^\$ curl 'http://localhost:8000(\S+)'\n(.+?)(?=\n\n\$|\n```)", README, re.DOTALL | re.MULTILINE)


def comparable(document):
    """`document` without what differs from one load or request to the next."""
    text = re.sub(r"/(books|authors)/[0-9]+/", r"/\1/N/", json.dumps(document))
    text = re.sub(r"cursor=[^\"&]+", "cursor=C", text)
    return re.sub(r'"(updated_at|request_id|id)": ("[^"]*"|[0-9]+)', r'"\1": "…"', text)


@pytest.mark.django_db
def test_the_readmes_five_questions_have_the_answers_it_shows(api):
    call_command("import_books", str(ROOT / "books" / "importing" / "sample" / "classics.ndjson"))
    assert len(EXAMPLES) == 5
    for path, answer in EXAMPLES:
        given = api.get(path, headers={"host": "localhost:8000"}).json()
        assert comparable(given) == comparable(json.loads(answer)), path


def test_the_readme_names_files_that_are_there():
    names = re.findall(r"\]\((?!http)([^)]+)\)", README)
    assert names
    for name in names:
        assert (ROOT / name).exists(), name
