"""What an integrator does with the generated client: `python use_python_client.py ADDRESS`."""

import sys
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

from octavo_client import Client
from octavo_client.api.authors import authors_books_list, authors_list
from octavo_client.api.books import books_list, books_retrieve
from octavo_client.api.categories import categories_tree
from octavo_client.api.isbn import isbn_retrieve
from octavo_client.api.suggest import suggest
from octavo_client.models import Problem, Role
from octavo_client.types import UNSET

client = Client(base_url=sys.argv[1], raise_on_unexpected_status=True)

first = books_list.sync(client=client, page_size=10)
assert first.count == 845
assert len(first.results) == 10
cursor = parse_qs(urlsplit(first.next_).query)["cursor"][0]
second = books_list.sync(client=client, page_size=10, cursor=cursor)
assert not {book.id for book in first.results} & {book.id for book in second.results}

for book in books_list.sync(client=client, fields="id,title,authors.name").results:
    assert book.id
    assert book.title
    assert book.url is UNSET
    assert all(author.name and author.id is UNSET for author in book.authors)

described = books_list.sync(client=client, expand="description,extra", page_size=100).results
assert any(isinstance(book.description, str) for book in described)

for since in (date(2020, 1, 1), datetime(2020, 1, 1, tzinfo=UTC)):
    assert books_list.sync(client=client, updated_since=since, role=Role.AUTHOR, has_cover=False).results

austen = authors_list.sync(client=client, search="jane austen").results[0]
pride = next(
    book for book in authors_books_list.sync(austen.id, client=client).results if book.title.startswith("Pride")
)
whole = books_retrieve.sync(pride.id, client=client)
assert whole.authors[0].birth_year == 1775
assert whole.created_at.tzinfo is not None
assert whole.category.slug
assert isinstance(books_retrieve.sync(pride.id, client=client, fields="id,title").title, str)

assert {found.type_.value for found in suggest.sync(client=client, q="austen").results} >= {"author"}
assert any(node.children for node in categories_tree.sync(client=client))

for problem, code in (
    (books_list.sync(client=client, page_size=101), "invalid_parameter"),
    (books_retrieve.sync(999_999_999, client=client), "not_found"),
    (isbn_retrieve.sync("9780141439519", client=client), "invalid_isbn"),
):
    assert isinstance(problem, Problem)
    assert problem.code == code
print("everything was as it should be")
