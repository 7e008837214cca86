"""The kinds of evidence that two authors with a like name are one, in the order in which they are asked."""

LIFE, IDENTIFIER, TITLE, YEARS = "life", "identifier", "title", "years"

KINDS = {
    LIFE: "by equal years of life",
    IDENTIFIER: "by a shared identifier",
    TITLE: "by a shared title",
    YEARS: "by years",
}
"""The kinds in their order, each with the words that say how two authors were joined."""
