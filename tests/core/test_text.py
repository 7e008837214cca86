"""Folding, tokens and sort keys: pure functions, so pure tests."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.models.classification import slug_of
from core import text
from core.text import SLUG, fold, match_key, query_tokens, sort_title, tokens, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Les Misérables", "les miserables"),
        ("Les Mise\u0301rables", "les miserables"),
        ("Straße", "strasse"),
        ("Søren Kierkegaard", "soren kierkegaard"),
        ("Æneid, Œuvres", "aeneid, oeuvres"),
        ("Łódź", "lodz"),
        ("ＦＵＬＬ", "full"),
        ("Ελλάς", "ελλασ"),
        ("İstanbul", "istanbul"),
        ("Hawaiʻi", "hawaii"),
        ("Ёлка", "елка"),
    ],
)
def test_text_folds_to_plain_letters(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composed_and_decomposed_text_fold_alike(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text())
def test_tokens_are_short_and_never_empty(text):
    assert all(0 < len(token) <= 64 for token in tokens(text))


@given(st.text())
def test_tokens_hold_nothing_that_a_query_language_would_read(text):
    assert not set("'\"*:&|!()<>\\ \x00\ue000") & set("".join(tokens(text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't panic!", ["don", "t", "panic"]),
        ("源氏物語", ["源氏", "氏物", "物語", "語"]),
        ("Python入門 3", ["python", "入門", "門", "3"]),
        ("हिन्दी", words("हिन्दी")),
        ("— … !", []),
    ],
)
def test_words_are_tokens_and_cjk_runs_are_pairs(text, expected):
    assert tokens(text) == expected


@given(st.text(alphabet="源氏物語ab ", min_size=1))
def test_what_is_looked_for_as_a_phrase_stands_in_the_index(text):
    """Any text's query tokens are a run of its own index tokens."""
    indexed, sought = tokens(text), query_tokens(text)
    assert sought == indexed[: len(sought)]
    assert len(indexed) - len(sought) <= 1


@pytest.mark.parametrize(
    ("title", "language", "key"),
    [
        ("The Hobbit", "en", "hobbit"),
        ("The Hobbit", "de", "the hobbit"),
        ("L'Étranger", "fr", "etranger"),
        ("Die Verwandlung", "de", "verwandlung"),
        ("A", "en", "a"),
        ("“Alice”, Through the Looking-Glass", "en", "alice through the looking glass"),
        ("!!!", "en", "!!!"),
        ("x" * 500, "en", "x" * 200),
    ],
)
def test_titles_file_without_their_article_and_punctuation(title, language, key):
    assert sort_title(title, language) == key


def test_names_that_look_alike_have_one_match_key():
    assert match_key("Émile  ZOLA") == match_key("Emile Zola") == "emile zola"


@given(st.text(min_size=1))
def test_any_label_makes_a_slug_that_paths_and_parameters_take(label):
    assert re.fullmatch(SLUG, slug_of(label))


@pytest.mark.parametrize("label", ["हिन्दी साहित्य", "မြန်မာ", "தமிழ் கதை", "三國志", "العربية"])
def test_slugs_keep_the_letters_of_every_script(label):
    assert slug_of(label) != "x"
    assert re.fullmatch(SLUG, slug_of(label))


def test_what_is_remembered_of_characters_has_a_bound_and_changes_nothing():
    everything = "".join(map(chr, [*range(0x80, 0xD800), *range(0xE000, 0x30000)]))
    first = fold(everything)
    assert len(text._UNMARKED) <= text._MOST_CHARACTERS
    assert fold(everything) == first
    assert not any(unicodedata.category(character) in {"Mn", "Me", "Cf"} for character in first)


def test_a_long_word_and_a_long_key_are_cut():
    assert tokens("a" * 65) == ["a" * 64]
    assert tokens("é" * 65 + "水滸") == ["e" * 64, "水滸", "滸"]
    assert match_key("word " * 100) == ("word " * 40)[:200]
    assert text.sort_name("!" * 300) == "!" * 200
