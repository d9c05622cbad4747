from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from subtitles.engines import catalog
from subtitles.secrets import digest, new_token

if TYPE_CHECKING:
    from subtitles.models.user import User
    from subtitles.models.vocabulary import Vocabulary


class Room(models.Model):
    """A streamer's permanent place: its links never change unless the owner renews them."""

    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(_("address"), max_length=60, unique=True, allow_unicode=True)
    owner: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="rooms", verbose_name=_("owner")
    )
    moderators: models.ManyToManyField[User, models.Model] = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="moderated_rooms", blank=True, verbose_name=_("moderators")
    )
    watch_token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    stream_key_hash = models.CharField(max_length=64, blank=True, editable=False)
    language = models.CharField(_("spoken language"), max_length=35, default="en")
    engine = models.CharField(_("engine"), max_length=40, default="preview")
    model = models.CharField(_("model"), max_length=80, blank=True)
    options = models.JSONField(_("options"), default=dict, blank=True)
    vocabulary: models.ForeignKey[Vocabulary | None, Vocabulary | None] = models.ForeignKey(
        "subtitles.Vocabulary",
        models.SET_NULL,
        related_name="rooms",
        null=True,
        blank=True,
        verbose_name=_("vocabulary"),
    )
    seq = models.PositiveBigIntegerField(default=0, editable=False)
    """Position of the newest change that a viewer can see."""
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["title", "id"]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if not isinstance(self.options, dict):
            raise ValidationError({"options": _("Options are an object: {“name”: value, …}.")})
        checked = catalog.validate(self.engine, self.model, self.language, self.options)
        if checked.errors:
            raise ValidationError({"options": [str(error) for error in checked.errors.values()]})
        self.options = dict(checked.values)

    def renew_stream_key(self) -> str:
        """A new key for programs that broadcast into this room. Shown once: only its hash is kept. Save afterwards."""
        key = new_token()
        self.stream_key_hash = digest(key)
        return key

    def renew_watch_link(self) -> None:
        """From now on the old link answers "replaced". Saves."""
        RetiredLink.objects.create(token_hash=digest(self.watch_token))
        self.watch_token = new_token()
        self.save(update_fields=["watch_token"])


class RetiredLink(models.Model):
    """A watch link that was replaced: whoever holds it is told so instead of "not found"."""

    token_hash = models.CharField(max_length=64, unique=True)
    retired_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("retired link")
        verbose_name_plural = _("retired links")

    def __str__(self) -> str:
        return self.token_hash[:8]

    @classmethod
    def knows(cls, token: str) -> bool:
        return cls.objects.filter(token_hash=digest(token)).exists()
