from __future__ import annotations

from itertools import chain

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from django.views.i18n import set_language

from subtitles.pages.editing import urls as editing
from subtitles.pages.health import healthz
from subtitles.pages.home import home
from subtitles.pages.library import urls as library
from subtitles.pages.local_models import urls as local_models
from subtitles.pages.recordings import urls as recordings
from subtitles.pages.room_settings import room_settings, stream_key, watch_link
from subtitles.pages.rooms import room_new, rooms
from subtitles.pages.sessions import session, sessions
from subtitles.pages.setup import setup
from subtitles.pages.studio import studio
from subtitles.pages.transcribing import urls as transcribing
from subtitles.pages.vocabularies import urls as vocabularies
from subtitles.pages.watch import overlay, watch

login = LoginView.as_view(template_name="login/index.html", redirect_authenticated_user=True)

areas = (library, recordings, transcribing, editing, vocabularies, local_models)
session_urls = [path("", session, name="session"), *chain.from_iterable(area.session_urls for area in areas)]
room_urls = [
    path("", studio, name="studio"),
    path("settings/", room_settings, name="room-settings"),
    path("settings/stream-key/", stream_key, name="room-stream-key"),
    path("settings/watch-link/", watch_link, name="room-watch-link"),
    path("sessions/", sessions, name="sessions"),
    path("sessions/<int:pk>/", include(session_urls)),
    *chain.from_iterable(area.room_urls for area in areas),
]
urlpatterns = [
    path("", home, name="home"),
    path("setup/<str:token>/", setup, name="setup"),
    path("login/", login, name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("rooms/", rooms, name="rooms"),
    path("rooms/new/", room_new, name="room-new"),
    path("rooms/<str:slug>/", include(room_urls)),
    path("watch/<str:token>/", watch, name="watch"),
    path("overlay/<str:token>/", overlay, name="overlay"),
    path("healthz", healthz, name="healthz"),
    path("i18n/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    *chain.from_iterable(area.site_urls for area in areas),
]
handler400 = "subtitles.pages.errors.bad_request"
handler403 = "subtitles.pages.errors.forbidden"
handler404 = "subtitles.pages.errors.not_found"
handler500 = "subtitles.pages.errors.server_error"
