"""What the upload page says: what was refused and why, and what its script tells."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from subtitles.pages.texts import Texts

PROBLEMS: Mapping[str, str | Promise] = {
    "empty": _("The file is empty. Nothing was kept."),
    "too-big": _("The file is larger than 2 GB. Cut it into parts, or send the sound alone. Nothing was sent."),
    "disk-full": _("The server has no space left for it. What arrived is kept; ask the administrator, then go on."),
    "too-many": _("Too many of your files are half here. Finish or delete some of them first."),
    "gone": _("What had arrived is gone: it waited for more than a day, or was deleted. Send the file again."),
    "deleted": _("Its session was deleted before the sound was there."),
    "signed-out": _("You are signed out. Sign in again in another tab, then go on here; what arrived is kept."),
    "forbidden": _("The page is too old. Reload it and choose the same file again; what arrived is kept."),
    "bad-request": _("The server did not understand. Reload the page and choose the file again."),
    "not-audio": _(
        "No sound or video in a format we know, or its beginning or end is missing. Nothing was kept. For bare "
        "samples (.pcm), say their rate when you upload."
    ),
    "playlist": _("This is a playlist: it names other files instead of holding sound. Upload those files."),
    "no-sound": _("There is a picture in this file and no sound. Nothing was kept."),
    "no-samples": _("Nothing in this file could be decoded. Nothing was kept."),
    "odd-sound": _("Its sample rate or number of channels is one that we do not take: 8 to 192 kHz, up to 8 channels."),
    "too-long": _("The recording is longer than 12 hours. Cut it into parts and upload those."),
    "too-costly": _("Decoding it took more time or memory than any file should need, so it was stopped."),
    "damaged": _("A part of the file is missing or broken. What could be decoded is kept."),
    "storage": _("The server cannot write it or reach its storage. The file is kept; it is tried again by itself."),
    "kept": _(
        "Something failed on the server, not in your file. It is kept and tried again after a day, or when you say so."
    ),
    "other": _("Something failed on the server. It is tried again; if this stays, tell the administrator."),
}

SCRIPT: Texts = {
    **{f"problem.{key}": text for key, text in PROBLEMS.items()},
    "queued": _("Waits for its turn"),
    "asking": _("Asking the server…"),
    "sending": _("{done} of {size}"),
    "waiting": _("The connection is gone. {done} of {size} are safe; it goes on by itself."),
    "paused": _("Paused. {done} of {size} are safe."),
    "done": _("All here."),
    "pause": _("Pause"),
    "continue": _("Continue"),
    "cancel": _("Cancel"),
    "say.sending": _("{name}: on its way."),
    "say.waiting": _("{name}: the connection is gone; it goes on by itself."),
    "say.paused": _("{name}: paused."),
    "say.done": _("{name}: all here; now it is being decoded."),
    "say.refused": _("{name}: {why}"),
    "unit.KB": _("{n} KB"),
    "unit.MB": _("{n} MB"),
    "unit.GB": _("{n} GB"),
    "bar": _("Sent of {name}"),
    "pause.name": _("Pause {name}"),
    "continue.name": _("Continue {name}"),
    "cancel.name": _("Cancel {name}"),
}


def problem(key: str) -> str:
    return str(PROBLEMS.get(key, PROBLEMS["other"]))
