"""The job that brings one copy of a vocabulary in step with it, or deletes it at the service."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from functools import partial

from subtitles.engines.dashscope.vocabularies import NoSuchList
from subtitles.jobs.steps import JobFailed, Lane, Next, Problem, State
from subtitles.jobs.work import Work
from subtitles.models import Job
from subtitles.vocabularies import accounts, copies, lists
from subtitles.vocabularies.copies import Loaded
from subtitles.vocabularies.lists import Lists
from subtitles.vocabularies.words import fingerprint, fit_for

FIRST_LOOK_S, LONGEST_LOOK_S = 0.5, 15.0
READY_WITHIN = timedelta(minutes=10)
"""How long a list may take to become usable is not documented."""


class KeepInStep:
    """queued (sent) → waiting (until the service says that it can be used) → done."""

    lanes = (Lane(at_once=4),)

    async def advance(self, work: Work) -> Next:
        copy_id = int(work.job.key)
        loaded = await work.read(partial(copies.load, copy_id))
        if loaded is None:
            return Next(State.DONE)
        service = _service(loaded)
        if loaded.is_unwanted:
            return await self._delete(service, loaded)
        if loaded.is_usable:
            return Next(State.DONE)
        if work.state == State.WAITING and loaded.is_in_step:
            return await self._look(work, service, loaded)
        return await self._send(work, service, loaded)

    async def cancel(self, work: Work) -> Next:
        return Next(State.CANCELLED, problem=Problem("cancelled", "cancelled", "It was cancelled."))

    async def clean_up(self, work: Work) -> None:
        if work.state != State.DONE:
            await work.read(partial(_note, work.job.pk))

    async def _send(self, work: Work, service: Lists, loaded: Loaded) -> Next:
        """Finding comes before making: whoever died after making it never told anybody its id."""
        copy, words_hash = loaded.copy, fingerprint(loaded.words)
        if not loaded.words:
            await _deleted(service, loaded)
            return Next(State.DONE, write=partial(_emptied, copy.pk, words_hash))
        entry = accounts.entry(copy.engine, copy.target_model)
        words = fit_for(loaded.words, entry) if entry else loaded.words
        remote_id = copy.remote_id or await _found(service, await work.read(partial(copies.marks, copy)))
        if remote_id:
            try:
                await service.update(copy.target_model, remote_id, words)
            except NoSuchList:
                remote_id = ""
        if not remote_id:
            remote_id = await service.create(copy.target_model, copies.mark(copy.pk), words)
        return Next(State.WAITING, step="waiting", write=partial(copies.was_sent, copy.pk, remote_id, words_hash))

    async def _look(self, work: Work, service: Lists, loaded: Loaded) -> Next:
        copy = loaded.copy
        try:
            ready = await service.is_ready(copy.remote_id)
        except NoSuchList:
            return Next(State.QUEUED, write=partial(copies.was_lost, copy.pk))
        if ready:
            return Next(State.DONE, write=partial(copies.became_ready, copy.pk))
        waited = work.now() - work.job.moved_at
        if waited > READY_WITHIN:
            raise JobFailed("busy", "not-ready", "The service has the words, but does not make them usable.")
        return Next(State.WAITING, _pause(waited), step="waiting")

    async def _delete(self, service: Lists, loaded: Loaded) -> Next:
        await _deleted(service, loaded)
        return Next(State.DONE, write=partial(copies.was_deleted, loaded.copy.pk))


def _service(loaded: Loaded) -> Lists:
    account = accounts.current(loaded.copy.engine)
    if account is None or not copies.is_ours(loaded.copy):
        raise JobFailed("key", "other-account", "The list belongs to an account whose key is not set here now.")
    return lists.of(account, accounts.option_of(loaded.copy.engine, loaded.copy.target_model))


async def _found(service: Lists, marks: Iterable[str]) -> str:
    for mark in marks:
        if found := await service.find(mark):
            return found
    return ""


async def _deleted(service: Lists, loaded: Loaded) -> None:
    remote_id = loaded.copy.remote_id or await service.find(copies.mark(loaded.copy.pk))
    if remote_id:
        with suppress(NoSuchList):
            await service.delete(remote_id)


def _emptied(copy_id: int, words_hash: str) -> None:
    """A list without words cannot be: there is none, and that is in step."""
    copies.was_sent(copy_id, "", words_hash)
    copies.became_ready(copy_id)


def _note(job_id: int) -> None:
    job = Job.objects.filter(pk=job_id).first()
    if job is not None:
        copies.failed(int(job.key), job.error_message)


def _pause(waited: timedelta) -> float:
    return min(max(FIRST_LOOK_S, waited.total_seconds() / 4), LONGEST_LOOK_S)
