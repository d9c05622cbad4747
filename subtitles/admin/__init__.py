"""The administrator's tables. What the live path writes is shown here and changed nowhere."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from subtitles.admin import jobs, rooms, sessions, transcripts, vocabularies
from subtitles.admin.tables import TakesAlong
from subtitles.models import User

__all__ = ["jobs", "rooms", "sessions", "transcripts", "vocabularies"]

admin.site.site_header = admin.site.site_title = _("Subtitles: administration")
admin.site.index_title = _("Everything that is stored")


@admin.register(User)
class PersonAdmin(TakesAlong, UserAdmin):  # type: ignore[type-arg]
    rooms_of = "room__owner"
