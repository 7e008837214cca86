"""Names of tests that have one case for each row of a table: a bug names the case, as all of them take long."""


def of_bound(row: str) -> str:
    """Of one bound of a filter."""
    return f"tests/api/test_bounds.py::test_a_bound_takes_in_the_rows_that_have_exactly_its_value[{row}]"


def of_limit(parameter: str) -> str:
    """Of the limits of one parameter."""
    return f"tests/api/test_bounds.py::test_a_parameter_takes_its_first_and_last_value_and_none_outside[{parameter}]"


def of_filter(query: str) -> str:
    """Of one query to a list of books."""
    return f"tests/api/test_filters_by_hand.py::test_a_filter_of_books_finds_and_counts_what_meets_it[{query}]"


def of_order(order: str) -> str:
    """Of one order by a column that may be null."""
    return f"tests/api/lists/test_pagination.py::test_nulls_stay_last_whichever_way_a_page_is_reached[{order}]"
