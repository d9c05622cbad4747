"""What the live path writes. Each function is one unit for the writer thread: short, and safe to repeat.

Every visible change takes the room's next `seq` in its own transaction; the row lock makes commit order seq order.
The room's row is locked before the session's, everywhere: two processes never wait for each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from subtitles.engines.base import Options
from subtitles.live.refusals import Reason, Refused
from subtitles.live.wire import BroadcastHello, Item, SessionInfo
from subtitles.models import CaptionSession, Recording, RecordingGap, Room, Sentence, Transcript
from subtitles.recordings import encoding
from subtitles.speech import FinalResult
from subtitles.vocabularies.use import live_options

State = CaptionSession.State
BROADCASTER_GONE_AFTER = timedelta(seconds=15)


class Fenced(Exception):
    """Somebody else has taken the session: stop writing."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A session as its new writer finds it."""

    room_id: int
    info: SessionInfo
    epoch: int
    transcript_id: int
    recording_id: int
    last_number: int
    captioned_samples: int
    engine: str
    options: Options
    paced: bool
    billed_seconds: float
    request_ids: tuple[str, ...]
    seq: int
    """Of the change that made the session visible or changed its state just now; 0 = viewers know it already."""
    was_led: bool
    """Another process may still be writing: it has to hear of this first."""
    broadcast: UUID | None = None
    """The page or program it was taken for."""


@dataclass(frozen=True, slots=True)
class Committed:
    seq: int
    item: Item


@dataclass(frozen=True, slots=True)
class Gap:
    at_samples: int
    reason: str
    ms: int = 0
    detail: str = ""


def begin(room_id: int, hello: BroadcastHello, *, has_space: bool = True) -> Taken:
    """The room's open session, taken over or resumed, or (while there is space) a new one.

    Raises Refused (not_found, ended, busy, finishing, storage_full).
    """
    now = timezone.now()
    room = Room.objects.select_for_update().filter(pk=room_id).first()
    if room is None:
        raise Refused(Reason.NOT_FOUND)
    session = CaptionSession.objects.filter(room=room, state__in=CaptionSession.OPEN).first()
    if session is None or session.broadcast != hello.broadcast:
        _check_newcomer(room, session, hello, now)
    if session is None:
        if not has_space:
            raise Refused(Reason.STORAGE_FULL, retry_after=10.0)
        return _create(room, hello, now)
    session.broadcast = hello.broadcast
    session.broadcaster_at = now
    return _take(session, now)


def _check_newcomer(room: Room, session: CaptionSession | None, hello: BroadcastHello, now: datetime) -> None:
    """Whoever does not continue the open session: may it begin one, or take this one?"""
    if CaptionSession.objects.filter(room=room, broadcast=hello.broadcast, state=State.ENDED).exists():
        # It was cut off before it heard so: a new session would be a second recording of the same broadcast.
        raise Refused(Reason.ENDED)
    if session is None:
        return
    if session.state == State.ENDING:
        raise Refused(Reason.FINISHING, retry_after=2.0)
    if not hello.take_over and _is_heard(session, now):
        raise Refused(Reason.BUSY)


def _is_heard(session: CaptionSession, now: datetime) -> bool:
    return session.broadcaster_at is not None and now - session.broadcaster_at < BROADCASTER_GONE_AFTER


def _create(room: Room, hello: BroadcastHello, now: datetime) -> Taken:
    session = CaptionSession.objects.create(
        room=room,
        title=f"{room.title} · {timezone.localtime(now):%Y-%m-%d %H:%M}",
        language=room.language,
        broadcast=hello.broadcast,
        paced=hello.paced,
        seq=_next_seq(room.pk),
        broadcaster_at=now,
        consent_at=now if hello.consent else None,
    )
    Recording.objects.create(session=session)
    Transcript.objects.create(
        session=session,
        kind=Transcript.Kind.LIVE,
        engine=room.engine,
        model=room.model,
        options={**room.options, **live_options(room)},
    )
    return _take(session, now, seq=session.seq)


def take_abandoned(session_id: int) -> Taken | None:
    """For the sweeper: the session if nobody looks after it (its lease is over)."""
    now = timezone.now()
    session = CaptionSession.objects.select_for_update().filter(pk=session_id, state__in=CaptionSession.OPEN).first()
    if session is None or (session.lease_until is not None and session.lease_until > now):
        return None
    return _take(session, now)


def leaderless(now: datetime | None = None) -> list[tuple[int, int]]:
    """Open sessions whose lease is over, each with its room."""
    rows = CaptionSession.objects.filter(state__in=CaptionSession.OPEN, lease_until__lt=now or timezone.now())
    return list(rows.values_list("pk", "room_id"))


def _take(session: CaptionSession, now: datetime, seq: int = 0) -> Taken:
    was_led = session.lease_until is not None and session.lease_until > now
    session.epoch += 1
    session.lease_until = now + timedelta(seconds=settings.SUBTITLES_LEASE_S)
    session.save(update_fields=["epoch", "lease_until", "broadcast", "broadcaster_at"])
    transcript = session.transcripts.get(kind=Transcript.Kind.LIVE)
    return Taken(
        session.room_id,
        SessionInfo(session.pk, session.title, session.state, session.language),
        session.epoch,
        transcript.pk,
        session.recording.pk,
        session.last_number,
        session.captioned_samples,
        transcript.engine,
        Options(transcript.model, session.language, transcript.options),
        session.paced,
        transcript.billed_seconds,
        tuple(transcript.request_ids),
        seq,
        was_led,
        session.broadcast,
    )


def commit_final(taken: Taken, epoch: int, number: int, captioned: int, final: FinalResult) -> Committed:
    """Keeps a final as sentence `number`. Raises Fenced.

    Repeating it after a commit whose answer was lost finds the sentence instead of numbering it again.
    """
    seq = _next_seq(taken.room_id)
    mine = CaptionSession.objects.filter(pk=taken.info.id, epoch=epoch)
    if not mine.filter(last_number=number - 1).update(last_number=number, captioned_samples=captioned):
        kept = Sentence.objects.filter(transcript=taken.transcript_id, number=number).first()
        if kept is None or not mine.exists():
            raise Fenced
        return Committed(kept.seq, to_item(kept))
    sentence = Sentence.objects.create(
        transcript_id=taken.transcript_id,
        number=number,
        seq=seq,
        begin_ms=final.begin_ms,
        end_ms=final.end_ms,
        text=final.text,
        words=[[word.begin_ms, word.end_ms, word.text, word.punctuation] for word in final.words],
        speaker=final.speaker,
        channel=final.channel,
        language=final.language or taken.info.lang,
        emotion=final.emotion,
        emotion_confidence=final.emotion_confidence,
        events=list(final.events),
    )
    return Committed(sentence.seq, to_item(sentence))


def keep_progress(taken: Taken, epoch: int, captioned: int, broadcaster: bool) -> bool:
    """Renews the lease; moves `captioned_samples` on over silence. False = somebody else has the session."""
    now = timezone.now()
    mine = CaptionSession.objects.filter(pk=taken.info.id, epoch=epoch, state__in=CaptionSession.OPEN)
    mine.filter(captioned_samples__lt=captioned).update(captioned_samples=captioned)
    fields = {"lease_until": now + timedelta(seconds=settings.SUBTITLES_LEASE_S)}
    if broadcaster:
        fields["broadcaster_at"] = now
    return mine.update(**fields) > 0


def release(taken: Taken, epoch: int) -> None:
    """Lets any process take the session at once (shutdown)."""
    CaptionSession.objects.filter(pk=taken.info.id, epoch=epoch).update(lease_until=timezone.now())


def keep_gap(taken: Taken, epoch: int, gap: Gap) -> None:
    """Raises Fenced."""
    _check_mine(taken, epoch)
    recording = RecordingGap.objects.filter(recording=taken.recording_id)
    known = recording.filter(at_samples=gap.at_samples, reason=gap.reason, detail=gap.detail, ms=gap.ms)
    if not known.exists():
        RecordingGap.objects.create(
            recording_id=taken.recording_id,
            at_samples=gap.at_samples,
            reason=gap.reason,
            detail=gap.detail,
            ms=gap.ms,
            from_at=timezone.now(),
        )


def close_pause(taken: Taken, epoch: int) -> None:
    """The pause that is open ends now. Raises Fenced."""
    _check_mine(taken, epoch)
    now = timezone.now()
    open_ = RecordingGap.objects.filter(recording=taken.recording_id, reason=RecordingGap.Reason.PAUSE, to_at=None)
    for gap in open_.exclude(from_at=None):
        gap.to_at = now
        gap.ms = int((now - (gap.from_at or now)).total_seconds() * 1000)
        gap.save(update_fields=["to_at", "ms"])


def keep_usage(taken: Taken, epoch: int, billed_seconds: float, request_ids: list[str]) -> None:
    """What the engine has billed for this session so far, and under which ids. Raises Fenced."""
    _check_mine(taken, epoch)
    rows = Transcript.objects.filter(pk=taken.transcript_id)
    rows.update(billed_seconds=billed_seconds, request_ids=request_ids)


def become_ending(taken: Taken, epoch: int) -> int | None:
    """No more audio comes. The room's seq of this change, or None if that was known. Raises Fenced."""
    return _set_state(taken, epoch, {"state": State.ENDING})


def end(taken: Taken, epoch: int, samples: int) -> tuple[int | None, int]:
    """Seals the recording at `samples`, has it encoded and ends the session, as one.

    The room's seq of this change (None if it had ended already) and how many sentences there are. Raises Fenced.
    """
    seq = _set_state(taken, epoch, {"state": State.ENDED, "ended_at": timezone.now(), "lease_until": None})
    if seq is not None:
        Recording.objects.filter(pk=taken.recording_id).update(samples=samples, sealed_at=timezone.now())
        encoding.ask(taken.recording_id, taken.info.id)
    return seq, CaptionSession.objects.values_list("last_number", flat=True).get(pk=taken.info.id)


def _set_state(taken: Taken, epoch: int, fields: dict[str, object]) -> int | None:
    _check_mine(taken, epoch)
    mine = CaptionSession.objects.filter(pk=taken.info.id, epoch=epoch)
    if mine.filter(state__in=(fields["state"], State.ENDED)).exists():
        return None
    seq = _next_seq(taken.room_id)
    if not mine.update(seq=seq, **fields):
        raise Fenced
    return seq


def _check_mine(taken: Taken, epoch: int) -> None:
    if not CaptionSession.objects.filter(pk=taken.info.id, epoch=epoch).exists():
        raise Fenced


def holder(taken: Taken) -> tuple[str, UUID | None]:
    """State of the session, and which page or program it belongs to now. A deleted session has ended."""
    rows = CaptionSession.objects.filter(pk=taken.info.id).values_list("state", "broadcast")
    return rows.first() or (State.ENDED, None)


def to_item(row: Sentence) -> Item:
    return Item(
        row.number, row.revision, row.seq, row.begin_ms, row.end_ms, row.text, row.language, row.speaker, row.hidden
    )


def _next_seq(room_id: int) -> int:
    if not Room.objects.filter(pk=room_id).update(seq=F("seq") + 1):
        raise Fenced
    return Room.objects.values_list("seq", flat=True).get(pk=room_id)
