from __future__ import annotations

from django.urls import URLPattern, path

from subtitles.pages.vocabularies.copies import vocabulary_copies
from subtitles.pages.vocabularies.listing import vocabularies
from subtitles.pages.vocabularies.removing import vocabulary_delete
from subtitles.pages.vocabularies.vocabulary import vocabulary, vocabulary_file, vocabulary_rename

site_urls: list[URLPattern] = [
    path("vocabularies/", vocabularies, name="vocabularies"),
    path("vocabularies/<int:pk>/", vocabulary, name="vocabulary"),
    path("vocabularies/<int:pk>/name/", vocabulary_rename, name="vocabulary-rename"),
    path("vocabularies/<int:pk>/words.csv", vocabulary_file, name="vocabulary-file"),
    path("vocabularies/<int:pk>/copies/", vocabulary_copies, name="vocabulary-copies"),
    path("vocabularies/<int:pk>/delete/", vocabulary_delete, name="vocabulary-delete"),
]
room_urls: list[URLPattern] = []
session_urls: list[URLPattern] = []
