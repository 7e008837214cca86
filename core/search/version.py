"""Which version of the text rules the search indexes were built by, compared with this code's."""

from core.models import IndexBuild, RowCount
from core.search.index import TEXT_VERSION

NOTICE = (
    "the search index was built by an older version of Octavo: searches find less than they should, and lists may be"
    " out of order, until `manage.py reindex` has rebuilt it; the server answers meanwhile"
)


def outdated_index() -> str | None:
    """A sentence about an index that another version built, None where there is nothing to rebuild."""
    build = IndexBuild.objects.first()
    if not _has_rows() or (build and build.version == TEXT_VERSION):
        return None
    return NOTICE


def note_version_of_empty_catalogue() -> None:
    """Note that an empty catalogue is of this version, as what is going to be written into it will be."""
    build = IndexBuild.objects.first()
    if not (build and build.version == TEXT_VERSION) and not _has_rows():
        IndexBuild.objects.update_or_create(pk=IndexBuild.ONLY, defaults={"version": TEXT_VERSION, "building": None})


def _has_rows() -> bool:
    return RowCount.objects.filter(value__gt=0).exists()
