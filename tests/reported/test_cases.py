"""Every reported case is answered as its file says: the records imported, the API asked, on each database."""

import json
from urllib.parse import quote

import pytest

from books.importing.loader import load
from books.importing.readers.formats import open_catalogue
from tests.reported.cases import FILES, Case, Catalogue, Refusal, Request, read
from tests.reported.judging import differences, faults, shown_by
from tests.test_garbage import HOST, answers

CASE_FILES = {path.stem: read(path) for path in FILES}
OVER_A_SOCKET = sorted(name for name, file in CASE_FILES.items() if any(case.target for case in file.cases))
IN_PROCESS = sorted(CASE_FILES.keys() - OVER_A_SOCKET)
MOST_PAGES = 100
KINDS = {"isbn", "search", "languages", "sort", "authors", "import", "http"}


@pytest.fixture
def imported(tmp_path):
    """A function that imports a catalogue into the test's database and returns the records refused."""

    def import_(catalogue: Catalogue) -> list[Refusal]:
        path = tmp_path / "catalogue"
        path.write_bytes(catalogue.content())
        with open_catalogue(path) as opened:
            summary = load(opened.items, opened.source)
        return [Refusal(rejection.position, rejection.reason) for rejection in summary.rejections]

    return import_


def asked(api, request: Request):
    """The status and document of a request, and what all of its pages show."""
    response = api.get(f"/api/v1/{quote(request.path)}", request.query)
    status, document = response.status_code, response.json()
    if status != 200:
        assert response["Content-Type"] == "application/problem+json"
        assert response["X-Request-ID"] == document["request_id"]
        return status, document, []
    pages = [document]
    while (following := pages[-1].get("next")) and len(pages) < MOST_PAGES:
        pages.append(api.get(following).json())
    if document.get("count_exact"):
        assert document["count"] == sum(len(page["results"]) for page in pages)
    return status, document, [title for page in pages for title in shown_by(page)]


@pytest.mark.django_db
@pytest.mark.parametrize("name", IN_PROCESS)
def test_a_reported_case_is_answered_as_its_file_says(api, imported, name):
    file, wrong = CASE_FILES[name], []
    for catalogue in file.catalogues:
        assert imported(catalogue) == catalogue.refusals()
    for case in file.cases:
        for request in case.requests():
            wrong += [f"{case.says} {request}: {fault}" for fault in faults(case, *asked(api, request))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", OVER_A_SOCKET)
def test_a_reported_case_is_answered_over_a_socket_as_its_file_says(live, tmp_path, name):
    file, wrong = CASE_FILES[name], []
    for number, catalogue in enumerate(file.catalogues):
        (tmp_path / str(number)).write_bytes(catalogue.content())
        live.manage("import_books", str(tmp_path / str(number)))
    for case in file.cases:
        for request in case.requests():
            status, headers, body = sent(live, request.target)
            document = json.loads(body)
            if status == 200:
                # A target in raw bytes is the same as one that is percent-encoded.
                assert body == sent(live, quote(request.target, safe="/?=&%+").encode())[2]
            else:
                assert headers["Content-Type"] == "application/problem+json"
                assert headers["X-Request-ID"] == document["request_id"]
            shown = shown_by(document)
            wrong += [f"{case.says} {request}: {fault}" for fault in faults(case, status, document, shown)]
    assert not wrong, "\n".join(wrong)


def sent(server, target):
    """The status, headers and body of a GET of these bytes."""
    ((status, headers, body),), _ = answers(server, b"GET " + target + HOST)
    return status, headers, body


def test_every_kind_has_cases_and_no_case_is_said_twice():
    said = [(name, case.says) for name, file in CASE_FILES.items() for case in file.cases]
    assert len(said) == len(set(said))
    assert {file.kind for file in CASE_FILES.values()} == KINDS
    for kind in KINDS:
        assert sum(len(file.cases) for file in CASE_FILES.values() if file.kind == kind) >= 10, kind


@pytest.mark.parametrize(
    ("expected", "shown"),
    [
        ({"in_order": ["A", "B"]}, ["B", "A"]),
        ({"in_order": []}, ["A"]),
        ({"in_any_order": ["A", "B"]}, ["A"]),
        ({"among": ["A"]}, ["B"]),
        ({"not_among": ["A"]}, ["A", "B"]),
        ({"status": 400}, []),
        ({"answer": {"count": 2}}, ["A"]),
    ],
)
def test_a_wrong_answer_is_a_fault(expected, shown):
    assert faults(Case("Something.", **expected), 200, {"count": 1}, shown)


def test_an_answer_may_have_more_fields_than_are_expected_but_not_other_ones():
    answered = {"count": 1, "results": [{"title": "A", "languages": ["de"]}]}
    assert differences({"results": [{"languages": ["de"]}]}, answered, "") == []
    others: list[dict] = [{"results": []}, {"results": [{"languages": ["de", "en"]}]}, {"did_you_mean": None}]
    for other in others:
        assert len(differences(other, answered, "")) == 1
