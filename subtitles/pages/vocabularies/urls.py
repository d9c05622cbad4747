from __future__ import annotations

from django.urls import URLPattern

site_urls: list[URLPattern] = []
room_urls: list[URLPattern] = []
session_urls: list[URLPattern] = []
