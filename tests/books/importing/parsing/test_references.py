"""Character references in the text of a source."""

import pytest

from books.importing.parsing.references import decoded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pride &amp; Prejudice", "Pride & Prejudice"),
        ("Robert Wi&#347;niewski", "Robert Wiśniewski"),
        ("&#1055;&#1110;&#1076;", "Під"),
        ("&#x41F;&#X456;", "Пі"),
        ("Caf&eacute; &hellip; &nbsp;", "Café … \xa0"),
        ("&lt;b&gt;", "<b>"),
        ("&#146;", "’"),
        # Once: what was encoded twice is text about references.
        ("&amp;lt;", "&lt;"),
        ("&amp;amp;", "&amp;"),
        # What is no reference is text.
        ("AT&T", "AT&T"),
        ("R&Dcopy &copy &c; &nosuch; &notit; &; &#; &#x;", "R&Dcopy &copy &c; &nosuch; &notit; &; &#; &#x;"),
        ("A & B; C", "A & B; C"),
        # What no text may have is dropped.
        ("a&#0;b&#1;c&#xD800;d&#1114112;e&#9999999;", "abcde"),
    ],
)
def test_references_are_decoded_once_and_what_is_none_is_left(text, expected):
    assert decoded(text) == expected
