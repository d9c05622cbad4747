"""A library with something of everything in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.browser.editing_site import told


@dataclass(frozen=True, slots=True)
class Stock:
    """See library_ground.py. Paths of pages."""

    session: str
    live: int
    batch: int
    copy: int
    jobs: dict[str, str]
    """By state."""
    vocabulary: str


def fill(folder: Path, slug: str) -> Stock:
    ids = told("tests.browser.library_ground", folder, slug)
    jobs = {state: f"/jobs/{pk}/" for state, pk in ids["jobs"].items()}
    session = f"/rooms/{slug}/sessions/{ids['session']}/"
    return Stock(session, ids["live"], ids["batch"], ids["copy"], jobs, f"/vocabularies/{ids['vocabulary']}/")
