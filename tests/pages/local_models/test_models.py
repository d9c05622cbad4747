from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from subtitles.engines.catalog.local_packages import PACKAGES, package
from subtitles.engines.local.models import Models
from subtitles.engines.local.sherpa_locks import shared
from subtitles.models import Job
from subtitles.pages.local_models.words import MARKED
from tests.engines.local.toy_shop import CTC, install

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def models(settings: Settings, tmp_path: Path) -> Models:
    settings.SUBTITLES_MODELS_DIR = tmp_path / "models"
    return Models(settings.SUBTITLES_MODELS_DIR)


def words(client: Client, address: str = "/models/", **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_model_shows_its_size_and_licence_before_it_is_fetched(as_ada: Client) -> None:
    page = words(as_ada)
    for known in PACKAGES:
        assert known.title in page
    assert "Apache-2.0 (a third party says so)" in page
    assert page.count('name="licence"') == sum(known.is_downloadable for known in PACKAGES)
    assert "manage.py models import zipformer-zh-14m FOLDER" in page


def test_figures_are_never_ours(as_ada: Client) -> None:
    page = words(as_ada)
    assert page.count("not measured here") == sum(len(known.figures) for known in PACKAGES)


def test_a_licence_that_was_not_ticked_fetches_nothing(as_ada: Client) -> None:
    answer = as_ada.post(f"/models/{CTC}/download/", follow=True)
    assert "Tick the licence first" in answer.content.decode()
    assert not Job.objects.exists()


def test_a_download_is_a_job_that_the_card_watches_and_an_admin_can_cancel(as_ada: Client) -> None:
    as_ada.post(f"/models/{CTC}/download/", {"licence": "yes"})
    as_ada.post(f"/models/{CTC}/download/", {"licence": "yes"})
    job = Job.objects.get()
    assert (job.kind, job.key) == ("download", CTC)
    Job.objects.update(step="downloading", percent=41)
    card = words(as_ada, f"/models/{CTC}/", **FRAGMENT)
    assert 'hx-trigger="every 2s"' in card
    assert "Downloading, 41 %" in card
    as_ada.post(f"/models/{CTC}/cancel/")
    assert Job.objects.get().cancel_asked


def test_the_card_of_a_download_that_is_over_asks_no_more(as_ada: Client) -> None:
    Job.objects.create(kind="download", key=CTC, state="failed", error_kind="protocol", error_key="wrong-file")
    card = words(as_ada, f"/models/{CTC}/", **FRAGMENT)
    assert "hx-trigger" not in card
    assert "not the published file" in card
    assert 'name="licence"' in card


def test_a_model_that_is_here_can_be_removed_unless_it_is_used(as_ada: Client, models: Models) -> None:
    installed = install(models, CTC)
    assert "On this machine" in words(as_ada, f"/models/{CTC}/")
    with shared(installed.folder):
        answer = as_ada.post(f"/models/{CTC}/remove/", follow=True)
    assert "is in use" in answer.content.decode()
    assert models.find(CTC)
    as_ada.post(f"/models/{CTC}/remove/")
    assert models.find(CTC) is None


@pytest.mark.parametrize("action", ["download", "cancel", "remove"])
def test_others_look_and_touch_nothing(as_alice: Client, models: Models, action: str) -> None:
    install(models, CTC)
    assert "<form" not in words(as_alice).partition('<div class="models">')[2].partition("</main>")[0]
    assert as_alice.post(f"/models/{CTC}/{action}/", {"licence": "yes"}).status_code == 403
    assert models.find(CTC)


def test_the_mirror_is_named(as_ada: Client, settings: Settings) -> None:
    assert "github.com" in words(as_ada, f"/models/{CTC}/")
    settings.SUBTITLES_MODEL_MIRROR = "https://mirror.example.org/files"
    assert "mirror.example.org" in words(as_ada, f"/models/{CTC}/")


def test_what_there_is_not_is_not_found(as_ada: Client, as_alice: Client) -> None:
    assert as_ada.get("/models/no-such/").status_code == 404
    assert as_ada.post("/models/zipformer-zh-14m/download/", {"licence": "yes"}).status_code == 404
    assert Client().get("/models/").status_code == 302


def test_the_packages_words_are_marked_for_translation() -> None:
    for known in PACKAGES:
        figures = [text for figure in known.figures for text in (figure.text, figure.publisher)]
        advice = [] if known.is_recogniser else [known.advice]
        assert {known.licence, *figures, *advice} <= set(MARKED)


def test_what_can_be_downloaded_has_a_size_and_a_checksum() -> None:
    for known in PACKAGES:
        assert package(known.name) is known
        for download in known.downloads:
            assert download.size > 1_000
            assert len(download.sha256) == len(bytes.fromhex(download.sha256)) * 2 == 64
            assert known.unpacked_bytes
