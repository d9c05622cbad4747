from __future__ import annotations

from django.urls import URLPattern, path

from subtitles.pages.recordings.fetch import fetch

site_urls: list[URLPattern] = [path("fetch/<str:signature>/<str:name>", fetch, name="fetch")]
room_urls: list[URLPattern] = []
session_urls: list[URLPattern] = []
