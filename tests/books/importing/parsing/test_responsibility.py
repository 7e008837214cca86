import pytest

from books.importing.parsing.titles import Title, split_title


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
        ("A\r\n$b b\r\n$c By Wm. C. Taylor.", Title("A", "b", responsibility="By Wm. C. Taylor.")),
    ],
)
def test_statements_of_responsibility_are_kept_apart(raw: str, expected: Title) -> None:
    assert split_title(raw, ["Dante Alighieri, 1265-1321"]) == expected


@pytest.mark.parametrize(
    ("headings", "line"),
    [
        ([], "Selected and Translated by Jethro Bithell"),
        ([], "Edited, with an Introduction, by Helen Zimmern"),
        ([], "Traduit de l'Anglais et augmenté par Alfred de Musset"),
        ([], "Übersetzt von Karl Moser"),
        ([], "Painted by Sutton Palmer; Described by A.R. Hope Moncrieff"),
        ([], "Collected by Kriza, Erdélyi, Pap, and Others"),
        ([], "Written by Himself, At The Age of Fifty-Four"),
        ([], 'By the author of "The Waldos"'),
        (["Burton, Isabel, Lady, 1831-1896"], "By His Wife, Isabel Burton"),
        (["A-No. 1, 1872-1944"], "By A-No. 1, the Famous Tramp"),
        (["Simmons, Mervin C."], "Told by Private Simmons"),
        (["Roguet, Christophe-Michel, comte, 1800-1877"], "par le général de brigade Roguet"),
        (["Arts and Crafts Exhibition Society"], "by Members of the Arts and Crafts Exhibition Society"),
    ],
)
def test_a_line_with_an_agent_is_a_statement_of_responsibility(headings: list[str], line: str) -> None:
    assert split_title(f"Title\n{line}", headings) == Title("Title", responsibility=line)


# Lines of Project Gutenberg titles, by ebook number, that name no agent, or one that cannot be recognized.
METHODS = {
    7321: ([], "Translated into Rhymed English Verse in the Metre of the Original"),
    21271: (["Colmenero de Ledesma, Antonio"], "By the wise and Moderate use whereof, Health is preserved, Sicknesse"),
    40891: (["Kitchiner, William, -1827"], "By Food, Clothes, Air, Exercise, Wine, Sleep, &c. and Peptic Precepts"),
    44071: (["Cushman, Robert, -1625"], "Described by a Sermon Preached At Plymouth, in New-England, 1621"),
    49358: (["Cyr, Ellen M., 1860-1920"], "Arranged by grades"),
    50636: (["Browne, G. Lathom"], "by Prussic Acid, Strychnia, Antimony, Arsenic, and Aconita. Including the trials"),
    51280: (["Vincent, Ethel Gwendoline, 1861-"], "By the Golden Wave, New Nippon, and the Forbidden City"),
    57348: (["Wood, W. H."], "By the square section and falling line system."),
    64903: (["Sabin, Edwin L. (Edwin Legrand), 1870-1952"], "By Boat, Horse and Foot Up the Great River Missouri"),
    44034: (["Guimbaud, Louis", "Drouet, Juliette, 1806-1883"], "Edited with a Biography of Juliette Drouet"),
    43259: ([], "Compiled by the Carnegie Library of Pittsburgh on the One Hundredth Anniversary"),
}


@pytest.mark.parametrize(("headings", "line"), METHODS.values(), ids=METHODS)
def test_a_line_without_a_recognizable_agent_is_a_subtitle(headings: list[str], line: str) -> None:
    assert split_title(f"Title\n{line}", headings) == Title("Title", line)
