"""Lists of words in names: forms of address, titles, suffixes, and words that mark corporate bodies."""

import re

from core.text import match_key


def without_stops(text: str) -> str:
    """`text` in small letters without stops and blanks, as SUFFIXES and DEGREES have it: `Ph. D.` is phd."""
    return text.lower().replace(".", "").replace(" ", "")


HONORIFICS = {
    "sir", "lady", "dame", "lord", "dr", "doctor", "docteur", "mrs", "mr", "miss", "ms", "mme", "madame", "mlle",
    "mademoiselle", "monsieur", "rev", "reverend", "captain", "capt", "colonel", "col", "lieutenant-colonel",
    "lieutenant", "lieut", "commander", "admiral", "sergeant", "prof", "professor", "father", "fr", "brother",
    "sister", "mother", "hon", "fru", "frau", "herr", "swami", "swámi", "rabbi", "bp",
}  # fmt: skip
"""Forms of address, shown before the name."""

LATE_HONORIFICS = {
    "don", "dom", "doña", "dean", "major", "general", "canon", "cardinal", "prince", "princess", "queen",
}  # fmt: skip
"""Forms of address that are forenames too (`Marquis, Don`): recognized only after a forename."""

TITLES = {
    "abbé", "abbot", "archbishop", "archduke", "baron", "baroness", "barão", "bey", "bishop", "báró", "chevalier",
    "comte", "comtesse", "conde", "condesa", "consort", "conte", "contessa", "count", "countess", "czar", "dame",
    "duc", "duca", "duchess", "duchesse", "duke", "duque", "earl", "edler", "elector", "emperor", "empress",
    "freifrau", "freiherr", "freiherrin", "freiin", "friherre", "friherrinna", "fürst", "fürstin", "graf",
    "grafinia", "grand", "grand-duke", "grevinde", "gräfin", "gróf", "hrabe", "hrabia", "king", "kniaz", "landgrave",
    "marchesa", "marchese", "margravine", "marquess", "marquis", "marquise", "marqués", "patriarch", "pope", "prince",
    "princess", "princesse", "prinz", "père", "queen", "ritter", "seigneur", "shah", "sire", "sultan", "tsar",
    "vicomte", "viscount", "viscountess", "visconde",
}  # fmt: skip
"""Titles of nobility and office by their first word."""

FORENAMES = {"earl", "prince", "king", "duke", "baron", "count", "marquis", "dame", "grand", "shah", "consort"}
"""Titles that are forenames too (`Biggers, Earl Derr`): capitalized, and without a forename before, a forename."""

PEERS = {
    **dict.fromkeys(["Baron", "Viscount", "Earl", "Marquess", "Marquis"], "Lord"),
    **dict.fromkeys(["Baroness", "Viscountess", "Countess"], "Lady"),
}
"""Form of address by a British peer's title: `Byron, George Gordon Byron, Baron` is called Lord Byron."""

SUFFIXES = {"jr", "sr", "junior", "senior", "ii", "iii", "iv", "v", "fils"}
"""Suffixes that follow the family name: `Fox, John, Jr.`"""

FORENAME_TITLES = {"pope", "saint", "king", "queen", "emperor", "empress", "sultan", "lama", "thich"}
"""Titles before a name that has no family name: `Pope John Paul II`."""

EPITHETS = {
    "aquinas", "anglicus", "cambrensis", "grammaticus", "smyrnaeus", "siculus", "rhodius", "laertius",
}  # fmt: skip
"""Last words of names, in small letters, that are no family names: `Thomas Aquinas`."""

POSTNOMINALS = {"M.D.", "M. D.", "D.D.", "Ph.D.", "Ph. D.", "O.S.B.", "S.J.", "Esq.", "Esquire"}
"""Degrees and religious orders, which are left out of the display name."""

AFTER_A_COMMA = SUFFIXES | {"inc", "ltd", "co", "llc", "gmbh"}
"""What belongs to the name before it, although a comma stands between: `L.E. Modesitt, Jr.`"""

DEGREES = {
    "phd", "md", "dds", "dd", "mba", "rn", "esq", "esquire", "msc", "ma", "ba", "bsc", "jd", "edd", "psyd", "osb", "sj",
}  # fmt: skip
"""Degrees and orders behind a name, without stops and blanks: nobody is called so."""

ABBREVIATIONS = {
    "inc", "ltd", "llc", "plc", "pty", "gmbh", "corp", "bros", "cie", "esq", "mrs", "mme", "mlle", "rev", "gen", "col",
    "prof", "capt", "univ", "dept", "chas", "chr", "thos", "geo", "jas", "jos", "benj", "edw", "robt", "alex", "pseud",
}  # fmt: skip
"""Abbreviations of three letters or more at the end of a name: the full stop behind is theirs."""

_STAND_INS = {
    "anon", "anonieme", "anoniem", "anonim", "anonimo", "anonimus", "anonym", "anonyme", "anonymni", "anonymous",
    "anonymus", "anónimo", "аноним", "various", "various artists", "various authors", "various contributors", "varii",
    "autori vari", "auteurs divers", "autores varios", "autores vários", "collectif", "diverse", "diverse autoren",
    "diverse auteurs", "diverse forfattere", "divers", "divers auteurs", "several", "several authors",
    "multiple authors", "varios", "varios autores", "vários", "vários autores", "verschiedene",
    "verschiedene autoren", "aa vv", "aavv", "vv aa", "vvaa", "v a", "va", "author unknown", "unknown",
    "unknown author", "unbekannt", "unbekannter autor", "unbekannter verfasser", "verfasser unbekannt", "inconnu",
    "auteur inconnu", "desconocido", "autor desconocido", "desconhecido", "autor desconhecido", "sconosciuto",
    "autore sconosciuto", "onbekend", "okänd", "okänd författare", "ukjent", "ukendt", "tuntematon", "neznámý",
    "nieznany", "autor nieznany", "ismeretlen", "неизвестен", "неизвестный", "неизвестный автор",
    "sin autor", "sans auteur", "sem autor", "senza autore", "ohne autor", "zonder auteur", "bez autora", "brak autora",
    "без автора", "autor no identificado", "author not identified", "not identified", "not known", "not specified",
    "unspecified", "not given", "no author listed", "no author given", "unknown writer", "writer unknown", "author",
    "autor", "auteur", "tbd", "tba", "tbc", "to be announced", "to be determined", "to be confirmed", "various writers",
    "無名氏", "无名氏", "不明", "未知", "作者不明", "作者未知", "読み人知らず", "詠み人知らず", "익명", "작자미상",
    "مجهول", "ανώνυμος", "n/a", "s/n", "n a", "na", "none", "null", "nil", "s n", "sn",
    "sine nomine", "n n", "nn", "nomen nescio",
    "not applicable", "not available", "no author", "not stated", "author not stated", "not named", "ohne verfasser",
    "o verf", "佚名", "不详", "作者不詳",
}  # fmt: skip
PLACEHOLDERS = frozenset(map(match_key, _STAND_INS))
"""What stands for a name where there is none, or too many, in any language; folded with `match_key`."""

QUALIFIERS = {"writer", "surgeon", "firm", "publisher", "spirit", "company", "pseudonym", "pseud.", "artist", "poet"}
"""Bracketed words that distinguish namesakes and are not part of the name."""

PLACE = re.compile(r"\s(?:of|de|du|di|von|zu)\s+\S|\sd['’]\w", re.IGNORECASE)
"""Matches a title that includes a place: `Queen of England`, `duc d'Otrante`."""

_BODIES = (
    r"academia|academy|académie|administration|agency|akademie|akademia|archives|army|assembly|associação|association|authority|band|bank|board"
    r"|britain|brothers|bureau|chamber of commerce|church|circle|club|coalition|college|comisión|commission"
    r"|committee|community|companies|company|conference|congress|convention|corporation|council|department|editors"
    r"|exposition|federation|foundation|fund|galleries|gallery|\w*gesellschaft|\w*gemeinschaft|hospital|institut|institute"
    r"|institution|instituto|laboratory|league|library|magazine|ministry|\w*museum|navy|observatory|office"
    r"|orchester|orchestra|parliament|presbytery|press|productions|publications|publishers|publishing|railroad|railway"
    r"|red cross|school"
    r"|schools|service|sociedad|sociedade|società|society|société|station|studios?|survey|trio|trust|union"
    r"|université|universidad|università|universität|universiteit|universitet|university|\w*verein|\w*verband|vereinigung"
    r"|vereniging|verlag\w*|works|bibliothek|biblioteca|bibliothèque|centro|comité|consortium|cooperative|ediciones"
    r"|éditions|edizioni|fondation|fondazione|fundación|fundação|förlag|forlag|förbund|forbund|genootschap|government"
    r"|kommission|komitee|ministerio|ministerium|ministero|ministère|ministério|museo|musée|network|organisation"
    r"|organización|organization|project|projekt|projet|proyecto|progetto|sällskap|selskab|selskap|samfund|stichting"
    r"|stiftelse|stiftung|syndicate|comics|gardens|enterprises|associates|entertainment|group|groupe"
)
BODY = re.compile(
    rf"\b(?:{_BODIES})\b|\bunited states|\bU\.S\.|&(?!c\b)|\b(?:and|&) (?:sons?|co\b)"
    r"|\((?:company|firm|publisher|u\.s\.|great britain)\)"
    r"|\b(?:inc|ltd|co|corp|llc|plc|gmbh)\.|\blimited$|\bunited nations\b|\bof america\b|^project gutenberg|\bbooks$",
    re.IGNORECASE,
)
"""Matches words by which a heading without a forename names a corporate body."""

ACRONYM = re.compile(
    r"(?=[A-Z]{3,6}$)[B-DF-HJ-NP-TV-XZ]+|UNESCO|UNICEF|UNHCR|NASA|NATO|WHO|OECD|FAO|ILO|IMF|IEEE|IAEA|USDA|USAID|NOAA|EPA"
    r"|CIA|FBI|NSA|ACLU|AARP|IKEA|CERN|OPEC|ASEAN"
)
"""Matches the initials of a body: three or more capitals without a vowel, or those of a body that is well known."""

PAIR = re.compile(r"[^\W\d_][^\W\d_'’.-]+ (?:and|&|und|et|og|och|en) [^\W\d_][^\W\d_'’.-]+")
"""Matches two family names that name a firm: `Chapman and Hall`."""

FIRM = re.compile(
    r"&(?!c\b)|, and |\b(?:inc|ltd)\b\.?|\bco\.|\bgreen, and\b|\band company$|^[^\s,]+, [^\s,]+ and [^\s,]+$",
    re.IGNORECASE,
)
"""Matches a heading with commas that names a firm: `Longmans, Green, and Co.`"""

SUBORDINATE = re.compile(r"^[^,]*[^\W\d_]{4}\)?\. (?![^\W\d_]\.)")
"""Matches a subordinate body: `United States. Congress`, `Boston (Mass.). School Committee`."""

JURISDICTIONS = {
    "argentina", "australia", "belgium", "brazil", "california", "canada", "england", "europe", "european union",
    "france", "germany", "great britain", "hawaii", "india", "ireland", "italy", "japan", "mexico", "new york",
    "new zealand", "north carolina", "ontario", "paraguay", "pennsylvania", "philippines", "portugal", "prussia",
    "queensland", "russia", "scotland", "spain", "texas", "united kingdom", "wales",
}  # fmt: skip
"""Jurisdictions, which headings name as authors of their laws."""

SURNAMES = {
    "Bank", "Board", "Britain", "Brothers", "Church", "Press", "School", "Service", "Trust", "Union", "Works",
}  # fmt: skip
"""Words that mark corporate bodies and are family names too."""

OF_BODIES = {
    "American", "Anglican", "Baptist", "British", "Catholic", "Central", "Christ", "Christian", "Community",
    "Congregational", "Deutsche", "Episcopal", "European", "Evangelical", "Federal", "First", "Free", "Grace", "Great",
    "Holy", "International", "Lutheran", "Memorial", "Methodist", "National", "New", "Orthodox",
    "Pentecostal", "Presbyterian", "Reformed", "Royal", "State", "States.", "Swiss", "Trinity",
    "United", "Unity", "Universal", "World",
}  # fmt: skip
"""Words before one of SURNAMES that make it a body's name: `World Bank`."""

_COMMON = """
Aaron Ada Adam Agnes Alan Albert Alec Alex Alexander Alexandra Alfred Alice Alison Allan Amanda Amber Amy
Andrea Andrew Andy Angela Anita Ann Anna Anne Annie Anthony Antonio April Arnold Arthur Ashley Audrey Barbara
Ben Benjamin Bernard Beth Betty Beverly Bill Bob Bonnie Brad Brandon Brenda Brent Brian Bruce Carl Carla Carmen
Carol Caroline Carolyn Catherine Cathy Chad Charles Charlie Charlotte Chelsea Cheryl Chris Christina Christine
Christopher Cindy Claire Clara Claudia Colin Courtney Craig Crystal Curtis Cynthia Dan Daniel Danielle Darren
Dave David Dawn Dean Debbie Deborah Debra Denise Dennis Derek Diana Diane Don Donald Donna Doris Dorothy Doug
Douglas Dustin Dylan Ed Eddie Edgar Edith Edmund Edna Edward Edwin Eileen Elaine Eleanor Eliza Elizabeth Ella
Ellen Emily Emma Eric Erin Ernest Esther Ethel Eugene Eva Evan Evelyn Fiona Frances Francis Frank Fred Frederick
Gail Gary Gavin Gene Geoffrey George Gerald Gertrude Gilbert Gina Glen Glenn Gloria Gordon Graham Greg Gregory
Gwen Hannah Hans Harold Harriet Harry Hazel Heather Helen Helena Henry Herbert Holly Howard Hugh Ian Ida Ingrid
Irene Isaac Isabel Jack Jackie Jacob Jacqueline Jake James Jan Jane Janet Janice Jasmine Jason Jay Jayne Jean
Jeff Jeffrey Jennifer Jenny Jeremy Jerry Jesse Jessica Jill Jim Joan Joanna Jodi Joe Joel Johann John Johnny Jon
Jonathan Joseph Joshua José Joy Joyce Juan Judith Judy Julia Julian Julie Juliet Justin Karen Karl Kate
Katherine Kathleen Kathryn Kathy Katie Keith Kelly Kenneth Kerry Kevin Kim Kimberly Kirsten Kristen Kristin
Kristina Kurt Kyle Larry Laura Lauren Lawrence Lee Leonard Leslie Lewis Lillian Linda Lisa Liz Lois Lori Lorna
Louis Louise Lucy Luke Lynn Maggie Marc Marcia Marcus Margaret Margot Maria Marie Marilyn Marjorie Mark Martha
Martin Mary Matthew Maurice Max Megan Melissa Mia Michael Michelle Mike Mildred Miriam Molly Nancy Natalie
Nathan Neil Nicholas Nick Nicole Nigel Nina Nora Norman Oliver Olivia Pamela Pat Patricia Patrick Paul Paula
Peggy Percy Peter Phil Philip Phillip Phyllis Pierre Rachel Ralph Randy Ray Raymond Rebecca Richard Rick Rita
Rob Robert Robin Roger Ron Ronald Rose Rosemary Roxanne Roy Ruby Russell Ruth Ryan Sally Sam Samuel Sandra Sara
Sarah Scott Sean Shannon Sharon Shawn Sheila Shirley Sidney Silvia Simon Sophia Sophie Stacy Stella Stephanie
Stephen Steve Steven Stuart Sue Susan Susanna Suzanne Sylvia Tammy Tara Ted Teresa Theodore Theresa Thomas Tim
Timothy Todd Tom Tony Tracy Travis Trevor Tyler Ursula Valerie Vanessa Veronica Vincent Walter Wanda Wayne Wendy
Wilhelm William Yvonne Zachary Zoe
"""
COMMON_FORENAMES = frozenset(_COMMON.split())
"""Common forenames that no firm, town or state is usually called by: who has one is a person, `Joyce Brothers`."""
