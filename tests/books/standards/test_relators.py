import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.standards.relators import RELATORS, role_of


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("Translator", "translator"),
        ("Contributor", "contributor"),
        ("Editor", "editor"),
        ("Author of introduction, etc.", "author_of_introduction"),
        ("Illustrator", "illustrator"),
        ("Compiler", "compiler"),
        ("Commentator", "commentator"),
        ("Annotator", "annotator"),
        ("Photographer", "photographer"),
        ("Performer", "performer"),
        ("Adapter", "adapter"),
        ("Researcher", "researcher"),
        ("Collaborator", "collaborator"),
        ("pseud.", "author"),
        ("pseudonym", "author"),
        ("trl", "translator"),
        ("TRL", "translator"),
        ("ed.", "editor"),
        ("author_of_introduction", "author_of_introduction"),
        ("  cover   designer ", "cover_designer"),
        ("", "author"),
    ],
)
def test_known_words_and_codes_are_roles_in_any_case(word: str, role: str) -> None:
    assert role_of(word) == (role, "")


@pytest.mark.parametrize("word", ["Unknown role", "Dog walker"])
def test_an_unknown_word_is_a_contributor_with_a_note(word: str) -> None:
    assert role_of(word) == ("contributor", word)


def test_every_role_is_found_by_its_slug_and_by_its_code() -> None:
    for role, code in RELATORS.items():
        assert role_of(role) == role_of(code) == (role, "")


def test_no_two_roles_share_a_code() -> None:
    assert len(set(RELATORS.values())) == len(RELATORS)
    assert all(len(code) == 3 for code in RELATORS.values())


@given(st.text())
def test_any_text_gives_a_role_of_the_list(word: str) -> None:
    assert role_of(word)[0] in RELATORS
