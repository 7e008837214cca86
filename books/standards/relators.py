"""Roles that a person or body can have towards a book: a fixed list taken from the MARC relators.

The list: https://www.loc.gov/marc/relators/relaterm.html
"""

from functools import lru_cache

from core.text import match_key

RELATORS = {
    "author": "aut",
    "editor": "edt",
    "translator": "trl",
    "illustrator": "ill",
    "compiler": "com",
    "contributor": "ctb",
    "collaborator": "clb",
    "author_of_introduction": "aui",
    "author_of_afterword": "aft",
    "annotator": "ann",
    "commentator": "cwt",
    "adapter": "adp",
    "abridger": "abr",
    "attributed_name": "att",
    "dubious_author": "dub",
    "creator": "cre",
    "researcher": "res",
    "transcriber": "trc",
    "interviewer": "ivr",
    "interviewee": "ive",
    "artist": "art",
    "photographer": "pht",
    "engraver": "egr",
    "cartographer": "ctg",
    "cover_designer": "cov",
    "composer": "cmp",
    "lyricist": "lyr",
    "librettist": "lbt",
    "arranger": "arr",
    "conductor": "cnd",
    "musician": "mus",
    "singer": "sng",
    "performer": "prf",
    "narrator": "nrt",
    "director": "drt",
    "printer": "prt",
    "publisher": "pbl",
    "issuing_body": "isb",
    "dedicatee": "dte",
}
"""Role, as stored and served, to its MARC relator code."""

_OTHER_WORDS = {
    "author": (
        "joint author", "writer", "pseud", "pseudonym", "writer of", "written", "autor", "autora", "autorin",
        "auteur", "auteure", "autrice", "autore", "verfasser", "verfasserin", "verf", "schriftsteller", "forfatter",
        "författare", "kirjoittaja", "tekijä", "автор", "szerző", "著", "作者", "지은이",
    ),
    "editor": (
        "ed", "eds", "edited", "series editor", "general editor", "hrsg", "hg", "herausgeber", "herausgeberin",
        "editora", "éditeur scientifique", "éditeur intellectuel", "directeur de publication", "dir", "éd",
        "sous la direction de", "ed lit", "coord", "coordinador", "coordinadora", "org", "organizador",
        "organizadora", "curatore", "curatrice", "a cura di", "cur", "redacteur", "redaktör", "redaktør", "red",
        "redaktor", "redakteur", "toim", "toimittaja", "редактор", "ред", "szerk", "szerkesztő", "編", "编", "主编",
        "herausgegeben", "editado", "édité",
    ),
    "translator": (
        "tr", "trans", "transl", "translated", "translation", "übersetzer", "übersetzerin", "übers", "übersetzung",
        "üb", "traducteur", "traductrice", "trad", "traduction", "traductor", "traductora", "traducción", "tradutor",
        "tradutora", "tradução", "traduttore", "traduttrice", "traduzione", "vertaler", "vertaalster", "vert",
        "vertaling", "översättare", "övers", "oversætter", "oversetter", "overs", "kääntäjä", "suomentaja", "suom",
        "переводчик", "пер", "перев", "перевод", "tłumacz", "tłumaczka", "tłum", "przekład", "przekł",
        "překladatel", "přel", "fordító",
        "ford", "çevirmen", "訳", "译", "譯", "译者", "옮긴이",
        "übersetzt", "traduit", "traduite", "traducido", "traducida",
        "tradotto", "tradotta", "traduzido", "vertaald", "översatt", "oversatt", "oversat",
    ),
    "illustrator": (
        "ill", "illus", "illustrated", "illustrations", "illustratorin", "illustrateur", "illustratrice",
        "ilustrador", "ilustradora", "ilustrator", "illustratore", "il", "zeichner", "tegner", "illustratör", "kuv",
        "kuvittaja", "художник", "илл", "иллюстратор", "ilustr", "絵", "图", "illustriert", "illustré", "ilustrado",
        "illustrato",
    ),
    "compiler": (
        "comp", "compiled", "compilateur", "compilatrice", "compilador", "compiladora", "compilatore", "samensteller",
        "zusst", "составитель", "сост", "zebrał",
    ),
    "contributor": (
        "mitwirkender", "mitwirkende", "collaborateur", "mitarb",
    ),
    "commentator": (
        "cmm", "commentator for written text", "kommentator", "commentateur",
    ),
    "author_of_introduction": (
        "introduction", "foreword", "preface", "win", "wfw", "wpr", "writer of introduction", "writer of foreword",
        "writer of preface", "author of foreword", "author of preface", "vorwort", "einl", "einleitung", "préface",
        "préfacier", "préf", "prólogo", "prologuista", "prefacio", "prefácio", "prefazione", "introduzione",
        "inleiding", "voorwoord", "förord", "forord", "предисловие", "wstęp",
    ),
    "author_of_afterword": (
        "afterword", "waw", "writer of afterword", "author of afterword, colophon", "nachwort", "postface", "epílogo",
        "postfazione", "nawoord", "efterord", "послесловие", "posłowie",
    ),
    "adapter": (
        "adapted", "adaptateur", "adaptador", "bearb", "bearbeiter", "bearbeiterin", "bearbeitung", "adaptation",
    ),
    "photographer": (
        "photographs", "photos", "fotograf", "fotografin", "photographe", "fotógrafo", "fotografo",
    ),
    "composer": (
        "komponist", "komponistin", "compositeur", "compositor", "compositore",
    ),
    "artist": (
        "künstler", "künstlerin", "artiste", "artista",
    ),
    "narrator": (
        "reader", "read by", "read", "sprecher", "sprecherin", "erzähler", "lecteur", "narrateur", "narrador",
    ),
    "publisher": (
        "verlag", "verleger",
    ),
}  # fmt: skip
"""Words for roles as catalogues write them, in English and in the languages around it."""

_ROLES = {
    match_key(word): role
    for role, words in (
        *((role, (role.replace("_", " "), code)) for role, code in RELATORS.items()),
        *_OTHER_WORDS.items(),
    )
    for word in words
}


@lru_cache(maxsize=4_096)
def known_role(word: str) -> str | None:
    """The role that a word or MARC code stands for, in any case and with or without accents; None for another word.

    A final full stop, a plural's s, `by` behind the word and cataloguers' `, etc.` do not matter.
    """
    key = match_key(word.replace("_", " "))
    bare = key.removesuffix(" etc").removesuffix(" by")
    return _ROLES.get(key) or _ROLES.get(bare) or _ROLES.get(bare.removesuffix("s"))


def role_of(word: str) -> tuple[str, str]:
    """The role that a word or MARC code stands for, and a note, which is "" for a known one.

    An unknown word gives the role contributor, with the word as note; no word at all gives author.
    """
    plain = " ".join(word.split())
    if not plain.strip(" .,"):
        return "author", ""
    role = known_role(plain)
    return (role, "") if role else ("contributor", plain)
