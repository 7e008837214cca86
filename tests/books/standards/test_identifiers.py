import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.standards.identifiers import SINGLE_RECORD, normal_identifier


@pytest.mark.parametrize(
    ("scheme", "value", "normal"),
    [
        ("oclc", "88", "88"),
        ("oclc", "(OCoLC)88", "88"),
        ("oclc", "(OCoLC)ocm00000088", "88"),
        ("oclc", "on1234567890", "1234567890"),
        ("oclc", "no number", "no number"),
        ("lccn", "n79012345", "n79012345"),
        ("lccn", "n 79-12345", "n79012345"),
        ("lccn", "85-2 ", "85000002"),
        ("lccn", "75-425165//r75", "75425165"),
        ("lccn", "2001-000002", "2001000002"),
        ("goodreads", "01818", "1818"),
        ("goodreads", "0", "0"),
        ("gutenberg", "10020", "10020"),
        ("openlibrary", "/books/OL1M", "OL1M"),
        ("openlibrary", "https://openlibrary.org/books/OL1M/Collected_Poems", "OL1M"),
        ("openlibrary", "https://example.org/books/OL1M", "https://example.org/books/OL1M"),
        ("lccn", "https://lccn.loc.gov/85000002", "85000002"),
        ("lccn", "https://example.org/85000002", "https://example.org/85000002"),
        ("gutenberg", "https://www.gutenberg.org/ebooks/1342", "1342"),
        ("wikidata", "http://www.wikidata.org/entity/Q42", "Q42"),
        ("asin", "b00abc", "B00ABC"),
        ("wikidata", "q42", "Q42"),
        ("doi", "10.1000/xyz", "10.1000/xyz"),
    ],
)
def test_forms_of_one_number_are_one(scheme, value, normal):
    assert normal_identifier(scheme, value) == normal


@given(st.sampled_from([*sorted(SINGLE_RECORD), "doi"]), st.text(min_size=1))
def test_a_normal_form_is_never_empty_and_stays(scheme, value):
    normal = normal_identifier(scheme, value)
    assert normal
    assert normal_identifier(scheme, normal) == normal
