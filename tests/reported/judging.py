"""Compares what the API answered with what a reported case expects."""

from typing import Any

from tests.reported.cases import Case


def faults(case: Case, status: int, document: Any, shown: list[str]) -> list[str]:
    """What is wrong with an answer; `shown` are the titles, names or texts of its results, of all pages."""
    if status != case.status:
        return [f"the status is {status}, not {case.status}: {document}"]
    found = []
    if case.in_order is not None and shown != case.in_order:
        found.append(f"shows {shown}, not {case.in_order} in this order")
    if case.in_any_order is not None and sorted(shown) != sorted(case.in_any_order):
        found.append(f"shows {shown}, not {case.in_any_order}")
    if missing := [title for title in case.among if title not in shown]:
        found.append(f"shows {shown}, without {missing}")
    if wrong := [title for title in case.not_among if title in shown]:
        found.append(f"shows {wrong}")
    return found + differences(case.answer, document, "")


def differences(expected: Any, answered: Any, place: str) -> list[str]:
    """Where `answered` is not what is expected: an object has the fields named, a list the items in their order."""
    found: list[str] = []
    if isinstance(expected, dict) and isinstance(answered, dict):
        for name, value in expected.items():
            inside = f"{place}.{name}".lstrip(".")
            found += differences(value, answered[name], inside) if name in answered else [f"{inside} is absent"]
        return found
    if isinstance(expected, list) and isinstance(answered, list) and len(expected) == len(answered):
        for number, (one, other) in enumerate(zip(expected, answered, strict=True)):
            found += differences(one, other, f"{place}[{number}]")
        return found
    return [] if expected == answered else [f"{place} is {answered!r}, not {expected!r}"]


def shown_by(document: Any) -> list[str]:
    """The titles, names or texts of a document's results; of a document without results, its own."""
    items = document.get("results", [document])
    return [item[name] for item in items for name in ("title", "name", "text") if name in item]
