import pytest
from hypothesis import given
from hypothesis import strategies as st
from langcodes.data_dicts import LANGUAGE_ALPHA3, LANGUAGE_ALPHA3_BIBLIOGRAPHIC

from books.standards.languages import language_code
from tests.support.factories import make_book
from tests.support.language_table import TABLE as NAMES
from tests.support.language_table import table

# Two-letter codes that ISO 639 has withdrawn, and what stands for the language today.
RETIRED = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "bh": "bih"}
# Each language with a two-letter code: its terminologic code, and its bibliographic one where that differs.
TABLE = [
    (two, three, LANGUAGE_ALPHA3_BIBLIOGRAPHIC.get(two, three))
    for two, three in LANGUAGE_ALPHA3.items()
    if len(two) == 2
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fr", ("fr", "")),
        ("fre", ("fr", "")),
        ("fra", ("fr", "")),
        ("EN", ("en", "")),
        (" eng ", ("en", "")),
        ("eng.", ("en", "")),
        ("English (Middle)", ("enm", "")),
        ("Norwegian (Bokmål)", ("nb", "")),
        ("Português do Brasil", ("pt", "BR")),
        ("Anglo-Saxon", ("ang", "")),
        ("en-US", ("en", "US")),
        ("en_GB", ("en", "GB")),
        ("zh-Hant-TW", ("zh", "TW")),
        ("es-419", ("es", "419")),
        ("pt_BR", ("pt", "BR")),
        ("de-AT", ("de", "AT")),
        ("de-DE-1996", ("de", "DE")),
        ("sr-Latn", ("sr", "")),
        ("en-US-x-mine", ("en", "US")),
        ("zh-yue-HK", ("yue", "HK")),
        ("tok", ("tok", "")),
        ("scr", ("hr", "")),
        ("scc", ("sr", "")),
        ("mol", ("ro", "")),
        ("hbs", ("sh", "")),
        ("ajp", ("apc", "")),
        ("per", ("fa", "")),
        ("grc", ("grc", "")),
        ("nav", ("nv", "")),
        ("gla", ("gd", "")),
        ("nah", ("nah", "")),
        ("myn", ("myn", "")),
        ("iw", ("he", "")),
    ],
)
def test_every_form_of_iso_639_gives_the_shortest_code(text: str, expected: tuple[str, str]) -> None:
    assert language_code(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("German", ("de", "")),
        ("german", ("de", "")),
        (" GERMAN ", ("de", "")),
        ("Deutsch", ("de", "")),
        ("Español", ("es", "")),
        ("Espanol", ("es", "")),
        ("ESPAÑOL", ("es", "")),
        ("espan\u0303ol", ("es", "")),
        ("Spanish", ("es", "")),
        ("Castilian", ("es", "")),
        ("français", ("fr", "")),
        ("русский", ("ru", "")),
        ("日本語", ("ja", "")),
        ("中文", ("zh", "")),
        ("العربية", ("ar", "")),
        ("עברית", ("he", "")),
        ("हिन्दी", ("hi", "")),
        ("ไทย", ("th", "")),
        ("srpski", ("sr", "")),
        ("српски", ("sr", "")),
        ("Toki Pona", ("tok", "")),
        # What a librarian means by a name that several could bear.
        ("Norwegian", ("no", "")),
        ("Norwegian (Bokmål)", ("nb", "")),
        ("Nynorsk", ("nn", "")),
        ("Chinese", ("zh", "")),
        ("Mandarin", ("zh", "")),
        ("汉语", ("zh", "")),
        ("Cantonese", ("yue", "")),
        ("Greek", ("el", "")),
        ("Greek, Modern (1453-)", ("el", "")),
        ("Ancient Greek", ("grc", "")),
        ("Greek, Ancient (to 1453)", ("grc", "")),
        ("Old English", ("ang", "")),
        ("English, Old (ca. 450-1100)", ("ang", "")),
        ("Arabic", ("ar", "")),
        ("Persian", ("fa", "")),
        ("Farsi", ("fa", "")),
        ("Dari", ("prs", "")),
        ("Malay", ("ms", "")),
        ("Kiswahili", ("sw", "")),
        ("Kurdî", ("ku", "")),
        ("Serbo-Croatian", ("sh", "")),
        ("Moldavian", ("ro", "")),
        ("Flemish", ("nl", "")),
        ("Dutch; Flemish", ("nl", "")),
        ("Church Slavic; Old Slavonic; Church Slavonic", ("cu", "")),
        ("Apache languages", ("apa", "")),
        # A name with a country or a script.
        ("Brazilian Portuguese", ("pt", "BR")),
        ("Portuguese (Brazil)", ("pt", "Brazil")),
        ("Simplified Chinese", ("zh", "")),
    ],
)
def test_a_name_in_english_or_in_the_language_itself_gives_its_code(text: str, expected: tuple[str, str]) -> None:
    assert language_code(text) == expected


@pytest.mark.parametrize("text", ["mon", "ido", "lao", "ga"])
def test_what_is_a_code_is_not_read_as_a_name(text: str) -> None:
    assert language_code(text.title()) == language_code(f"{text}.") == language_code(text)


def test_every_name_of_the_table_gives_the_language_that_it_stands_with() -> None:
    rows = [line.split("\t") for line in NAMES.read_text(encoding="utf-8").splitlines()]
    named = [(name, row[0].partition("-")[0]) for row in rows if len(row) == 3 for name in row[2].split("|")]
    assert len(named) > 8_500
    # These three are tags as well: Akan in Bolivia.
    others = {name for name, code in named if (language_code(name) or ("",))[0] != code}
    assert others == {"Aka-Bo", "Aka-Cari", "Uru-Pa-In"}


def test_the_table_is_what_its_sources_say() -> None:
    assert NAMES.read_text(encoding="utf-8") == table()


@pytest.mark.parametrize("text", ["tl", "tgl"])
def test_tagalog_is_not_written_as_filipino(text: str) -> None:
    assert language_code(text) == ("tl", "")


@pytest.mark.parametrize("text", ["prs", "cnr", "cmn", "fil"])
def test_a_language_with_a_code_of_its_own_keeps_it(text: str) -> None:
    assert language_code(text) == (text, "")


@pytest.mark.parametrize("text", ["und", "zxx", "mul", "mis", "art", "qaa", "UND", "und-US"])
def test_codes_that_name_no_language_are_none(text: str) -> None:
    assert language_code(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "", "e", "xx", "xx9", "zzz", "zzzzz", "en-", "x-private", "i-klingon", "e n", "no-info", "min-nan",
        "unknown", "n/a", "English, French", "English; French", "English and French", "()", ",", "9" * 999,
    ],
)  # fmt: skip
def test_what_is_no_code_is_none(text: str) -> None:
    assert language_code(text) is None


def test_every_two_letter_code_in_use_stands_for_itself() -> None:
    codes = {two for two, _, _ in TABLE} - RETIRED.keys()
    assert len(codes) > 180
    assert {code: language_code(code) for code in codes} == {code: (code, "") for code in codes}


def test_a_withdrawn_code_is_the_one_that_replaced_it() -> None:
    assert {old: language_code(old) for old in RETIRED} == {old: (new, "") for old, new in RETIRED.items()}


@pytest.mark.parametrize(("two", "terminologic", "bibliographic"), TABLE)
def test_the_two_and_three_letter_codes_of_a_language_mean_the_same(
    two: str, terminologic: str, bibliographic: str
) -> None:
    expected = (RETIRED.get(two, two), "")
    assert language_code(two) == language_code(terminologic) == language_code(bibliographic) == expected


def test_every_other_three_letter_code_stands_for_itself_unless_it_is_withdrawn_or_names_no_language() -> None:
    shortened = {code for _, *longer in TABLE for code in longer} | {"scc", "scr"}
    letters = "abcdefghijklmnopqrstuvwxyz"
    codes = {a + b + c for a in letters for b in letters for c in letters} - shortened
    known = {code: found[0] for code in codes if (found := language_code(code))}
    assert len(known) > 7_900
    withdrawn = {code: new for code, new in known.items() if new != code}
    assert len(withdrawn) < 150
    assert {language_code(new) for new in withdrawn.values()} == {(new, "") for new in withdrawn.values()}


@pytest.mark.django_db
def test_books_are_found_by_any_code_or_name_of_their_language(api) -> None:
    written = {
        "he": ("he", "heb", "iw", "Hebrew", "עברית"),
        "id": ("id", "ind", "in", "bahasa indonesia"),
        "jv": ("jv", "jav", "jw", "Javanese"),
        "tok": ("tok", "Toki Pona", "toki_pona"),
        "es": ("es", "spa", "es-MX", "Español", "espanol", "SPANISH"),
    }
    for language, codes in written.items():
        book = make_book(title=language, languages=[language])
        for code in codes:
            found = api.get("/api/v1/books/", {"language": code}).json()["results"]
            assert [item["id"] for item in found] == [book.pk], code
            left = api.get("/api/v1/books/", {"language_not": code}).json()["results"]
            assert book.pk not in [item["id"] for item in left], code
    assert [item["languages"] for item in api.get("/api/v1/books/?language=toki pona").json()["results"]] == [["tok"]]
    several = api.get("/api/v1/books/", {"language": "Hebrew, espanol,jw", "ordering": "id"}).json()
    assert [item["languages"] for item in several["results"]] == [["he"], ["jv"], ["es"]]
    left = api.get("/api/v1/books/", {"language_not": "Hebrew, espanol,jw", "ordering": "id"}).json()
    assert [item["languages"] for item in left["results"]] == [["id"], ["tok"]]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["language", "language_not"])
def test_an_unknown_language_is_an_error_that_names_the_parameter(api, name: str) -> None:
    for wrong in ("Klingonish", "de,Klingonish", "mul", "und"):
        response = api.get("/api/v1/books/", {name: wrong})
        message = f"{wrong.removeprefix('de,')} is no language's code or name."
        assert response.status_code == 400
        assert response.json()["errors"] == [{"param": name, "code": "invalid", "message": message}]


@given(st.text())
def test_any_text_gives_a_code_and_region_or_nothing(text: str) -> None:
    found = language_code(text)
    assert found is None or (found[0].isascii() and 2 <= len(found[0]) <= 3)
