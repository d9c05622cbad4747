"""What of a recording is handed to a model: the file that was uploaded, or FLAC of which rate, with which channels.

Nothing is raised: a telephone's 8 kHz go to an 8 kHz model as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from subtitles.engines.catalog import Model
from subtitles.recordings.flac import MOST_CHANNELS
from subtitles.speech import BYTES_PER_SAMPLE, SAMPLE_RATE

LARGEST_UPLOAD = 1024**3
"""Into DashScope's temporary storage (Model Studio help, "Upload local files to get a temporary URL": 1 GB). Its policy
of the moment may allow less."""
SHORTEST_MS = 6_000
"""Of a piece: two overlaps, and something between them."""
REQUEST_BYTES = 16 * 1024
"""Of a request that carries audio, for everything else in it."""


@dataclass(frozen=True, slots=True)
class Shape:
    rate: int
    channels: int

    def ms_of(self, size: int) -> int:
        """How long audio may be that certainly fits: FLAC is never longer than its samples, but for a hundredth."""
        return size * 990 // (self.rate * self.channels * BYTES_PER_SAMPLE)


COPY = Shape(SAMPLE_RATE, 1)
"""What is kept of every recording beside its original."""


@dataclass(frozen=True, slots=True)
class Original:
    """An uploaded file."""

    container: str
    shape: Shape
    size: int
    ms: int


def most_bytes(model: Model, upload: int | None = None) -> int | None:
    """Of one file, as it lies on the disk; None = any. `upload`: what the service's storage takes, if it said so."""
    limits = model.limits
    if limits.largest_inline_bytes is not None:
        return (limits.largest_inline_bytes - REQUEST_BYTES) * 3 // 4
    if not model.prices:
        return limits.largest_file_bytes
    largest = limits.largest_file_bytes or LARGEST_UPLOAD
    if upload is None and settings.SUBTITLES_PUBLIC_URL:
        return largest
    return min(largest, LARGEST_UPLOAD, upload or LARGEST_UPLOAD)


def takes(model: Model, original: Original, upload: int | None = None) -> bool:
    """Whether the file can go as it is. What runs on this machine gets our own copy: nobody vouches for the file."""
    size, ms = most_bytes(model, upload), model.limits.longest_file_ms
    return (
        bool(model.prices)
        and original.container in model.formats
        and _rate(model, original.shape.rate) == original.shape.rate
        and (model.channels is None or original.shape.channels <= model.channels)
        and (size is None or original.size <= size)
        and (ms is None or original.ms <= ms)
    )


def shape_for(model: Model | None, own: Shape) -> Shape:
    """Of the FLAC for the model; `own` is the original's."""
    if model is None or not model.prices:
        return COPY
    channels = min(own.channels, model.channels or MOST_CHANNELS, MOST_CHANNELS)
    rate = _rate(model, own.rate)
    if model.limits.largest_inline_bytes is not None:
        # Finer sound would be cut into many more pieces, and these models hear no more than this.
        rate = min(rate, SAMPLE_RATE)
    return Shape(rate, channels)


def longest_ms(model: Model, shape: Shape, ms: int, size: int, upload: int | None = None) -> int | None:
    """How long a piece may be; None = a file of this length and size goes whole."""
    most, longest = most_bytes(model, upload), model.limits.longest_file_ms
    bounds = [longest] if longest is not None and ms > longest else []
    if most is not None and size > most:
        bounds.append(shape.ms_of(most))
    if not bounds:
        return None
    # A piece that is bounded by its length must fit as well.
    least = min(*bounds, shape.ms_of(most)) if most is not None else min(bounds)
    return max(least, SHORTEST_MS)


def _rate(model: Model, own: int) -> int:
    """The nearest that the model takes."""
    if model.sample_rates:
        return min(model.sample_rates, key=lambda rate: abs(rate - own))
    return max(own, model.lowest_sample_rate or own)
