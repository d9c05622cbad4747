"""How much the service's storage takes, it says with each permission to upload: jobs find their way through that."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from subtitles.engines.base import Options, Source, TooBig
from subtitles.engines.dashscope.batch import DashScopeBatchEngine
from subtitles.models import Job, Recording, Sentence
from subtitles.recordings import files
from subtitles.recordings.archive import Progress, archive
from subtitles.retranscribe import sources, wishes
from tests.browser.backstage import Backstage
from tests.fakes import position_code, sound_files
from tests.fakes.dashscope import KEY, FakeDashScope
from tests.recordings.ground import log
from tests.retranscribe.scripted import ENGINE, PAID, ScriptedService
from tests.retranscribe.stage import Stage, recording

MIB = 1024**2
BLOCKS = 900
"""A minute and a half: as WAV 2.7 MB, as FLAC 1.2 MB."""


async def nothing(*_: object) -> dict[str, str]:
    return {}


@dataclass
class Ground:
    fake: FakeDashScope
    stage: Stage
    policies: deque[str]
    """What the next permissions allow, in MB; the last one stays."""
    asked: list[str]
    """What they allowed so far."""

    def done(self, found: Recording) -> Job:
        wishes.transcribe_again(found, ENGINE, PAID, "en", {})
        return self.stage.run(60).job

    @property
    def uploads(self) -> list[tuple[str, int]]:
        """Name's end and size."""
        paths = [self.fake.batch.storage.folder / key.replace("/", "~") for key in self.fake.batch.log.uploads]
        return [(path.suffix, path.stat().st_size) for path in paths]


@pytest.fixture
def with_storage(ground: Path, service: ScriptedService, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    with Backstage() as backstage, backstage.hosting(FakeDashScope()) as fake:
        engine = DashScopeBatchEngine(KEY, fake.http_url, loopback=True)
        stage = Stage(service, sources.pieces)
        object.__setattr__(stage.kind, "engine_of", lambda name: engine)
        object.__setattr__(stage.kind, "options_for", nothing)
        found = Ground(fake, stage, deque(["100"]), [])
        storage, policy = fake.batch.storage, fake.batch.storage.policy

        def next_policy(*about: Any) -> dict[str, str]:
            storage.most_megabytes = found.policies.popleft() if len(found.policies) > 1 else found.policies[0]
            found.asked.append(storage.most_megabytes)
            return policy(*about)

        monkeypatch.setattr(storage, "policy", next_policy)
        yield found
        stage.close()


def uploaded(blocks: int = BLOCKS) -> Recording:
    """A WAV with what was made of it."""
    found, pcm = recording(), position_code.encode(0, blocks)
    found.samples, found.container = len(pcm) // 2, "wav"
    found.save()
    log(found.session_id, pcm)
    archive(found.session_id, found.samples, Progress())
    shutil.rmtree(files.log_folder(found.session_id))
    files.original(found.session_id, "wav").write_bytes(sound_files.wav(pcm))
    return found


def texts() -> list[str]:
    return list(Sentence.objects.filter(transcript__kind="batch").order_by("number").values_list("text", flat=True))


def test_what_fits_is_uploaded_with_one_permission(with_storage: Ground) -> None:
    assert with_storage.done(uploaded()).state == "done"
    assert [kind for kind, _ in with_storage.uploads] == [".wav"]
    assert with_storage.asked == ["100"]


def test_an_upload_that_is_too_big_goes_as_flac_where_that_fits(with_storage: Ground) -> None:
    with_storage.policies = deque(["2"])
    assert with_storage.done(uploaded()).state == "done"
    [(kind, size)] = with_storage.uploads
    assert (kind, size < 2 * MIB) == (".flac", True)
    assert with_storage.asked == ["2", "2"]


def test_what_is_too_big_as_flac_is_cut_and_joined(with_storage: Ground) -> None:
    with_storage.policies = deque(["1"])
    assert with_storage.done(uploaded()).state == "done"
    assert len(with_storage.uploads) == 3
    assert max(size for _, size in with_storage.uploads) <= MIB
    assert texts() == position_code.sentences(0, BLOCKS)


def test_a_bound_that_shrinks_between_cutting_and_uploading_cuts_anew(with_storage: Ground) -> None:
    with_storage.policies = deque(["2", "1"])
    assert with_storage.done(uploaded()).state == "done"
    assert with_storage.asked == ["2", "1", "1", "1", "1"]
    assert texts() == position_code.sentences(0, BLOCKS)


@pytest.mark.parametrize("told", ["0", "", "many"])
def test_a_permission_that_tells_no_size_bounds_nothing(with_storage: Ground, told: str) -> None:
    with_storage.policies = deque([told])
    assert with_storage.done(uploaded(40)).state == "done"


def test_where_no_piece_is_small_enough_the_job_ends_in_words(stage: Stage, service: ScriptedService) -> None:
    tries: list[int | None] = []

    async def prepare(source: Source, options: Options) -> Source:
        raise TooBig("The recording is too big.", most_bytes=1000, code="upload-too-big")

    def pieces(*about: Any) -> Sequence[Any]:
        tries.append(about[1] if len(about) > 1 else None)
        return first(*about)

    first = stage.kind.pieces_of
    object.__setattr__(stage.kind, "pieces_of", pieces)
    service.prepare = prepare  # type: ignore[method-assign]
    wishes.transcribe_again(recording(), ENGINE, PAID)
    job = stage.run().job
    assert (job.state, job.error_key, service.taken) == ("failed", "upload-too-big", [])
    assert tries == [None, 1000]
