"""kill -9 of a worker, at every place where it matters; another worker finds what is left."""

from __future__ import annotations

from pathlib import Path

from tests.jobs.processes import program
from tests.retranscribe.worker import SENTENCES

KILLED = -9
GOES_ON = {  # where it is killed: the state it leaves
    "after a claim": "queued",
    "before queued to prepared": "queued",
    "after queued to prepared": "prepared",
    "before prepared to submitting": "prepared",
    "after submitting to waiting": "waiting",
    "before the result came": "waiting",
    "after the result was on disk": "waiting",
    "before waiting to fetched": "waiting",
    "after waiting to fetched": "fetched",
    "before a part of the import": "fetched",
    "in the middle of the import": "fetched",
    "before fetched to done": "fetched",
    "after fetched to done": "done",
}
ASKS = {  # where it is killed: how many tasks the service has taken
    "after prepared to submitting": 0,
    "before the service took it": 0,
    "after the service took it": 1,
    "before submitting to waiting": 1,
}


def test_each_job_ends_once_and_is_paid_for_once_or_asks(tmp_path: Path) -> None:
    told = program("tests.retranscribe.worker", tmp_path, str(tmp_path / "bill"), *GOES_ON, *ASKS)
    for label, left in GOES_ON.items():
        end = {"state": "done", "submits": 1, "shown": [SENTENCES], "bills": 1}
        assert told[label] == {"codes": [KILLED, 0], "left": left, **end}, label
    for label, taken in ASKS.items():
        end = {"state": "uncertain", "submits": taken, "shown": [], "bills": 0}
        assert told[label] == {"codes": [KILLED, 0], "left": "submitting", **end}, label
