"""The first run: what the terminal says, and the one-time page where the first admin and room are made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login, password_validation
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from subtitles.engines import catalog
from subtitles.models import Room, User
from subtitles.pages import engines, installation, languages
from subtitles.pages.errors import NOT_FOUND, SET_UP_ALREADY, problem_page
from subtitles.pages.slugs import free_slug
from subtitles.speech import clean_text


def banner(address: str) -> str:
    """What `serve` prints when it is ready: where it is, what it recognises with, how to begin. One query."""
    base = address.rstrip("/")
    engine = settings.SUBTITLES_ENGINE
    lines = [
        gettext("Subtitles is running at %(address)s") % {"address": f"{base}/"},
        gettext("Engine: %(title)s. %(sentence)s")
        % {"title": engines.title(engine), "sentence": engines.sentence(engine)},
    ]
    if not installation.is_set_up():
        link = base + reverse("setup", args=[installation.setup_token()])
        lines.append(gettext("Open this link once to make your account and your first room: %(link)s") % {"link": link})
    return "\n".join(lines)


class SetupForm(forms.Form):
    username = forms.CharField(
        label=_("User name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 8 characters, unlike the user name, and not a common password."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeated = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    title = forms.CharField(
        label=_("Title of your first room"), max_length=120, help_text=_("Viewers see it above the captions.")
    )
    language = forms.ChoiceField(label=_("What do you speak there?"), choices=lambda: list(languages.SPOKEN.items()))

    def clean_username(self) -> str:
        username: str = User.normalize_username(self.cleaned_data["username"])
        User.username_validator(username)
        taken = User.objects.filter(username=username).first()
        if taken and taken.has_usable_password():
            raise forms.ValidationError(_("This user name is taken."), code="unique")
        return username

    def clean_title(self) -> str:
        title = clean_text(self.cleaned_data["title"], 120)
        if not title:
            raise forms.ValidationError(_("Give the room a title that can be read."), code="required")
        return title

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        password = cleaned.get("password")
        if password and password != cleaned.get("repeated"):
            self.add_error("repeated", _("The two passwords differ."))
        elif password:
            self._check_strength(password, User(username=cleaned.get("username", "")))
        return cleaned

    def _check_strength(self, password: str, user: User) -> None:
        try:
            password_validation.validate_password(password, user)
        except forms.ValidationError as error:
            self.add_error("password", error)


@never_cache
@sensitive_post_parameters("password", "repeated")
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    if installation.is_set_up():
        return problem_page(request, SET_UP_ALREADY)
    if not installation.opens(token):
        return problem_page(request, NOT_FOUND)
    form = SetupForm(request.POST or None, initial={"language": _likely_language(request)})
    if not form.is_valid():
        engine = settings.SUBTITLES_ENGINE
        facts = {"engine_title": engines.title(engine), "engine_sentence": engines.sentence(engine)}
        return render(request, "setup/index.html", {"form": form, **facts})
    if not installation.use_up():
        return problem_page(request, SET_UP_ALREADY)
    user, room = _begin(form.cleaned_data)
    login(request, user)
    return redirect("studio", room.slug)


@transaction.atomic
def _begin(cleaned: dict[str, Any]) -> tuple[User, Room]:
    """The first admin (an account made without a password is taken over) and a room on the engine that is active."""
    user, _made = User.objects.get_or_create(username=cleaned["username"])
    user.is_staff = user.is_superuser = user.is_active = True
    user.set_password(cleaned["password"])
    user.save()
    title, engine = cleaned["title"], settings.SUBTITLES_ENGINE
    models = catalog.models_of(engine)
    room = Room.objects.create(
        title=title,
        slug=free_slug(title),
        owner=user,
        language=cleaned["language"],
        engine=engine,
        model=models[0].name if models else "",
    )
    return user, room


def _likely_language(request: HttpRequest) -> str:
    if settings.SUBTITLES_ENGINE == "preview":
        return "en"
    return "zh-CN" if getattr(request, "LANGUAGE_CODE", "").startswith("zh") else "en"
