from __future__ import annotations

from django.urls import URLPattern, path

from subtitles.pages.library import export, search, sessions

site_urls: list[URLPattern] = [
    path("library/", sessions.library, name="library"),
    path("library/actions/", sessions.act, name="library-actions"),
    path("library/delete/", sessions.delete, name="library-delete"),
    path("library/search/", search.search, name="library-search"),
    path("library/moments/<int:pk>/", search.moment, name="moment"),
    path("library/export/", export.export, name="library-export"),
    path("library/export/file/", export.export_file, name="library-export-file"),
]
room_urls: list[URLPattern] = []
session_urls: list[URLPattern] = [path("end/", sessions.end, name="session-end")]
