"""A vocabulary put to use: at once where it is live, when it is ready where a recording is transcribed.

Services are told the name of a list that they keep; models on this machine are told the words.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.db import close_old_connections

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.dashscope.errors import NO_KEY
from subtitles.engines.dashscope.vocabularies import NoSuchList
from subtitles.engines.local.sherpa_hotwords import written
from subtitles.models import Job, Room, Vocabulary
from subtitles.vocabularies import accounts, copies, lists
from subtitles.vocabularies.words import USUAL_WEIGHT, phrases

logger = logging.getLogger(__name__)
T = TypeVar("T")
WAIT_S, LOOK_EVERY_S = 30.0, 0.25


def live_options(room: Room) -> dict[str, str]:
    """The option that gives the room's model its hot words, if they are at the service as they are here; else nothing:
    going live waits for nobody. Three short queries. A room's own words for a model on this machine stay."""
    if room.vocabulary_id is None:
        return {}
    if accounts.option_of(room.engine, room.model) == accounts.WORDS:
        return with_own(_words(room.vocabulary_id), room.options)
    loaded = copies.find(room.vocabulary_id, room.engine, room.model)
    if loaded is None or not loaded.is_usable:
        return {}
    return {accounts.option_of(room.engine, room.model): loaded.copy.remote_id}


def want_for(room: Room) -> None:
    """To be called when a room's vocabulary, engine or model was set: so it is ready when somebody goes live."""
    if room.vocabulary is not None:
        copies.want(room.vocabulary, room.engine, room.model)


def with_own(found: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, str]:
    """Words that somebody entered for a model on this machine come before the vocabulary's."""
    own = str(values.get(accounts.WORDS, "")).strip()
    return {name: f"{own}\n{words}" if own and name == accounts.WORDS else words for name, words in found.items()}


async def options_for(vocabulary_id: int, engine: str, model: str) -> dict[str, str]:
    """As `remote_id`, under the name of the option that carries it; for a model on this machine the words. Nothing
    where there are none."""
    if accounts.option_of(engine, model) == accounts.WORDS:
        return await _in_a_thread(partial(_words, vocabulary_id))
    found = await remote_id(vocabulary_id, engine, model)
    return {accounts.option_of(engine, model): found} if found else {}


async def remote_id(vocabulary_id: int, engine: str, model: str) -> str:
    """What the service calls this vocabulary, made or brought in step now and usable; empty for one without words. A
    list that somebody deleted at the service is made anew.

    Needs a runner of jobs in this or another process. Raises EngineError: PARAMETERS (the model takes no hot words, or
    the vocabulary is gone), KEY, QUOTA (ten lists), or retryable ones, where waiting longer may help.
    """
    deadline = asyncio.get_running_loop().time() + WAIT_S
    asked: int | None = None
    gone = False
    while True:
        look = await _in_a_thread(partial(_look, vocabulary_id, engine, model, asked, gone))
        gone = look.remote_id is not None and await _is_gone(engine, model, look.remote_id)
        if look.remote_id is not None and not gone:
            return look.remote_id
        if asyncio.get_running_loop().time() > deadline:
            words = look.problem or "The service has not made the list of hot words usable yet."
            raise EngineError(ErrorKind.BUSY, words, retryable=True, code="hotwords")
        asked = look.job_id
        await asyncio.sleep(LOOK_EVERY_S)


async def _is_gone(engine: str, model: str, remote_id: str) -> bool:
    """Whatever else comes of this question, the list may be used."""
    account = accounts.current(engine)
    try:
        if account is not None and remote_id:
            await lists.of(account, accounts.option_of(engine, model)).is_ready(remote_id)
    except NoSuchList:
        return True
    except EngineError as error:
        logger.info("cannot ask whether a list is there: %s", error.code)
    return False


def _words(vocabulary_id: int) -> dict[str, str]:
    text = written(phrases(copies.words_of(vocabulary_id)), USUAL_WEIGHT)
    return {accounts.WORDS: text} if text else {}


@dataclass(frozen=True, slots=True)
class _Look:
    remote_id: str | None = None
    job_id: int | None = None
    problem: str = ""


def _look(vocabulary_id: int, engine: str, model: str, asked: int | None, gone: bool) -> _Look:
    """`asked`: the job that was asked for in an earlier look. If it has failed, so have we. `gone`: what was found
    then is not at the service."""
    job = Job.objects.filter(pk=asked).first() if asked else None
    if job is not None and job.state in (Job.State.FAILED, Job.State.CANCELLED):
        raise EngineError(_kind(job), job.error_message, retryable=False, code=job.error_key)
    if job is None or job.is_over:
        vocabulary = _checked(vocabulary_id, engine, model)
        job = copies.want(vocabulary, engine, model, again=gone)
    if job is None:
        loaded = copies.find(vocabulary_id, engine, model)
        return _Look(loaded.copy.remote_id if loaded else None)
    return _Look(None, job.pk, job.error_message)


def _checked(vocabulary_id: int, engine: str, model: str) -> Vocabulary:
    if not accounts.option_of(engine, model):
        raise EngineError(ErrorKind.PARAMETERS, "This model takes no hot words.", code="hotwords")
    if accounts.current(engine) is None:
        raise EngineError(ErrorKind.KEY, NO_KEY, code="no-key")
    vocabulary = Vocabulary.objects.filter(pk=vocabulary_id).first()
    if vocabulary is None:
        raise EngineError(ErrorKind.PARAMETERS, "The vocabulary was deleted.", code="hotwords")
    return vocabulary


def _kind(job: Job) -> ErrorKind:
    return next((kind for kind in ErrorKind if kind == job.error_kind), ErrorKind.PROTOCOL)


async def _in_a_thread(unit: Callable[[], T]) -> T:
    return await asyncio.to_thread(_with_connection, unit)


def _with_connection(unit: Callable[[], T]) -> T:
    try:
        return unit()
    finally:
        close_old_connections()
