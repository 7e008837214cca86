"""Roles that a person or body can have towards a book: a fixed list taken from the MARC relators.

The list: https://www.loc.gov/marc/relators/relaterm.html
"""

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
    "author": ("joint author", "writer", "pseud", "pseudonym"),
    "editor": ("ed", "eds", "series editor", "general editor"),
    "translator": ("tr", "trans", "transl"),
    "illustrator": ("ill", "illus", "illustrated by"),
    "compiler": ("comp",),
    "commentator": ("cmm", "commentator for written text"),
    "author_of_introduction": (
        "introduction", "foreword", "preface", "win", "wfw", "wpr", "writer of introduction",
        "writer of foreword", "writer of preface", "author of foreword", "author of preface",
    ),
    "author_of_afterword": ("afterword", "waw", "writer of afterword", "author of afterword, colophon"),
    "narrator": ("reader", "read by"),
}  # fmt: skip

_ROLES = {
    **{role.replace("_", " "): role for role in RELATORS},
    **{code: role for role, code in RELATORS.items()},
    **{word: role for role, words in _OTHER_WORDS.items() for word in words},
}


def role_of(word: str) -> tuple[str, str]:
    """The role that a word or MARC code stands for, and a note, which is "" for a known one.

    An unknown word gives the role contributor, with the word as note; no word at all gives author. Case, a final full
    stop and cataloguers' `, etc.` do not matter.
    """
    plain = " ".join(word.split())
    key = plain.lower().replace("_", " ").removesuffix("etc.").rstrip(" .,")
    if not key:
        return "author", ""
    role = _ROLES.get(key)
    return (role, "") if role else ("contributor", plain)
