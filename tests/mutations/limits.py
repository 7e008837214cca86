"""Bugs in quotas, in the lock after failed sign-ins, and in whose address counts."""

from tests.mutations.mutation import Mutation

ADDRESSES = "tests/core/limits/test_addresses.py"
COUNTING = "tests/core/limits/test_counting.py"
QUOTAS = "tests/core/limits/test_quotas.py"
SIGN_INS = "tests/core/limits/test_sign_ins.py"
STORE = "tests/core/volatile/test_store.py"
BOUNDS = "tests/api/writing/test_limits.py"

MUTATIONS = [
    Mutation(
        "core/limits/addresses.py", "reversed(", "iter(",
        f"{ADDRESSES}::test_behind_a_proxy_the_last_address_that_is_no_proxy_counts", "A client chooses its own address.",
    ),
    Mutation(
        "core/limits/addresses.py", " if _is_in(address, proxies) else None", "",
        f"{ADDRESSES}::test_behind_a_proxy_the_last_address_that_is_no_proxy_counts", "Anybody is taken for a proxy.",
    ),
    Mutation(
        "core/limits/addresses.py", "address.ipv4_mapped or ", "",
        f"{ADDRESSES}::test_by_default_the_peer_counts_and_no_header", "All clients of IPv4 at an IPv6 socket are one.",
    ),
    Mutation(
        "core/limits/addresses.py", "scope.get(SENT_HEADERS) or ", "",
        f"{QUOTAS}::test_of_200_requests_at_once_exactly_50_pass", "What the cache asks counts for the proxy.",
    ),
    Mutation(
        "core/limits/quotas.py", "self.number > self.rate.requests", "self.number >= self.rate.requests",
        f"{QUOTAS}::test_of_200_requests_at_once_exactly_50_pass", "The last request of a quota is refused.",
    ),
    Mutation(
        "core/limits/quotas.py", 'if scope["path"].startswith(OPERATIONS) or', "if",
        f"{QUOTAS}::test_whatever_is_asked_counts_but_for_health_metrics_and_preflights", "Health checks are refused.",
    ),
    Mutation(
        "core/limits/quotas.py", 'key="wrong"))\n\n\ndef', 'key="other"))\n\n\ndef',
        f"{COUNTING}::test_wrong_credentials_are_not_looked_up_after_as_many_as_there_may_be_requests",
        "Wrong credentials are looked up without end.",
    ),
    Mutation(
        "core/accounts/middleware.py", ", HOLDER: caller.name", "",
        f"{QUOTAS}::test_a_key_has_a_quota_of_its_own_whatever_its_address_used", "Who is signed in counts as anybody.",
    ),
    Mutation(
        "core/accounts/known_callers.py", "usage = count_wrong_credential(address)", "usage = None",
        f"{QUOTAS}::test_wrong_credentials_count_as_anonymous_requests_of_their_address", "Wrong credentials cost nothing.",
    ),
    Mutation(
        "core/cache/entries.py", ", *QUOTA_HEADERS,", ",",
        f"{QUOTAS}::test_an_answer_from_memory_costs_nothing_and_does_not_say_what_is_left",
        "The cache keeps what was left for another client.",
    ),
    Mutation(
        "core/limits/sign_ins.py", "        if len(before) >= bound:\n            return None\n", "",
        f"{SIGN_INS}::test_more_tries_do_not_keep_an_account_locked", "Whoever guesses on keeps the owner out.",
    ),
    Mutation(
        "core/limits/sign_ins.py", "if now - LOCK_SECONDS < moment", "if now - 60 < moment",
        f"{SIGN_INS}::test_failures_within_fifteen_minutes_count_together", "Slow guesses are forgotten.",
    ),
    Mutation(
        "core/accounts/passwords.py", "    if good:\n        lock.check()\n    else:", "    if not good:",
        f"{SIGN_INS}::test_a_right_password_is_refused_where_others_failed_meanwhile",
        "A guess under way gets through the lock.",
    ),
    Mutation(
        "core/limits/sign_ins.py", "email.upper().casefold()", "email",
        f"{SIGN_INS}::test_all_spellings_of_an_address_are_one", "Each spelling of an address has failures of its own.",
    ),
    Mutation(
        "core/volatile/sqlite.py", "value = CASE WHEN expires > :now THEN CAST(value AS INTEGER) + 1 ELSE 1 END",
        "value = CAST(value AS INTEGER) + 1",
        f"{STORE}::test_a_count_begins_at_one_and_ends_after_its_time_whatever_came_meanwhile", "A count never ends.",
    ),
    Mutation(
        "core/volatile/redis.py", "if number == 1 then ", "if true then ",
        f"{STORE}::test_a_count_begins_at_one_and_ends_after_its_time_whatever_came_meanwhile",
        "A count lives as long as it is counted.", "postgres",
    ),
    Mutation(
        "api/private/parsers.py", "_is_too_deep(data)", "False",
        f"{BOUNDS}::test_what_is_nested_too_deeply_is_malformed", "Whatever can be parsed is taken.",
    ),
    Mutation(
        "core/server/handler.py", 'settings.BODY_BYTES_AT.get(canonical_path(scope["path"]), settings.BODY_BYTES)',
        "settings.BODY_BYTES",
        "tests/core/server/test_handler.py::test_a_batch_may_be_larger", "A batch is no larger than another body.",
    ),
]  # fmt: skip
