from __future__ import annotations

from django.urls import URLPattern, path

from subtitles.pages.recordings.audio import audio, audio_address, player
from subtitles.pages.recordings.fetch import fetch
from subtitles.pages.recordings.peaks import peaks
from subtitles.pages.recordings.upload_pieces import upload, upload_begin
from subtitles.pages.recordings.uploads import upload_again, upload_discard, upload_plainly, uploads_page

site_urls: list[URLPattern] = [
    path("fetch/<str:signature>/<str:name>", fetch, name="fetch"),
    path("recordings/audio/<str:key>/", audio, name="recording-audio"),
]
room_urls: list[URLPattern] = [
    path("uploads/", uploads_page, name="uploads"),
    path("uploads/new/", upload_begin, name="upload-begin"),
    path("uploads/whole/", upload_plainly, name="upload-plainly"),
    path("uploads/<uuid:pk>/", upload, name="upload"),
    path("uploads/<uuid:pk>/again/", upload_again, name="upload-again"),
    path("uploads/<uuid:pk>/discard/", upload_discard, name="upload-discard"),
]
session_urls: list[URLPattern] = [
    path("player/", player, name="session-player"),
    path("player/address/", audio_address, name="session-audio-address"),
    path("player/peaks/<int:version>/", peaks, name="session-peaks"),
]
