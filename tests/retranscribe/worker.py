"""`main(bill, *labels)`: for each label a job whose worker is killed there, and another worker that finds what is left.

The service is a file: a line for each task that it took. Prints for each label what became of its job, as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from subtitles.engines.base import BatchResult, Options, Pending, Source, Ticket
from subtitles.jobs import leases
from subtitles.jobs.steps import State
from subtitles.models import Job, Transcript, Usage
from subtitles.retranscribe import asking, importing, results, sentences
from subtitles.retranscribe.kind import Retranscription
from subtitles.speech import UsageReport
from tests.jobs.processes import ended, in_a_child, prepare_database, work
from tests.retranscribe.scripted import PAID, one_piece, said
from tests.retranscribe.stage import wish

SENTENCES = 3


class FileService:
    region = "beijing"

    def __init__(self, bill: str, crash: Callable[[str], None]) -> None:
        self._bill = os.open(bill, os.O_WRONLY | os.O_APPEND)
        self._crash = crash

    async def prepare(self, source: Source, options: Options) -> Source:
        return Source(source.path, f"oss://{source.path.name if source.path else ''}")

    async def submit(self, sources: Sequence[Source], options: Options) -> Ticket | BatchResult:
        self._crash("before the service took it")
        [source] = sources
        os.write(self._bill, f"{source.address}\n".encode())
        self._crash("after the service took it")
        return Ticket(f"task of {source.address}", PAID, (source.address,))

    async def check(self, ticket: Ticket) -> Pending | BatchResult:
        self._crash("before the result came")
        return BatchResult((said(SENTENCES),), UsageReport(12.5, ticket.task_id))

    async def cancel(self, ticket: Ticket) -> bool:
        return False


def install(crash: Callable[[str], None]) -> None:
    """Lets `crash` hear of every place where a process may die."""
    move, claim, keep, add = leases.move, leases.claim, results.keep, sentences.add

    def moving(lease: Any, before: State, change: Any, fields: Any) -> bool:
        name = f"{before} to {change.state}"
        crash(f"before {name}")
        asked = move(lease, before, change, fields)
        crash(f"after {name}")
        return asked

    def claiming(*arguments: Any) -> Any:
        taken = claim(*arguments)
        if taken:
            crash("after a claim")
        return taken

    def keeping(path: Path, transcribed: Any) -> str:
        sha256 = keep(path, transcribed)
        crash("after the result was on disk")
        return sha256

    def adding(transcript_id: int, first: int, some: Any) -> None:
        crash("before a part of the import")
        add(transcript_id, first, some)
        if first == 2:
            crash("in the middle of the import")

    heard: list[tuple[ModuleType, str, object]] = [
        (leases, "move", moving),
        (leases, "claim", claiming),
        (results, "keep", keeping),
        (sentences, "add", adding),
        (importing, "ROWS_A_TRANSACTION", 1),
        (asking, "FIRST_LOOK_S", 0.02),
    ]
    for module, name, value in heard:
        setattr(module, name, value)


def run(bill: str, label: str) -> None:
    def crash(here: str) -> None:
        if here == label:
            os.kill(os.getpid(), signal.SIGKILL)

    install(crash)
    work(Retranscription(lambda name: FileService(bill, crash), one_piece))


def story(bill: str, label: str) -> dict[str, object]:
    number = wish()
    killed = ended(in_a_child(partial(run, bill, label)))
    left = Job.objects.get(pk=number).state
    found = ended(in_a_child(partial(run, bill, "")))
    job = Job.objects.get(pk=number)
    shown = Transcript.objects.filter(jobs=number, ready=True)
    return {
        "codes": [killed, found],
        "left": left,
        "state": job.state,
        "submits": Path(bill).read_text().splitlines().count(f"oss://{number}.wav"),
        "shown": [one.sentences.count() for one in shown],
        "bills": Usage.objects.filter(job=number).count(),
    }


def main(bill: str, *labels: str) -> None:
    prepare_database()
    Path(bill).touch()
    json.dump({label: story(bill, label) for label in labels}, sys.stdout)
