"""What these pages and their scripts say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from subtitles.pages.texts import Texts

REFUSALS: Texts = {
    "empty": _("A sentence needs a text. To leave it out, hide it."),
    "too_long": _("A sentence may have 2,000 characters. Split it first."),
    "split": _("Put the cursor between two words: a sentence cannot be cut at its edge."),
    "one_hidden": _("One of the two is hidden. Show it, or hide the other one, and join them then."),
    "find": _("Write what to look for: 1 to 200 characters."),
    "revision": _("That version is not there any more."),
}

EDITOR: Texts = {
    "saved": _("Everything is saved."),
    "saving": _("Saving…"),
    "not_saved": _("Not saved yet: the server does not answer. It is tried again by itself; keep this page open."),
    "signed_out": _(
        "Not saved: you are signed out, or this transcript is gone. Sign in on another tab; it is tried again."
    ),
    "refused": _("That could not be done. Reload the page and try again."),
    "unsaved": _("Not everything is saved: a sentence waits for you."),
    "conflict": _("Somebody else changed a sentence meanwhile: choose which text stays."),
    "theirs": _("Their text"),
    "mine": _("Your text"),
    "keep_mine": _("Keep mine"),
    "take_theirs": _("Take theirs"),
    "their_hidden": _("They hid or joined this sentence."),
    "sentence": _("Sentence at {at}"),
    "undone": _("Undone."),
    "redone": _("Done again."),
    "nothing_to_undo": _("Nothing to undo."),
    "nothing_to_redo": _("Nothing to do again."),
    "split": _("Split in two."),
    "merged": _("Joined with the next sentence."),
    "no_next": _("There is no next sentence to join."),
    "renamed": _("Renamed in {n} sentences."),
    "replaced": _("Replaced in {n} sentences."),
    "found": _("{n} found"),
    "found_none": _("Not found."),
    "loading": _("{n} of {all} sentences are here…"),
}
