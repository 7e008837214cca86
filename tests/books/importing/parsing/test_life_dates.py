import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.importing.parsing.headings import parse_heading
from books.importing.parsing.life_dates import parse_lifespan


@pytest.mark.parametrize(
    ("dates", "birth", "death"),
    [
        ("621? BCE-565? BCE", -621, -565),
        ("432 BCE-351? BCE", -432, -351),
        ("43 BCE-17", -43, 17),
        ("5? BCE-65", -5, 65),
        ("496-406 BCE", -496, -406),
        ("-406 BCE", None, -406),
        ("1888-", 1888, None),
        ("-1969", None, 1969),
        ("1850?-1899", 1850, 1899),
        ("1842-1914?", 1842, 1914),
        ("approximately 1450-1500", 1450, 1500),
        ("b. 1850", 1850, None),
        ("d. 1900", None, 1900),
        ("1850 January 3-1900 March 4", 1850, 1900),
        ("1849 or 1850-1901", 1849, 1901),
        ("1017-1137", 1017, 1137),
        ("active 16th century", None, None),
        ("active 6th century B.C.", None, None),
        ("active 317-322", None, None),
        ("jin shi 1053", None, None),
        ("approximately 5th century", None, None),
        ("18--?-1850", None, 1850),
        ("ca. 69-ca. 122", 69, 122),
        ("approximately 46-approximately 120", 46, 120),
        ("c1558-1592.", 1558, 1592),
        ("1558-1592.", 1558, 1592),
        ("b. 1920.", 1920, None),
        ("b. ca. 1920", 1920, None),
        ("d. 1616.", None, 1616),
        ("1605-ca. 1682.", 1605, 1682),
        ("[1605]-1682", 1605, 1682),
        ("fl. 1600-1610", None, None),
        ("fl. 1600.", None, None),
        ("flourished 1600", None, None),
        ("active 1600", None, None),
        ("16th cent.", None, None),
        ("5th cent. B.C.", None, None),
        ("427-347 B.C.", -427, -347),
        ("1920 January 3-", 1920, None),
        ("Jan. 1920-", 1920, None),
        ("3 January 1920-4 Feb. 1999", 1920, 1999),
        ("1850s-1920", None, 1920),
        ("1850s", None, None),
        ("18uu-1920", None, 1920),
        ("18uu", None, None),
        ("uuuu-1920", None, 1920),
        ("1885-19uu", 1885, None),
        ("185-?-1920", None, 1920),
        ("19--", None, None),
        ("1850-19..", 1850, None),
        ("?-1920", None, 1920),
        ("1850?-1910?", 1850, 1910),
        ("1850 or 1851-1910", 1850, 1910),
        ("not before 1850-1910", 1850, 1910),
        ("1850", None, None),
        ("1800-1700", None, None),
        ("1500-1900", None, None),
        ("9998-9999", None, None),
        ("0-50", None, 50),
        ("63 B.C.-A.D. 14", -63, 14),
        ("43 B.C.-17 A.D. or 18 A.D.", -43, 17),
        ("427 or 428 B.C.-347 B.C.", -427, -347),
        ("43 v. Chr.-17 n. Chr.", -43, 17),
        ("551 av. J.-C.-479 av. J.-C.", -551, -479),
        ("May 12, 1592-June 3, 1650", 1592, 1650),
        ("1592 or later-", 1592, None),
        ("1592-[1600]", 1592, 1600),
        ("1850\u20131910", 1850, 1910),
        ("born 1950", 1950, None),
        ("1850\u20121920", 1850, 1920),
        ("1850 to 1920", 1850, 1920),
        ("18. Jh.", None, None),
        ("geb. 1950", 1950, None),
        ("n. 1950", 1950, None),
        ("zm. 1950", None, 1950),
        ("1950-present", 1950, None),
        ("active approximately 1600-1610", None, None),
    ],
)
def test_years_are_signed_and_plausible(dates: str, birth: int | None, death: int | None) -> None:
    name = parse_heading(f"Doe, Jane, {dates}")
    assert (name.name, name.sort_name, name.birth_year, name.death_year) == ("Jane Doe", "Doe, Jane", birth, death)


# Excluded: "50-10 BCE", where one era counts for both years.
@given(
    st.tuples(st.integers(-4_000, 2_100), st.integers(-4_000, 2_100)).filter(lambda years: not years[1] < 0 < years[0])
)
def test_years_come_out_as_they_were_written_or_not_at_all(years: tuple[int, int]) -> None:
    written = "-".join(f"{-year} BCE" if year < 0 else str(year) for year in years)
    name = parse_heading(f"Doe, Jane, {written}")
    assert name.birth_year in {years[0] or None, None}
    assert name.death_year in {years[1] or None, None}
    assert name.name == "Jane Doe"


@pytest.mark.parametrize("text", ["", "Saint", "II", "5th", "July 1877", "-", "of 1850"])
def test_text_that_is_not_a_date_belongs_to_the_name(text: str) -> None:
    assert parse_lifespan(text) is None


@given(st.text(st.one_of(st.characters(), st.sampled_from("0123456789-? BCE."))))
def test_any_text_gives_years_or_nothing_and_never_the_year_0(text: str) -> None:
    assert 0 not in (parse_lifespan(text) or ())


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ("1700-1830", (1700, 1830)),
        ("1700-1831", (None, None)),
        ("1700-1700", (1700, 1700)),
        ("5000 BCE-4990 BCE", (-5000, -4990)),
        ("5001 BCE-4990 BCE", (None, None)),
        ("2190-2200", (2190, 2200)),
        ("2190-2201", (None, None)),
    ],
)
def test_lives_up_to_130_years_and_years_within_bounds_are_accepted(dates, expected):
    assert parse_lifespan(dates) == expected
