import pytest

from books.standards.series_places import place_key

IN_ORDER = [
    "-2", "-1", "0", "0.5", "1", "1, 2", "1-3", "1.5", "1.9", "1a", "2", "2 of 3", "10", "Vol. 11", "#12", "100",
    "Epilogue", "Part Two", "Prequel",
]  # fmt: skip


def test_places_are_in_reading_order_numbers_first():
    assert sorted(IN_ORDER, key=lambda place: place_key(place) or "") == IN_ORDER


@pytest.mark.parametrize(
    ("one", "other"), [("1", "01"), ("1", "1.0"), ("½", "0.5"), ("1½", "1.5"), ("v. 2", "2"), ("prequel", "Prequel")]
)
def test_ways_to_write_one_place_are_one(one, other):
    assert place_key(one) == place_key(other)


@pytest.mark.parametrize("place", ["", "…", "-", "?"])
def test_what_is_no_place_has_no_key(place):
    assert place_key(place) is None
