"""Rules about the tree itself that no linter checks."""

import ast
import json
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("api", "authors", "books", "core", "serializers", "settings")
LONGEST = 250
MOST_FILES = 14
PLACES = re.compile(r"/work/|/root/|/home/\w|/Users/\w")
INDEXES = re.compile(r"(?i)index[-_]url|find-links|pypi\.org|pythonhosted|registry\.npmjs|\"resolved\": *\"http")
SECRETS = re.compile(r"BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|gh[pousr]_\w{30}")
# A rule cannot be written down without what it forbids.
RULES = {"tests/test_house.py"}
PATH = re.compile(r"`([\w.<>-]+(?:/[\w.<>-]+)*/?)`")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
LOCKED = re.compile(r"[a-z0-9][\w.-]*(\[[\w,-]+\])?==\S+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|\s*#.*|")
"""A line of a lock: a package's name and version, a hash, or a comment; no address, and no other file."""
# What comes after `pip install` on one line, and npm's word for installing.
INSTALLS = re.compile(r"""\$\(PIP\)|\*pip,|\bpip["\w -]* "?install"? +[^ "\]]|npm",? "?(ci|i|install)\b""")
SUFFIXES = {".py", ".md", ".yaml", ".toml", ".env", ".sh", ".txt"}
TREE = {*ROOMS, "benchmarks", "deploy", "docs", "tests"}


def listed() -> list[str]:
    """Every file that is or would be committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip("not a git checkout")
    return [name for name in found.stdout.splitlines() if (ROOT / name).is_file()]


def texts() -> dict[str, str]:
    """The text of each listed file that is UTF-8, by its name."""
    read = {}
    for name in listed():
        try:
            read[name] = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return read


def rooms() -> dict[str, str]:
    return {
        name: text
        for name, text in texts().items()
        if name.endswith(".py") and name.startswith(ROOMS) and "/migrations/" not in name
    }


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


def test_no_file_of_a_room_is_longer_than_one_can_read_in_one_go():
    lengths = {name: len(text.splitlines()) for name, text in rooms().items()}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_no_folder_has_more_than_fourteen_files_of_code():
    """Migrations, import formats and the tests of promises may stand side by side; `__init__.py` is not counted."""
    code = [Path(name) for name in listed() if name.endswith(".py") and not name.endswith("/__init__.py")]
    folders = Counter(str(path.parent) for path in code)
    crowded = {folder: number for folder, number in folders.items() if number > MOST_FILES}
    assert [folder for folder in crowded if Path(folder).name not in ("migrations", "readers", "tests")] == []


def test_imports_stand_at_the_top_of_a_file():
    late = [
        f"{name}:{inner.lineno}"
        for name, text in rooms().items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert late == []


@pytest.mark.parametrize("forbidden", [PLACES, INDEXES, SECRETS], ids=["places", "indexes", "secrets"])
def test_no_file_names_a_machine_a_package_index_or_a_secret(forbidden):
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts().items()
        if name not in RULES
        for number, line in enumerate(text.splitlines(), 1)
        if forbidden.search(line)
    ]
    assert found == []


def test_no_file_is_of_a_kind_that_holds_secrets():
    named = re.compile(r"(^|/)(\.env(\..*)?|id_(rsa|ed25519)|.*\.(pem|key|p12))$")
    assert [name for name in listed() if named.search(name)] == []


def test_both_lock_files_fit_into_one_environment():
    runtime, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert len(runtime) > 30
    assert {name: version for name, version in runtime.items() if development.get(name) != version} == {}


def test_every_locked_package_has_a_hash():
    locks = [name for name in listed() if name.endswith(".lock")]
    assert len(locks) == 4
    for lock in locks:
        text = (ROOT / lock).read_text()
        assert [line for line in text.splitlines() if not LOCKED.fullmatch(line)] == []
        blocks = re.split(r"^(?=[a-zA-Z0-9])", text, flags=re.MULTILINE)[1:]
        assert len(blocks) > 20
        assert [block.splitlines()[0] for block in blocks if not HASH.search(block)] == []
    packages = json.loads((ROOT / "tests/clients/package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if name and not package.get("integrity")] == []


def test_whatever_is_installed_is_compared_with_its_hash():
    """Each use of pip names a lock file and compares hashes; npm compares by itself where it installs by `ci`."""
    uses = [
        (name, line.strip())
        for name, text in texts().items()
        if name in ("Dockerfile", "Makefile") or name.endswith((".py", ".sh"))
        if name not in RULES
        for line in text.splitlines()
        if INSTALLS.search(line)
    ]
    assert len(uses) >= 6
    assert [use for use in uses if not re.search(r"--require-hashes.*-r\b|npm\W+ci\b", use[1])] == []


def test_the_lock_files_hold_what_pyproject_asks_for():
    wanted = re.findall(
        r'^    "([a-z0-9-]+)[^"]*",', (ROOT / "pyproject.toml").read_text().split("[tool.")[0], re.MULTILINE
    )
    assert set(wanted) <= set(pins("requirements-dev.lock"))


def test_every_path_that_the_documentation_names_exists():
    """A path stands in backticks and begins with a folder of the tree or ends like a file; `<…>` is any name."""
    documents = [ROOT / "CONTRIBUTING.md", ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {
        (document.name, path)
        for document in documents
        for path in PATH.findall(re.sub(r"```.*?```", "", document.read_text(), flags=re.DOTALL))
        if path.partition("/")[0] in TREE or Path(path).suffix in SUFFIXES
    }
    assert len(named) > 50
    assert [pair for pair in sorted(named) if not list(ROOT.glob(re.sub(r"<[^>]*>", "*", pair[1])))] == []


def test_a_decision_has_the_number_of_its_file():
    titles = {path.name: path.read_text().splitlines()[0] for path in sorted((ROOT / "docs" / "adr").glob("*.md"))}
    assert titles
    assert [name for name, title in titles.items() if not title.startswith(f"# {int(name[:4])}. ")] == []
