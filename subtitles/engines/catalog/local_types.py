"""What a model for this machine is made of: files to fetch, how to load them, words about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Use(StrEnum):
    LIVE = "live"
    BATCH = "batch"
    PUNCTUATION = "punctuation"
    SPEAKERS = "speakers"


class Design(StrEnum):
    """How sherpa-onnx has to load it."""

    TRANSDUCER = "transducer"
    CTC = "zipformer2-ctc"
    PARAFORMER = "paraformer"
    SENSE_VOICE = "sense-voice"
    OFFLINE_PARAFORMER = "offline-paraformer"
    OFFLINE_TRANSDUCER = "offline-transducer"
    QWEN = "qwen3-asr"
    PUNCTUATION = "punctuation-zh-en"
    DIARIZATION = "diarization"


DISPENSABLE = frozenset({"bpe"})
"""Roles without which a model works too: the pieces of words in letters, which hot words are cut to."""


@dataclass(frozen=True, slots=True)
class Download:
    """One file to be fetched. An archive is unpacked, without the folder that all of it lies in."""

    host: str
    path: str
    size: int
    sha256: str
    name: str = ""
    """Where it goes, below the model's folder. For an archive: which folder it is unpacked to, empty = the top."""

    @property
    def is_archive(self) -> bool:
        return self.path.endswith(".tar.bz2")


@dataclass(frozen=True, slots=True)
class Figure:
    """What somebody says about it. Shown with "published by …, not measured here"."""

    text: str
    publisher: str


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    title: str
    use: Use
    design: Design
    languages: tuple[str, ...]
    roles: Mapping[str, tuple[str, ...]]
    """Patterns of file names by role, the first that fits wins."""
    licence: str
    page: str
    """Where its makers describe it."""
    advice: str = ""
    downloads: tuple[Download, ...] = ()
    figures: tuple[Figure, ...] = ()
    unpacked_bytes: int = 0
    """On disk, about."""
    punctuated: bool = False

    @property
    def size(self) -> int:
        """Bytes to be fetched; 0 = it cannot be."""
        return sum(download.size for download in self.downloads)

    @property
    def is_downloadable(self) -> bool:
        return bool(self.downloads)

    @property
    def is_recogniser(self) -> bool:
        return self.use in (Use.LIVE, Use.BATCH)
