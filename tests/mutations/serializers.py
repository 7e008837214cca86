"""Bugs in what is shown, and how it is read."""

from tests.mutations.mutation import Mutation

PLAN = "tests/serializers/test_plan.py::Plans::test_a_plan_shows_what_serpy_shows_of_model_instances"
CONTRACT = "tests/test_contract.py"
DOCUMENTS = "tests/api/test_documents.py"
SELECTION = "tests/api/test_selection.py"

MUTATIONS = [
    Mutation(
        "serializers/base.py", "return value or None", "return value", PLAN,
        "An empty text is shown as such by one way and as null by the other.",
    ),
    Mutation(
        "serializers/base.py", "{quote(str(key(instance)))}", "{str(key(instance))}", PLAN,
        "A URL holds characters that no URL may.",
    ),
    Mutation(
        "serializers/base.py", "timespec='seconds'", "timespec='minutes'", PLAN, "Moments are shown without seconds.",
    ),
    Mutation(
        "serializers/plans/compiler.py", "({level.value(at)} or None)", "{level.value(at)}", PLAN,
        "A plan shows an empty text where null is promised.",
    ),
    Mutation(
        "serializers/plans/compiler.py", "f'quoted({variable})'", "variable", PLAN,
        "A plan's URLs hold characters that no URL may.",
    ),
    Mutation(
        "serializers/plans/compiler.py", "[11:19]", "[11:16]", PLAN, "A plan cuts the seconds off its moments.",
    ),
    Mutation(
        "serializers/plans/compiler.py", '(None if {variable} is None else {text})" if column.null else text', '{text}"',
        PLAN, "A plan fails where a moment or a cover is null.",
    ),
    Mutation(
        "serializers/plans/compiler.py", "{memo}.get({variable}) or {memo}.setdefault({variable}, {text})",
        "{memo}.get(1) or {memo}.setdefault(1, {text})",
        f"{DOCUMENTS}::test_each_book_of_a_list_has_a_category_and_authors_of_its_own",
        "All books of a page have the category of the first.",
    ),
    Mutation(
        "serializers/selection.py", 'field = declared if "" in added else here.get(name, declared)', "field = declared",
        f"{SELECTION}::test_fields_keeps_a_relation_as_the_list_has_it",
        "A relation that fields names in a list is shown as the detail has it.",
    ),
    Mutation(
        "serializers/selection.py", "if name and name not in known:", "if False:",
        f"{SELECTION}::test_a_field_that_is_not_there_is_named", "A misspelt field is ignored in silence.",
    ),
    Mutation(
        "serializers/selection.py", 'whole = not keep or "" in keep', 'whole = "" in keep',
        f"{SELECTION}::test_expand_adds_fields_of_the_detail_to_a_list",
        "What expand names is shown, and nothing else.",
    ),
    Mutation(
        "serializers/books.py", "values.setdefault(scheme, []).append(value)", "values[scheme] = [value]",
        f"{DOCUMENTS}::test_all_identifiers_of_a_scheme_are_shown_in_order",
        "Of a scheme the last identifier is shown.",
    ),
    Mutation(
        "serializers/categories.py", "if row[-1] else roots", "if row[-1] and False else roots",
        f"{CONTRACT}::test_an_author_a_category_and_a_subject_are_these_documents", "Every category is a root.",
    ),
]  # fmt: skip
