"""What a transcription is going to cost, as far as anybody published it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from subtitles.engines.catalog import Model
from subtitles.models import Usage
from subtitles.pages.transcribing import wanted
from subtitles.speech import SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Estimate:
    seconds: float
    """Of sound, each channel counted by itself."""
    channels: int
    is_free: bool
    """It runs here: nobody bills for it."""
    amount: Decimal | None
    """None = the price is not known; never 0 for that."""
    currency: str
    free_seconds: int | None
    """What the provider gives away each month. None = not published."""
    used_seconds: float
    """Booked here for this model since the month began."""

    @property
    def free_hours(self) -> float | None:
        return None if self.free_seconds is None else self.free_seconds / 3600

    @property
    def used_hours(self) -> float:
        return self.used_seconds / 3600

    @property
    def milliseconds(self) -> int:
        return round(self.seconds * 1000)


def estimate(model: Model, seconds: float, channels: int = 1, region: str | None = None) -> Estimate:
    """An upper bound: the services bill what is speech, which is at most all of it."""
    price = model.prices.get(wanted.region(model) if region is None else region)
    billed = seconds * max(1, channels)
    return Estimate(
        billed,
        max(1, channels),
        not model.prices,
        None if price is None else price.per_second * Decimal(str(billed)),
        price.currency if price else "",
        model.free_seconds_per_month,
        _used(model) if model.free_seconds_per_month else 0.0,
    )


def of_samples(model: Model, samples: int, channels: int, region: str) -> Estimate:
    return estimate(model, samples / SAMPLE_RATE, channels, region or None)


def _used(model: Model) -> float:
    month = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    booked = Usage.objects.filter(engine=model.engine, model=model.name, created_at__gte=month)
    return float(booked.aggregate(all=Sum("seconds"))["all"] or 0)
