"""Bugs in authors, in what books are asked for, their counts, search, suggestions and standards."""

from tests.mutations.mutation import Mutation
from tests.mutations.named import of_bound, of_filter

BY_HAND = "tests/api/test_filters_by_hand.py"
WORDS = "tests/books/search/test_words.py"
MEANT = "tests/books/search/test_did_you_mean.py"
SUGGEST = "tests/api/test_suggest.py"
DATABASE = "tests/test_database.py"
LOCK = "tests/books/importing/test_import_lock.py"


MUTATIONS = [
    Mutation(
        "books/importing/entities/series.py", "        if key not in known:\n            new", "        if name not in known:\n            new",
        "tests/books/test_series.py::test_names_that_fold_alike_are_one_series", "Each spelling of a name is a series.",
    ),
    Mutation(
        "books/importing/merging/updating.py", ', "series": "series"}', "}",
        "tests/books/test_series.py::test_a_place_that_an_editor_gave_stays_and_no_series_is_made_for_another",
        "A series is made for a place that is not used.",
    ),
    Mutation(
        "books/series.py", "if gone is not kept:", "if False:",
        "tests/books/test_series.py::test_a_rebuild_makes_one_of_series_that_new_text_rules_take_for_one",
        "Two series keep one name.",
    ),
    Mutation(
        "core/volatile/sqlite.py", "                if connection.in_transaction:\n                    connection.execute(\"ROLLBACK\")\n", "",
        "tests/core/volatile/test_store.py::test_a_reader_in_the_way_of_a_commit_leaves_nothing_behind",
        "A COMMIT that failed locks the file for good.",
    ),
    Mutation(
        "books/reindexing.py", "build.building != TEXT_VERSION", "True",
        "tests/books/test_index_version.py::test_a_stopped_rebuild_goes_on_where_it_was", "A stopped rebuild begins anew.",
    ),
    Mutation(
        "books/standards/series_places.py", "{len(digits):02}{digits}", "{digits}",
        "tests/books/standards/test_series_places.py", "The tenth book of a series comes before the second.",
    ),
    Mutation(
        "authors/models.py", 'F("death_year") - LIFESPAN', 'F("death_year") + LIFESPAN',
        of_bound("books author_alive_to=1851_1"), "Who has no known birth was born a hundred years after death.",
    ),
    Mutation(
        "authors/models.py", "alive_to__gte=first", "alive_to__gt=first", of_bound("books author_alive_from=1851_0"),
        "Who died in a year was not alive in it.",
    ),
    Mutation(
        "authors/models.py", "books_count__gt=0", "books_count__gt=1",
        f"{BY_HAND}::test_a_filter_of_authors_finds_and_counts_what_meets_it",
        "An author of one book counts as having none.",
    ),
    Mutation(
        "authors/models.py", "self.sort_key = sort_name(self.sort_name)", "self.sort_key = sort_name(self.name)",
        "tests/api/lists/test_ordering.py::test_authors_file_under_the_name_that_they_are_filed_under",
        "Authors file under their first names.",
    ),
    Mutation(
        "books/models/querysets.py", '__slug__in": slugs', '__slug__in": slugs[:1]', of_filter("category_all=fiction,home"),
        "Of several categories that a book must be in only the first counts.",
    ),
    Mutation(
        "books/models/querysets.py", "Count(above, distinct=True)", "Count(above)", of_filter("category_all=fiction,nowhere"),
        "A book in two categories below one counts as being in two of those asked for.",
    ),
    Mutation(
        "books/models/querysets.py", "outside = ~Exists(", "outside = Exists(", of_filter("category_not=fiction"),
        "Books in a category are found where those outside it were asked for.",
    ),
    Mutation(
        "books/models/querysets.py", "author_id__in=authors, **as_role", "author_id__in=authors",
        of_filter("author={rousseau}&role=translator"), "An author's role is not looked at.",
    ),
    Mutation(
        "books/models/querysets.py", "cover__isnull=not present", "cover__isnull=present", of_filter("has_cover=true"),
        "Books without a cover are found where those with one were asked for.",
    ),
    Mutation(
        "books/models/querysets.py", 'sort_key__lt=f"{code.lower()}:"', 'sort_key__lt=f"{code.lower()}~"',
        of_filter("classification=lcc:P"), "A class holds every class that begins with its letters.",
    ),
    Mutation(
        "books/models/querysets.py", "Q(scheme=scheme, value=value)", "Q(value=value)", of_filter("identifier=gutenberg:158"),
        "An identifier of another scheme is found.",
    ),
    Mutation(
        "books/models/classification.py", "ancestor__slug__in=slugs", "category__slug__in=slugs",
        of_filter("category=fiction"), "A category does not hold those below it.",
    ),
    Mutation(
        "books/models/classification.py", "exclude(kind__in=Subject.HIDDEN)", "exclude(kind=Subject.Kind.SHELF)",
        of_filter("subject=class-ps3500"), "Class codes count as subjects that nobody asked for by kind.",
    ),
    Mutation(
        "books/models/classification.py", "for child in self.children.all():", "for child in ():",
        f"{DATABASE}::test_moving_a_category_moves_what_stands_below_it",
        "A category that is moved leaves those below it behind.",
    ),
    Mutation(
        "books/models/classification.py", 'f"{slug}-2" if slug in RESERVED_SLUGS else slug', "slug",
        "tests/books/importing/test_loaded_rows.py::test_slugs_are_given_in_order_of_mention_whatever_the_batch_size",
        "A category takes the slug of the tree's path.",
    ),
    Mutation(
        "books/counts.py", "count(DISTINCT book_id)", "count(book_id)",
        "tests/books/test_counts.py::test_every_wrong_count_is_mended_and_counted",
        "A book in two categories below one counts twice in it.",
    ),
    Mutation(
        "books/counts.py", "    UNION ALL SELECT name, 0 FROM core_rowcount\n", "",
        "tests/books/test_counts.py::test_every_wrong_count_is_mended_and_counted",
        "The length of a list that has become empty stays as it was.",
    ),
    Mutation(
        "books/search/indexing.py", '_NOT_WORDS = {"shelf", "class"}', '_NOT_WORDS = {"class"}',
        of_filter("search=best books"), "A search finds books by their shelf.",
    ),
    Mutation(
        "books/search/indexing.py", "titles=token_texts(title) + token_texts(part) if part else", "titles=",
        of_filter("title=volume emma"), "The part of a title is not found.",
    ),
    Mutation(
        "books/search/relevance.py", "Q(title_key__gt=self.query.text", "Q(title_key__gte=self.query.text",
        "tests/api/test_search.py::test_results_come_by_relevance_then_popularity_and_walk_both_ways",
        "The very title is found twice, the second time as one that begins so.",
    ),
    Mutation(
        "api/lists/ordering.py", 'Term("popularity", descending=True', 'Term("popularity", descending=False',
        "tests/api/lists/test_ordering.py::test_results_alike_come_by_popularity_and_those_without_any_last",
        "Among results alike the least popular come first.",
    ),
    Mutation(
        "books/search/indexes.py", '("title", "authors", "subtitle", "subjects")\n', '("title", "authors", "subjects")\n',
        of_filter("search=guide"), "A search does not look at subtitles.",
    ),
    Mutation(
        "books/suggestions/suggest.py", "len(_once(found)) < SCARCE", "not found",
        f"{SUGGEST}::test_a_typo_that_is_a_word_itself_is_forgiven_where_next_to_nothing_has_it",
        "A typo that one row has too is not forgiven.",
    ),
    Mutation(
        "books/suggestions/suggest.py", "mixed(_once(found))])[:limit]", "mixed(_once(found))])",
        f"{SUGGEST}::test_types_take_turns",
        "There are as many suggestions as are found.",
    ),
    Mutation(
        "books/suggestions/sql.py", "ORDER BY {key}, id LIMIT", "ORDER BY {key}, id DESC LIMIT",
        "tests/books/suggestions/test_best.py::test_rows_of_one_text_are_taken_by_id_where_there_are_too_many",
        "Of very many books of one title the last are suggested.",
    ),
    Mutation(
        "books/search/indexing.py", "lose_words(connection, before - after)", "lose_words(connection, after - before)",
        f"{WORDS}::test_a_second_load_takes_the_words_that_no_row_has_any_more", "Words that rows lose stay in the table.",
    ),
    Mutation(
        "books/importing/merging/creating.py", "chain.from_iterable(fields.values())", 'fields["title"]',
        f"{WORDS}::test_a_load_writes_the_words_of_every_field", "The words of subtitles are left out.",
    ),
    Mutation(
        "books/search/spelling.py", "{begin, begin[:-1] + end[0]}", "{begin}",
        f"{MEANT}::test_two_letters_swapped_in_the_middle_and_another_edit_are_two_edits",
        "Two letters swapped in the middle of a word are two edits.",
    ),
    Mutation(
        "books/search/did_you_mean.py", "if not rows and len(", "if rows and len(",
        f"{MEANT}::test_unknown_words_are_mended_and_the_rest_is_kept_as_typed", "Known words are mended.",
    ),
    Mutation(
        "api/lists/did_you_mean.py", "{**filterset.values, SEARCH:", "{SEARCH:",
        f"{MEANT}::test_it_finds_something_under_the_same_filters", "The other filters are left out.",
    ),
    Mutation(
        "books/suggestions/suggest.py", "_once([*bearing, *mixed", "_once([*mixed",
        "tests/books/standards/test_isbn_requests.py::test_a_suggestion_by_isbn_comes_once_and_before_all_others",
        "No book is suggested by its ISBN.",
    ),
    Mutation(
        "books/suggestions/corrections.py", "SHORTEST, LONGEST = 4, 24", "SHORTEST, LONGEST = 2, 24",
        f"{SUGGEST}::test_two_typos_or_one_in_a_short_word_are_not", "A typo is looked for in words of two letters.",
    ),
    Mutation(
        "books/suggestions/sources.py", "f\"kind <> '{Author.Kind.PLACEHOLDER}'\"", '"true"',
        f"{SUGGEST}::test_placeholders_shelves_and_classes_are_not_suggested", "Various is suggested as an author.",
    ),
    Mutation(
        "books/suggestions/sql.py", "{'' if prefix else ' '}%", "%",
        f"{SUGGEST}::test_every_word_must_match_in_any_order_and_only_the_last_by_prefix",
        "Every word is looked for by prefix.",
    ),
    Mutation(
        "books/standards/isbn.py", 'isbn13.startswith("978")', 'isbn13.startswith("97")',
        "tests/books/standards/test_isbn.py::test_only_the_978_range_has_an_isbn_10", "A 979 number is given an ISBN-10.",
    ),
    Mutation(
        "books/standards/isbn.py", "text.upper().split()", "text.split()",
        "tests/books/standards/test_isbn.py::test_every_form_of_an_isbn_gives_thirteen_digits",
        "An ISBN-10 that ends in a small x is refused.",
    ),
    Mutation(
        "books/standards/isbn.py", "979[1-9][0-9]{9}", "979[0-9]{10}",
        "tests/books/standards/test_isbn.py::test_what_has_not_the_shape_of_an_isbn_is_malformed",
        "A number of printed music is taken for an ISBN.",
    ),
    Mutation(
        "books/standards/isbn.py", "(?<![0-9]-)", "",
        "tests/books/standards/test_isbn.py::test_isbns_are_read_among_words",
        "An ISBN is cut out of a longer number with hyphens.",
    ),
    Mutation(
        "books/standards/isbn.py", "            longest = isbn, number\n", "            return isbn, number\n",
        "tests/books/standards/test_isbn.py::test_isbns_are_read_among_words",
        "The beginning of an ISBN-13 with blanks is taken for an ISBN-10.",
    ),
    Mutation(
        "books/standards/languages.py", "if not subtags.issuperset(rest[:end])", "if False",
        "tests/books/standards/test_languages.py::test_what_is_no_code_is_none",
        "Two words with a hyphen are a language if the first is a code.",
    ),
    Mutation(
        "books/standards/languages.py", '.lower().replace("_", "-")', ".lower()",
        "tests/books/standards/test_languages.py::test_every_form_of_iso_639_gives_the_shortest_code",
        "A tag with an underscore is no language.",
    ),
    Mutation(
        "books/authority.py", "second.birth_year if first.birth_year is None else first.birth_year", "first.birth_year",
        "tests/books/test_authority.py::test_whoever_is_merged_loses_no_name_year_or_book",
        "A merged author loses the year of birth that only the other had.",
    ),
    Mutation(
        "books/authority.py", 'delete_rows(connection, "books_bookauthor", ("book_id", "author_id", "role"), twice)', "pass",
        "tests/books/test_authority.py::test_whoever_is_merged_loses_no_name_year_or_book",
        "Two authors of one book cannot be merged.",
    ),
    Mutation(
        "books/authority.py", "count(DISTINCT book_id)", "count(book_id)",
        "tests/books/test_authority.py::test_whoever_is_merged_loses_no_name_year_or_book",
        "A book that names a merged author in two roles counts twice.",
    ),
    Mutation(
        "books/importing/recovery.py", "with import_lock():", "if True:",
        f"{LOCK}::test_an_import_holds_the_lock_while_it_loads_and_is_not_swept_away",
        "An import that runs is marked as failed.",
    ),
    Mutation(
        "books/management/commands/import_books.py", "stack.enter_context(import_lock())", "import_lock()",
        f"{LOCK}::test_a_load_fails_while_another_runs_and_writes_nothing",
        "An import does not take the lock.",
    ),
    Mutation(
        "benchmarks/generating/command.py", "with import_lock(), ProgressDisplay(", "with ProgressDisplay(",
        f"{LOCK}::test_a_load_fails_while_another_runs_and_writes_nothing",
        "A catalogue is invented while another is loaded.",
    ),
]  # fmt: skip
