"""The programs that the clients' tests run, in an environment of their own: Node and what it runs, a client generator.

Nothing of the machine is used but a browser: Node comes as a Python package, so that its version is locked too.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.servers import Unavailable, install

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FOLDER = ROOT / ".venv-clients"
BIN = FOLDER / "bin"
NODE = FOLDER / "node"
"""Where Node's packages are."""
MODULES = NODE / "node_modules"
_LOCKS = ("requirements.lock", "package.json", "package-lock.json")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def environment() -> dict[str, str]:
    """The environment that the programs run in: they find each other, and tell nobody of it."""
    path = f"{MODULES / '.bin'}{os.pathsep}{BIN}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def run(*command: str | Path, cwd: Path = ROOT, **options: str) -> "subprocess.CompletedProcess[str]":
    """What a program answers, its output as text."""
    return subprocess.run(
        [str(word) for word in command], cwd=cwd, env={**environment(), **options}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def prepare() -> None:
    """Install what the locks name, unless that was done. Raises Unavailable with what the installer said."""
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in _LOCKS)).hexdigest()
    stamp = FOLDER / "stamp"
    if stamp.exists() and stamp.read_text() == digest:
        return
    print(f"Installing what the clients' tests need into {FOLDER.name}: once, about a minute.", flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    _step(sys.executable, "-m", "venv", FOLDER)
    pip = (BIN / "python", "-m", "pip", "--disable-pip-version-check", "--quiet")
    _step(*pip, "install", "--require-hashes", "-r", HERE / "requirements.lock")
    NODE.mkdir()
    for name in _LOCKS[1:]:
        shutil.copy(HERE / name, NODE)
    _step(BIN / "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=NODE)
    stamp.write_text(digest)


def browser() -> str | None:
    """A Chromium: one on the PATH, else as root on Debian its package; None where there is none that starts."""
    found = _browser() or (install("chromium") and _browser())
    return found or None


def _browser() -> str | None:
    for name in _BROWSERS:
        # A name may be a stub that sends one elsewhere.
        if (path := shutil.which(name)) and run(path, "--version").returncode == 0:
            return path
    return None


def _step(*command: str | Path, cwd: Path = ROOT) -> None:
    done = run(*command, cwd=cwd)
    if done.returncode:
        said = (done.stdout + done.stderr).strip()[-2000:]
        raise Unavailable(f"{Path(str(command[0])).name} could not install what the clients' tests need:\n{said}")
