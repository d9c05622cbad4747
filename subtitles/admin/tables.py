"""What the tables share: most rows are shown here and changed nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from subtitles.models import CaptionSession

if TYPE_CHECKING:
    Table = admin.ModelAdmin[models.Model]
else:  # these classes take no parameters while the program runs
    Table = admin.ModelAdmin


class ForReading(Table):
    """Rows that only the product itself writes. `shown` lists the fields of one row."""

    shown: ClassVar[tuple[str, ...]] = ()
    list_per_page = 50
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        return self.shown

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        return self.shown

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class TakesAlong(Table):
    """What hangs on such a row goes with it, though nobody may delete that alone; but not while it is live."""

    rooms_of: ClassVar[str] = ""
    """The lookup from a session to the row, if sessions hang on it."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The rows themselves are not listed: there may be many thousand sentences."""
        _listed, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return [], counts, set(), [*protected, *map(str, self._live(objs))]

    def _live(self, rows: Iterable[models.Model]) -> Iterable[CaptionSession]:
        if not self.rooms_of:
            return ()
        return CaptionSession.objects.filter(**{f"{self.rooms_of}__in": list(rows)}, state__in=CaptionSession.OPEN)
