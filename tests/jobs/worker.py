"""`main(workers, jobs, file)`: several workers on one database. Every step adds a line to the file."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter

from subtitles.jobs.steps import Lane, Next, State
from subtitles.jobs.work import Work
from subtitles.models import Job, TokenBucket
from tests.jobs.processes import ended, in_a_child, prepare_database, work


class ThreeSteps:
    """The last one leaves a row of its own, in the transaction of its arrow."""

    lanes = (Lane(at_once=8),)

    def __init__(self, file: str) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def advance(self, work: Work) -> Next:
        os.write(self._file, f"{work.job.key} {work.state}\n".encode())
        match work.state:
            case State.QUEUED:
                return Next(State.PREPARED)
            case State.PREPARED:
                return Next(State.WAITING, after_s=0.01)
        return Next(State.DONE, write=lambda: TokenBucket.objects.create(name=work.job.key))

    async def cancel(self, work: Work) -> Next:
        raise AssertionError("nobody cancels")

    async def clean_up(self, work: Work) -> None:
        pass


def main(workers: str, jobs: str, file: str) -> None:
    prepare_database()
    Job.objects.bulk_create(Job(kind="retranscribe", key=str(number)) for number in range(int(jobs)))
    children = [in_a_child(lambda: work(ThreeSteps(file))) for _ in range(int(workers))]
    codes = [ended(child) for child in children]
    states = Counter(Job.objects.values_list("state", flat=True))
    json.dump({"codes": codes, "states": states, "ends": TokenBucket.objects.count()}, sys.stdout)
