"""Bugs in reading records, and in telling which book one is of."""

from tests.mutations.mutation import Mutation

LOADER = "tests/books/importing/test_loader.py"
SAME_BOOK = "tests/books/importing/test_same_book.py"
CONTRIBUTIONS = "tests/books/importing/parsing/test_contributions.py"
GUARDS = "tests/books/importing/removal/test_guards.py"
NAMES = "tests/books/importing/parsing/test_printed_names.py"

MUTATIONS = [
    Mutation(
        "books/importing/parsing/inverted_names.py",
        'and words[-1] != "X":',
        ":",
        f"{NAMES}::test_printed_names_are_shown_as_they_are_and_filed_by_family_name",
        "Malcolm X is taken for a king.",
    ),
    Mutation(
        "books/importing/parsing/references.py",
        "html5.get(reference[1:], reference)",
        "unescape(reference)",
        "tests/books/importing/parsing/test_references.py",
        "The beginning of an unknown name is decoded.",
    ),
    Mutation(
        "books/importing/merging/matching.py",
        "and _best(records[book_id]) == place",
        "",
        f"{SAME_BOOK}::test_of_several_records_those_are_one_book_that_are_each_others_only_ones",
        "A book is taken by the first of several records that agree with it.",
    ),
    Mutation(
        "books/importing/merging/matching.py",
        "return keys[0] if len(keys) == 1 else None",
        "return next(iter(keys), None)",
        f"{SAME_BOOK}::test_of_several_records_those_are_one_book_that_are_each_others_only_ones",
        "An ISBN that several books hold tells which is meant.",
    ),
    Mutation(
        "books/importing/merging/holders.py",
        "= {book for (book,) in select_in(connection, sql, bearers, source)}",
        "= set[int]()",
        f"{SAME_BOOK}::test_two_records_of_one_source_are_never_one_book",
        "Two records of one source are made one book.",
    ),
    Mutation(
        "books/importing/merging/agreement.py",
        "if one.volume and other.volume and one.volume != other.volume:",
        "if False:",
        f"{SAME_BOOK}::test_two_records_are_two_books_whichever_comes_first",
        "The volumes of a set under one ISBN are one book.",
    ),
    Mutation(
        "books/importing/merging/agreement.py",
        "(by_identifier or not strangers)",
        "True",
        f"{SAME_BOOK}::test_two_records_are_two_books_whichever_comes_first",
        "Books of one title and ISBN by two authors are one.",
    ),
    Mutation(
        "books/importing/merging/agreement.py",
        '" " in shorter and',
        "",
        f"{SAME_BOOK}::test_two_records_are_two_books_whichever_comes_first",
        "It and It Ends with Us are one book.",
    ),
    Mutation(
        "books/importing/merging/agreement.py",
        "if by_identifier and share_author and _near_years",
        "if share_author and _near_years",
        f"{SAME_BOOK}::test_two_records_are_two_books_whichever_comes_first",
        "Two books of one author and year that share an ISBN are one.",
    ),
    Mutation(
        "books/importing/normalizing.py",
        "sorted(record.isbns), record.title",
        "record.title",
        f"{SAME_BOOK}::test_a_record_without_a_key_gets_one_of_what_it_says",
        "Two editions without a key get the same one.",
    ),
    Mutation(
        "books/importing/readers/formats.py",
        "owner := source or said",
        "owner := said or source",
        "tests/books/importing/test_import_command.py::test_a_source_that_is_named_wins_over_the_one_that_the_file_says",
        "--source does not win over what the file says.",
    ),
    Mutation(
        "books/importing/preparing.py",
        ", key=_READING_CODE",
        "",
        "tests/books/importing/merging/test_unparsed.py::test_better_code_reads_an_unchanged_file_anew",
        "A record whose text stays is never read by better code.",
    ),
    Mutation(
        "books/importing/merging/matching.py",
        " and row.digest == digest_of(pending)",
        "",
        "tests/books/importing/merging/test_unparsed.py::test_only_records_whose_text_changed_are_parsed",
        "A changed record of a stored one is left as it was.",
    ),
    Mutation(
        "books/importing/parsing/contributions.py",
        "if names and plain in AFTER_A_COMMA:",
        "if False:",
        f"{CONTRIBUTIONS}::test_commas_separate_names_but_not_what_belongs_to_one",
        "Jr. is an author.",
    ),
    Mutation(
        "books/importing/parsing/contributions.py",
        "and match.start() and",
        "and",
        f"{CONTRIBUTIONS}::test_a_text_gives_its_contributors_and_their_roles",
        "A name in brackets is taken for a role.",
    ),
    Mutation(
        "books/importing/parsing/personal_names.py",
        "late or self.is_titled",
        "late",
        f"{CONTRIBUTIONS}::test_a_title_of_a_relative_is_not_the_persons_own",
        "Prince Albert is Queen of Great Britain.",
    ),
    Mutation(
        "books/importing/merging/matching.py",
        "self.summary.kept += row.book is None",
        "pass",
        f"{LOADER}::test_a_deleted_book_stays_deleted",
        "A record of a deleted book is no longer kept back.",
    ),
    Mutation(
        "books/importing/readers/formats.py",
        "        data = self.read1(len(buffer))",
        "        data = self.read(len(buffer))",
        f"{GUARDS}::test_force_deletes_what_the_file_does_not_list_but_never_all",
        "What is left of a cut gzip file is not read to its end.",
    ),
    Mutation(
        "books/importing/parsing/contributions.py",
        " or not all(_is_whole(contribution.name) for contribution in contributions)",
        "",
        "tests/books/importing/parsing/test_contributions.py::test_a_text_gives_its_contributors_and_their_roles",
        "A firm of two family names is two people.",
    ),
    Mutation(
        "books/importing/parsing/headings.py",
        '_ABOUT.sub("approximately ", key.replace("–", "-"))',
        "key",
        "tests/reported/test_cases.py::test_a_reported_case_is_answered_as_its_file_says",
        "Old and new terms for dates make two authors.",
    ),
    Mutation(
        "books/importing/parsing/life_dates.py",
        "birth = -birth",
        "pass",
        "tests/books/importing/parsing/test_life_dates.py::test_years_are_signed_and_plausible",
        "The era of 496-406 BCE is that of the death alone.",
    ),
    Mutation(
        "books/importing/parsing/life_dates.py",
        "<= LONGEST_LIFE",
        "< LONGEST_LIFE",
        "tests/books/importing/parsing/test_life_dates.py::test_lives_up_to_130_years_and_years_within_bounds_are_accepted",
        "The longest life that is believed is not.",
    ),
    Mutation(
        "books/importing/normalizing.py",
        'or (value == 0 and name.endswith("year"))',
        "",
        f"{LOADER}::test_values_that_do_not_fit_lose_nothing_else",
        "A year 0 costs the whole record.",
    ),
    Mutation(
        "books/importing/normalizing.py",
        'record.extra.setdefault(f"source_{name}", value)',
        "pass",
        f"{LOADER}::test_values_that_do_not_fit_move_to_extra",
        "A number that does not fit is lost.",
    ),
]
