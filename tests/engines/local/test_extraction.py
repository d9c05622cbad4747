from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from subtitles.engines.local import extraction
from subtitles.engines.local.extraction import BadArchive, Stopped, unpack
from tests.engines.local.mirror import TOP, archive


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "tokenizer").mkdir(parents=True)
    (folder / "test_wavs").mkdir()
    for name in ("model.onnx", "tokenizer/merges.txt", "test_wavs/0.wav"):
        (folder / name).write_bytes(name.encode())
    return folder


def packed(tmp_path: Path, model: Path, *more: tuple[tarfile.TarInfo, bytes]) -> Path:
    path = tmp_path / "model.tar.bz2"
    path.write_bytes(archive(model, *more))
    return path


def member(
    name: str, content: bytes = b"x", kind: bytes = tarfile.REGTYPE, to: str = ""
) -> tuple[tarfile.TarInfo, bytes]:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = kind, to, len(content)
    return made, content


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_the_files_come_out_without_their_top_folder_and_without_test_sounds(tmp_path: Path, model: Path) -> None:
    unpack(packed(tmp_path, model), tmp_path / "out", 0)
    assert files(tmp_path / "out") == ["model.onnx", "tokenizer/merges.txt"]


@pytest.mark.parametrize(
    "evil",
    [
        member("/etc/cron.d/evil"),
        member(f"{TOP}/../../evil"),
        member("..\\evil"),
        member(f"{TOP}/link", b"", tarfile.SYMTYPE, "/etc/passwd"),
        member(f"{TOP}/hard", b"", tarfile.LNKTYPE, f"{TOP}/model.onnx"),
        member(f"{TOP}/device", b"", tarfile.CHRTYPE),
        member(f"{TOP}/pipe", b"", tarfile.FIFOTYPE),
    ],
    ids=["absolute", "upwards", "backslash", "symlink", "hard link", "device", "pipe"],
)
def test_what_no_model_needs_is_refused(tmp_path: Path, model: Path, evil: tuple[tarfile.TarInfo, bytes]) -> None:
    with pytest.raises(BadArchive):
        unpack(packed(tmp_path, model, evil), tmp_path / "out", 0)
    assert set(files(tmp_path / "out")) <= {"model.onnx", "tokenizer/merges.txt"}


def test_a_bomb_is_not_unpacked(tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "LEAST_BYTES", 1_000_000)
    path = packed(tmp_path, model, member(f"{TOP}/zeros", bytes(2_000_000)))
    assert path.stat().st_size < 10_000
    with pytest.raises(BadArchive, match="more than"):
        unpack(path, tmp_path / "out", 0)
    assert not (tmp_path / "out" / "zeros").exists()


def test_too_many_files_are_refused(tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "MOST_FILES", 3)
    with pytest.raises(BadArchive, match="too many"):
        unpack(packed(tmp_path, model), tmp_path / "out", 0)


@pytest.mark.parametrize("length", [0, 10, 200])
def test_a_damaged_archive_is_called_damaged(tmp_path: Path, model: Path, length: int) -> None:
    path = packed(tmp_path, model)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(BadArchive, match="damaged"):
        unpack(path, tmp_path / "out", 0)


def test_unpacking_can_be_stopped(tmp_path: Path, model: Path) -> None:
    with pytest.raises(Stopped):
        unpack(packed(tmp_path, model), tmp_path / "out", 0, go_on=lambda: False)
