"""A broadcast ended by somebody who is not at its microphone."""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from subtitles.models import CaptionSession, Room, User

logger = logging.getLogger(__name__)
State = CaptionSession.State


def end(session: CaptionSession, by: User) -> bool:
    """No more audio is taken; the rest of the recording is captioned, as at every end. False = it was not live.

    Raising the epoch takes the session from its writer, which hears of it within seconds. Whoever comes next, the
    broadcaster's page or a sweeper, finds it ending and winds it up. The caller announces the room.
    """
    with transaction.atomic():
        room = Room.objects.select_for_update().get(pk=session.room_id)
        fields = {"state": State.ENDING, "epoch": F("epoch") + 1, "lease_until": timezone.now(), "seq": room.seq + 1}
        if not CaptionSession.objects.filter(pk=session.pk, state=State.LIVE).update(**fields):
            return False
        Room.objects.filter(pk=room.pk).update(seq=F("seq") + 1)
    logger.info("session %s: ended from outside by user %s", session.pk, by.pk)
    return True
