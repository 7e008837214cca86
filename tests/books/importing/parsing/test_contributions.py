"""What sources say of contributors: several in one text, roles in brackets, others that are not named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.importing.parsing.contributions import split_contributors
from books.importing.parsing.headings import parse_heading

SEPARATED = {
    "A ; B (translator)": [("A", []), ("B", ["translator"])],
    "Greene, Anna [ed.]; Okafor, Ben [Hrsg.]": [("Greene, Anna", ["editor"]), ("Okafor, Ben", ["editor"])],
    "Jane Doe (author, illustrator)": [("Jane Doe", ["author", "illustrator"])],
    "Jane Doe (author) (illustrator)": [("Jane Doe", ["author", "illustrator"])],
    "Jane Doe (text und ill.)": [("Jane Doe (text und ill.)", [])],
    "Max Frisch (Übersetzer)": [("Max Frisch", ["translator"])],
    "Max Frisch (Übers.)": [("Max Frisch", ["translator"])],
    "Jeanne Doe (traductrice)": [("Jeanne Doe", ["translator"])],
    "Juan Doe (trad.)": [("Juan Doe", ["translator"])],
    "Gianna Doe (a cura di)": [("Gianna Doe", ["editor"])],
    "Иван Петров (пер.)": [("Иван Петров", ["translator"])],
    "Maija Doe (suom.)": [("Maija Doe", ["translator"])],
    "Doe, Jane, 1900-1950 (editor)": [("Doe, Jane, 1900-1950", ["editor"])],
    "translated by Ben Okafor": [("Ben Okafor", ["translator"])],
    "Übersetzt von Max Frisch": [("Max Frisch", ["translator"])],
    "by Jane Doe": [("Jane Doe", ["author"])],
    "Doe, Jane [gaffer]": [("Doe, Jane", ["contributor"])],
    "Smith, John (John Henry)": [("Smith, John (John Henry)", [])],
    "Henry S. King (Publisher)": [("Henry S. King (Publisher)", [])],
    "Jane B. Reece et al.": [("Jane B. Reece", [])],
    "Doe, Jane, et al": [("Doe, Jane", [])],
    "Doe, Jane and others": [("Doe, Jane", [])],
    "Doe, Jane [et al.]": [("Doe, Jane", [])],
    "Jane Doe u.a.": [("Jane Doe", [])],
    "Jane Doe und andere": [("Jane Doe", [])],
    "Jane Doe y otros": [("Jane Doe", [])],
    "Jane Doe ; et al.": [("Jane Doe", [])],
    "Gilmour, A. A. O.": [("Gilmour, A. A. O.", [])],
    "[s.n.]": [("[s.n.]", [])],
    " ; ": [],
    "Doe, Jane, 1592-[1600]": [("Doe, Jane, 1592-[1600]", [])],
    "Jane Doe, ed.": [("Jane Doe", ["editor"])],
    "Doe, Jane, 1850-1910, editor": [("Doe, Jane, 1850-1910", ["editor"])],
    "Jane Doe - translator": [("Jane Doe", ["translator"])],
    "Jane Doe / Illustrator": [("Jane Doe", ["illustrator"])],
    "trans. Jane Doe": [("Jane Doe", ["translator"])],
    "Translator: Jane Doe": [("Jane Doe", ["translator"])],
    "柴田元幸 訳": [("柴田元幸", ["translator"])],
    "村上春樹/著": [("村上春樹", ["author"])],
    "Иван Петров (перев.)": [("Иван Петров", ["translator"])],
    "Jan Nowak (przekł.)": [("Jan Nowak", ["translator"])],
    "Van Halen, Ed": [("Van Halen, Ed", [])],
    "Aristotle, pseud.": [("Aristotle, pseud.", [])],
    "Terry Pratchett & Neil Gaiman": [("Terry Pratchett", []), ("Neil Gaiman", [])],
    "Pratchett, Terry and Gaiman, Neil": [("Pratchett, Terry", []), ("Gaiman, Neil", [])],
    "Jane Doe und Max Frisch (Hrsg.)": [("Jane Doe", ["editor"]), ("Max Frisch", ["editor"])],
    "Malala Yousafzai with Christina Lamb": [("Malala Yousafzai", []), ("Christina Lamb", [])],
    "Chapman and Hall": [("Chapman and Hall", [])],
    "John Murray and Sons Ltd": [("John Murray and Sons Ltd", [])],
    "Society of Arts & Royal Academy": [("Society of Arts & Royal Academy", [])],
    "José Ortega y Gasset": [("José Ortega y Gasset", [])],
    "Art Di Furia": [("Art Di Furia", [])],
    "Ed von der Goltz": [("Ed von der Goltz", [])],
    "Van Horn, Ford": [("Van Horn, Ford", [])],
    "Young, E. (Ed)": [("Young, E. (Ed)", [])],
    "Jane Doe (Ed)": [("Jane Doe", ["editor"])],
    "Bill Haley & His Comets": [("Bill Haley & His Comets", [])],
    "edited by Jane Doe and John Roe": [("Jane Doe", ["editor"]), ("John Roe", ["editor"])],
    "Jane Doe and John Roe, eds.": [("Jane Doe", ["editor"]), ("John Roe", ["editor"])],
    "Karl Theodor von und zu Guttenberg": [("Karl Theodor von und zu Guttenberg", [])],
}
WITH_COMMAS = {
    "L.E. Modesitt, Jr.": ["L.E. Modesitt Jr."],
    "L.E. Modesitt, Jr., Jane Doe": ["L.E. Modesitt Jr.", "Jane Doe"],
    "Jane Doe, John Roe III, Max Poe, II": ["Jane Doe", "John Roe III", "Max Poe II"],
    "Jane Doe, Ph.D., John Roe, M. D.": ["Jane Doe", "John Roe"],
    "Jane B. Reece, et al.": ["Jane B. Reece"],
    "Jane Doe, John Roe and others": ["Jane Doe", "John Roe"],
    "Harper & Row, Inc.": ["Harper & Row Inc."],
    "Jane Doe, John Roe (Illustrator)": ["Jane Doe", "John Roe"],
    "Jane Doe, editor, and John Roe": ["Jane Doe", "John Roe"],
}


@pytest.mark.parametrize(("text", "expected"), SEPARATED.items(), ids=SEPARATED)
def test_a_text_gives_its_contributors_and_their_roles(text, expected):
    assert [(each.name, [role for role, _ in each.roles]) for each in split_contributors(text)] == expected


@pytest.mark.parametrize(("text", "names"), WITH_COMMAS.items(), ids=WITH_COMMAS)
def test_commas_separate_names_but_not_what_belongs_to_one(text, names):
    assert [each.name for each in split_contributors(text, commas=True)] == names


def test_an_unknown_role_is_the_note_of_a_contributor():
    (contribution,) = split_contributors("Doe, Jane [best  boy]")
    assert contribution.roles == (("contributor", "best boy"),)


@given(st.text(st.one_of(st.characters(), st.sampled_from(" ,;()[].eta"))))
def test_no_text_gives_an_empty_name(text):
    assert all(each.name for commas in (False, True) for each in split_contributors(text, commas=commas))


SPOKEN = {
    "Ludwig van Beethoven": "Beethoven, Ludwig van",
    "Ursula K. Le Guin": "Le Guin, Ursula K.",
    "Kilgora Troutnam": "Troutnam, Kilgora",
    "Huntine von Beethofen": "Beethofen, Huntine von",
    "J.N. Chaney": "Chaney, J.N.",
    "L.E. Modesitt, Jr.": "Modesitt, L.E., Jr.",
    "Martin Luther King, Jr., 1929-1968": "King, Martin Luther, Jr.",
    "Jane Doe, Ph.D.": "Doe, Jane",
    "Sir Arthur Conan Doyle": "Doyle, Arthur Conan, Sir",
    "Charlotte Church": "Church, Charlotte",
    "Pliny the Elder": "Pliny the Elder",
    "Plato": "Plato",
    "Beethoven, Ludwig van": "Beethoven, Ludwig van",
    "Ma, Jian": "Ma, Jian",
    "The Beatles": "Beatles, The",
    "Mark Twain.": "Twain, Mark",
    "Twain, Mark.": "Twain, Mark",
    "Jane Doe M.D.": "Doe, Jane",
    "Yo-Yo Ma": "Ma, Yo-Yo",
    "Madame de Staël": "Staël, Madame de",
    "Prof. Dr. Hans Müller": "Müller, Hans, Prof. Dr.",
    "Arthur Conan Doyle, Sir": "Doyle, Arthur Conan, Sir",
    "Alexandre Dumas, père": "Dumas, Alexandre, père",
    "Alfred, Lord Tennyson": "Tennyson, Alfred, Lord",
    "King James I": "James I, King",
    "Acme Corp.": "Acme Corp.",
    "Farrar, Straus and Giroux": "Farrar, Straus and Giroux",
    "Dodd, Mead and Company": "Dodd, Mead and Company",
}


@pytest.mark.parametrize(
    "text", ["Jane Doe (1850-1910)", "Jane Doe 1850-1910", "Jane Doe, 1850-1910", "Doe, Jane (1850-1910)"]
)
def test_dates_stand_behind_a_spoken_name_in_brackets_or_not(text):
    name = parse_heading(text, as_spoken=True)
    assert (name.name, name.sort_name, name.birth_year, name.death_year) == ("Jane Doe", "Doe, Jane", 1850, 1910)


@pytest.mark.parametrize(
    ("dates", "years"),
    [
        ("ca 1950-", (1950, None)),
        ("circa 1950-", (1950, None)),
        ("approximately 1950-", (1950, None)),
        ("1558 or 1559-1592", (1558, 1592)),
        ("fl. 1600-1610", (None, None)),
        ("(b. 1950)", (1950, None)),
        ("(0427? BC-0347? BC)", (-427, -347)),
        ("(551-479 BCE)", (-551, -479)),
    ],
)
@pytest.mark.parametrize("as_spoken", [False, True])
def test_dates_behind_a_comma_are_read_alike_in_every_format(dates, years, as_spoken):
    name = parse_heading(f"Doe, Jane, {dates}", as_spoken=as_spoken)
    assert (name.sort_name, (name.birth_year, name.death_year)) == ("Doe, Jane", years)


@pytest.mark.parametrize(("text", "filed"), SPOKEN.items(), ids=SPOKEN)
def test_a_name_as_it_is_spoken_is_filed_by_its_family_name(text, filed):
    assert parse_heading(text, as_spoken=True).sort_name == filed


@pytest.mark.parametrize(
    "text",
    [
        "N/A", "n/a", "[s.n.]", "s.n.", "Anonyme", "Anónimo", "anonym", "Anonymous", "Various",
        "Various Authors", "AA.VV.", "V.A.", "Vários autores", "Unbekannt", "unknown", "Неизвестный автор", "佚名",
        "???", "-", "N.N.", "Divers auteurs", "Sin autor", "TBD", "sans auteur", "Без автора", "作者不明",
        "Not specified",
    ],
)  # fmt: skip
def test_what_stands_for_nobody_is_a_placeholder(text):
    assert {parse_heading(text).kind, parse_heading(text, as_spoken=True).kind} == {"placeholder"}


@pytest.mark.parametrize(
    "text",
    [
        "Human Genome Project", "Chapman and Hall", "Chapman & Hall", "Firmin et Didot",
        "Landesverein Sächsischer Heimatschutz", "Deutsche Forschungsgemeinschaft", "Ministère de la Culture",
        "World Health Organization", "Svenska Förlag", "Fundación Juan March", "Universität Wien",
        "United Nations", "IBM Corp.",
    ],
)  # fmt: skip
def test_a_body_that_looks_like_a_person_is_one(text):
    assert parse_heading(text).kind == "organisation"


@pytest.mark.parametrize(
    "text",
    ["Na, Hye-sok", "Varius, Jane", "Charlotte Church", "Jane Anon", "Hall, Edward", "Victoria Holt", "Anne Brontë"],
)
def test_a_person_is_neither_a_body_nor_nobody(text):
    assert parse_heading(text, as_spoken=True).kind == "person"


@pytest.mark.parametrize(
    ("heading", "name", "others"),
    [
        (
            "Albert, Prince Consort, consort of Victoria, Queen of Great Britain, 1819-1861",
            "Prince Consort Albert",
            ("Albert", "Albert, consort of Victoria, Queen of Great Britain"),
        ),
        (
            "Philip, Prince, consort of Elizabeth II, Queen of Great Britain, 1921-2021",
            "Prince Philip",
            ("Philip", "Philip, consort of Elizabeth II, Queen of Great Britain"),
        ),
        (
            "Alice, Grand Duchess, consort of Ludwig IV, Grand Duke of Hesse-Darmstadt, 1843-1878",
            "Grand Duchess Alice",
            ("Alice", "Alice, consort of Ludwig IV, Grand Duke of Hesse-Darmstadt"),
        ),
        (
            "Marie, Queen, consort of Ferdinand I, King of Romania, 1875-1938",
            "Queen Marie",
            ("Marie", "Marie, consort of Ferdinand I, King of Romania"),
        ),
    ],
)
def test_a_title_of_a_relative_is_not_the_persons_own(heading, name, others):
    assert (parse_heading(heading).name, parse_heading(heading).alternate_names) == (name, others)
