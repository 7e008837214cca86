"""Bugs in parameters, filters, orders, pages, cursors, problems and addresses."""

from tests.mutations.mutation import Mutation
from tests.mutations.named import of_bound, of_filter, of_limit, of_order

PAGES = "tests/api/lists/test_pagination.py"
PROBLEMS = "tests/api/test_problems.py"
GARBAGE = "tests/test_garbage.py"
CONTRACT = "tests/test_contract.py"


MUTATIONS = [
    Mutation(
        "api/lists/listing.py", '"series" if of_series else', "",
        "tests/api/lists/test_ordering.py::test_a_series_is_listed_in_reading_order_unless_told",
        "A series is listed by popularity unless told.",
    ),
    Mutation(
        "api/views/books.py", 'Term("series_place", nullable=True)', 'Term("series_place")',
        "tests/api/lists/test_ordering.py::test_a_series_is_listed_in_reading_order_unless_told",
        "Books without a place are where the database has them.",
    ),
    Mutation(
        "api/filters/books.py", 'column="first_published_year", lookup="lte"', 'column="first_published_year", lookup="lt"',
        of_bound("books first_published_year_max=1851"), "first_published_year_max leaves its own year out.",
    ),
    Mutation(
        "api/filters/books.py", 'column="rating_average", lookup="gte"', 'column="rating_average", lookup="gt"',
        of_bound("books rating_min=4.3"), "rating_min leaves its own value out.",
    ),
    Mutation(
        "api/filters/books.py", 'column="updated_at", lookup="gte"', 'column="created_at", lookup="gte"',
        of_bound("books updated_since=2126-11-21"), "updated_since looks at when a book was made.",
    ),
    Mutation(
        "api/filters/entities.py", '{"kind", "ids"} & set(self.values)', '{"kind"} & set(self.values)',
        "tests/api/test_filters_by_hand.py::test_a_filter_of_authors_finds_and_counts_what_meets_it",
        "A placeholder that is asked for by its id is not found.",
    ),
    Mutation(
        "api/filters/books.py", 'values["author"], values.get("role")', 'values["author"]',
        of_filter("author={austen}&role=translator"), "The role that goes with an author is not looked at.",
    ),
    Mutation(
        "api/filters/books.py", "if name not in STORED_BY or len(value) != 1:", "if name not in STORED_BY:",
        of_filter("author={austen},{rousseau}"), "The books of two authors are counted as those of the first.",
    ),
    Mutation(
        "api/filters/books.py", 'return () if self.values else ("book",)', 'return ("book",)', of_filter("language=en"),
        "A filtered list has the count of the whole.",
    ),
    Mutation(
        "api/lists/listing.py", "requested.filterset.without_search(rows)", "rows",
        of_filter("search=courtship&language=fr"), "A search is not narrowed by other filters.",
    ),
    Mutation(
        "api/lists/ordering.py", 'Term("id", terms[-1].descending)', 'Term("id")', of_order("books by popularity-down"),
        "Rows alike come in rising order of id in a falling list.",
    ),
    Mutation(
        "api/lists/ordering.py", "Term(term.column, descending, term.nullable)", "Term(term.column, descending)",
        of_order("books by popularity-down"), "Nulls are where the database has them.",
    ),
    Mutation(
        "api/lists/ordering.py", "if column in seen:", "if False:",
        "tests/api/lists/test_ordering.py::test_an_order_that_cannot_be_is_refused", "A column may be named twice.",
    ),
    Mutation(
        "api/parameters/pages.py", "PAGE_SIZE = 25", "PAGE_SIZE = 20", f"{PAGES}::test_a_page_has_25_rows_unless_told",
        "A page has 20 rows unless told.",
    ),
    Mutation(
        "api/lists/listing.py", "repr((request.path_info, order.name,", "repr((order.name,",
        f"{PAGES}::test_a_cursor_is_bound_to_its_filters_and_ordering", "A cursor of one list is taken by another.",
    ),
    Mutation(
        "api/lists/listing.py", "order.name, order.seed, params", "order.name, order.seed",
        f"{PAGES}::test_a_cursor_is_bound_to_its_filters_and_ordering", "A cursor is not bound to its filters.",
    ),
    Mutation(
        "api/lists/listing.py", 'response["Cache-Control"] = "no-store"', "pass",
        f"{CONTRACT}::test_a_random_order_is_drawn_anew_each_time", "A random order is drawn once for all.",
    ),
    Mutation(
        "api/lists/cursors.py", "settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]", "settings.SECRET_KEY]",
        f"{PAGES}::test_a_cursor_made_with_a_retired_key_still_verifies", "A retired key makes cursors worthless.",
    ),
    Mutation(
        "api/lists/cursors.py", "or not any(constant_time_compare(", "or False and any(constant_time_compare(",
        f"{PAGES}::test_a_cursor_is_bound_to_its_filters_and_ordering", "A cursor's signature is not looked at.",
    ),
    Mutation(
        "api/lists/pages.py", "more=len(rows) > self.size", "more=len(rows) >= self.size",
        f"{PAGES}::test_a_last_page_that_is_exactly_full_has_no_next_and_a_first_one_no_previous",
        "A last page that is exactly full has a next.",
    ),
    Mutation(
        "api/lists/pages.py", "limit=self.size + 1,", "limit=self.size,",
        f"{PAGES}::test_links_stand_in_the_document_and_in_the_header_alike", "No page has a next.",
    ),
    Mutation(
        "api/lists/pages.py", "if offset + self.size > DEEPEST_ROW:", "if offset + self.size >= DEEPEST_ROW:",
        "tests/api/test_bounds.py::test_numbered_pages_reach_the_row_they_are_said_to_reach",
        "The last numbered page is refused.",
    ),
    Mutation(
        "api/lists/pages.py", "came_from or query.offset > 0)", "came_from)",
        f"{PAGES}::test_numbered_pages_end_with_the_list_and_at_the_depth_allowed", "A numbered page has no previous.",
    ),
    Mutation(
        "api/lists/pages.py", "self.rows = rows[::-1] if query.backwards else rows", "self.rows = rows",
        of_order("books by popularity-down"), "A page walked back to is in reverse.",
    ),
    Mutation(
        "api/lists/pages.py", "if cursor.backwards:", "if not cursor.backwards:",
        f"{PAGES}::test_a_page_whose_rows_were_deleted_still_leads_back_into_the_list",
        "A page whose rows were deleted leads away from the list.",
    ),
    Mutation(
        "api/lists/pages.py", "if into.get(pk, pk) not in there]", "if into.get(pk, pk) in there]",
        "tests/api/test_filters_by_hand.py::test_of_ids_asked_for_those_that_are_not_there_are_named",
        "The ids that are there are named as missing.",
    ),
    Mutation(
        "api/exceptions.py", 'headers["Retry-After"] = str(exc.seconds)', 'headers["Retry-After"] = "1"',
        f"{PROBLEMS}::test_an_error_of_the_framework_is_the_problem_of_its_status",
        "Retry-After says a second, however long the wait.",
    ),
    Mutation(
        "api/exceptions.py", 'return "query_too_costly"', 'return "unavailable"',
        "tests/api/test_prepared.py::test_a_known_shape_whose_query_is_stopped_says_so_and_asks_once",
        "A query that was stopped is told to come back.", "postgres",
    ),
    Mutation(
        "api/exceptions.py", '_handler("payload_too_large")', '_handler("bad_request")',
        "tests/core/server/test_handler.py::test_a_larger_one_in_chunks_is_refused_as_soon_as_it_is_too_large",
        "A body that is too large is a bad request.",
    ),
    Mutation(
        "api/problems.py", '"page_too_deep", 400', '"page_too_deep", 404',
        f"{PROBLEMS}::test_every_problem_there_is_has_the_status_type_and_title_it_is_known_by",
        "A page too deep is not found.",
    ),
    Mutation(
        "api/problems.py", 'self.code.replace("_", "-")', "self.code",
        f"{PROBLEMS}::test_every_problem_there_is_has_the_status_type_and_title_it_is_known_by",
        "The type of a problem is another URL than that of its page.",
    ),
    Mutation(
        "api/links.py", "return settings.PUBLIC_URL or ", "return ",
        f"{CONTRACT}::test_urls_are_built_from_the_public_address_where_there_is_one", "PUBLIC_URL is not looked at.",
    ),
    Mutation(
        "api/links.py", "{quote(request.path_info)}", "{request.path_info}",
        "tests/api/test_search.py::test_a_category_in_another_script_is_reached_by_its_own_url_and_walked",
        "The links of a list in another script are no URLs.",
    ),
    Mutation(
        "api/parameters/reading.py", "elif len(values) > 1:", "elif len(values) > 2:",
        f"{GARBAGE}::test_a_parameter_given_twice_is_refused", "Of a parameter given twice one is ignored.",
    ),
    Mutation(
        "api/parameters/reading.py", "and not any(name in names for names in known)", "and False",
        f"{GARBAGE}::test_every_mistake_is_named_at_once", "A misspelt parameter is ignored in silence.",
    ),
    Mutation(
        "api/parameters/values.py", "if year == 0:", "if False:", f"{GARBAGE}::test_every_mistake_is_named_at_once",
        "There is a year 0.",
    ),
    Mutation(
        "api/parameters/values.py", "float(text) <= 5:", "float(text) < 5:", of_limit("rating_min"),
        "The best rating is refused.",
    ),
    Mutation(
        "api/parameters/values.py", 'return text == "true"', 'return text != "true"', of_filter("has_cover=true"),
        "true means false.",
    ),
    Mutation(
        "api/parameters/values.py", "return found.astimezone(UTC) if found.tzinfo else", "return found if found.tzinfo else",
        "tests/api/test_bounds.py::test_a_moment_that_no_calendar_has_is_refused",
        "A moment that no calendar has is taken.",
    ),
    Mutation(
        "api/parameters/lists.py", "list(dict.fromkeys(self.item(part) for part in parts))",
        "[self.item(part) for part in parts]", of_filter("category_all=home,home"),
        "A category that is named twice must be there twice.",
    ),
    Mutation(
        "api/parameters/lists.py", "if len(parts) > LIST_LENGTH:", "if len(parts) >= LIST_LENGTH:", of_limit("ids"),
        "A list of as many values as are permitted is refused.",
    ),
    Mutation(
        "api/default_parameters.py", 'or names & {"search", "series"}:', "and names:",
        "tests/core/http/test_urls.py::test_what_may_mean_something_else_keeps_a_key_of_its_own",
        "A search in the usual order is answered by relevance.",
    ),
    Mutation(
        "api/viewsets.py", 'if final.status_code == 200 else "no-store"', "if True else None",
        f"{PROBLEMS}::test_a_problem_met_on_the_way_has_its_status", "Problems may be stored.",
    ),
    Mutation(
        "api/lists/prepared.py", "except ProblemError:\n            return None", "except ProblemError:\n            raise",
        "tests/api/test_prepared.py::test_a_known_shape_makes_no_wrong_value_right",
        "One wrong cursor makes its shape forgotten.",
    ),
    Mutation(
        "api/views/isbn.py", '.desc(nulls_last=True), "id")', '.asc(nulls_last=True), "id")',
        "tests/api/lists/test_ordering.py::test_of_several_books_with_an_isbn_the_most_popular_is_given",
        "Of several books with an ISBN the least popular is given.",
    ),
    Mutation(
        "api/lists/count_policy.py", "is not None and not self.filterset.values:", "is not None:",
        "tests/api/test_filters_by_hand.py::test_the_books_of_an_owner_can_be_narrowed",
        "The filtered books of an author have the count of all of them.",
    ),
]  # fmt: skip
