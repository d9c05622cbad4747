from __future__ import annotations

from django.urls import URLPattern, path

from subtitles.pages.editing.acceptance import accept
from subtitles.pages.editing.changes import changes, find
from subtitles.pages.editing.compare import compare
from subtitles.pages.editing.editor import editor, words
from subtitles.pages.editing.sentence import sentence
from subtitles.pages.editing.transcripts import copy, publish, transcript

site_urls: list[URLPattern] = []
room_urls: list[URLPattern] = []
session_urls: list[URLPattern] = [
    path("transcripts/<int:transcript>/", transcript, name="transcript"),
    path("transcripts/<int:transcript>/copy/", copy, name="transcript-copy"),
    path("transcripts/<int:transcript>/publish/", publish, name="transcript-publish"),
    path("compare/", compare, name="compare"),
    path("compare/accept/", accept, name="compare-accept"),
    path("edit/<int:transcript>/", editor, name="editor"),
    path("edit/<int:transcript>/words/", words, name="editor-words"),
    path("edit/<int:transcript>/changes/", changes, name="editor-changes"),
    path("edit/<int:transcript>/find/", find, name="editor-find"),
    path("edit/<int:transcript>/<int:number>/", sentence, name="sentence"),
]
