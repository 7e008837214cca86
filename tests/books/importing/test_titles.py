import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.importing.titles import TITLE_LENGTH, Title, clean, split_title

TITLES = {
    "The Declaration of Independence of the United States of America": Title(
        "The Declaration of Independence of the United States of America"
    ),
    "The United States Bill of Rights\r\nThe Ten Original Amendments to the Constitution of the United States": Title(
        "The United States Bill of Rights", "The Ten Original Amendments to the Constitution of the United States"
    ),
    "Life of Harriet Beecher Stowe\nCompiled From Her Letters and Journals": Title(
        "Life of Harriet Beecher Stowe", "Compiled From Her Letters and Journals"
    ),
    "The technic of the baton : $b a handbook for students of conducting": Title(
        "The technic of the baton", "a handbook for students of conducting"
    ),
    "Up the ladder; $b or, striving and thriving": Title("Up the ladder", "or, striving and thriving"),
    "Genesis A :\r\n$b Translated from the Old English": Title("Genesis A", "Translated from the Old English"),
    "Anthology : $b From the tenth century : $b to the close": Title(
        "Anthology", "From the tenth century : to the close"
    ),
    "National character : $b A Thanksgiving discourse\r\nDelivered November 15th, 1855": Title(
        "National character", "A Thanksgiving discourse Delivered November 15th, 1855"
    ),
    "Dress design $b: an account of costume for artists & dressmakers": Title(
        "Dress design", "an account of costume for artists & dressmakers"
    ),
    "Der Abenteurer : $ Roman": Title("Der Abenteurer", "Roman"),
    "The Girl Wanted:  A Book of Friendly Thoughts": Title("The Girl Wanted: A Book of Friendly Thoughts"),
    "Withered Leaves: A Novel.  Vol. 2 (of 3)": Title("Withered Leaves: A Novel. Vol. 2 (of 3)"),
    "The $100 Prize Essay on the Cultivation of the Potato.": Title(
        "The $100 Prize Essay on the Cultivation of the Potato."
    ),
    "$1,000 a Plate": Title("$1,000 a Plate"),
    "e\u0301tude": Title("étude"),
    "NUL\0 and\x1b tab\tgone": Title("NUL and tab gone"),
    "Scientific American, Vol. XXXIX.\x97No. 6.": Title("Scientific American, Vol. XXXIX.—No. 6."),
    "A magyar előidőkből; Egy \u200basszonyi hajszál": Title("A magyar előidőkből; Egy asszonyi hajszál"),
    "": Title("[Untitled]"),
    " \r\n ": Title("[Untitled]"),
    "$b only a subtitle": Title("only a subtitle"),
}


@pytest.mark.parametrize(("raw", "expected"), TITLES.items(), ids=range(len(TITLES)))
def test_titles_are_split_at_the_first_subfield_or_line_break(raw: str, expected: Title) -> None:
    assert split_title(raw) == expected


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("The right to read =", "The right to read"),
        ("A title /", "A title"),
        ("A title :", "A title"),
        ("Stones of Venice, Volume 2 (of 3),", "Stones of Venice, Volume 2 (of 3)"),
        ("A Zola Dictionary;", "A Zola Dictionary"),
        ("Pirates, Etc.", "Pirates, Etc."),
        ("Where?", "Where?"),
        ("Hark!", "Hark!"),
        ("and/or/", "and/or/"),
        ("...", "..."),
    ],
)
def test_only_isbd_marks_go_from_the_end(raw: str, title: str) -> None:
    assert split_title(raw) == Title(title)


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        ("Title\nVolume 17, New Series, January 3, 1852", "Volume 17, New Series, January 3, 1852"),
        ("Title\r\nVol. II", "Vol. II"),
        ("Title\nPart 1 of 3", "Part 1 of 3"),
        ("Title\nPart the II.", "Part the II."),
        ("Title\nBook the first", "Book the first"),
        ("Title\nTome IV", "Tome IV"),
        ("Title\nErster Theil", "Erster Theil"),
        ("Title\n8. Band", "8. Band"),
        ("Title\n4º volume da Comedia do Campo", "4º volume da Comedia do Campo"),
        ("Title\nSecond Series", "Second Series"),
        ("Title\nParte Primeira: O oraculo da Noite", "Parte Primeira: O oraculo da Noite"),
        ("Title\nNo. 3, Oct. 1, 1850", "No. 3, Oct. 1, 1850"),
        ("Title\nNr 7", "Nr 7"),
        ("Title\n(Vol. II No. 1)", "Vol. II No. 1"),
        ("Title\nVolume 1\nNo. 2", "Volume 1, No. 2"),
        ("Title $n Part 1, $p The birds /", "Part 1, The birds"),
    ],
)
def test_volume_lines_and_part_subfields_become_the_part(raw: str, part: str) -> None:
    assert split_title(raw) == Title("Title", part=part)


@pytest.mark.parametrize(
    "line",
    [
        "No one knows",
        "No dia 23 de Março",
        "Parts of the West",
        "Nov. 1813",
        "1709-1765",
        "Second Edition",
        "V. I. Lenin",
    ],
)
def test_lines_that_only_look_like_volumes_stay_in_the_subtitle(line: str) -> None:
    assert split_title(f"Title\n{line}") == Title("Title", line)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("World's War Events $v Volume 3\r\nBeginning with", Title("World's War Events", "Beginning with", "Volume 3")),
        (
            "Autobiography of Friedrich Froebel $c translated and annotated by Emilie Michaelis",
            Title("Autobiography of Friedrich Froebel", responsibility="translated and annotated by Emilie Michaelis"),
        ),
        (
            "Aesop\nTranslated by George Fyler Townsend",
            Title("Aesop", responsibility="Translated by George Fyler Townsend"),
        ),
        (
            "The vision of hell.\nBy Dante Alighieri.\nTranslated by Rev. Henry Francis Cary, M.A.\nand illustrated.",
            Title(
                "The vision of hell.",
                responsibility="By Dante Alighieri. ; Translated by Rev. Henry Francis Cary, M.A. and illustrated.",
            ),
        ),
        ("Sad Tales\nEdited, with notes", Title("Sad Tales", responsibility="Edited, with notes")),
        ("A\r\n$b b\r\n$c By Wm. C. Taylor.", Title("A", "b", responsibility="By Wm. C. Taylor.")),
    ],
)
def test_statements_of_responsibility_are_kept_apart(raw: str, expected: Title) -> None:
    assert split_title(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "The Tin Woodman of Oz\nA Faithful Story of the Astonishing Adventure Undertaken\nby the Tin Woodman",
        "Minutes\nof the year one thousand seven hundred and ninety-five, and continued,\nby adjournments",
        "Public Service\nTransactions of the American Society of Civil Engineers,\r\nvol. LXXII, June, 1911",
        "Chocolate\nBy which the Plague of the Guts is cured",
    ],
)
def test_a_wrapped_line_goes_on_whatever_it_opens_with(raw: str) -> None:
    title, *rest = raw.split("\n")
    assert split_title(raw) == Title(title, clean(" ".join(rest)))


def test_a_very_long_title_is_cut() -> None:
    assert len(split_title("word " * 1_000).title) <= TITLE_LENGTH


TEXT = st.text(st.one_of(st.characters(), st.sampled_from("$bcnpv \r\n\t/:;=,.\0")))


@given(TEXT)
def test_any_text_gives_clean_elements_and_a_title(raw: str) -> None:
    elements = split_title(raw)
    assert elements.title
    assert len(elements.title) <= TITLE_LENGTH
    for text in elements:
        assert text == unicodedata.normalize("NFC", text)
        assert not set(text) & {"\0", "\r", "\n", "\t"}
        assert "  " not in text
        assert text == text.strip()


@given(TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
