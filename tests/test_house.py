"""What holds for the tree as a whole."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LONGEST_FILE = 400
NOT_OURS = {".git", ".venv", "node_modules", "data", "__pycache__", "dist", "build"}
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)


def files(*suffixes: str) -> Iterator[Path]:
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in NOT_OURS and not name.endswith("_cache")]
        yield from (Path(folder, name) for name in names if Path(name).suffix in suffixes)


def lock(name: str) -> dict[str, str]:
    return {canonicalize_name(match[1]): match[2] for match in PINNED.finditer((ROOT / name).read_text())}


def project() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def declared() -> list[Requirement]:
    found: dict[str, list[str]] = project()["project"]  # type: ignore[assignment]
    return [Requirement(text) for text in found["dependencies"]]


def test_both_locks_come_from_one_resolution() -> None:
    everything = lock("requirements-dev.txt")
    assert lock("requirements.txt").items() <= everything.items()


def test_the_lock_meets_what_pyproject_asks_for() -> None:
    pinned = lock("requirements.txt")
    for requirement in declared():
        assert pinned[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def test_every_locked_package_has_its_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt"):
        entries = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
        assert all("--hash=sha256:" in entry for entry in entries)


def test_the_program_imports_nothing_that_its_own_lock_lacks() -> None:
    locked = set(lock("requirements.txt"))
    owners = packages_distributions()
    for path in (ROOT / "subtitles").rglob("*.py"):
        for module in imported(path) - sys.stdlib_module_names - {"subtitles", "sherpa_onnx"}:
            assert {canonicalize_name(owner) for owner in owners[module]} & locked, f"{path}: {module}"


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    from_ = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name.partition(".")[0] for name in plain | from_}


def test_no_file_names_the_index_that_wrote_it() -> None:
    hosts = re.compile(r"(files\.pythonhosted|pypi|registry\.npmjs|registry\.yarnpkg)\.(org|com)")
    named = [path for path in files(".txt", ".json", ".toml", ".md", ".py", "") if hosts.search(_text(path))]
    assert named == []
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def _text(path: Path) -> str:
    return path.read_text(errors="replace")


def test_the_ci_script_is_whole_and_may_be_run() -> None:
    script = ROOT / ".ci/run"
    subprocess.run(["/bin/bash", "-n", script], check=True)
    assert script.stat().st_mode & 0o111


def test_files_are_short_enough_to_be_read_at_once() -> None:
    ours = [path for path in files(".py", ".js") if path.parts[-2] != "migrations"]
    long = {str(path): count for path in ours if (count := len(_text(path).splitlines())) > LONGEST_FILE}
    assert long == {}


def test_both_readmes_have_the_same_sections() -> None:
    english, chinese = (_text(ROOT / name) for name in ("README.md", "README.zh-CN.md"))
    assert [heading.count("#") for heading in _headings(english)] == [
        heading.count("#") for heading in _headings(chinese)
    ]
    assert re.findall(r"```sh\n(.*?)```", english, re.DOTALL) == re.findall(r"```sh\n(.*?)```", chinese, re.DOTALL)


def _headings(text: str) -> list[str]:
    return re.findall(r"^(#+) ", text, re.MULTILINE)


def test_links_between_documents_lead_somewhere() -> None:
    for path in files(".md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", _text(path)):
            assert (path.parent / target).exists(), f"{path}: {target}"
