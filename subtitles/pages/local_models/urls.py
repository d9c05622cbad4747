from __future__ import annotations

from django.urls import URLPattern, path

from subtitles.pages.local_models import views

site_urls: list[URLPattern] = [
    path("models/", views.models, name="models"),
    path("models/<str:name>/", views.model, name="model"),
    path("models/<str:name>/download/", views.download, name="model-download"),
    path("models/<str:name>/cancel/", views.cancel, name="model-cancel"),
    path("models/<str:name>/remove/", views.remove, name="model-remove"),
]
room_urls: list[URLPattern] = []
session_urls: list[URLPattern] = []
