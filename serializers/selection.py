"""The parameters `fields` and `expand`: makes a serializer with the selected fields, from which a plan is compiled."""

from collections.abc import Iterable
from functools import lru_cache

from serializers.base import Nested, Serializer

CACHED_SELECTIONS = 256
"""Selections that a process caches, with the plans compiled for them."""

Paths = tuple[str, ...]
Tree = dict[str, "Tree"]


class UnknownField(ValueError):
    """Raised for a path that names no field; `path` is the path up to its first unknown name."""

    def __init__(self, path: str) -> None:
        super().__init__(f"There is no field {path} here.")
        self.path = path


def select(
    shown: type[Serializer], full: type[Serializer], fields: Iterable[str], expand: Iterable[str]
) -> type[Serializer]:
    """A serializer with the selected fields: those of `shown`, or only `fields` if there are any, and `expand`.

    `full` has every field that may be named. Paths are dotted: `authors.name`. A relation that `fields` names without a
    dot is shown as `shown` has it, one that `expand` names as `full` has it. Fields keep the order of the declaration.
    Raises UnknownField.
    """
    return _select(shown, full, tuple(sorted(set(fields))), tuple(sorted(set(expand))))  # type: ignore[arg-type]


def selectable(full: type[Serializer]) -> str:
    """A regular expression for every path that `fields` and `expand` may name, where `full` has every field."""
    paths = [
        f"{name}([.]{selectable(field.serializer)})?" if isinstance(field, Nested) else name
        for name, field in full.declared_fields().items()
    ]
    return f"({'|'.join(paths)})"


@lru_cache(maxsize=CACHED_SELECTIONS)
def _select(shown: type[Serializer], full: type[Serializer], fields: Paths, expand: Paths) -> type[Serializer]:
    return _narrowed(shown, full, _tree(fields), _tree(expand), "") if fields or expand else shown


def _tree(paths: Paths) -> Tree:
    """The dotted `paths` as a tree: a dict from each first name to the tree of what follows; "" marks a path's end."""
    root: Tree = {}
    for path in paths:
        place = root
        for name in path.split("."):
            place = place.setdefault(name, {})
        place[""] = {}
    return root


def _narrowed(shown: type[Serializer], full: type[Serializer], keep: Tree, add: Tree, path: str) -> type[Serializer]:
    here, known = shown.declared_fields(), full.declared_fields()
    for name in (*keep, *add):
        if name and name not in known:
            raise UnknownField(f"{path}{name}")
    whole = not keep or "" in keep
    chosen = {}
    for name, declared in known.items():
        if not (name in keep or name in add or (whole and name in here)):
            continue
        kept, added = keep.get(name, {}), add.get(name, {})
        field = declared if "" in added else here.get(name, declared)
        below = [inner for inner in (*kept, *added) if inner]
        if below and not isinstance(declared, Nested):
            raise UnknownField(f"{path}{name}.{below[0]}")
        if below:
            # Named parts of a field that is shown anyway are added to it; of another field only these are shown.
            everything = "" in kept or "" in added or (whole and name in here and name not in keep)
            parts = {**({"": {}} if everything else {}), **kept}
            nested = _narrowed(field.serializer, declared.serializer, parts or added, added, f"{path}{name}.")
            field = Nested(nested, field.attr, many=field.many, null=field.null)
        chosen[name] = field
    return shown.only(chosen)
