"""An example of each body for the OpenAPI document, by the name of its class."""

from typing import Any

_WORDS = "correct horse battery staple"
_REFRESH = "eyJhbGciOiJIUzI1NiJ9.eyJmYW0iOjF9.2bH0"
_BOOK: dict[str, Any] = {
    "title": "The Dispossessed",
    "authors": [{"name": "Ursula K. Le Guin"}],
    "categories": ["fiction"],
    "subjects": [{"name": "Utopias"}],
    "series": [{"name": "Hainish Cycle", "position": "5"}],
    "languages": ["en"],
    "published": "1974-05",
    "publisher": "Harper & Row",
    "isbns": ["0-06-012563-2"],
    "identifiers": {"openlibrary": ["OL5062131M"]},
}
EXAMPLES: dict[str, dict[str, Any]] = {
    "AuthorBody": {"name": "Ursula K. Le Guin", "birth_year": 1929, "death_year": 2018},
    "AuthorPatchBody": {"alternate_names": ["U. K. Le Guin"]},
    "BookBatchBody": {"items": [{"isbns": ["0-06-012563-2"], "pages": 341}, {"id": 1342, "publisher": "Egerton"}]},
    "BookBody": _BOOK,
    "BookItemBody": {"isbns": ["0-06-012563-2"], "pages": 341},
    "BookPatchBody": {"pages": 341},
    "BookSubjectBody": {"name": "Utopias", "kind": "topic"},
    "CategoryBody": {"name": "Science fiction", "parent": "fiction"},
    "CategoryPatchBody": {"parent": None},
    "ConfirmBody": {"token": _REFRESH, "new_password": _WORDS},
    "CreditBody": {"name": "Ursula K. Le Guin", "role": "author"},
    "KeyBody": {"name": "nightly import", "scopes": ["read", "write"]},
    "LinkBody": {"rel": "source", "media_type": "text/html", "url": "https://www.gutenberg.org/ebooks/1342"},
    "LookupBody": {"items": [{"isbn": "0-06-012563-2"}, {"identifier": "gutenberg:1342"}, {"id": 7}]},
    "LookupItemBody": {"isbn": "0-06-012563-2"},
    "MeBody": {"name": "Ada Lovelace"},
    "MergeBody": {"into": 68},
    "PasswordBody": {"current_password": _WORDS, "new_password": f"another {_WORDS}"},
    "RefreshBody": {"refresh": _REFRESH},
    "ResetBody": {"email": "ada@example.org"},
    "SeriesBody": {"name": "Hainish Cycle"},
    "SeriesPatchBody": {"slug": "hainish"},
    "SeriesPlaceBody": {"slug": "hainish-cycle", "position": "5"},
    "TokenBody": {"email": "ada@example.org", "password": _WORDS},
    "UserBody": {"email": "ada@example.org", "name": "Ada Lovelace", "role": "editor"},
    "UserPatchBody": {"role": "editor"},
}
