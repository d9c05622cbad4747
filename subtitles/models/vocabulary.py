from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from subtitles.models.user import User


class Vocabulary(models.Model):
    """Words that an engine should expect: names, titles, the jargon of a game."""

    name = models.CharField(_("name"), max_length=80)
    owner: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="vocabularies", verbose_name=_("owner")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        verbose_name = _("vocabulary")
        verbose_name_plural = _("vocabularies")

    def __str__(self) -> str:
        return self.name


class HotWord(models.Model):
    """One word or phrase of a vocabulary."""

    vocabulary = models.ForeignKey(Vocabulary, models.CASCADE, related_name="words", verbose_name=_("vocabulary"))
    text = models.CharField(_("word"), max_length=80)
    weight = models.SmallIntegerField(_("weight"), default=4, validators=[MinValueValidator(-6), MaxValueValidator(5)])
    """1 to 5; phrases of v1 models take -6 too (Model Studio help, "custom hot words")."""
    language = models.CharField(_("language"), max_length=35, blank=True)
    """Empty = whichever is spoken."""

    class Meta:
        ordering: ClassVar = ["vocabulary", "id"]
        verbose_name = _("hot word")
        verbose_name_plural = _("hot words")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vocabulary", "text", "language"], name="hot_word_once")
        ]

    def __str__(self) -> str:
        return self.text


class VocabularyCopy(models.Model):
    """A vocabulary as a service has it: one for each region, account and model that used it."""

    class State(models.TextChoices):
        WANTED = "wanted", _("to be made")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")
        UNWANTED = "unwanted", _("to be deleted")

    vocabulary = models.ForeignKey(
        Vocabulary, models.SET_NULL, related_name="copies", null=True, verbose_name=_("vocabulary")
    )
    """Empty: the vocabulary was deleted, its copy is still to go."""
    engine = models.CharField(_("engine"), max_length=40)
    account = models.CharField(max_length=16, editable=False)
    """Digest of the key: another key sees other vocabularies."""
    region = models.CharField(_("region"), max_length=20, blank=True)
    target_model = models.CharField(_("model"), max_length=80)
    remote_id = models.CharField(_("id at the service"), max_length=160, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WANTED)
    words_hash = models.CharField(max_length=64, blank=True, editable=False)
    """Of the words that the service has."""
    problem = models.TextField(_("problem"), blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["vocabulary", "engine", "target_model"]
        verbose_name = _("copy of a vocabulary")
        verbose_name_plural = _("copies of vocabularies")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vocabulary", "engine", "account", "region", "target_model"], name="one_copy_per_model"
            )
        ]

    def __str__(self) -> str:
        return f"{self.engine} {self.target_model}"
