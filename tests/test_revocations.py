"""Revocation is strict: a read begun after a credential ended is refused, by any worker of any node."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import new_database
from tests.freshness.checked_cluster import checked_cluster
from tests.freshness.revocations import PASSWORD, Revocations

# As in test_freshness.py.
pytestmark = pytest.mark.xdist_group("freshness")
ADMIN, READER = "admin@example.org", "reader@example.org"
ACCOUNTS = f"""
from core.accounts.models import User
from core.accounts.keys import create_key
admin = User.objects.create_superuser("{ADMIN}")
for number in range(6):
    User.objects.create_user(f"{{number}}.{READER}", "{PASSWORD}")
print(create_key(admin, "checker", ["admin"])[1])
"""
KINDS = ("revoke", "narrow", "sql", "disable", "logout", "password")
CACHES = {"on": {}, "off": {"RESPONSE_CACHE": "off"}, "aside": {"FRESHNESS_BUG": "aside"}}


def check(folder, cache, *, lives, bug=None):
    """The Revocations after so many lives of credentials of each kind, all kinds at once."""
    variables = {"CATALOGUE_ACCESS": "members", "EMAIL_URL": "none:", **CACHES[cache]}
    with (
        new_database(folder, "revocations") as url,
        checked_cluster(folder, url, bug=bug or variables.pop("FRESHNESS_BUG", None), variables=variables) as acting,
    ):
        admin = acting.manage("shell", "--verbosity", "0", "--command", ACCOUNTS).strip()
        urls = [f"http://127.0.0.1:{node.port}" for node in acting.nodes]

        def live(number):
            email = f"{number}.{READER}"
            checker = Revocations(urls, url, admin, email, f"/api/v1/books/{acting.books[0]}/")
            for _ in range(lives):
                checker.life(KINDS[number])
                if KINDS[number] == "disable":
                    checker.restore()
            return checker

        with ThreadPoolExecutor(len(KINDS)) as pool:
            found = list(pool.map(live, range(len(KINDS))))
        return found, acting.counts()


@pytest.mark.parametrize("cache", CACHES)
def test_no_read_after_the_end_of_its_credential_is_answered(tmp_path, cache):
    found, counts = check(tmp_path, cache, lives=1)
    print([dict(each.counts) for each in found], counts)
    assert [violation for each in found for violation in each.violations] == []
    assert {kind for each in found for kind in each.counts} == {
        f"{kind} {when}" for kind in KINDS for when in ("before", "after")
    }
    assert (counts["hits"] > 0) == (cache == "on")
    assert (counts["aside"] > 0) == (cache == "aside")


@pytest.mark.soak
def test_no_read_after_the_end_of_its_credential_is_answered_for_long(tmp_path):
    found, _ = check(tmp_path, "on", lives=40)
    assert [violation for each in found for violation in each.violations] == []


@pytest.mark.soak
def test_the_checker_notices_callers_that_are_kept_over_a_commit(tmp_path):
    found, _ = check(tmp_path, "on", lives=1, bug="remembers")
    assert any(each.violations for each in found)
