"""What is suggested for a typed text, and in which order."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from books.suggestions import query
from books.suggestions.suggest import SCARCE
from tests.support.factories import make_author, make_book, make_subject
from tests.test_garbage import GARBAGE, assert_problem

HERE = "http://testserver/api/v1"


def texts(api, typed, **parameters):
    response = api.get("/api/v1/suggest/", {"q": typed, **parameters})
    assert response.status_code == 200, response.content
    return [result["text"] for result in response.json()["results"]]


@pytest.mark.django_db
def test_suggestions_are_this_document(api):
    book = make_book(title="Pride and Prejudice", authors=["Prideaux, Ann"], subjects=["Pride"], popularity=3)
    author = book.credits.get().author_id
    response = api.get("/api/v1/suggest/?q=prid")
    assert response.json() == {
        "results": [
            {"type": "book", "id": book.pk, "text": "Pride and Prejudice", "url": f"{HERE}/books/{book.pk}/"},
            {"type": "author", "id": author, "text": "Ann Prideaux", "url": f"{HERE}/authors/{author}/"},
            {"type": "subject", "slug": "pride", "text": "Pride", "url": f"{HERE}/subjects/pride/"},
        ]
    }
    assert [list(result) for result in response.json()["results"]] == [
        ["type", "id", "text", "url"], ["type", "id", "text", "url"], ["type", "slug", "text", "url"],
    ]  # fmt: skip
    assert response["Cache-Control"] == "public, no-cache"


@pytest.mark.django_db
def test_the_very_text_comes_first_then_what_begins_so_then_the_more_popular(api):
    make_book(title="Studies of War", popularity=99)
    make_book(title="War Stories", popularity=5)
    make_book(title="The War of Art", languages=["en"], popularity=7)
    make_book(title="War", popularity=1)
    make_book(title="Cold War")
    assert texts(api, "war") == ["War", "The War of Art", "War Stories", "Studies of War", "Cold War"]
    assert texts(api, "war", limit=2, format="json") == ["War", "The War of Art"]


@pytest.mark.django_db
def test_types_take_turns(api):
    for number in range(12):
        make_book(title=f"Sea {number}", popularity=100 - number)
    make_author("Sea, Ann")
    make_subject("Sea stories")
    assert texts(api, "sea")[:5] == ["Sea 0", "Ann Sea", "Sea stories", "Sea 1", "Sea 2"]
    assert len(texts(api, "sea")) == 10


@pytest.mark.django_db
def test_every_word_must_match_in_any_order_and_only_the_last_by_prefix(api):
    make_book(title="Émile, ou De l’éducation")
    for typed in ("emile", "ÉMILE", "education emi", "de l'educ", "Émile éd"):
        assert texts(api, typed) == ["Émile, ou De l’éducation"], typed
    for typed in ("de edu emile", "emile rousseau", "de la", "cation"):
        assert texts(api, typed) == [], typed


@pytest.mark.django_db
def test_chinese_is_found_from_any_character_on(api):
    make_book(title="水滸傳", popularity=1)
    make_book(title="紅樓夢")
    for typed in ("水", "水滸", "滸傳", "傳"):
        assert texts(api, typed) == ["水滸傳"], typed
    assert texts(api, "水傳") == []


@pytest.mark.django_db
def test_placeholders_shelves_and_classes_are_not_suggested(api):
    make_author(name="Various", kind="placeholder")
    make_subject("Various shelf", "shelf")
    make_subject("Various class", "class")
    make_subject("Various places", "place")
    assert texts(api, "vari") == ["Various places"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "shakespere", "shakesppeare", "shakezpeare", "shakesepare", "zhakespeare", "hakespeare", "hsakespeare",
        "shakespeere h", "shakespeare hamlte", "shakepseare ham", "shakespeare hammet", "hamlt shakespaere", "shkes",
    ],
)  # fmt: skip
def test_one_typo_a_word_is_forgiven(api, typed):
    make_book(title="Shakespeare: Hamlet")
    assert texts(api, typed) == ["Shakespeare: Hamlet"]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["shokespoare", "shakespeare hmt", "seo", "hemlat", "sakespere", "shakespeare 16O1"])
def test_two_typos_or_one_in_a_short_word_are_not(api, typed):
    make_book(title="Shakespeare: Hamlet 1601")
    make_book(title="Sea")
    assert texts(api, typed) == []


@pytest.mark.django_db
def test_a_typo_that_is_a_word_itself_is_forgiven_where_next_to_nothing_has_it(api):
    make_book(title="Pride and Prejudice")
    make_book(title="A Prude")
    assert texts(api, "prude and prejudice") == ["Pride and Prejudice"]
    assert texts(api, "prude") == ["A Prude", "Pride and Prejudice"]
    for number in range(SCARCE):
        make_book(title=f"Prude {number}")
    assert "Pride and Prejudice" not in texts(api, "prude")


@pytest.mark.django_db
def test_where_a_word_is_unknown_the_known_ones_are_left_as_they_are(api):
    make_book(title="Young Lief")
    make_book(title="Young Life")
    assert texts(api, "yovng life") == ["Young Life"]
    assert texts(api, "yovng lief") == ["Young Lief"]
    assert texts(api, "yovng lxief") == ["Young Lief"]


@pytest.mark.django_db
def test_a_beginning_that_very_many_words_have_is_found_beside_a_typo(api, monkeypatch):
    monkeypatch.setattr(query, "MOST_WORDS", 2)
    for number in range(4):
        make_book(title=f"History of th{number}")
    assert len(texts(api, "histroy th")) == 4
    assert texts(api, "histroy th3") == ["History of th3"]


@pytest.mark.django_db
def test_a_typo_in_another_script_is_forgiven(api):
    make_book(title="Война и мир")
    make_book(title="Οδύσσεια")
    assert texts(api, "вайна") == ["Война и мир"]
    assert texts(api, "οδυσεια") == ["Οδύσσεια"]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["sh\u0430kespeare", "\u0455hakespeare", "shakespear\u03b5"])
def test_a_letter_of_another_script_is_a_typo_of_the_words_own(api, typed):
    make_author(name="William Shakespeare")
    assert texts(api, typed) == ["William Shakespeare"]


@pytest.mark.django_db
def test_what_was_renamed_or_deleted_is_not_suggested(api):
    book = make_book(title="Vanishing")
    assert texts(api, "vanishing") == texts(api, "vanihsing") == ["Vanishing"]
    book.delete()
    assert texts(api, "vanishing") == texts(api, "vanihsing") == []


@pytest.mark.django_db
def test_suggesting_takes_one_statement_three_where_few_begin_so_and_five_with_typos(api):
    def statements(typed):
        with CaptureQueriesContext(connection) as captured:
            texts(api, typed)
        return len(captured)

    make_book(title="Stars", authors=["Star, Ann"], subjects=["Stars"])
    assert [statements(typed) for typed in ("star", "stra", "star starz", "starz star")] == [3, 4, 4, 5]
    for number in range(30):
        make_book(title=f"Stars {number}", authors=[f"Star, Ann {number}"], subjects=[f"Stars {number}"])
    assert [statements(typed) for typed in ("star", "ann sta", "stra", "starz ann")] == [1, 3, 4, 5]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["q", "limit", "format"])
@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_a_problem_that_names_it(api, garbage, name):
    if name == "q" and garbage in ("a wrong cursor", "a percent sign"):
        return
    other = "" if name == "q" else "q=a&"
    body = assert_problem(api.get(f"/api/v1/suggest/?{other}{name}={GARBAGE[garbage]}"))
    assert [error["param"] for error in body["errors"]] == [name]


@pytest.mark.django_db
def test_parameters_are_strict(api):
    def errors(query):
        return [(e["param"], e["code"]) for e in assert_problem(api.get(f"/api/v1/suggest/{query}"))["errors"]]

    assert errors("") == [("q", "required")]
    assert errors("?q=") == [("q", "blank")]
    assert errors("?q=...") == [("q", "nothing_to_search")]
    assert errors(f"?q={'a' * 201}") == [("q", "too_long")]
    assert errors("?q=a&q=b") == [("q", "repeated")]
    assert errors("?q=a&page=1") == [("page", "unknown")]
    assert errors("?q=a&limit=11") == errors("?q=a&limit=0") == [("limit", "out_of_range")]
    assert errors("?limit=x") == [("limit", "invalid"), ("q", "required")]
    for fine in ("a " * 100, "9" * 200, "ab " * 66, "水" * 200, "水 " * 100, "ﷺ" * 200):
        assert api.get("/api/v1/suggest/", {"q": fine}).status_code == 200
    assert_problem(api.post("/api/v1/suggest/?q=a"), 405)
