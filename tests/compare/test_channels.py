from __future__ import annotations

from dataclasses import replace

from subtitles.compare.accept import accept_all, accept_change
from subtitles.compare.channels import compare_channels
from subtitles.compare.diff import compare, runs
from tests.compare.talk import applied, in_a_row

LEFT = [replace(said, channel=0) for said in in_a_row(["good evening to you all", "the first point is money"])]
RIGHT = [replace(said, channel=1) for said in in_a_row(["yes yes of course", "we heard about the money"])]
BETTER = [replace(said, text=said.text.replace("money", "honey")) for said in (*LEFT, *RIGHT)]


def test_people_who_speak_at_once_are_compared_each_with_themselves() -> None:
    found = compare_channels([*LEFT, *RIGHT], BETTER)
    assert [row.kind for row in found.rows] == ["equal", "changed", "equal", "changed"]
    assert [(list(row.a), list(row.b)) for row in found.rows] == [([n], [n]) for n in range(4)]
    assert [change.row for change in found.changes] == [1, 3]
    assert (found.figures.words, found.figures.substituted) == (19, 2)
    _, theirs = runs(found, found.rows[3])
    assert {run.change for line in theirs for run in line} == {None, 1}


def test_what_is_accepted_lands_in_its_own_channel() -> None:
    ours = (*LEFT, *RIGHT)
    found = compare_channels(ours, BETTER)
    assert [said.text for said in applied(ours, accept_all(found))] == [said.text for said in BETTER]
    changed = applied(ours, [accept_change(found, 1)])
    assert [said.text for said in changed] == [*(said.text for said in ours[:3]), BETTER[3].text]


def test_one_channel_is_compared_as_ever() -> None:
    assert compare_channels(LEFT, BETTER[:2]) == compare(LEFT, BETTER[:2])
    mixed = [replace(said, channel=None) for said in BETTER]
    assert compare_channels(LEFT, mixed) == compare(LEFT, mixed)
