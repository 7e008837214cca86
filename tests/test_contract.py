"""The contract: whole documents and headers. The OpenAPI document has its own tests."""

import pytest

from api.problems import PROBLEMS
from books.models import Subject
from tests.support.factories import make_author, make_book

HERE = "http://testserver"


@pytest.fixture
def hobbit():
    return make_book(
        title="The Hobbit",
        subtitle="There and Back Again",
        authors=[
            ("Tolkien, J. R. R.", {"birth_year": 1892, "death_year": 1973}),
            ("Baynes, Pauline", {"role": "illustrator"}),
        ],
        categories=[("Fiction", "Fantasy"), ("Children",)],
        subjects=["Dragons", ("Middle Earth", "place")],
        languages=["en"],
        first_published_year=1937,
        isbns=["9780261102217"],
        identifiers=[("olid", "OL1M")],
        series=[("Middle-earth", "1")],
        popularity=7,
    )


def stamp(moment):
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def listed(hobbit):
    tolkien, baynes = (credit.author_id for credit in hobbit.credits.all())
    return {
        "id": hobbit.pk,
        "url": f"{HERE}/api/v1/books/{hobbit.pk}/",
        "title": "The Hobbit",
        "subtitle": "There and Back Again",
        "authors": [
            {"id": tolkien, "name": "J. R. R. Tolkien", "role": "author", "url": f"{HERE}/api/v1/authors/{tolkien}/"},
            {"id": baynes, "name": "Pauline Baynes", "role": "illustrator", "url": f"{HERE}/api/v1/authors/{baynes}/"},
        ],
        "category": {"name": "Fantasy", "slug": "fiction-fantasy", "url": f"{HERE}/api/v1/categories/fiction-fantasy/"},
        "languages": ["en"],
        "first_published_year": 1937,
        "published_year": None,
        "isbn_13": "9780261102217",
        "cover": None,
        "popularity": 7,
        "rating_average": None,
        "ratings_count": None,
        "updated_at": stamp(hobbit.updated_at),
    }


@pytest.mark.django_db
def test_a_list_of_books_is_this_document(api, listed):
    response = api.get("/api/v1/books/")
    assert response.json() == {"count": 1, "count_exact": True, "next": None, "previous": None, "results": [listed]}
    assert list(response.json()["results"][0]) == list(listed)
    assert response["Cache-Control"] == "public, no-cache"
    assert response["Content-Type"] == "application/json"


@pytest.mark.django_db
def test_one_book_is_this_document(api, hobbit, listed):
    authors = [
        {**listed["authors"][0], "birth_year": 1892, "death_year": 1973},
        {**listed["authors"][1], "birth_year": None, "death_year": None},
    ]
    expected = {
        **listed,
        "authors": authors,
        "part": None,
        "description": None,
        "categories": [
            listed["category"],
            {"name": "Children", "slug": "children", "url": f"{HERE}/api/v1/categories/children/"},
        ],
        "subjects": [
            {"name": "Dragons", "slug": "dragons", "kind": "topic"},
            {"name": "Middle Earth", "slug": "place-middle-earth", "kind": "place"},
        ],
        "series": [
            {
                "name": "Middle-earth",
                "slug": "middle-earth",
                "url": f"{HERE}/api/v1/series/middle-earth/",
                "position": "1",
            }
        ],
        "publisher": None,
        "pages": None,
        "format": None,
        "published": None,
        "isbn_10": "0261102214",
        "isbns": ["9780261102217"],
        "identifiers": {"olid": ["OL1M"]},
        "links": [],
        "original_languages": [],
        "work": None,
        "created_at": stamp(hobbit.created_at),
    }
    for path in (f"/api/v1/books/{hobbit.pk}/", f"/api/v1/books/{hobbit.pk}", "/api/v1/isbn/0-261-10221-4/"):
        response = api.get(path)
        assert response.json() == expected
        assert list(response.json()) == list(expected)


@pytest.mark.django_db
def test_an_author_a_category_and_a_subject_are_these_documents(api):
    author = make_author(
        name="Ursula K. Le Guin", sort_name="Le Guin, Ursula K.", birth_year=1929, death_year=2018,
        alternate_names=["Ursula Kroeber"],
    )  # fmt: skip
    make_book(title="Books", categories=[("Fiction", "Space")], subjects=["Ansible"])
    assert api.get(f"/api/v1/authors/{author.pk}/").json() == {
        "id": author.pk,
        "url": f"{HERE}/api/v1/authors/{author.pk}/",
        "kind": "person",
        "name": "Ursula K. Le Guin",
        "sort_name": "Le Guin, Ursula K.",
        "alternate_names": ["Ursula Kroeber"],
        "birth_year": 1929,
        "death_year": 2018,
        "bio": None,
        "identifiers": {},
        "books_count": 0,
        "updated_at": stamp(author.updated_at),
    }
    fiction = {"name": "Fiction", "slug": "fiction", "url": f"{HERE}/api/v1/categories/fiction/"}
    space = {"name": "Space", "slug": "fiction-space", "url": f"{HERE}/api/v1/categories/fiction-space/"}
    assert api.get("/api/v1/categories/fiction-space/").json() == {
        **space, "parent": fiction, "path": ["Fiction", "Space"], "books_count": 1,
    }  # fmt: skip
    assert api.get("/api/v1/categories/tree/").json() == [
        {**fiction, "books_count": 1, "children": [{**space, "books_count": 1, "children": []}]}
    ]
    assert api.get("/api/v1/subjects/ansible/").json() == {
        "name": "Ansible",
        "slug": "ansible",
        "kind": "topic",
        "url": f"{HERE}/api/v1/subjects/ansible/",
        "books_count": 1,
    }


@pytest.mark.django_db
def test_of_several_books_with_an_isbn_the_most_popular_is_given_and_the_rest_linked(api):
    make_book(title="Unknown", isbns=["9780261102217"])
    popular = make_book(title="Popular", isbns=["9780261102217"], popularity=3)
    response = api.get("/api/v1/isbn/9780261102217/")
    assert response.json()["id"] == popular.pk
    assert response["Link"] == f'<{HERE}/api/v1/books/?isbn=9780261102217>; rel="collection"'


@pytest.mark.django_db
def test_an_unchanged_answer_is_304_and_head_and_options_work(through_cache, hobbit):
    first = through_cache("/api/v1/books/")
    again = through_cache("/api/v1/books/", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert through_cache("/api/v1/books/", "HEAD").headers["etag"] == first.headers["etag"]
    options = through_cache("/api/v1/books/", "OPTIONS")
    assert (options.status, options.headers["allow"]) == (204, "GET, POST, HEAD, OPTIONS")
    assert through_cache("/api/v1/subjects/", "OPTIONS").headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.django_db
@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_compressed_answer_has_the_plain_ones_etag_with_a_suffix_and_is_revalidated(through_cache, coding):
    for number in range(9):
        make_book(title=f"Long enough to be worth compressing, number {number}")
    plain = through_cache("/api/v1/books/")
    coded = through_cache("/api/v1/books/", accept_encoding=coding)
    assert coded.headers["content-encoding"] == coding
    assert coded.headers["etag"] == f'{plain.headers["etag"][:-1]}-{coding}"'
    for known in (coded.headers["etag"], plain.headers["etag"], f"W/{coded.headers['etag']}"):
        assert through_cache("/api/v1/books/", accept_encoding=coding, if_none_match=known).status == 304
    assert "content-encoding" not in through_cache("/api/v1/books/", accept_encoding=f"{coding};q=0").headers


@pytest.mark.django_db
def test_a_page_and_its_links_are_the_same_whichever_way_its_url_is_written(through_cache):
    for number in range(3):
        make_book(title=f"Book {number}", languages=["en"])
    first = through_cache("/api/v1/books/?language=en&page_size=2&search=book")
    assert first.body == through_cache("/api/v1/books?search=b%6Fok&&page_size=2&language=en").body
    assert through_cache("/api/v1/books/?page_size=25").body == through_cache("/api/v1/books/").body
    assert through_cache("/api/v1/books/1/?page_size=25").status == 400


@pytest.mark.django_db
def test_a_random_order_is_drawn_anew_each_time(through_cache, hobbit):
    assert through_cache("/api/v1/books/?ordering=random").headers["cache-control"] == "no-store"
    assert "no-cache" in through_cache("/api/v1/books/?ordering=random&seed=1").headers["cache-control"]


def test_metrics_are_there_for_whoever_asks_by_whatever_name(live):
    live.get("/api/v1/books/")
    reply = live.get("/metrics", headers={"host": "10.0.0.1"})
    assert reply.status_code == 200
    assert "octavo_cache_hits_total" in reply.text
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.django_db
def test_any_origin_may_read_and_see_the_headers_it_needs(through_cache):
    for path, status in (("/api/v1/books/", 200), ("/api/v1/books/0/", 404)):
        reply = through_cache(path, origin="https://spa.example")
        assert reply.status == status
        assert reply.headers["access-control-allow-origin"] == "*"
        assert "ETag" in reply.headers["access-control-expose-headers"]


@pytest.mark.django_db
def test_urls_are_built_from_the_public_address_where_there_is_one(api, settings, hobbit):
    settings.PUBLIC_URL = "https://books.example"
    page = api.get("/api/v1/books/?page_size=1", headers={"x-forwarded-host": "evil.example"}).json()
    assert page["results"][0]["url"] == f"https://books.example/api/v1/books/{hobbit.pk}/"


@pytest.mark.django_db
def test_the_index_is_json_for_clients_and_a_page_for_browsers(api):
    links = api.get("/").json()
    assert links["books"] == f"{HERE}/api/v1/books/"
    for url in links.values():
        assert api.get(url).status_code == 200
    page = api.get("/", headers={"accept": "text/html,*/*;q=0.8"})
    assert page["Content-Type"].startswith("text/html")
    assert b"/api/v1/books/" in page.content


@pytest.mark.django_db
def test_every_problem_type_is_a_page(api):
    for problem in PROBLEMS.values():
        assert problem.title in api.get(problem.type).content.decode()
    assert api.get("/api/v1/books/?x=1").json()["type"] == PROBLEMS["invalid_parameter"].type


@pytest.mark.django_db
def test_the_docs_need_nothing_from_elsewhere(api):
    for path in ("/docs/", "/redoc/"):
        page = api.get(path).content.decode()
        assert "default-src 'self'" in api.get(path)["Content-Security-Policy"]
        assets = [part.split('"')[0] for part in page.split('src="')[1:]]
        assert assets
        for asset in assets:
            assert asset.startswith("/static/")
            assert len(api.get(asset).content) > 10_000


@pytest.mark.django_db
def test_two_subjects_that_swap_slugs_swap_books(api):
    make_book(title="Emma", subjects=["Courtship"])
    make_book(title="Ivanhoe", subjects=["Knights"])
    first, second = Subject.objects.get(slug="courtship"), Subject.objects.get(slug="knights")

    def titles(slug):
        return [book["title"] for book in api.get(f"/api/v1/subjects/{slug}/books/").json()["results"]]

    assert (titles("courtship"), titles("knights")) == (["Emma"], ["Ivanhoe"])
    Subject.objects.filter(pk=first.pk).update(slug="between")
    Subject.objects.filter(pk=second.pk).update(slug="courtship")
    Subject.objects.filter(pk=first.pk).update(slug="knights")
    assert (titles("courtship"), titles("knights")) == (["Ivanhoe"], ["Emma"])
