"""Bugs in accounts, tokens and API keys."""

from tests.mutations.mutation import Mutation

FAMILIES = "tests/core/accounts/test_families.py"
KEYS = "tests/core/accounts/test_keys.py"
PASSWORDS = "tests/core/accounts/test_passwords.py"
CHECK = "tests/core/accounts/test_credentials_middleware.py"
CACHE = "tests/core/cache/test_middleware.py"
HTTP = "tests/api/accounts/test_accounts.py"

MUTATIONS = [
    Mutation(
        "core/accounts/known_callers.py", " or known.generation != generation", "",
        f"{CHECK}::test_a_credential_that_ended_is_refused_under_the_next_generation", "A revoked key is good while it is in memory.",
    ),
    Mutation(
        "core/accounts/known_callers.py", "self._lookups.get(key)",
        "next(iter(self._lookups.values()), None)",
        f"{CHECK}::test_a_request_shares_no_lookup_that_began_under_another_generation",
        "A request shares a lookup that read a key before it was revoked.",
    ),
    Mutation(
        "core/accounts/known_callers.py", "if known.caller.expires <= time.time():", "if False:",
        f"{CHECK}::test_a_credential_in_memory_ends_by_the_clock", "A token in memory never expires.",
    ),
    Mutation(
        "core/accounts/middleware.py", "return _refusal(scope, 401) if members_only else scope", "return scope",
        f"{CHECK}::test_where_members_read_the_rest_needs_a_credential", "Anybody reads what only members may.",
    ),
    Mutation(
        "core/accounts/middleware.py", " and ApiKey.Scope.READ not in caller.scopes", " and False",
        f"{CHECK}::test_where_members_read_any_role_may_and_a_key_needs_the_scope", "A key reads without the scope.",
    ),
    Mutation(
        "core/cache/exchange.py", "CALLER in self.scope or ", "",
        f"{CACHE}::test_an_error_is_not_to_be_stored_and_an_answer_to_a_caller_is_private_unless_it_says_otherwise",
        "An answer made for one caller is stored for all.",
    ),
    Mutation(
        "core/cache/entries.py", "        if members:\n", "        if False:\n",
        f"{CACHE}::test_where_members_read_other_caches_keep_nothing_for_others", "Other caches keep what only members may read.",
    ),
    Mutation(
        "core/accounts/tokens.py", 'claims.get("typ") == kind and ', "",
        f"{FAMILIES}::test_a_token_is_good_for_its_own_kind_only", "A refresh token is taken for an access token.",
    ),
    Mutation(
        "core/accounts/tokens.py", '_key(secret), [ALGORITHM]', '_key(secret), [ALGORITHM, "none"]',
        f"{FAMILIES}::test_a_token_signed_otherwise_is_refused", "A token without a signature is taken.",
    ),
    Mutation(
        "core/accounts/families.py", " and now - state[\"at\"] <= GRACE_SECONDS", "",
        f"{FAMILIES}::test_a_token_used_again_later_ends_the_family", "A copied refresh token is good for ever.",
    ),
    Mutation(
        "core/accounts/families.py", "        _end(TokenFamily.objects.filter(pk=family.pk))\n        raise", "        raise",
        f"{FAMILIES}::test_a_token_two_generations_old_ends_the_family_at_once", "A copied refresh token ends nothing.",
    ),
    Mutation(
        "core/accounts/credentials.py", ".filter(digest=digest_of(secret), user__is_active=True)", ".filter(digest=digest_of(secret))",
        f"{KEYS}::test_a_key_that_is_not_good_is_refused", "A disabled account's keys are good.",
    ),
    Mutation(
        "core/accounts/credentials.py", "allowed.intersection(self.key.scopes)", "frozenset(self.key.scopes)",
        f"{KEYS}::test_a_key_may_do_what_its_scopes_say_within_its_accounts_role", "A key may more than its account.",
    ),
    Mutation(
        "core/accounts/passwords.py", "        make_password(password)\n", "",
        f"{PASSWORDS}::test_a_password_is_hashed_once_whoever_asks", "The time tells whether an address is known.",
    ),
    Mutation(
        "core/accounts/passwords.py", "        sign_out_everywhere(user)\n", "",
        f"{PASSWORDS}::test_a_new_password_ends_the_families_and_keeps_the_keys", "A new password leaves the thief signed in.",
    ),
    Mutation(
        "core/accounts/passwords.py", "User.objects.filter(pk=user.pk, password=user.password, is_active=True)",
        "User.objects.filter(pk=user.pk)",
        f"{PASSWORDS}::test_an_account_whose_password_changed_meanwhile_is_neither_signed_in_nor_changed",
        "A change of the password overwrites a reset.",
    ),
    Mutation(
        "core/accounts/families.py", ".filter(pk=user.pk, password=user.password, is_active=True)", ".filter(pk=user.pk)",
        f"{PASSWORDS}::test_an_account_whose_password_changed_meanwhile_is_neither_signed_in_nor_changed",
        "The old password signs in after the new one is set.",
    ),
    Mutation(
        "core/accounts/administering.py", "user.is_superuser and is_admin", "user.is_superuser",
        f"{HTTP}::test_a_superuser_that_is_no_admin_any_more_is_no_superuser", "A demoted superuser keeps Django's permissions.",
    ),
    Mutation(
        "core/accounts/administering.py", "if active_admins == {pk} and not (is_admin and user.is_active)", "if False",
        f"{HTTP}::test_the_last_active_admin_stays_one", "The last admin locks everybody out.",
    ),
    Mutation(
        "api/views/accounts.py", "good_keys().filter(user=self.request.auth.user)", "good_keys()",
        f"{HTTP}::test_nobody_sees_or_revokes_the_keys_of_others_and_no_key_makes_keys", "Everybody sees all keys.",
    ),
    Mutation(
        "serializers/writing/base.py", "if name not in self.fields and name not in self.answered)", "if False)",
        f"{HTTP}::test_a_wrong_key_is_not_made", "Unknown fields are ignored in silence.",
    ),
    Mutation(
        "core/server/cors.py", "return not reads or ", "return ",
        f"{HTTP}::test_pages_of_named_origins_write_and_all_read", "Every page may write.",
    ),
]  # fmt: skip
