"""Where text is folded, cut into tokens and turned into keys: nowhere else.

Both databases store and compare what these functions return and never fold text themselves, so that
a query finds and sorts the same rows on each.
"""

from core.text.folding import SLUG, SLUG_CHARACTER, fold, nfc
from core.text.keys import LAST_CHARACTER, SORT_LENGTH, match_key, sort_name, sort_title, title_keys
from core.text.spelling import initials, words
from core.text.tokenizer import TOKEN_LENGTH, as_typed, is_cjk, is_lone_cjk, query_spellings, spellings, tokens

__all__ = [
    "LAST_CHARACTER",
    "SLUG",
    "SLUG_CHARACTER",
    "SORT_LENGTH",
    "TOKEN_LENGTH",
    "as_typed",
    "fold",
    "initials",
    "is_cjk",
    "is_lone_cjk",
    "match_key",
    "nfc",
    "query_spellings",
    "sort_name",
    "sort_title",
    "spellings",
    "title_keys",
    "tokens",
    "words",
]
