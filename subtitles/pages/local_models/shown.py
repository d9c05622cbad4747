"""One model as its card shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from subtitles.engines.catalog.local_packages import PACKAGES
from subtitles.engines.catalog.local_types import Package
from subtitles.engines.local.models import Installed
from subtitles.local_models.kind import KIND, store
from subtitles.models import Job
from subtitles.pages import languages
from subtitles.pages.local_models import words


@dataclass(frozen=True, slots=True)
class Card:
    package: Package
    installed: Installed | None
    job: Job | None
    """Its last download."""

    @property
    def name(self) -> str:
        return self.package.name

    @property
    def title(self) -> str:
        return words.translated(self.package.title)

    @property
    def is_moving(self) -> bool:
        return self.job is not None and not self.job.is_over and self.installed is None

    @property
    def may_be_fetched(self) -> bool:
        return self.package.is_downloadable and self.installed is None and not self.is_moving

    @property
    def use(self) -> str:
        return str(words.USES[self.package.use])

    @property
    def languages(self) -> str:
        return languages.names(self.package.languages)

    @property
    def advice(self) -> str:
        return words.translated(self.package.advice)

    @property
    def licence(self) -> str:
        return words.translated(self.package.licence)

    @property
    def figures(self) -> list[tuple[str, str]]:
        """What others say, and who."""
        figures = self.package.figures
        return [(words.translated(figure.text), words.translated(figure.publisher)) for figure in figures]

    @property
    def hosts(self) -> str:
        """Where it would be fetched from."""
        if settings.SUBTITLES_MODEL_MIRROR:
            return str(urlsplit(settings.SUBTITLES_MODEL_MIRROR).netloc)
        return ", ".join(dict.fromkeys(urlsplit(download.host).netloc for download in self.package.downloads))

    @property
    def step(self) -> str:
        return words.step(self.job) if self.job else ""

    @property
    def percent(self) -> int | None:
        return self.job.percent if self.job else None

    @property
    def problem(self) -> str:
        """Of the download that goes on, or of the one that failed."""
        return words.problem(self.job) if self.job and self.installed is None else ""


def cards() -> list[Card]:
    here = store().all()
    jobs = _last_jobs([package.name for package in PACKAGES])
    return [Card(package, here.get(package.name), jobs.get(package.name)) for package in PACKAGES]


def card(package: Package) -> Card:
    return Card(package, store().find(package.name), _last_jobs([package.name]).get(package.name))


def _last_jobs(names: list[str]) -> Mapping[str, Job]:
    jobs = Job.objects.filter(kind=KIND, key__in=names).order_by("pk")
    return {job.key: job for job in jobs}
