"""Bugs in loading: whom and what a record means, and what it may change."""

from tests.mutations.mutation import Mutation

AUTHORS = "tests/books/importing/test_loaded_authors.py"
JOINS = "tests/books/importing/joining/test_joins.py"
RULES = "tests/books/importing/joining/test_rules.py"
LOADER = "tests/books/importing/test_loader.py"
MATCHING = "tests/books/importing/test_matching.py"
SAME_BOOK = "tests/books/importing/test_same_book.py"
CONTRIBUTIONS = "tests/books/importing/parsing/test_contributions.py"
ROWS = "tests/books/importing/test_loaded_rows.py"
SAME = f"{AUTHORS}::test_a_replaced_heading_is_the_same_person_only_where_name_and_years_allow_it"

SPELLINGS = "tests/books/importing/test_subject_spellings.py"
NAMES = "tests/books/importing/parsing/test_printed_names.py"

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
        "books/importing/parsing/inverted_names.py", 'and words[-1] != "X":', ":",
        f"{NAMES}::test_printed_names_are_shown_as_they_are_and_filed_by_family_name", "Malcolm X is taken for a king.",
    ),
    Mutation(
        "books/importing/parsing/references.py", "html5.get(reference[1:], reference)", "unescape(reference)",
        "tests/books/importing/parsing/test_references.py", "The beginning of an unknown name is decoded.",
    ),
    Mutation(
        "books/importing/merging/replaced_headings.py", "and all(a == b or a is None or b is None for a, b in years)", "", SAME,
        "A replaced heading is the same person whatever the years.",
    ),
    Mutation(
        "books/importing/merging/replaced_headings.py", "        and old.kind == new.kind\n", "", SAME,
        "A replaced heading of a person becomes a company.",
    ),
    Mutation(
        "books/importing/merging/replaced_headings.py", "        and family == _family(new.sort_name)\n", "", SAME,
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
        "books/importing/entities/authors.py", "return same_life and names_agree", "return names_agree",
        f"{AUTHORS}::test_namesakes_stay_apart", "A namesake of another time is taken for the author.",
    ),
    Mutation(
        "books/importing/entities/authors.py", "if meant[author.pk] < 2", "if True",
        f"{AUTHORS}::test_two_new_headings_of_one_life_are_not_both_linked",
        "Two new headings of one source mean one author.",
    ),
    Mutation(
        "books/importing/entities/authors.py", "len(same) == 1 and known.isdisjoint(same)", "len(same) == 1",
        f"{AUTHORS}::test_another_heading_of_one_source_is_another_author",
        "Two headings of one source mean one author.",
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
        "books/importing/joining/candidates.py", "        one.sources.isdisjoint(other.sources)\n        and all(", "        all(",
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
        "books/importing/merging/matching.py", "and _best(records[book_id]) == place", "",
        f"{SAME_BOOK}::test_of_several_records_those_are_one_book_that_are_each_others_only_ones",
        "A book is taken by the first of several records that agree with it.",
    ),
    Mutation(
        "books/importing/merging/matching.py", "return keys[0] if len(keys) == 1 else None", "return next(iter(keys), None)",
        f"{SAME_BOOK}::test_of_several_records_those_are_one_book_that_are_each_others_only_ones",
        "An ISBN that several books hold tells which is meant.",
    ),
    Mutation(
        "books/importing/merging/holders.py", "= {book for (book,) in select_in(connection, sql, bearers, source)}", "= set[int]()",
        f"{SAME_BOOK}::test_two_records_of_one_source_are_never_one_book",
        "Two records of one source are made one book.",
    ),
    Mutation(
        "books/importing/merging/agreement.py", "if one.volume and other.volume and one.volume != other.volume:", "if False:",
        f"{SAME_BOOK}::test_two_records_are_two_books_whichever_comes_first",
        "The volumes of a set under one ISBN are one book.",
    ),
    Mutation(
        "books/importing/merging/agreement.py", "(by_identifier or not strangers)", "True",
        f"{SAME_BOOK}::test_two_records_are_two_books_whichever_comes_first",
        "Books of one title and ISBN by two authors are one.",
    ),
    Mutation(
        "books/importing/merging/agreement.py", '" " in shorter and', "",
        f"{SAME_BOOK}::test_two_records_are_two_books_whichever_comes_first",
        "It and It Ends with Us are one book.",
    ),
    Mutation(
        "books/importing/merging/agreement.py", "if by_identifier and share_author and _near_years", "if share_author and _near_years",
        f"{SAME_BOOK}::test_two_records_are_two_books_whichever_comes_first",
        "Two books of one author and year that share an ISBN are one.",
    ),
    Mutation(
        "books/importing/normalizing.py", "sorted(record.isbns), record.title", "record.title",
        f"{SAME_BOOK}::test_a_record_without_a_key_gets_one_of_what_it_says",
        "Two editions without a key get the same one.",
    ),
    Mutation(
        "books/importing/readers/formats.py", "owner := source or said", "owner := said or source",
        "tests/books/importing/test_import_command.py::test_a_source_that_is_named_wins_over_the_one_that_the_file_says",
        "--source does not win over what the file says.",
    ),
    Mutation(
        "books/importing/parsing/contributions.py", "if names and plain in AFTER_A_COMMA:", "if False:",
        f"{CONTRIBUTIONS}::test_commas_separate_names_but_not_what_belongs_to_one", "Jr. is an author.",
    ),
    Mutation(
        "books/importing/parsing/contributions.py", "and match.start() and", "and",
        f"{CONTRIBUTIONS}::test_a_text_gives_its_contributors_and_their_roles", "A name in brackets is taken for a role.",
    ),
    Mutation(
        "books/importing/parsing/personal_names.py", "late or self.is_titled", "late",
        f"{CONTRIBUTIONS}::test_a_title_of_a_relative_is_not_the_persons_own", "Prince Albert is Queen of Great Britain.",
    ),
    Mutation(
        "books/importing/load_state.py", "return pk > self.row.last_before or self", "return self",
        f"{MATCHING}::test_a_key_counts_once_in_a_file", "A key that comes again in a later batch changes the book.",
    ),
    Mutation(
        "books/importing/merging/matching.py", "if known.book is None:", "if False:",
        f"{LOADER}::test_a_deleted_book_stays_deleted", "A record of a deleted book is no longer kept back.",
    ),
    Mutation(
        "books/importing/loader.py", "        self.state.committed()", "        pass",
        f"{MATCHING}::test_a_key_counts_once_in_a_file", "A key that was met is not remembered.",
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
    Mutation(
        "books/importing/parsing/life_dates.py", "birth = -birth", "pass",
        "tests/books/importing/parsing/test_life_dates.py::test_years_are_signed_and_plausible",
        "The era of 496-406 BCE is that of the death alone.",
    ),
    Mutation(
        "books/importing/parsing/life_dates.py", "<= LONGEST_LIFE:", "< LONGEST_LIFE:",
        "tests/books/importing/parsing/test_life_dates.py::test_lives_up_to_130_years_and_years_within_bounds_are_accepted",
        "The longest life that is believed is not.",
    ),
    Mutation(
        "books/importing/normalizing.py", 'or (value == 0 and name.endswith("year"))', "",
        f"{LOADER}::test_values_that_do_not_fit_lose_nothing_else", "A year 0 costs the whole record.",
    ),
    Mutation(
        "books/importing/normalizing.py", 'record.extra.setdefault(f"source_{name}", value)', "pass",
        f"{LOADER}::test_values_that_do_not_fit_move_to_extra",
        "A number that does not fit is lost.",
    ),
]  # fmt: skip
