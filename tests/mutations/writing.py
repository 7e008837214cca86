"""Bugs in writing the catalogue over HTTP."""

from tests.mutations.mutation import Mutation

SERIES = "tests/api/writing/test_series.py"
NAMED = "tests/api/writing/test_idempotency.py"

MUTATIONS = [
    Mutation(
        "api/writing/viewset.py", "[Writes()] if", "[] if",
        f"{SERIES}::test_only_editors_write", "Anybody writes.",
    ),
    Mutation(
        "api/writing/viewset.py", "        check_if_match(request, self._document(request, key))\n", "",
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
]  # fmt: skip
