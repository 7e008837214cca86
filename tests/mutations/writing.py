"""Bugs in writing the catalogue over HTTP."""

from tests.mutations.mutation import Mutation

SERIES = "tests/api/writing/test_series.py"
NAMED = "tests/api/writing/test_idempotency.py"

AUTHORS = "tests/api/writing/test_authors.py"

CATEGORIES = "tests/api/writing/test_categories.py"

MERGED_AUTHORS, MERGED_BOOKS = "tests/books/merging/test_authors.py", "tests/books/merging/test_books.py"

RENEWAL = "tests/books/editing/test_renewal.py"

MUTATIONS = [
    Mutation(
        "books/merging/authors.py", '{**row, "imported": False, "books_count": 0}', '{**row, "books_count": 0}',
        f"{MERGED_AUTHORS}::test_no_load_joins_what_an_editor_took_apart", "A load joins what an editor took apart.",
    ),
    Mutation(
        "books/merging/authors.py", "    _check_unchanged(kept, shot[\"columns\"])\n", "",
        f"{MERGED_AUTHORS}::test_what_changed_since_is_not_undone", "An undo takes back what was changed since.",
    ),
    Mutation(
        "books/merging/recording.py", "        raise Conflict(f\"Undo merge {later.pk} first: {later.gone} was", "        print(f\"Undo merge {later.pk} first: {later.gone} was",
        f"{MERGED_AUTHORS}::test_of_two_merged_into_one_the_later_is_undone_first", "An earlier merge is undone before a later one.",
    ),
    Mutation(
        "core/changes/former_keys.py", "key__in=led[start : start + CHUNK]", "key__in=[]",
        f"{MERGED_BOOKS}::test_chains_are_undone_from_their_end_and_ids_lead_where_they_led", "Ids lead past what is there again.",
    ),
    Mutation(
        "books/merging/books.py", 'if name in fields]} for each', "]} for each",
        f"{MERGED_BOOKS}::test_a_source_of_the_book_that_went_does_not_change_what_the_other_had",
        "A load of a merged book's source overwrites the other's fields.",
    ),
    Mutation(
        "books/merging/undoing_books.py", "    add_differences(counted, counted_books(connection, sorted((gone, kept))))\n", "",
        f"{MERGED_BOOKS}::test_what_counts_books_counts_one_less_until_it_is_undone", "Counts drift when a merge is undone.",
    ),
    Mutation(
        "books/editing/renewal.py", "state__in=Job.UNFINISHED", "state=Job.State.QUEUED",
        f"{RENEWAL}::test_a_job_that_was_killed_is_gone_on_with", "A killed job is left as it is.",
    ),
    Mutation(
        "books/editing/renewal.py", "    if len(books) <= AT_ONCE:\n", "    if True:\n",
        f"{RENEWAL}::test_many_books_are_renewed_by_a_job", "A rename writes any number of books while its client waits.",
    ),
    Mutation(
        "books/editing/categories.py", '            count_again(connection, "books_category", sorted(moved))\n', "            pass\n",
        f"{CATEGORIES}::test_a_moved_category_takes_its_books_and_their_counts_along", "Counts stay where a category was.",
    ),
    Mutation(
        "books/editing/categories.py", "            renew_books_of(RESOURCE, row.pk)\n", "            pass\n",
        f"{CATEGORIES}::test_a_renamed_category_is_found_by_its_new_name_and_its_books_are_new",
        "Books are found by the old name of their category.",
    ),
    Mutation(
        "books/editing/categories.py", "if parent and CategoryAncestor", "if False and CategoryAncestor",
        f"{CATEGORIES}::test_a_category_cannot_be_moved_below_itself", "A category below itself is a conflict without a reason.",
    ),
    Mutation(
        "books/editing/authors.py", "            renew_books_of(RESOURCE, row.pk)\n", "",
        f"{AUTHORS}::test_a_new_name_files_and_finds_the_books_anew", "Books are found by their author's old name.",
    ),
    Mutation(
        "books/editing/authors.py", 'f"author:{kind}": -1, ', "",
        f"{AUTHORS}::test_another_kind_is_counted_and_filed_as_such", "The count of authors drifts.",
    ),
    Mutation(
        "core/changes/former_keys.py", "    former.into = into[former.into or \"\"]\n", "",
        f"{AUTHORS}::test_a_merged_id_leads_to_the_survivor", "An id that was merged twice leads nowhere.",
    ),
    Mutation(
        "core/database/transactions.py", "not in _AGAIN or attempt", "not in set() or attempt",
        "tests/core/database/test_transactions.py::test_a_deadlock_without_end_is_raised", "A deadlock reaches a client.",
    ),
    Mutation(
        "api/writing/viewset.py", "[Writes()] if", "[] if",
        f"{SERIES}::test_only_editors_write", "Anybody writes.",
    ),
    Mutation(
        "api/writing/viewset.py", "        check_if_match(request, lambda: self._document(request, key))\n", "",
        f"{SERIES}::test_if_match_takes_the_etag_in_any_form", "A change undoes that of another unseen.",
    ),
    Mutation(
        "books/editing/series.py", "            note_moved(RESOURCE, former, slug)\n", "            pass\n",
        f"{SERIES}::test_a_changed_slug_leads_to_the_new_one", "A changed slug breaks every link to it.",
    ),
    Mutation(
        "books/editing/series.py", '        add_row_counts(connection, {"series": -1})\n', "",
        f"{SERIES}::test_a_series_is_made_read_changed_and_deleted", "The count of series drifts.",
    ),
    Mutation(
        "core/changes/former_keys.py", ".filter(resource=resource, into=key).update(into=into)", ".none().update(into=into)",
        f"{SERIES}::test_a_changed_slug_leads_to_the_new_one", "A slug that was changed twice leads nowhere.",
    ),
    Mutation(
        "core/changes/kept_answers.py", "    if found.digest != name.digest:\n        raise OtherRequest\n", "",
        f"{NAMED}::test_another_body_under_the_same_key_is_refused", "Another request gets the first one's answer.",
    ),
    Mutation(
        "api/writing/idempotency.py", 'f"key:{caller.key.pk}" if caller.key else ', "",
        f"{NAMED}::test_keys_are_their_callers_own", "Two programs of one account share their keys.",
    ),
    Mutation(
        "core/database/transactions.py", ", row_counts_at_the_end(connection)", "",
        "tests/core/database/test_row_counts.py::test_they_are_written_at_the_end_and_not_at_all_if_the_transaction_fails",
        "Row counts are held until the commit by whoever adds to them first.",
    ),
]  # fmt: skip
