"""Each model for recordings, driven from the browser against the service on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from subtitles.engines import catalog
from tests.browser import past_talk
from tests.browser.backstage import Backstage
from tests.browser.chromium import Witness
from tests.browser.site import Site
from tests.fakes.dashscope import BatchBehaviour, SubmitRecord

pytestmark = pytest.mark.browser
MODELS = sorted(
    catalog.models_of("dashscope", realtime=False), key=lambda model: (not model.synchronous, model.name == "fun-asr")
)
"""Those that take their time come last: somebody watches the last one."""
SPEAKERS = [model for model in MODELS if model.option("diarization")]
MOODS = ("sensevoice-v1", "qwen3-asr-flash-filetrans", "qwen3-asr-flash")
OMNI = "qwen3-omni-flash"
NO_WORDS = ("sensevoice-v1",)
PATIENCE_MS = 120_000


@dataclass(frozen=True, slots=True)
class Talks:
    """Two sessions of the archive that have sound."""

    live: int
    telephone: int


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "tests.browser.transcribing_settings"}


@pytest.fixture(scope="module")
def talks(site: Site) -> Talks:
    talks = Talks(*site.sessions(site.ground.archive))
    past_talk.speak(site.product.folder, talks.live)
    past_talk.upload_at_8_khz(site.product.folder, talks.telephone)
    return talks


@pytest.fixture
def page(browser: Browser, site: Site, witness: Witness) -> Iterator[Page]:
    with site.signed_in(browser, locale="en", reduced_motion="reduce") as context:
        yield witness.watch(context.new_page())


def ask(page: Page, site: Site, session: int, model: catalog.Model) -> str:
    """Asks for it in the form; the address of the job's page."""
    page.goto(site.url(f"/rooms/{site.ground.archive.slug}/sessions/{session}/transcribe/"))
    wanted = f"dashscope/{model.name}"
    if page.get_by_label("Model").input_value() != wanted:
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.get_by_label("Model").select_option(wanted)
        page.locator(f"[name=drawn][value='{wanted}']").wait_for(state="attached")
    if model in SPEAKERS:
        page.get_by_label("Tell speakers apart").check()
    page.get_by_role("button", name="Transcribe").click()
    page.wait_for_url("**/jobs/*/")
    return page.url


def check_result(page: Page, job: str, model: catalog.Model) -> None:
    page.goto(f"{job}result/")
    lines = page.locator("#result .lines li")
    said = [" ".join(text.split()) for text in lines.locator(".text").all_inner_texts()]
    assert " ".join(said) == " ".join(past_talk.TEXTS), model.name
    assert (lines.locator(".word").count() == 0) == (model.name in NO_WORDS), model.name
    assert (lines.locator(".speaker").count() > 0) == (model in SPEAKERS), model.name
    moods = lines.locator(".emotion").all_inner_texts()
    assert bool(moods) == (model.name in MOODS), model.name
    if model.name == "sensevoice-v1":
        expect(lines.first.locator("[data-event=BGM]")).to_contain_text("music")


def expected_bill(submit: SubmitRecord) -> list[str]:
    """Tasks, seconds and amount; the service says nothing of what Qwen-Omni costs."""
    model = catalog.find("dashscope", submit.model, realtime=False)
    assert model
    price = model.prices["cn-beijing"]
    seconds = "0:00:00 and 1 task not known" if submit.model == OMNI else f"0:00:{submit.seconds:02}"
    amount = f"{price.per_second * submit.seconds:.4f} CNY" if price else "not known"
    return [model.title, "1", seconds, amount]


def shown_bills(page: Page, site: Site) -> list[list[str]]:
    page.goto(site.url("/usage/"))
    rows = page.locator(".usage tbody tr").all()
    return [[" ".join(cell.split()) for cell in row.locator("th, td").all_inner_texts()] for row in rows]


@pytest.mark.long
def test_each_model_is_asked_for_watched_read_and_paid(
    page: Page, site: Site, talks: Talks, backstage: Backstage
) -> None:
    service = site.service.batch
    service.default = BatchBehaviour(held=True)
    jobs = {
        model.name: ask(page, site, talks.telephone if model.sample_rates == (8000,) else talks.live, model)
        for model in MODELS
    }
    expect(page.locator("#job-step")).to_contain_text("Listening and writing", timeout=PATIENCE_MS)
    expect(page.get_by_role("progressbar")).to_be_visible()
    backstage.call(service.release)
    page.goto(site.url("/jobs/"))
    over = page.locator("#jobs .badge:is(.job-done, .job-failed, .job-uncertain)")
    expect(over).to_have_count(len(MODELS), timeout=PATIENCE_MS)
    assert page.locator("#jobs .badge:not(.job-done)").count() == 0, page.locator("#jobs").inner_text()
    for model in MODELS:
        check_result(page, jobs[model.name], model)
    assert sorted(submit.model for submit in service.log.bill) == sorted(jobs)
    assert sorted(shown_bills(page, site)) == sorted(map(expected_bill, service.log.bill))


def test_a_lost_answer_asks_and_paying_again_is_a_decision(page: Page, site: Site, talks: Talks) -> None:
    model = MODELS[-1]
    service = site.service.batch
    before = len(service.log.bill)
    service.next(BatchBehaviour(lose_answer=True))
    page.goto(site.url(f"/rooms/{site.ground.archive.slug}/sessions/{talks.live}/"))
    page.get_by_role("link", name="Transcribe again").click()
    page.wait_for_url("**/transcribe/")  # with its scripts: who chooses sooner is asked again on submitting
    page.get_by_label("What is it?").select_option("entertainment")
    expect(page.locator("#again-fields .advice")).to_contain_text("recognises singing")
    page.get_by_label("Leave out filler words").check()
    page.get_by_role("button", name="Transcribe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(model.title)
    expect(page.locator("#job .badge")).to_have_text("Needs your decision", timeout=PATIENCE_MS)
    page.get_by_role("link", name="Pay again").click()
    expect(page.get_by_role("main")).to_contain_text("billed twice")
    page.get_by_role("button", name="Send it once more").click()
    expect(page.locator("#job .badge")).to_have_text("Done", timeout=PATIENCE_MS)
    first, second = service.log.bill[before:]
    assert first.seconds == second.seconds
    expect(page.locator("#job .bill").first).to_contain_text(f"{second.seconds} s")
