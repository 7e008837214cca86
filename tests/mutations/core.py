"""Bugs in the response cache, prepared requests and the web server's threads."""

from tests.mutations.mutation import Mutation

CACHE = "tests/core/cache/test_middleware.py"
CANONICAL = "tests/core/http/test_urls.py"
PREPARED = "tests/api/test_prepared.py"
FAILED_FETCHES = "tests/core/cache/test_failed_fetches.py"
POOL = "tests/core/server/test_thread_pool.py"

MUTATIONS = [
    Mutation(
        "core/cache/middleware.py", "or not exchange.is_shareable:", "or False:",
        f"{CACHE}::test_what_is_an_error_or_somebodys_own_is_never_kept",
        "An answer to a request with credentials is kept for everybody.",
    ),
    Mutation(
        "core/cache/store.py", "if entry is None or entry.generation != generation:", "if entry is None:",
        f"{CACHE}::test_an_unchanged_answer_keeps_its_codings_over_a_commit", "An answer made of older data is given.",
    ),
    Mutation(
        "core/cache/store.py", "self.limit // 8", "self.limit",
        f"{CACHE}::test_memory_is_bounded_in_bytes_and_what_was_used_last_stays",
        "One large answer drives all others out of memory.",
    ),
    Mutation(
        "core/cache/store.py", "self._entries.popitem(last=False)", "self._entries.popitem(last=True)",
        f"{CACHE}::test_memory_is_bounded_in_bytes_and_what_was_used_last_stays",
        "What was used last is the first to go.",
    ),
    Mutation(
        "core/cache/store.py", "self.counts.bytes -= before.size + len(key)", "self.counts.bytes -= len(key)",
        f"{CACHE}::test_what_is_replaced_after_commits_is_counted_once",
        "The bytes of an answer that is replaced are still counted.",
    ),
    Mutation(
        "core/cache/etags.py", "return tag in _TAG.findall(if_none_match)", "return True",
        f"{CACHE}::test_whoever_has_an_answer_in_any_coding_is_told_that_it_is_unchanged",
        "A part of another ETag counts as the ETag.",
    ),
    Mutation(
        "core/cache/entries.py", ' - {b"origin"} | {b"accept-encoding"}', ' - {b"origin"}',
        f"{CACHE}::test_what_is_said_with_every_answer_is_not_what_was_said_with_the_first",
        "Vary does not say that answers come in several codings.",
    ),
    Mutation(
        "core/http/responses.py", 'b"no-store" in control or b"private" in control', 'b"no-store" in control',
        f"{CACHE}::test_what_is_an_error_or_somebodys_own_is_never_kept", "A private answer is kept for everybody.",
    ),
    Mutation(
        "core/cache/entries.py", '_CACHEABLE_VARY = {b"accept",', '_CACHEABLE_VARY = {b"accept", b"cookie",',
        f"{CACHE}::test_what_is_an_error_or_somebodys_own_is_never_kept",
        "An answer that depends on a cookie is kept for everybody.",
    ),
    Mutation(
        "core/cache/etags.py", '(tag, b"-" + coding if coding else b"")', '(tag, b"")',
        f"{CACHE}::test_answers_are_the_same_whether_they_are_kept_or_made_anew",
        "All codings of an answer have one ETag.",
    ),
    Mutation(
        "core/cache/exchange.py", 'body = b"" if is_head else variant.body', "body = variant.body",
        f"{CACHE}::test_head_has_the_headers_of_get_and_no_body", "HEAD is answered with a body.",
    ),
    Mutation(
        "core/cache/entries.py", "content-location|expires|vary|", "content-location|expires|",
        f"{CACHE}::test_whoever_has_an_answer_in_any_coding_is_told_that_it_is_unchanged", "A 304 has no Vary.",
    ),
    Mutation(
        "core/cache/exchange.py", "if response.status >= 400 and", "if response.status >= 500 and",
        f"{CACHE}::test_an_error_is_not_to_be_stored_and_an_answer_to_a_caller_is_private_unless_it_says_otherwise",
        "A 404 may be stored.",
    ),
    Mutation(
        "core/cache/exchange.py", 'frozenset((b"cookie", ', 'frozenset((',
        f"{CACHE}::test_what_is_an_error_or_somebodys_own_is_never_kept",
        "A cookie counts as nothing of its sender's own.",
    ),
    Mutation(
        "core/cache/exchange.py", 'headers[name] = before + b"," + value', "headers[name] = value",
        f"{CACHE}::test_several_headers_of_one_name_are_read_as_one",
        "Of several headers of a name only the last is read.",
    ),
    Mutation(
        "core/cache/keys.py", "(raw_path, query, *others)", "(raw_path, query, address)",
        f"{CANONICAL}::test_accept_counts_unless_it_says_what_everybody_says",
        "An answer in another format is given from memory.",
    ),
    Mutation(
        "core/cache/keys.py", "Shape.of(raw_path, query, others)", "Shape.of(raw_path, query, ())",
        f"{PREPARED}::test_requests_that_differ_in_anything_but_a_place_are_never_answered_by_each_others_shape",
        "A request's shape has neither Host nor Accept.",
    ),
    Mutation(
        "core/cache/keys.py", 'headers.get(b"accept"), headers.get(b"accept-encoding"),', 'headers.get(b"accept-encoding"),',
        f"{PREPARED}::test_requests_that_differ_in_anything_but_a_place_are_never_answered_by_each_others_shape",
        "A request's route is remembered whatever it accepts.",
    ),
    Mutation(
        "core/http/urls.py", "or v != default[n] or names.count(n) > 1]", "or v != default[n]]",
        f"{CANONICAL}::test_what_may_mean_something_else_keeps_a_key_of_its_own",
        "A parameter that is given twice is taken for one that says nothing.",
    ),
    Mutation(
        "core/http/urls.py", "int(port) <= _LAST_PORT", "int(port) < _LAST_PORT",
        f"{CANONICAL}::test_the_address_counts_only_where_urls_are_made_of_it", "The last port is refused.",
    ),
    Mutation(
        "core/http/shape.py", "(?:^|(?<=&))cursor=", "(?:^|(?<=&))(?:cursor|page_size)=",
        f"{PREPARED}::test_requests_that_differ_in_anything_but_a_place_are_never_answered_by_each_others_shape",
        "A request's shape has no page_size.",
    ),
    Mutation(
        "core/server/prepared.py", '{b"content-length", b"x-request-id"}', '{b"content-length"}',
        f"{PREPARED}::test_every_answer_has_an_id_of_its_own_though_its_shape_is_known",
        "Every prepared answer has the id of the first.",
    ),
    Mutation(
        "core/server/prepared.py", "name not in prepared.own | _OWN]", "name not in _OWN]",
        f"{PREPARED}::test_a_walk_by_next_and_back_is_the_same_by_either_way_and_has_one_shape",
        "Every prepared page has the links of the first too.",
    ),
    Mutation(
        "core/server/prepared.py", 'or BufferedResponse(200, headers, b"").is_own', "or False",
        f"{PREPARED}::test_an_answer_that_is_not_for_everybody_is_not_prepared",
        "An answer that is for one client is prepared for all.",
    ),
    Mutation(
        "core/cache/single_flight.py", "if not in_flight.failed or clock() > until:", "if not in_flight.failed:",
        f"{FAILED_FETCHES}::test_nobody_waits_for_one_failing_call_after_another_for_long",
        "A request waits for one failing call after another.",
    ),
    Mutation(
        "core/cache/single_flight.py", "in_flight.failed = failed", "in_flight.failed = False",
        f"{FAILED_FETCHES}::test_of_those_who_waited_for_a_call_that_fails_one_makes_the_next_and_the_others_wait_for_it",
        "Everybody who waited for a call that fails makes one alone.",
    ),
    Mutation(
        "core/server/thread_pool.py", "self._present >= self._bound", "self._present > self._bound",
        f"{POOL}::test_as_many_calls_are_taken_as_there_are_threads_and_places_in_line",
        "One call more than may waits in line.",
    ),
    Mutation(
        "core/server/thread_pool.py", "is None:\n            self._end()", "is None:\n            pass",
        f"{POOL}::test_a_call_that_is_given_up_in_line_is_never_run_and_leaves_its_place",
        "A call that is given up keeps its place in line.",
    ),
    Mutation(
        "core/server/thread_pool.py", "context.copy().run(call.run)", "call.run()",
        f"{POOL}::test_nothing_that_a_call_leaves_in_its_context_is_there_for_the_next",
        "What a request leaves in context variables is there for the next.",
    ),
    Mutation(
        "core/server/thread_pool.py", "        connections.close_all()", "        pass",
        f"{POOL}::test_a_thread_that_ends_closes_its_connections", "A thread that ends leaves its connections open.",
    ),
    Mutation(
        "core/http/raw_response.py", 'if not lines.count(b"\\r") == ', 'if False and not lines.count(b"\\r") == ',
        "tests/core/server/test_raw_response_cycle.py::test_a_header_is_one_line",
        "A header may hold the end of a line, and with it another header.",
    ),
    Mutation(
        "core/http/encodings.py", "if liked[best] <= 0", "if liked[best] < 0",
        "tests/core/http/test_encodings.py::test_the_coding_that_is_liked_best_is_taken",
        "A coding that is refused with q=0 is taken.",
    ),
    Mutation(
        "core/server/worker.py", '"proxy_headers": False,', '"proxy_headers": True,',
        "tests/api/test_hosts.py::test_what_a_client_says_of_the_way_it_came_is_not_believed",
        "X-Forwarded-Proto is believed, whoever sends it.",
    ),
    Mutation(
        "core/server/middleware.py", "if not request.path_info.startswith(OPERATIONS) and not", "if not",
        "tests/api/test_hosts.py::test_signs_of_life_need_no_host_that_anybody_allowed",
        "A health check by address is refused.",
    ),
]  # fmt: skip
