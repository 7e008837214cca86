"""Bugs in text, the text index, pages by key, counts, bulk writes, locks and statements; and in the settings."""

from tests.mutations.mutation import Mutation
from tests.mutations.named import of_filter, of_order

PAGES = "tests/api/lists/test_pagination.py"
TEXT = "tests/core/test_text.py"
BULK = "tests/core/database/test_bulk.py"
LOCK = "tests/core/database/test_locks.py"
RETRY = "tests/core/server/test_retry.py"
NOT_AGAIN = "::test_a_read_whose_connection_was_cut_is_run_again_but_no_write_and_nothing_in_a_transaction"
STATEMENTS = "tests/core/database/test_statements.py"
SETTINGS = "tests/test_settings.py"

MUTATIONS = [
    Mutation(
        "core/database/shuffling.py", "if self.blocks < left:", "if False:",
        "tests/core/database/test_shuffling.py::ShuffledWalks::test_a_walk_gives_every_row_once_in_order_both_ways",
        "A random order ends with the ranges that a page is looked for in.",
    ),
    Mutation(
        "core/database/shuffling.py", "+ BLOCK_KEYS) if self.descending", ") if self.descending",
        "tests/core/database/test_shuffling.py::test_ranges_side_by_side_are_walked_without_a_gap",
        "A falling random order leaves a range out.",
    ),
    Mutation(
        "core/database/keyset.py", ", nulls_first=not self.nulls_first)", ")", of_order("books by popularity-down"),
        "A walk backwards has its nulls last too.",
    ),
    Mutation(
        "core/database/keyset.py", "return [present] if self.nulls_first else []", "return []",
        of_order("books by popularity-down"), "A walk backwards from a null never comes to the values.",
    ),
    Mutation(
        "core/database/keyset.py", "return [further, null] if", "return [further] if", of_order("books by popularity-down"),
        "A walk ends before the nulls.",
    ),
    Mutation(
        "core/database/keyset.py", "return [null, present] if self.nulls_first else [present, null]", "return [null, present]",
        of_order("books by popularity-down"), "The first page begins with nulls.",
    ),
    Mutation(
        "core/database/keyset.py", "for moving in range(len(ordering) - 1, -1, -1):",
        "for moving in range(len(ordering)):", of_order("books by popularity-down"),
        "The ranges after a key come farthest first.",
    ),
    Mutation(
        "core/database/keyset.py", "'lt' if self.descending else 'gt'", "'lte' if self.descending else 'gte'",
        of_order("books by popularity-down"), "The row of a cursor is on both pages.",
    ),
    Mutation(
        "core/database/keyset.py", '.values("pk")[: offset + limit]', '.values("pk")[:limit]',
        f"{PAGES}::test_a_last_page_that_is_exactly_full_has_no_next_and_a_first_one_no_previous",
        "A numbered page counts its offset off too few rows.",
    ),
    Mutation(
        "api/lists/searching.py", "else number > query.after[0]", "else number >= query.after[0]",
        "tests/api/test_search.py::test_results_come_by_relevance_then_popularity_and_walk_both_ways",
        "Search results of one tier are given again on the next page.",
    ),
    Mutation(
        "core/search/few.py", "so_far >= {enough}", "so_far < {enough}",
        "tests/api/test_search.py::test_results_come_by_relevance_then_popularity_and_walk_both_ways",
        "A first page ends with the tiers that do not fill it.",
    ),
    Mutation(
        "core/database/counting.py", "_digest(current, exact, name)}", "_digest(current, exact, '')}",
        "tests/test_query_counts.py::test_a_shared_count_is_that_of_the_list_that_was_asked_for",
        "All lists share one count.",
    ),
    Mutation(
        "core/database/counting.py", "_digest(current, exact, name)}", "_digest(None, exact, name)}",
        "tests/test_query_counts.py::test_a_shared_count_is_that_of_the_list_that_was_asked_for",
        "A shared count outlives what was counted.",
    ),
    Mutation(
        "core/text/keys.py", "(?=.*[^\\W_])", "", f"{TEXT}::test_titles_file_without_their_article_and_punctuation",
        "A title that is nothing but an article has no sort key.",
    ),
    Mutation(
        "core/text/keys.py", r"\s+(?!{_NO_NOUN})", r"\s+", f"{TEXT}::test_titles_file_without_their_article_and_punctuation",
        "The letter A is taken for an article.",
    ),
    Mutation(
        "core/text/keys.py", "_NUMBER.sub(_by_value, ", "(", f"{TEXT}::test_numbers_sort_by_value",
        "Volume 10 sorts before volume 2.",
    ),
    Mutation(
        "core/text/tokenizer.py", "run[i : i + 2]", "run[i : i + 1]",
        f"{TEXT}::test_words_are_tokens_and_runs_without_blanks_are_pairs",
        "Chinese and Japanese are indexed by single characters.",
    ),
    Mutation(
        "core/text/tokenizer.py", "tuple([word[:TOKEN_LENGTH] for word in cut])", "cut",
        f"{TEXT}::test_a_long_word_and_a_long_key_are_cut", "A word of any length is a token.",
    ),
    Mutation(
        "core/text/spelling.py", "max(match[0].split(\"'\"), key=len)", "match[0].split(\"'\")[0]",
        f"{TEXT}::test_two_spellings_of_one_title_find_each_other", "L'Amour is found by its article.",
    ),
    Mutation(
        "core/text/keys.py", 'return " ".join(spelt_words(text)[0])[:SORT_LENGTH]', 'return " ".join(spelt_words(text)[0])',
        f"{TEXT}::test_a_long_word_and_a_long_key_are_cut", "A match key has any length, which its column refuses.",
    ),
    Mutation(
        "core/text/folding.py", '"ø": "o", ', "", f"{TEXT}::test_text_folds_to_plain_letters", "An ø is no o.",
    ),
    Mutation(
        "core/search/query.py", "if not sought[-1].quoted:", "if True:",
        "tests/core/search/test_query.py::test_phrases_and_exclusions_are_read_where_operators_are_allowed",
        "The last word of a phrase in quotes is looked for by prefix.",
    ),
    Mutation(
        "core/search/query.py", "sought = [part for part in parts if not part.excluded]", "sought = parts",
        "tests/core/search/test_query.py::test_phrases_and_exclusions_are_read_where_operators_are_allowed",
        "An excluded word is looked for.",
    ),
    Mutation(
        "core/search/query.py", "if kind and len(row) > 1:", "if False:",
        f"{TEXT}::test_two_spellings_of_one_title_find_each_other", "J. R. R. Tolkien does not find JRR Tolkien.",
    ),
    Mutation(
        "core/search/conditions.py", "f\"(({spelt[0]}) | ({spelt[1]}))\"", "f\"({spelt[0]})\"",
        "tests/core/search/test_query.py::test_a_phrase_is_looked_for_in_each_of_its_spellings",
        "On PostgreSQL a phrase is looked for in its first spelling alone.",
    ),
    Mutation(
        "core/search/conditions.py", "' AND '.join(map(fts5_phrase, match.include))", "' OR '.join(map(fts5_phrase, match.include))",
        of_filter("author_name=jane rousseau"), "A search finds what has one of its words.",
    ),
    Mutation(
        "core/search/conditions.py", '" OR ".join(map(fts5_phrase, match.exclude))', '" AND ".join(map(fts5_phrase, match.exclude))',
        "tests/api/test_search.py::Searches::test_each_kind_of_search_finds_what_looking_at_each_book_finds",
        "Only what has all excluded words is left out.",
    ),
    Mutation(
        "core/search/index.py", '(f" {GAP} ".join(fields[name])', '(" ".join(fields[name])',
        "tests/api/test_search.py::test_a_phrase_never_spans_two_authors_or_two_fields",
        "A phrase is found across two authors' names.",
    ),
    Mutation(
        "core/search/index.py", " WHERE rowid = OLD.id", "",
        "tests/core/search/test_index.py::test_a_deleted_book_takes_its_own_row_along_and_no_other",
        "A deleted book takes all rows of the index along.",
    ),
    Mutation(
        "core/database/bulk.py", "for size in [*lengths, 1]]", "for size in lengths]",
        f"{BULK}::test_as_many_rows_are_written_as_are_made", "The last few rows of a bulk write are lost.",
    ),
    Mutation(
        "core/database/bulk.py", "last = max(known or 0 for known in cursor.fetchone())", "last = cursor.fetchone()[0] or 0",
        f"{BULK}::test_ids_are_given_out_once", "The id of a deleted row is given out again.",
    ),
    Mutation(
        "core/database/bulk.py", '{"\\\\": "\\\\\\\\", ', "{", f"{BULK}::test_any_text_comes_back_as_it_was",
        "A backslash is no backslash in COPY.", "postgres",
    ),
    Mutation(
        "core/database/locks.py", "fcntl.LOCK_EX | fcntl.LOCK_NB", "fcntl.LOCK_SH | fcntl.LOCK_NB",
        f"{LOCK}::test_a_lock_has_one_holder_and_is_free_after_it", "A lock has several holders.",
    ),
    Mutation(
        "core/database/locks.py", 'f"octavo:{name}"', '"octavo"', f"{LOCK}::test_a_lock_has_one_holder_and_is_free_after_it",
        "All locks are one.", "postgres",
    ),
    Mutation(
        "core/database/locks.py", "if not cursor.fetchone()[0]:", "if False:",
        f"{LOCK}::test_a_lock_has_one_holder_and_is_free_after_it", "A lock is taken though it was not had.",
        "postgres",
    ),
    Mutation(
        "core/database/statements.py", "values[param.index]", "values[0]",
        f"{STATEMENTS}::test_a_statement_answers_for_any_values", "Every open place is filled with the first value.",
    ),
    Mutation(
        "core/database/statements.py", '.replace("%", "%%")', "",
        f"{STATEMENTS}::test_values_that_stay_the_same_keep_their_percent_signs_and_quotes",
        "A percent sign in a value is taken for a placeholder.", "postgres",
    ),
    Mutation(
        "core/lru.py", "self._items.popitem(last=False)", "self._items.popitem(last=True)",
        f"{STATEMENTS}::test_a_statement_is_compiled_once_and_the_least_used_is_forgotten",
        "The statement that was compiled last is forgotten first.",
    ),
    Mutation(
        "core/freshness/generation.py", "if connection.in_atomic_block:", "if False:",
        "tests/test_query_counts.py::test_inside_a_transaction_no_count_is_shared",
        "What a transaction has not committed is shared with others.",
    ),
    Mutation(
        "core/freshness/base.py", "now - self._asked > self._seconds", "now - self._asked > 2 * self._seconds",
        "tests/core/freshness/test_freshness.py::test_a_generation_is_kept_for_as_long_as_was_permitted_and_no_longer",
        "Responses are older than RESPONSE_CACHE_MAX_STALENESS permits.",
    ),
    Mutation(
        "core/freshness/postgresql.py", '"port": "PORT"}', "}",
        "tests/core/freshness/test_freshness.py::test_the_generation_is_asked_for_where_the_data_is",
        "The generation is asked for on another port than the data.",
    ),
    Mutation(
        "settings/values.py", "len(value) < 32", "len(value) < 31",
        f"{SETTINGS}::test_a_wrong_value_ends_the_start_with_one_line_that_names_its_variable",
        "A secret of 31 characters will do.",
    ),
    Mutation(
        "settings/values.py", "not low <= int(value) <= high", "not int(value) <= high",
        f"{SETTINGS}::test_a_number_is_a_plain_whole_number_in_range", "No number is too small.",
    ),
    Mutation(
        "settings/base.py", '    "core.server.middleware.HostMiddleware",\n', "",
        "tests/api/test_hosts.py::test_a_host_that_nobody_allowed_is_refused_where_no_view_looks_at_it",
        "A Host that nobody allowed is answered where no view looks at it.",
    ),
    Mutation(
        "settings/prod.py", '"CLIENT_ADDRESS", "DATABASE_URL"))', '"CLIENT_ADDRESS"))',
        f"{SETTINGS}::test_production_refuses_to_guess", "Production falls back to a file for its data.",
    ),
    Mutation(
        "core/database/retry.py", 'getattr(connection, "retry_allowed", False)', "connection", f"{RETRY}{NOT_AGAIN}",
        "A write whose connection was cut is sent again.", lane="postgres",
    ),
]  # fmt: skip
