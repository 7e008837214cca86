"""The index, the documentation and the problems' pages, in each format."""

import re

import pytest

from api.negotiation import preferred
from api.private.viewset import PrivateViewSet
from api.problems import PROBLEMS
from api.urls import router

HERE = "http://testserver"
JSON, HTML = "application/json", "text/html"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.django_db
def test_the_api_has_an_index_that_names_every_collection(api):
    links = api.get("/api/v1/").json()
    public = {prefix for prefix, kind, _ in router.registry if not issubclass(kind, PrivateViewSet)}
    assert {f"{HERE}/api/v1/{prefix}/" for prefix in public} <= set(links.values())
    assert [api.get(url).status_code for url in links.values()] == [200] * len(links)
    assert api.get("/").json()["api"] == f"{HERE}/api/v1/"


@pytest.mark.django_db
def test_an_index_names_nothing_that_is_on_another_port(api, settings):
    assert "health" in api.get("/").json()
    settings.OPS_PORT = 9000
    assert "health" not in api.get("/").json()


def test_the_problems_are_listed_each_with_its_page(api):
    listed = api.get("/problems/").json()["results"]
    assert [(each["code"], each["status"], each["title"]) for each in listed] == [
        (problem.code, problem.status, problem.title) for problem in PROBLEMS.values()
    ]
    for each in listed:
        assert each["title"] in api.get(each["url"], headers={"accept": BROWSER}).content.decode()
    page = api.get("/problems/", headers={"accept": BROWSER}).content.decode()
    assert re.findall(r'href="(/problems/.+?/)"', page) == [f"{problem.type}/" for problem in PROBLEMS.values()]


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
def test_a_problems_page_shows_code_as_code_and_its_json_says_the_same(api, problem):
    page = api.get(problem.type, headers={"accept": BROWSER}).content.decode()
    assert "`" not in page
    for word in re.findall("`(.+?)`", problem.explanation):
        assert f"<code>{word}</code>" in page
    assert api.get(f"{problem.type}/?format=json").json() == {
        "type": problem.type,
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "explanation": problem.explanation,
    }


@pytest.mark.parametrize("path", ["/", "/api/v1/", "/problems/", "/problems/not-found/"])
def test_a_page_is_made_in_the_format_that_is_asked_for(api, path):
    for accept, kind in ((BROWSER, HTML), (JSON, JSON), (f"{HTML};q=0.5, {JSON}", JSON), (f"{JSON};q=0, */*", HTML)):
        response = api.get(path, headers={"accept": accept})
        assert response["Content-Type"].split(";")[0] == kind, accept
        assert "Accept" in response["Vary"].split(", ")
    for accept in ("text/csv", f"{JSON};q=0, {HTML};q=0", f"{JSON};q=0, {HTML};q=0, */*", "image/*"):
        response = api.get(path, headers={"accept": accept})
        assert (response.status_code, response.json()["code"]) == (406, "not_acceptable"), accept
    assert api.get(f"{path}?format=json", headers={"accept": HTML})["Content-Type"] == JSON
    assert api.get(f"{path}?format=html", headers={"accept": JSON})["Content-Type"].startswith(HTML)


@pytest.mark.parametrize("path", ["/", "/api/v1/", "/problems/", "/problems/not-found/"])
@pytest.mark.parametrize("accept", ["", "*/*", JSON, f"{JSON}, */*", f"{JSON}, */*;q=0.5", f"{JSON}, text/plain, */*"])
def test_who_takes_json_is_given_it_through_the_cache_too(through_cache, path, accept):
    assert through_cache(path, accept=accept).headers["content-type"] == JSON


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/books/facets/", "/api/v1/categories/tree/", "/api/v1/suggest/?q=a"])
def test_json_is_not_given_to_who_will_not_have_it(api, path):
    for accept in (f"{JSON};q=0", f"{JSON};q=0, */*", "*/*;q=0", f"{JSON};q=0.000", "text/csv"):
        response = api.get(path, headers={"accept": accept})
        assert (response.status_code, response.json()["code"]) == (406, "not_acceptable"), accept
    for accept in ("", "*/*", "application/*;q=0.1", f"*/*;q=0, {JSON}", f"{JSON}; charset=utf-8", BROWSER):
        assert api.get(path, headers={"accept": accept}).status_code == 200, accept
    named = api.get(path + ("&" if "?" in path else "?") + "format=json", headers={"accept": "text/csv"})
    assert named.status_code == 200


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "a/b"),
        (",", "a/b"),
        ("*/*", "a/b"),
        ("a/c", "a/c"),
        ("a/*", "a/b"),
        ("a/b;q=0.1, a/c;q=0.2", "a/c"),
        ("a/b;q=0.1, */*;q=0.2", "a/c"),
        ("*/*;q=0.2, a/b;q=0.1", "a/c"),
        ("a/*;q=0, */*", None),
        ("A/C", "a/c"),
        ("a/b;q=none", "a/b"),
        ("b/*", None),
        ("nonsense", None),
        ("x/y," * 5000 + "a/b", None),
    ],
)
def test_the_most_specific_range_says_how_much_a_type_is_wanted(accept, chosen):
    assert preferred(accept, ["a/b", "a/c"]) == chosen
