"""The OpenAPI document: it is what the code does, neither less nor more, and it is written for those who call it."""

import functools
import inspect
import re
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from api import viewsets
from api.filters.books import BookFilter
from api.filters.entities import AuthorFilter, SubjectFilter
from api.parameters.pages import PAGE_PARAMETERS
from api.private import viewset
from api.problems import PROBLEMS
from api.views import accounts, authors, books, categories, isbn, subjects, suggest
from core.server.prepared import MAX_ID
from serializers.writing.base import Body
from serializers.writing.examples import EXAMPLES
from tests.support.factories import make_book

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = yaml.safe_load((ROOT / "openapi.yaml").read_text())
OPERATIONS = {
    (path, method): operation for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
}
PATHS = {path: operation for (path, method), operation in OPERATIONS.items() if method == "get"}
SCHEMAS = DOCUMENT["components"]["schemas"]
PARAMETERS = {
    (path, parameter["name"]): parameter
    for path, operation in PATHS.items()
    for parameter in operation.get("parameters", ())
}
BOOKS = "/api/v1/books/"
# What the views read: a cursor's signature, how deep a page is, by which fields a list is ordered.
UNREAD = {"cursor", "page", "ordering"}
VALUES = {
    **{(BOOKS, name): condition.value for name, condition in BookFilter.base_filters.items()},
    **{("/api/v1/authors/", name): condition.value for name, condition in AuthorFilter.base_filters.items()},
    **{("/api/v1/subjects/", name): condition.value for name, condition in SubjectFilter.base_filters.items()},
    **{(BOOKS, name): value for name, value in PAGE_PARAMETERS.items() if name not in UNREAD},
}
# What a schema cannot say: how ISBNs are written, which languages there are, and that a text has a word to look for.
UNSAYABLE = {"malformed", "checksum", "nothing_to_search", "only_exclusions"}
# A time may also stand without an offset, or with a blank for the plus sign that nobody encoded.
LENIENT = {"created_since", "updated_since"}


def schema(node):
    """A schema that stands alone: what it refers to comes along."""
    return {**node, "components": DOCUMENT["components"]}


def follows(node, value):
    return validator(yaml.safe_dump(node)).is_valid(value)


@functools.lru_cache
def validator(text):
    return jsonschema_rs.validator_for(schema(yaml.safe_load(text)), validate_formats=True)


def as_json(node, text):
    """A parameter's text as the value that it stands for in JSON."""
    kind = node.get("type")
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if kind == "integer" and re.fullmatch("-?[0-9]+", text):
        return int(text)
    if kind == "number" and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?", text):
        return float(text)
    return text


def assert_both_say_the_same(place, text):
    """The document and the code take `text` for the parameter, or both refuse it."""
    node, accepted = PARAMETERS[place]["schema"], True
    if not text.strip():  # refused before any parameter is looked at
        return
    try:
        VALUES[place].clean(text)
    except ValidationError as error:
        if error.code in UNSAYABLE or (place[1].startswith("language") and error.code == "invalid"):
            return
        if place[1] == "series" and len(text) <= 500:
            return
        accepted = False
    assert follows(node, as_json(node, text)) is accepted, (place, text)


def test_the_committed_document_is_the_generated_one_and_valid():
    done = subprocess.run(
        [sys.executable, "manage.py", "spectacular", "--validate", "--fail-on-warn"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    committed = (ROOT / "openapi.yaml").read_text()
    assert done.stdout.rstrip("\n") == committed.rstrip("\n")
    validate(yaml.safe_load(committed))


def test_it_says_where_the_server_is_what_its_tags_mean_and_which_licence_it_has():
    assert DOCUMENT["servers"] == [{"url": "/", "description": "The server that this document comes from"}]
    assert DOCUMENT["info"]["license"] == {"name": "MIT", "identifier": "MIT"}
    described = {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}
    assert {tag for operation in OPERATIONS.values() for tag in operation["tags"]} == described


def test_every_operation_has_a_summary_and_a_description_of_its_own_and_none_is_a_docstring():
    modules = (viewsets, viewset, accounts, authors, books, categories, isbn, subjects, suggest)
    docstrings = {
        inspect.getdoc(member)
        for module in modules
        for _, kind in inspect.getmembers(module, inspect.isclass)
        for member in (kind, *kind.__dict__.values())
    }
    for name in ("summary", "description"):
        texts = [operation[name] for operation in OPERATIONS.values()]
        assert len(set(texts)) == len(OPERATIONS)
        assert not {text.rstrip(".") for text in texts} & {str(text).split("\n")[0].rstrip(".") for text in docstrings}
    assert not re.search(r"Raises|Http404|queryset|serializer", (ROOT / "openapi.yaml").read_text())


def test_no_parameter_is_filled_in_by_whoever_shows_the_document():
    for place, parameter in PARAMETERS.items():
        assert parameter["description"], place
        assert not {"example", "examples", "default"} & {*parameter, *parameter["schema"]}, place


def test_each_errors_example_is_a_problem_of_that_status():
    shown = 0
    for operation in OPERATIONS.values():
        for status, answer in operation["responses"].items():
            response = (
                DOCUMENT["components"]["responses"][answer["$ref"].split("/")[-1]] if "$ref" in answer else answer
            )
            for content in response.get("content", {}).values():
                for code in content.get("examples", {}) if int(status) >= 400 else ():
                    document = DOCUMENT["components"]["examples"][code]["value"]
                    problem = PROBLEMS[document["code"]]
                    assert (document["status"], document["type"]) == (int(status), problem.type)
                    assert problem.status == int(status)
                    assert follows({"$ref": "#/components/schemas/Problem"}, document)
                    shown += 1
    assert shown >= 3 * len(OPERATIONS)


def test_a_key_in_a_path_is_what_it_is_in_a_body():
    for path in (BOOKS, "/api/v1/authors/"):
        assert PARAMETERS[f"{path}{{id}}/", "id"]["schema"] == {"type": "integer", "minimum": 1, "maximum": MAX_ID}
    assert SCHEMAS["Book"]["properties"]["id"]["maximum"] == MAX_ID
    node = PARAMETERS["/api/v1/categories/{slug}/", "slug"]["schema"]
    assert node["pattern"] == SCHEMAS["Category"]["properties"]["slug"]["pattern"]
    for slug in ("émile-zola", "日本-文学", "a_1", "x" * 160):
        assert follows(node, slug)
    for text in ("a b", "a/b", "a.b", "a,b", "a%b", "\x1b", "x" * 161, ""):
        assert not follows(node, text)


RIGHT = {
    "author": ["1", "1, 2 ,3", str(MAX_ID), ",".join(["7"] * 100)],
    "category": ["émile-zola", "a,b , c", "日本", "x" * 160],
    "classification": ["lcc:PS", "lcc:qa76"],
    "count": ["none", "exact"],
    "created_since": [
        "2026-11-21", "2026-11-21T09:30:00Z", "2026-11-21T09:30:00.123456-05:30", "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
    ],
    "first_published_year": ["-5000", "-1", "1", "2200"],
    "has_cover": ["true", "false"],
    "identifier": ["gutenberg:1342", "a:b c, oclc_2:é", "x:" + "y" * 200],
    "isbn": ["9780141439518", "978-0-14-143951-8, ISBN 0141439513", "080442957X", "٩٧٨٠١٤١٤٣٩٥١٨"],
    "language": ["fr", "fre,fra", "pt-BR", "EN_gb", "German , français, 日本語"],
    "page_size": ["1", "100"],
    "rating_min": ["0", "5", "4.25", "-0.0", "1e-300"],
    "role": ["author"],
    "search": ["a", '"a b" -c', "x" * 200, "日本"],
    "seed": ["0"],
    "series": ["Middle-earth", "x" * 500],
    "subject_kind": ["topic", "shelf, class"],
    "work": ["openlibrary:OL45804W", "a:b c"],
}  # fmt: skip
WRONG = {
    "author": ["0", "-1", "01", "1,", "1;2", "a", str(MAX_ID + 1), ",".join(["7"] * 101)],
    "category": ["a b", "a/b", "a,,b", "%", "x" * 4001, "\ufffd", ",".join(["a"] * 101)],
    "classification": ["PS", "lcc:", "lcc:PSXY", "ddc:810", "lcc:P\n"],
    "count": ["all", "NONE", " none"],
    "created_since": ["yesterday", "2026-13-01", "2026-02-30", "20261121"],
    "first_published_year": ["0", "-5001", "2201", "1.5", "x", " 1"],
    "has_cover": ["1", "0", "yes", "True"],
    "identifier": ["1342", "gutenberg:", "Gutenberg:1", "a:b,", "x:" + "y" * 4000, "a:\x1b"],
    "isbn": ["9780141439518,", ",", "9780141439518\ufffd", " , 9780141439518"],
    "language": ["fr,", ",", "fr\x00", ",".join(["fr"] * 101)],
    "page_size": ["0", "101", "ten"],
    "rating_min": ["-0.1", "5.1", "1e400", "four", "0x1"],
    "role": ["authors", ""],
    "search": ["x" * 201, "a\x00b", "\ufffd"],
    "seed": ["-1", str(2**31)],
    "series": ["x" * 501],
    "subject_kind": ["topics", "topic,", "Topic"],
    "work": ["OL45804W", "a:", "a: b", "x:" + "y" * 201],
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_the_document_and_the_code_take_and_refuse_the_same(name):
    for text in RIGHT[name]:
        assert follows(PARAMETERS[BOOKS, name]["schema"], as_json(PARAMETERS[BOOKS, name]["schema"], text)), text
        VALUES[BOOKS, name].clean(text)
    for text in WRONG[name]:
        assert not follows(PARAMETERS[BOOKS, name]["schema"], as_json(PARAMETERS[BOOKS, name]["schema"], text)), text
    for text in (*RIGHT[name], *WRONG[name]):
        if not {"\x00", "\ufffd"} & set(text):  # refused before any parameter is looked at
            assert_both_say_the_same((BOOKS, name), text)


@pytest.mark.parametrize("place", [place for place in VALUES if place[1] not in LENIENT], ids=lambda place: place[1])
@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_whatever_is_sent_the_document_and_the_code_agree(place, data):
    printable = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffd")
    pieces = st.sampled_from(["a", "topic", "lcc:", "x:", ",", " ", "-", "0", "1", "9", "fr", "978", ".", "é", "e"])
    assert_both_say_the_same(place, data.draw(st.lists(pieces | printable, max_size=14).map("".join)))


@pytest.mark.django_db
def test_what_fields_can_leave_out_is_not_required_and_every_answer_follows_its_schema(api):
    book = make_book(
        title="Emma",
        authors=["Austen, Jane"],
        categories=[("Fiction",)],
        subjects=["Courtship"],
        series=[("Novels", "4")],
    )
    lists = {
        "books": book.pk,
        "authors": book.credits.get().author_id,
        "categories": "fiction",
        "subjects": "courtship",
        "series": "novels",
    }
    for name, key in lists.items():
        has_id = name not in ("subjects", "series")
        for query in ("", "?fields=url", "?fields=id,slug,name" if has_id else "?fields=url&expand=name"):
            for path, documented in ((f"{name}/", f"{name}/"), (f"{name}/{key}/", f"{name}/{{KEY}}/")):
                response = api.get(f"/api/v1/{path}{query}")
                if response.status_code == 400:
                    continue
                kept = documented.replace("KEY", "id" if isinstance(key, int) else "slug")
                content = PATHS[f"/api/v1/{kept}"]["responses"]["200"]["content"]["application/json"]["schema"]
                jsonschema_rs.validate(schema(content), response.json(), validate_formats=True)
    nested = {"CategoryLink", "Credit", "SeriesLink", "SubjectLink"}
    selectable = {"Author", "Book", "Category", "Series", "Subject", *nested}
    assert {name for name in selectable if "required" in SCHEMAS[name]} == set()
    page = api.get("/api/v1/books/?fields=title,authors.name").json()
    assert page["results"] == [{"title": "Emma", "authors": [{"name": "Jane Austen"}]}]


def test_the_example_of_each_body_can_be_taken():
    kinds = {kind.__name__: kind for kind in bodies(Body) if not kind.__name__.startswith("_")}
    assert set(EXAMPLES) == set(kinds)
    for name, example in EXAMPLES.items():
        body = kinds[name](data=example)
        assert body.is_valid(), (name, body.errors)
        wrong = [item for item in body.validated_data.get("items", ()) if isinstance(item, Exception)]
        assert wrong == [], name


def bodies(kind):
    """The Body classes below `kind`."""
    return {below for each in kind.__subclasses__() for below in (each, *bodies(each))}
