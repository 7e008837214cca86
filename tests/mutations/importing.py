"""Bugs in loading: whom and what a record means, and what it may change."""

from tests.mutations.mutation import Mutation

AUTHORS = "tests/books/importing/test_loaded_authors.py"
JOINS = "tests/books/importing/joining/test_joins.py"
RULES = "tests/books/importing/joining/test_rules.py"
LOADER = "tests/books/importing/test_loader.py"
MATCHING = "tests/books/importing/test_matching.py"
STATE = "tests/books/importing/test_load_state.py"
UNLISTED = "tests/books/importing/removal/test_unlisted.py"
GUARDS = "tests/books/importing/removal/test_guards.py"
ROWS = "tests/books/importing/test_loaded_rows.py"
SAME = f"{AUTHORS}::test_a_replaced_heading_is_the_same_person_only_where_name_and_years_allow_it"
SPELLINGS = "tests/books/importing/test_subject_spellings.py"

MUTATIONS = [
    Mutation(
        "books/importing/entities/subjects.py", "subject.spellings[name] or None)", "None)",
        f"{SPELLINGS}::test_the_spelling_that_most_records_have_is_shown",
        "The spelling that was loaded first is taken for every book's.",
    ),
    Mutation(
        "books/spellings.py", "subject.imported AND", "", f"{SPELLINGS}::test_a_subject_that_an_editor_made_keeps_its_name",
        "A load changes the name that an editor gave.",
    ),
    Mutation(
        "books/spellings.py", "subject=kept, spelling=numbers[name] or None", "subject=kept",
        f"{SPELLINGS}::test_what_an_earlier_version_stored_twice_is_known_by_name_and_merged_by_reindexing",
        "Merged subjects lose which spelling each book has.",
    ),
    Mutation(
        "books/models/classification.py", '.rstrip(" .") or name', " or name",
        f"{SPELLINGS}::test_spellings_of_one_subject_have_one_key", "A final stop makes another subject.",
    ),
    Mutation(
        "books/importing/merging/replaced_headings.py", " and years_agree(old, new)", "", SAME,
        "A replaced heading is the same person whatever the years.",
    ),
    Mutation(
        "books/importing/merging/replaced_headings.py", " and old.kind == new.kind", "", SAME,
        "A replaced heading of a person becomes a company.",
    ),
    Mutation(
        "books/importing/merging/replaced_headings.py", " and family == _family(new.sort_name)", "", SAME,
        "A replaced heading is the same person whatever the name.",
    ),
    Mutation(
        "books/importing/merging/replaced_headings.py", " or note.source in using:", ":",
        f"{LOADER}::test_a_heading_still_used_elsewhere_keeps_its_author",
        "An author whom other works still name is merged into another.",
    ),
    Mutation(
        "books/importing/merging/replaced_headings.py", "len(new_ids) == 1 and len(news[new_ids[0]]) == 1", "len(new_ids) >= 1",
        f"{AUTHORS}::test_two_of_one_family_are_not_taken_for_each_other", "Two of one family are made one.",
    ),
    Mutation(
        "books/importing/merging/shared_books.py", "years_agree(author, credit) and ", "",
        "tests/books/importing/merging/test_shared_books.py::test_who_cannot_be_the_author_of_the_book_is_another",
        "A namesake of another time is taken for the author of a shared book.",
    ),
    Mutation(
        "books/importing/merging/shared_books.py", "headings[heading] == meant[pk] == 1 and", "headings[heading] == 1 and",
        "tests/books/importing/merging/test_shared_books.py::test_an_author_whom_two_headings_fit_is_neither",
        "Two headings of one source mean one author.",
    ),
    Mutation(
        "books/importing/merging/matching.py", " and book not in contested", "",
        "tests/books/importing/test_matching.py::test_who_came_first_makes_no_difference_where_identifiers_are_in_conflict",
        "Which books are one depends on which file was loaded first.",
    ),
    Mutation(
        "books/importing/joining/joins.py", "number[join.kept] == number[join.gone] == 1", "number[join.kept]",
        f"{JOINS}::test_nobody_is_joined_where_two_have_the_evidence", "Of several who may be meant the first is taken.",
    ),
    Mutation(
        "books/importing/joining/joins.py", "for join in left if out.isdisjoint((join.kept, join.gone))", "for join in left",
        f"{JOINS}::test_a_title_counts_before_years_that_fit_another",
        "Who is joined by a title is asked for by years too.",
    ),
    Mutation(
        "books/importing/joining/joins.py", "    joined = carry_out(connection)", "    joined = Counter[str]()",
        f"{JOINS}::test_a_load_killed_while_it_joined_is_finished_by_the_next",
        "What a killed load decided is not carried out by the next.",
    ),
    Mutation(
        "books/importing/joining/joins.py", "(author.imported, author.pk)", "author.pk",
        f"{JOINS}::test_an_author_that_an_editor_made_is_kept_and_two_of_them_are_not_joined",
        "An author that an editor made is merged into a loaded one.",
    ),
    Mutation(
        "books/importing/joining/candidates.py", "one.sources.isdisjoint(other.sources) and years_agree", "years_agree",
        f"{JOINS}::test_an_author_never_gets_two_headings_of_a_source", "An author gets two headings of one source.",
    ),
    Mutation(
        "books/importing/joining/candidates.py", "        cursor.execute(_FORGET_INITIALS)\n", "",
        f"{JOINS}::test_initials_are_expanded_only_where_nobody_has_the_name", "Initials are expanded though somebody has the name.",
    ),
    Mutation(
        "books/importing/joining/evidence.py", "any(all(authors &", "any(any(authors &", RULES,
        "A title that a third has too shows that two are one.",
    ),
    Mutation(
        "books/importing/joining/evidence.py", "and first <= min(years) and max(years) <= last", "and first <= max(years) <= last", RULES,
        "One book within the life shows that two are one.",
    ),
    Mutation(
        "books/importing/joining/evidence.py", " and book.pk not in crowded]", "]", RULES,
        "An anthology's year shows that two are one.",
    ),
    Mutation(
        "books/importing/joining/names.py", ' - {"mrs", "mme", "madame"}', "", RULES, "Mrs. Henry Wood is Henry Wood.",
    ),
    Mutation(
        "books/importing/load_state.py", "return pk > self.row.last_before or self", "return self",
        f"{MATCHING}::test_a_key_counts_once_in_a_file", "A key that comes again in a later batch changes the book.",
    ),
    Mutation(
        "books/importing/loader.py", "        self.state.committed()", "        pass",
        f"{MATCHING}::test_a_key_counts_once_in_a_file", "A key that was met is not remembered.",
    ),
    Mutation(
        "books/importing/load_state.py", "                update_conflicts=True,", "                ignore_conflicts=True,",
        f"{STATE}::test_bits_are_kept_for_every_record_and_its_rejection", "Only a range's first batch is saved.",
    ),
    Mutation(
        "books/importing/load_state.py", "item.position <= position", "item.position < position",
        f"{STATE}::test_the_same_file_goes_on_where_it_stopped", "A load that goes on loads a record twice.",
    ),
    Mutation(
        "books/importing/load_state.py", "and not anew and", "and",
        f"{STATE}::test_a_file_begins_anew", "A file of rejections lacks those of the load that was interrupted.",
    ),
    Mutation(
        "books/importing/load_state.py", "return self.is_loaded(pk) or self._has(pk, REJECTED)", "return self.is_loaded(pk)",
        f"{UNLISTED}::test_a_rejected_record_of_a_known_key_keeps_its_book", "A broken line deletes its book.",
    ),
    Mutation(
        "books/importing/removal/unlisted.py", "sorted(curated.keys() - shared - edited)", "sorted(curated.keys() - shared)",
        f"{UNLISTED}::test_a_book_that_an_editor_changed_stays", "A book that an editor changed is deleted.",
    ),
    Mutation(
        "books/importing/removal/unlisted.py", 'rows.append((pk, "", ', 'rows.append((pk, "x" * 32, ',
        f"{UNLISTED}::test_the_oldest_other_source_inherits", "The digest of an heir is not forgotten.",
    ),
    Mutation(
        "books/removing.py", "        note_emptied(connection, table, list(numbers))", "        pass",
        f"{UNLISTED}::test_what_is_gone_leaves_no_trace", "Authors of deleted books stay without books.",
    ),
    Mutation(
        "books/importing/removal/guards.py", "self.unlisted > MOST_REMOVED * self.older", "self.unlisted > self.older",
        f"{GUARDS}::test_a_file_that_looks_wrong_deletes_nothing", "A file that lacks most of a source deletes it.",
    ),
    Mutation(
        "books/importing/removal/guards.py", "return self.records == self.rejected", "return False",
        f"{GUARDS}::test_force_deletes_what_the_file_does_not_list_but_never_all", "An empty file deletes a source.",
    ),
    Mutation(
        "books/importing/loader.py", "    merge_replaced(source)", "    pass",
        f"{AUTHORS}::test_a_better_heading_takes_the_books_that_have_it_while_works_use_the_old_one",
        "Replaced headings are noted and never decided.",
    ),
    Mutation(
        "books/importing/merging/updating.py", "if stored.may_set(name))", "if True)",
        f"{LOADER}::test_a_field_changed_by_an_editor_stays", "A source changes what an editor set.",
    ),
    Mutation(
        "books/importing/merging/updating.py", "if name not in ADDED_TO or revision.owns(name):", "if True:",
        f"{MATCHING}::test_each_of_two_sources_changes_its_own_fields_and_removes_no_identifier",
        "A source takes away the identifiers of another.",
    ),
    Mutation(
        "books/importing/merging/updating.py", '{**values, "updated_at": writes.now}', "values",
        f"{LOADER}::test_a_changed_record_updates_the_changed_columns_and_updated_at",
        "A changed book says that it did not change.",
    ),
    Mutation(
        "books/importing/merging/updating.py", "{**new, **old[\"extra\"]}", "{**old[\"extra\"], **new}",
        f"{MATCHING}::test_another_source_fills_empty_fields_and_adds_identifiers",
        "A second source overwrites what the first gave besides.",
    ),
    Mutation(
        "books/importing/entities/slugs.py", "number, span = 2, _NUMBERS", "number, span = 3, _NUMBERS",
        f"{ROWS}::test_numbered_slugs_start_at_2_and_go_as_far_as_needed",
        "A slug that is taken is given again.",
    ),
]  # fmt: skip
