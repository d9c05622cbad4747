"""What the catalogue is made of. Plain data: forms, checks, cost and documents are drawn from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from subtitles.engines.base import OptionValue


class Kind(StrEnum):
    """How an option is asked for and what its value is in Python."""

    BOOL = "bool"
    INT = "int"
    FLOAT = "float"
    CHOICE = "choice"
    """One `str` of `choices`."""
    LIST = "list"
    """A `list[str]` of `choices`, without repeats."""
    TEXT = "text"
    """One line."""
    PARAGRAPH = "paragraph"
    """Text of any number of lines."""


class Feature(StrEnum):
    OFF = "off"
    FIXED = "fixed"
    """Always on; nothing to configure."""
    OPTION = "option"
    """The room decides, by the option of the same name or as its help says."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a room may set. `default` is what the service does when nothing is sent, `preset` what we send then."""

    name: str
    kind: Kind
    label: str
    help: str
    wire: str
    """The provider's own name for it; nothing outside the provider's package uses it."""
    default: OptionValue | None = None
    preset: OptionValue | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    most: int | None = None
    """Kind LIST: how many values at most. Kinds TEXT and PARAGRAPH: how many characters."""
    unit: str = ""
    only_when: tuple[str, OptionValue] | None = None
    """(other option, value): without it the service ignores this one."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a second of audio costs, as the provider publishes it. An estimate: prices move."""

    per_second: Decimal
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the provider allows; the lower figure where its documents differ. None = none known.

    `files_per_task` is the exception, the higher figure: older documents say 100, newer ones 1, and 1 is always safe.
    """

    starts_per_second: int | None = None
    queries_per_second: int | None = None
    files_per_task: int | None = None
    largest_file_bytes: int | None = None
    longest_file_ms: int | None = None
    largest_inline_bytes: int | None = None
    """Of audio that travels inside the request, base64 included."""


@dataclass(frozen=True, slots=True)
class Document:
    """Where a fact is written: a title in the owner's documents, or a page of the provider's help."""

    title: str
    owners: bool = True


@dataclass(frozen=True, slots=True)
class Model:
    name: str
    engine: str
    title: str
    realtime: bool
    languages: tuple[str, ...]
    """Primary BCP 47 subtags of what it understands, as documented; another language is tried at one's own risk."""
    sample_rates: tuple[int, ...]
    """Hz; empty = any from `lowest_sample_rate` on."""
    scenes: tuple[str, ...]
    documents: tuple[Document, ...]
    recommended: bool = False
    advice: str = ""
    dialects: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("pcm",)
    channels: int | None = 1
    """How many channels it takes; None = any."""
    options: tuple[Option, ...] = ()
    features: Mapping[str, Feature] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    prices: Mapping[str, Price | None] = field(default_factory=dict)
    """By region. None = not published: say so, never count it as 0. Empty = runs here, nobody bills for it."""
    lowest_sample_rate: int | None = None
    synchronous: bool = False
    """The result comes as the answer to the request: there is no task to ask about, and none to cancel."""
    retiring: bool = False
    """The provider has announced its end."""
    free_seconds_per_month: int | None = None
    """Of audio, before anything is billed. None = not published."""

    @property
    def regions(self) -> tuple[str, ...]:
        """Where the provider offers it; empty = on this machine."""
        return tuple(self.prices)

    def option(self, name: str) -> Option | None:
        return next((option for option in self.options if option.name == name), None)


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence for a person. `key` and `params` let a page translate the English `text` (a %-template)."""

    key: str
    text: str
    params: Mapping[str, str | int | float] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.params
