import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.importing.parsing.headings import Name, parse_heading

PERSONS = {
    "An Old Hand": Name("person", "An Old Hand", "Old Hand, An"),
    "A lady": Name("person", "A lady", "lady, A"),
    "Jefferson, Thomas, 1743-1826": Name("person", "Thomas Jefferson", "Jefferson, Thomas", (), 1743, 1826),
    "Wells, H. G. (Herbert George), 1866-1946": Name(
        "person", "H. G. Wells", "Wells, H. G.", ("Herbert George Wells",), 1866, 1946
    ),
    "Tolstoy, Leo, graf, 1828-1910": Name(
        "person", "Leo Tolstoy", "Tolstoy, Leo, graf", ("graf Leo Tolstoy",), 1828, 1910
    ),
    "Campbell, John W., Jr. (John Wood), 1910-1971": Name(
        "person", "John W. Campbell Jr.", "Campbell, John W., Jr.", ("John Wood Campbell Jr.",), 1910, 1971
    ),
    "Browne, Thomas, Sir, 1605-1682": Name(
        "person", "Sir Thomas Browne", "Browne, Thomas, Sir", ("Thomas Browne",), 1605, 1682
    ),
    "Augustine, of Hippo, Saint, 354-430": Name(
        "person", "Augustine of Hippo", "Augustine, of Hippo, Saint", ("Saint Augustine of Hippo",), 354, 430
    ),
    "Byron, George Gordon Byron, Baron, 1788-1824": Name(
        "person", "George Gordon Byron", "Byron, George Gordon Byron, Baron",
        ("Lord Byron", "Baron George Gordon Byron"), 1788, 1824,
    ),
    "Elizabeth I, Queen of England, 1533-1603": Name(
        "person", "Elizabeth I", "Elizabeth I, Queen of England",
        ("Elizabeth I, Queen of England", "Queen Elizabeth I"), 1533, 1603,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("heading", "expected"), PERSONS.items(), ids=range(len(PERSONS)))
def test_a_heading_gives_every_form_of_the_name(heading: str, expected: Name) -> None:
    assert parse_heading(heading) == expected


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Smith, Joseph, Jr., 1805-1844", "Joseph Smith Jr."),
        ("Appleton, Victor, II", "Victor Appleton II"),
        ("Irving E. Cox, Jr.", "Irving E. Cox Jr."),
        ("Braga Jr.,", "Braga Jr."),
        ("Wood, Henry, Mrs., 1814-1887", "Mrs. Henry Wood"),
        ("Rowson, Mrs., 1762-1824", "Mrs. Rowson"),
        ("Gregory, Lady, 1852-1932", "Lady Gregory"),
        ("Dunsany, Lord, 1878-1957", "Lord Dunsany"),
        ("Doran, Dr. (John), 1807-1878", "Dr. Doran"),
        ("Staël, Madame de (Anne-Louise-Germaine), 1766-1817", "Madame de Staël"),
        ("Aulnoy, Madame d' (Marie-Catherine), 1650-1705", "Madame d'Aulnoy"),
        ("Chrétien, de Troyes, active 12th century", "Chrétien de Troyes"),
        ("Thomas, à Kempis, 1380-1471", "Thomas à Kempis"),
        ("Pliny, the Younger", "Pliny the Younger"),
        ("Leonardo, da Vinci, 1452-1519", "Leonardo da Vinci"),
        ("Thomas, Aquinas, Saint, 1225?-1274", "Thomas Aquinas"),
        ("Patrick, Saint, 373?-463?", "Saint Patrick"),
        ("More, Thomas, Saint, 1478-1535", "Thomas More"),
        ("Pius II, Pope, 1405-1464", "Pope Pius II"),
        ("Victoria, Queen of Great Britain, 1819-1901", "Victoria, Queen of Great Britain"),
        ("Goethe, Johann Wolfgang von, 1749-1832", "Johann Wolfgang von Goethe"),
        ("Aragona, Tullia d', 1510?-1556", "Tullia d'Aragona"),
        ("Rolle, Richard, of Hampole, 1290?-1349", "Richard Rolle of Hampole"),
        ("Hamilton, George, surgeon", "George Hamilton"),
        ("Bond, John, M.D.", "John Bond"),
        ("Tennyson, Alfred Tennyson, Baron, 1809-1892", "Alfred Tennyson"),
        ("Chesterfield, Philip Dormer Stanhope, Earl of, 1694-1773", "Philip Dormer Stanhope, Earl of Chesterfield"),
        ("Arnim, Ludwig Achim, Freiherr von, 1781-1831", "Ludwig Achim von Arnim"),
        ("Lautréamont, comte de, 1846-1870", "Comte de Lautréamont"),
        ("Biggers, Earl Derr, 1884-1933", "Earl Derr Biggers"),
        ("Marquis, Don, 1878-1937", "Don Marquis"),
        ("Church, Alfred John, 1829-1912", "Alfred John Church"),
        ("Gelder, Jane (Trill) van", "Jane van Gelder"),
        ("Bāṇa\u200f", "Bāṇa"),
        ("Dante Alighieri, 1265-1321", "Dante Alighieri"),
        ("J. B. H. (James Barron Hope)", "J. B. H."),
        ("A. L. O. E., 1821-1893", "A. L. O. E."),
    ],
)
def test_persons_are_shown_in_spoken_order(heading: str, name: str) -> None:
    assert parse_heading(heading)[:2] == ("person", name)


@pytest.mark.parametrize(
    ("heading", "alternate"),
    [
        ("Staël, Madame de (Anne-Louise-Germaine), 1766-1817", "Anne-Louise-Germaine de Staël"),
        ("J. B. H. (James Barron Hope)", "James Barron Hope"),
        ("Mackinlay, M. (Malcolm) Sterling", "Malcolm Sterling Mackinlay"),
        ("Waterman, Amy Harlow (Lane), Mrs.", "Amy Harlow Lane Waterman"),
        ("Hamilton, George, surgeon", "George Hamilton, surgeon"),
        ("Kelvin, William Thomson, Baron, 1824-1907", "Lord Kelvin"),
    ],
)
def test_parts_missing_from_the_display_name_are_in_alternate_names(heading: str, alternate: str) -> None:
    assert alternate in parse_heading(heading).alternate_names


@pytest.mark.parametrize("heading", ["Calleja (pseudonym)", "Celsus (Platonic philosopher)", "Davy (An Englishman)"])
def test_a_remark_in_brackets_is_no_name(heading: str) -> None:
    assert parse_heading(heading).alternate_names == ()


def test_a_wife_has_no_alternate_name_of_her_husband() -> None:
    assert parse_heading("Wood, Henry, Mrs., 1814-1887").alternate_names == ()


@pytest.mark.parametrize(
    "heading",
    [
        "United States",
        "United States. Central Intelligence Agency",
        "Great Britain. Army. Highland Light Infantry. Battalion, 5th",
        "Library of Congress",
        "Church of Jesus Christ of Latter-day Saints",
        "Longmans, Green, and Co.",
        "Kegan Paul, Trench & Co.",
        "General Mills, Inc.",
        "Metropolitan Museum of Art (New York, N.Y.)",
        "Brooklyn (New York, N.Y.). Committee of Ten",
        "Germany. Laws, statutes, etc.",
        "Pennsylvania. General Assembly. Committee Appointed to Investigate the Riots in July, 1877",
        "John Murray (Firm)",
        "Université de Paris. Faculté de théologie",
        "Canada",
    ],
)
def test_bodies_keep_their_heading(heading: str) -> None:
    assert parse_heading(heading) == Name("organisation", heading, heading)


@pytest.mark.parametrize("heading", ["Various", "Anonymous", "Unknown", "ANONYMOUS", "Various Authors"])
def test_placeholders_are_no_persons(heading: str) -> None:
    assert parse_heading(heading) == Name("placeholder", heading, heading)


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Akutagawa, Ryūnosuke, 1892-1927", "Akutagawa Ryūnosuke"),
        ("Gan, Bao, active 317-322", "Gan Bao"),
        ("Wu, Cheng'en", "Wu Cheng'en"),
        ("Liu, Guang Wei", "Liu Guang Wei"),
        ("Yi, Kwang-su", "Yi Kwang-su"),
        ("夏目, 漱石", "夏目漱石"),
        ("Laozi", "Laozi"),
    ],
)
def test_east_asian_names_keep_the_family_name_first(heading: str, name: str) -> None:
    assert parse_heading(heading, family_name_first=True).name == name


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Lowndes, Marie Belloc, 1868-1947", "Marie Belloc Lowndes"),
        ("Luther, Martin, 1483-1546", "Martin Luther"),
        ("Oppenheim, E. Phillips (Edward Phillips), 1866-1946", "E. Phillips Oppenheim"),
    ],
)
def test_translated_authors_do_not_turn_east_asian(heading: str, name: str) -> None:
    assert parse_heading(heading, family_name_first=True).name == name


HEADINGS = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            ["Doe", " John", " (X. Y.)", " Saint", " Sir", " graf von", " 12-0", " 0", " d'", " of", "", " II"]
        )
    ).map(",".join),
)


@given(HEADINGS, st.booleans())
def test_any_heading_gives_a_name_and_never_the_year_0(heading: str, family_name_first: bool) -> None:
    name = parse_heading(heading, family_name_first)
    assert name.name
    assert name.sort_name
    assert name.kind in {"person", "organisation", "placeholder"}
    assert 0 not in (name.birth_year, name.death_year)
    assert name.name not in name.alternate_names
    assert all(name.alternate_names)
