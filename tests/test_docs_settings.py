"""docs/settings.md and the settings say the same."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def read_names() -> set[str]:
    """Names that settings.py asks the environment for."""
    calls = [
        node for node in ast.walk(ast.parse((ROOT / "subtitles/settings.py").read_text())) if isinstance(node, ast.Call)
    ]
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def documented_names() -> list[str]:
    return re.findall(r"^\| `([A-Z0-9_]+)` \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)


def test_every_setting_has_one_row() -> None:
    rows = documented_names()
    assert set(rows) == read_names()
    assert len(rows) == len(set(rows))


def test_settings_have_our_prefix_or_the_providers() -> None:
    assert {name.partition("_")[0] for name in read_names()} <= {"SUBTITLES", "DASHSCOPE"}


def test_nothing_else_in_the_program_reads_settings_from_the_environment() -> None:
    pattern = re.compile(r"""(environ(\.get)?\s*[\[(]|getenv\()\s*["'](SUBTITLES|DASHSCOPE)_""")
    sources = [path for path in (ROOT / "subtitles").rglob("*.py") if path.name != "settings.py"]
    assert [str(path) for path in sources if pattern.search(path.read_text())] == []


def test_an_empty_variable_is_one_that_is_not_set(tmp_path: Path) -> None:
    assert settings(tmp_path, dict.fromkeys(documented_names(), "")) == settings(tmp_path, {})


def settings(folder: Path, variables: dict[str, str]) -> str:
    """All of them, as a process in this folder reads them."""
    code = "from subtitles import settings; print({name: it for name, it in vars(settings).items() if name.isupper()})"
    environment = {name: value for name, value in os.environ.items() if name not in documented_names()}
    return subprocess.check_output(
        [sys.executable, "-c", code], cwd=folder, env={**environment, "PYTHONPATH": str(ROOT), **variables}, text=True
    )


def test_the_folder_of_the_data_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "50% #1?x"
    found = settings(tmp_path, {"SUBTITLES_DATA_DIR": str(folder)})
    assert f"PosixPath('{folder}/db.sqlite3')" in found


def test_a_key_may_begin_with_a_dollar_sign(tmp_path: Path) -> None:
    assert r"'SECRET_KEY': '$ab\\$c$'" in settings(tmp_path, {"SUBTITLES_SECRET_KEY": r"$ab\$c$"})


def test_a_language_or_a_level_is_understood_as_people_write_it(tmp_path: Path) -> None:
    found = settings(tmp_path, {"SUBTITLES_LANGUAGE": "zh-CN", "SUBTITLES_LOG_LEVEL": "debug"})
    assert "'LANGUAGE_CODE': 'zh-hans'" in found
    assert "'level': 'DEBUG'" in found
