"""What the scripts of a page say, in its reader's language: `{key: text}`, put into the page as JSON.

An error says what happened, what was kept, and what to do next. `{n}`, `{name}`, `{list}` and `{code}` are filled in
by the scripts. Keys of errors are those of `live/refusals.py` and docs/protocol.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Texts = Mapping[str, str | Promise]

COMMON: Texts = {
    "speaker": _("Speaker {n}"),
    "error.other": _("The connection ended (code {code}). Reload the page to go on."),
}

STATES: Texts = {
    "state.idle": _("Ready when you are."),
    "state.connecting": _("Connecting…"),
    "state.live": _("You are live."),
    "state.paused": _("Paused. Nothing is recorded until you resume."),
    "state.reconnecting": _("The connection is gone: recording goes on here and is sent when it is back."),
    "state.stopping": _("Stopping: the last words are being written…"),
    "state.ended": _("The session is over. Recording and text are kept."),
    "state.refused": _("Not on air."),
    "state.elsewhere": _("This room is live in another tab or on another device."),
    "state.behind": _("The text is {n} s behind. Nothing is lost; it is catching up."),
}

MICROPHONE: Texts = {
    "mic.refused": _(
        "The browser was not allowed to use the microphone. Open the permissions beside the address, allow the "
        "microphone, and try again."
    ),
    "mic.missing": _("No microphone was found. Plug one in and try again."),
    "mic.gone": _("The microphone chosen last time is not there. Choose another one, or plug it in again."),
    "mic.busy": _("Another program holds the microphone. Close it there and try again."),
    "mic.other": _("The microphone could not be opened ({name}). Choose another one, or reload the page."),
    "mic.ended": _(
        "The microphone was unplugged. What you said until then is kept. Plug it in or choose another one; you are "
        "still on air."
    ),
    "mic.muted": _("The microphone is muted by the system or by its own switch. Unmute it to be heard."),
    "mic.suspended": _("The browser waits for a sign from you: click anywhere or press a key to turn the sound on."),
    "mic.lost": _("The microphone gave nothing for {n} s. That stretch is marked in the recording."),
    "device.default": _("System default"),
    "device.unnamed": _("Microphone {n}"),
    "track.raw": _("{name}, unprocessed"),
    "track.processed": _("{name}, with {list}"),
    "track.noise": _("noise suppression"),
    "track.echo": _("echo cancellation"),
    "track.gain": _("automatic gain"),
    "alarm.silent": _("Nothing to hear for 3 seconds. Is this the right microphone, and is it switched on?"),
    "alarm.consent": _("Tick first that everybody who is recorded knows about it."),
    "alarm.late": _(
        "The connection is slow: {n} s of sound wait here and are sent in order. Nothing is lost for ten minutes."
    ),
    "alarm.lost": _(
        "{n} s of sound could not be kept: the connection was away for longer than ten minutes. The gap is marked; "
        "everything else is there."
    ),
    "alarm.left": _("The session was over before the last {n} s of sound arrived. They are not kept."),
    "alarm.elsewhere": _("Another tab of this browser is live in this room. Go on there, or close it first."),
    "alarm.new_session": _("The session before has ended; this is a new one. Both are in the list of sessions."),
}

UPSTREAM: Texts = {
    "upstream.idle": _("waiting for speech"),
    "upstream.connecting": _("connecting"),
    "upstream.ok": _("running"),
    "upstream.retrying": _("reconnecting"),
    "upstream.failed": _("stopped"),
    "upstream.key": _("key refused"),
    "upstream.quota": _("no quota"),
    "upstream.parameters": _("options refused"),
    "upstream.busy": _("busy"),
    "upstream.unreachable": _("unreachable"),
    "upstream.network": _("unreachable"),
    "upstream.protocol": _("not understood"),
    "upstream.skipped": _("skipped a stretch"),
    "upstream.ending": _("finishing"),
    "storage.ok": _("writing"),
    "storage.late": _("writing late"),
    "storage.full": _("disk full"),
}

NOTICES: Texts = {
    "notice.upstream_connecting": _("The recogniser is being called. Sound is recorded meanwhile."),
    "notice.upstream_ok": _("The recogniser is listening."),
    "notice.upstream_retrying": _(
        "The connection to the recogniser broke. Sound is recorded; the missing text follows in order."
    ),
    "notice.upstream_key": _(
        "The recogniser refuses the key. Sound is recorded, but no text comes. Check the key and its region on the "
        "server."
    ),
    "notice.upstream_quota": _(
        "The recogniser's account has no rights or nothing left. Sound is recorded, but no text comes. Check the "
        "account with the provider."
    ),
    "notice.upstream_parameters": _(
        "The recogniser refuses this room's model, language or options. Sound is recorded, but no text comes. Change "
        "them in the room's settings."
    ),
    "notice.upstream_busy": _(
        "The recogniser is fully occupied. Sound is recorded; the text follows as soon as there is room."
    ),
    "notice.upstream_unreachable": _(
        "The recogniser cannot be reached. Sound is recorded; the text follows when it answers again."
    ),
    "notice.upstream_network": _(
        "The recogniser cannot be reached. Sound is recorded; the text follows when it answers again."
    ),
    "notice.upstream_protocol": _(
        "The recogniser answers in a way that is not understood. Sound is recorded, but no text comes. Tell the "
        "administrator."
    ),
    "notice.upstream_skipped": _(
        "A few seconds could not be recognised and were skipped. They are in the recording; the text goes on."
    ),
    "notice.storage_full": _(
        "The server's disk is full. What had arrived is kept, and ten minutes more wait in this page. Free space "
        "on the server; it goes on by itself."
    ),
    "notice.saving_late": _(
        "The database answers late. Sound is recorded, and sentences are saved as soon as it is back."
    ),
    "notice.idle": _("Nobody speaks. The recogniser rests and comes back with the next word."),
    "notice.ending": _("The last words are being written. You may close this page."),
}

STUDIO_ERRORS: Texts = {
    "error.bad_message": _(
        "The server did not understand this page. What had arrived is kept. Reload the page; if it happens "
        "again, page and server are of different versions."
    ),
    "error.bad_version": _("The server was updated. What had arrived is kept. Reload the page and go live again."),
    "error.bad_audio": _(
        "The sound has a format that the server does not take. Nothing of it was kept. Reload the page."
    ),
    "error.frame_too_large": _(
        "A piece of sound was too large. What had arrived is kept. Reload the page and go live again."
    ),
    "error.frame_misaligned": _(
        "A piece of sound arrived incomplete. What had arrived is kept. Reload the page and go live again."
    ),
    "error.bad_position": _(
        "Sound arrived that does not join what is recorded. What had arrived is kept. Go live again to continue."
    ),
    "error.sign_in_required": _("You are not signed in. Nothing was sent. Sign in and come back."),
    "error.signed_out": _("You were signed out. What had arrived is kept. Sign in and go live again."),
    "error.forbidden": _("You may not broadcast in this room. Nothing was sent. Ask its owner."),
    "error.not_found": _("This room is not there, or not yours. Nothing was sent. Open it from the list of rooms."),
    "error.link_expired": _("This link has expired. What had arrived is kept. Open the studio from the list of rooms."),
    "error.link_revoked": _(
        "This link was replaced. What had arrived is kept. Open the studio from the list of rooms."
    ),
    "error.consent_missing": _("Nothing was recorded. Tick first that everybody who is recorded knows about it."),
    "error.ended": _("This session is over. Recording and text are kept. Go live to start a new one."),
    "error.deleted": _("This session was deleted by the room's owner. Go live to start a new one."),
    "error.stopped_by_admin": _(
        "An administrator ended this session. What had arrived is kept. Ask them before you go live again."
    ),
    "error.taken_over": _(
        "Another page or program took over this broadcast. Everything sent so far is kept. Go live to take it back."
    ),
    "error.busy": _("Somebody is live in this room now. Nothing was sent. Take over, or wait until they stop."),
    "error.finishing": _(
        "The words of the last broadcast are still being written. This one begins by itself when they are there; what "
        "you say is kept here until then."
    ),
    "error.quota": _("The limit of minutes or space is reached. What had arrived is kept. Ask the administrator."),
    "error.slow_reader": _(
        "This page read too slowly and was cut off. What had arrived is kept; it reconnects by itself."
    ),
    "error.idle": _("No sound came for a long time. What had arrived is kept; it reconnects by itself."),
    "error.no_pong": _("The connection went silent. What had arrived is kept; it reconnects by itself."),
    "error.too_fast": _(
        "Too much was sent at once. What had arrived is kept; the rest follows more slowly, by itself."
    ),
    "error.too_many": _(
        "Too many connections are open. What had arrived is kept. Close other tabs; it reconnects by itself."
    ),
    "error.internal": _("Something failed on the server. What had arrived is kept; it reconnects by itself."),
    "error.restarting": _("The server restarts. What had arrived is kept; it reconnects by itself."),
    "error.storage_full": _(
        "The server's disk is full. What had arrived is kept, and ten minutes more wait in this page. Free space "
        "on the server; it goes on by itself."
    ),
    "error.resync": _("The connection has to start afresh. What had arrived is kept; it reconnects by itself."),
}

VIEWER_STATES: Texts = {
    "connecting": _("Connecting…"),
    "live": _("Live"),
    "behind": _("Live, {n} s behind"),
    "waiting": _("Waiting for the broadcast to begin. Leave this page open: the words appear by themselves."),
    "ended": _("The broadcast is over. If it goes on, the words appear here."),
    "reconnecting": _("The connection is gone. It comes back by itself, and no line is missed."),
    "new_lines": _("New lines: {n}"),
    "to_latest": _("To the newest line"),
}

_VIEWER_COMES_BACK = _("The connection had to start again. It comes back by itself, and no line is missed.")
_VIEWER_RELOADS = _("This page no longer fits the server. Your place is kept. Reload the page.")

VIEWER_ERRORS: Texts = {
    "error.bad_message": _VIEWER_RELOADS,
    "error.bad_version": _VIEWER_RELOADS,
    "error.bad_audio": _VIEWER_RELOADS,
    "error.frame_too_large": _VIEWER_RELOADS,
    "error.frame_misaligned": _VIEWER_RELOADS,
    "error.bad_position": _VIEWER_RELOADS,
    "error.sign_in_required": _("This room is open to invited people only. Sign in and come back."),
    "error.signed_out": _("You were signed out. The lines above stay. Sign in and come back."),
    "error.forbidden": _("You may not watch this room. Ask the streamer."),
    "error.not_found": _("There is no room at this link. Check it, or ask the streamer for the right one."),
    "error.link_expired": _("This link has expired. The lines above stay. Ask the streamer for a new one."),
    "error.link_revoked": _("This link was replaced. The lines above stay. Ask the streamer for the new one."),
    "error.consent_missing": _VIEWER_RELOADS,
    "error.ended": _("The broadcast is over. The lines above stay."),
    "error.deleted": _("The streamer deleted this session. Its lines are gone for good."),
    "error.stopped_by_admin": _("An administrator ended this broadcast. The lines above stay."),
    "error.taken_over": _VIEWER_COMES_BACK,
    "error.busy": _("The room is busy. The lines above stay. Try again in a minute."),
    "error.finishing": _VIEWER_COMES_BACK,
    "error.quota": _("The limit of this room is reached. The lines above stay. Try again later."),
    "error.slow_reader": _(
        "Your connection is too slow for the moment. It comes back by itself, and no line is missed."
    ),
    "error.idle": _VIEWER_COMES_BACK,
    "error.no_pong": _VIEWER_COMES_BACK,
    "error.too_fast": _("This page asked too much at once. It goes on by itself, and no line is missed."),
    "error.too_many": _("Too many pages are open from here. Close some; this one comes back by itself."),
    "error.internal": _("Something failed on the server. The page comes back by itself, and no line is missed."),
    "error.restarting": _("The server restarts. The page comes back by itself, and no line is missed."),
    "error.storage_full": _("The server has no space left. The lines above stay; it goes on by itself."),
    "error.resync": _VIEWER_COMES_BACK,
}

OVERLAY_STATES: Texts = {
    "reconnecting": _("Captions: reconnecting…"),
    "behind": _("Captions are {n} s behind"),
    "waiting": _("Captions appear here when the room goes live."),
    "ended": _("The session is over. Captions appear here with the next one."),
}

OVERLAY_ERRORS: Texts = {
    "error.not_found": _("Captions: there is no room at this link. Copy the overlay's link from the studio again."),
    "error.link_revoked": _("Captions: this link was replaced. Copy the overlay's link from the studio again."),
    "error.link_expired": _("Captions: this link has expired. Copy the overlay's link from the studio again."),
    "error.too_many": _("Captions: too many pages are open. Close some."),
    "error.bad_version": _("Captions: the server was updated. Refresh this browser source."),
    "error.other": _("Captions are cut off (code {code}). Refresh this browser source."),
}

STUDIO: Texts = {**COMMON, **STATES, **MICROPHONE, **UPSTREAM, **NOTICES, **STUDIO_ERRORS}
VIEWER: Texts = {**COMMON, **VIEWER_STATES, **VIEWER_ERRORS}
OVERLAY: Texts = {**COMMON, **OVERLAY_STATES, **OVERLAY_ERRORS}
