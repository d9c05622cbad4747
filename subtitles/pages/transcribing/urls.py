from __future__ import annotations

from django.urls import URLPattern, path

from subtitles.pages.transcribing import again, decisions, jobs
from subtitles.pages.transcribing.usage import usage

site_urls: list[URLPattern] = [
    path("transcribe/", again.many, name="transcribe-many"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/result/", jobs.result, name="job-result"),
    path("jobs/<int:pk>/cancel/", decisions.cancel, name="job-cancel"),
    path("jobs/<int:pk>/look-again/", decisions.look_again, name="job-look-again"),
    path("jobs/<int:pk>/pay-again/", decisions.pay_again, name="job-pay-again"),
    path("jobs/<int:pk>/once-more/", decisions.once_more, name="job-once-more"),
    path("usage/", usage, name="usage"),
]
room_urls: list[URLPattern] = []
session_urls: list[URLPattern] = [path("transcribe/", again.one, name="transcribe-again")]
