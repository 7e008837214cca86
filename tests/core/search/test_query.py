"""Reading what a reader typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.search.conditions import fts5_phrase, tsquery_phrase
from core.search.query import Phrase, TextQuery, TextQueryError


def test_all_words_are_looked_for_and_the_last_by_prefix():
    query = TextQuery.parse("Shakespeare Haml", operators=True)
    assert query == TextQuery("shakespeare haml", (Phrase(("shakespeare",)), Phrase(("haml",), prefix=True)))


def test_phrases_and_exclusions_are_read_where_operators_are_allowed():
    query = TextQuery.parse('"sense and" -"northanger abbey" -emma', operators=True)
    assert query.include == (Phrase(("sense", "and")),)
    assert query.exclude == (Phrase(("northanger", "abbey")), Phrase(("emma",)))


def test_an_exclusion_at_the_end_leaves_the_last_word_its_prefix():
    assert TextQuery.parse("ham -zzzz", operators=True).include == (Phrase(("ham",), prefix=True),)


def test_without_operators_quotes_and_hyphens_are_punctuation():
    query = TextQuery.parse('-"emma"')
    assert query.include == (Phrase(("emma",), prefix=True),)
    assert query.exclude == ()


def test_a_word_of_several_tokens_is_a_phrase():
    assert TextQuery.parse("mother-in-law x").include[0] == Phrase(("mother", "in", "law"))


def test_a_single_cjk_character_is_found_by_prefix_wherever_it_stands():
    assert TextQuery.parse("語 x").include[0] == Phrase(("語",), prefix=True)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "nothing_to_search"), ("!?", "nothing_to_search"), ("😀", "nothing_to_search"), ("-a", "only_exclusions"),
     ("a" * 201, "too_long")],
)  # fmt: skip
def test_what_cannot_be_searched_for_is_refused_with_a_reason(typed, code):
    with pytest.raises(TextQueryError) as refused:
        TextQuery.parse(typed, operators=True)
    assert refused.value.code == code


@given(st.text(max_size=250), st.booleans())
def test_any_text_is_read_or_refused(typed, operators):
    try:
        query = TextQuery.parse(typed, operators=operators)
    except TextQueryError:
        query = None
    assert query is None or query.include


@pytest.mark.parametrize(
    ("phrase", "tsquery", "fts5"),
    [
        (Phrase(("emma",)), "('emma':)", '"emma"'),
        (Phrase(("to", "be"), prefix=True), "('to': <-> 'be':*)", '"to be" *'),
        (Phrase(("jrr",), other=("j", "r", "r")), "(('jrr':) | ('j': <-> 'r': <-> 'r':))", '("jrr" OR "j r r")'),
        (Phrase(("enders",), True, ("ender",)), "(('enders':*) | ('ender':*))", '("enders" * OR "ender" *)'),
    ],
)
def test_a_phrase_is_looked_for_in_each_of_its_spellings(phrase, tsquery, fts5):
    assert (tsquery_phrase(phrase), fts5_phrase(phrase)) == (tsquery, fts5)
    assert ":A" not in tsquery_phrase(phrase)
    assert tsquery_phrase(phrase, "A").count("A") == sum(map(len, phrase.spellings))


def test_a_word_that_is_typed_many_times_is_searched_for_once():
    query = TextQuery.parse('love love "war" love -war -war "war" love', operators=True)
    assert query.include == (Phrase(("love",)), Phrase(("war",)), Phrase(("love",), prefix=True))
    assert query.exclude == (Phrase(("war",)),)
