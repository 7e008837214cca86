"""The machine that measures: wrk, found or installed; hardware, versions, load and memory for the report."""

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from settings.env import cores

NAMED = (
    "django", "djangorestframework", "serpy", "django-ninja", "django-bolt", "fastapi", "sqlalchemy", "asyncpg",
    "psycopg", "uvicorn", "gunicorn",
)  # fmt: skip


QUIET = 0.5
"""Load average per core above which a measurement is disturbed."""


class Missing(Exception):
    """Something the benchmark cannot do without; the message says what, and where to get it."""


def wrk() -> str:
    """The load generator's path; as root on Debian or Ubuntu it is installed. Raises Missing."""
    if found := shutil.which("wrk"):
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing wrk with apt-get.", flush=True)
        apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
        for step in (["update"], ["install", "--yes", "--no-install-recommends", "wrk"]):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run([*apt, *step], env=environment, stdout=subprocess.DEVNULL, check=False)
        if found := shutil.which("wrk"):
            return found
    raise Missing("wrk is not on the PATH: install the package wrk (Debian, Ubuntu, Homebrew have it)")


def described(postgres: str) -> str:
    """One line about hardware and system, `postgres` being the server's version. It names no host."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{cores()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"{platform.python_implementation()} {platform.python_version()}, PostgreSQL {postgres}"
    )


def versions() -> str:
    """The packages compared, with their versions."""
    found = []
    for name in NAMED:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def load_before() -> str:
    """The load average before anything is started, in words."""
    found = os.getloadavg()[0]
    warning = " Others were at work: **do not trust these figures**." if found > QUIET * cores() else ""
    return f"Load average before it began: {found:.1f}.{warning}"


def resident(pid: int) -> float:
    """MiB resident in the largest process among `pid` and its descendants: the worker, where there is one."""
    largest, family = 0.0, [pid]
    while family:
        member = family.pop()
        try:
            status = Path(f"/proc/{member}/status").read_text()
            for task in Path(f"/proc/{member}/task").iterdir():
                family += [int(child) for child in (task / "children").read_text().split()]
        except (OSError, ValueError):
            continue
        sizes = [int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:")]
        largest = max([largest, *sizes])
    return largest
