"""Why jobs come to nothing: texts by the keys, codes and kinds that stand in their rows."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Texts = Mapping[str, str | Promise]

_NO_KEY = _(
    "No DashScope key is set. Set DASHSCOPE_API_KEY and start the server again, or choose a model on this machine."
)
_WRONG_KEY = _(
    "DashScope refuses the key: it is wrong or expired, or it belongs to another region than the configured address. "
    "Put the right one into DASHSCOPE_API_KEY and start the server again."
)
_OVERDUE = _("The DashScope account has an overdue bill. Pay it at the provider, then ask again.")
_NO_RIGHT = _("The DashScope account has no right to this model. Give it that there, or choose another model.")
_NO_MODEL = _("DashScope does not know this model, or not in this region. Choose another one.")
_NO_OPTION = _("DashScope does not accept one of the options. Change them and ask again.")
_NO_REQUEST = _("DashScope does not accept the request. Try another model; if that fails too, tell the administrator.")
_NOT_FETCHED = _("DashScope could not fetch the recording. Ask again.")
_UNREADABLE = _("DashScope cannot read the recording. Try another model, or upload the recording in another format.")
_FAULT = _("DashScope has a fault of its own. It is tried again by itself; a failed job can be asked for again.")
_OVERLOAD = _(
    "DashScope is overloaded, or asks to slow down. It is tried again by itself; a failed job can be asked for again."
)
_UNCLEAR = _("DashScope answered in a way that is not understood. Ask again; if it stays so, tell the administrator.")
_DAMAGED = _("The result's file is damaged or gone, and cannot be fetched again. Ask for the transcription again.")

KEYS: Texts = {
    "uncertain": _("Nobody knows whether the service took the recording; if it did, it bills it."),
    "lost": _("The service does not know this task any more: a new one is needed, and costs again."),
    "billed": _("The service may have begun already: it may bill this."),
    "no-audio": _("Nothing of the recording's audio is left."),
    "no-copy": _("The copy of the recording that was to be sent is gone. Ask for the transcription again."),
    "unplaced": _(
        "This model tells no times, and its text is too different from what was heard live to take them from there. "
        "Choose a model with times."
    ),
    "no-live-text": _(
        "This model tells no times, and this session has no live text to take them from. Choose a model with times."
    ),
    "untimed": _("This model tells no times, and there is nothing to place its words by. Choose a model with times."),
    "result-damaged": _DAMAGED,
    "database": _("The database did not take what was to be written. It is tried again by itself."),
    "storage": _("A file could not be read or written. Look whether the server's disk is full."),
    "internal": _("Something is wrong with the program; the log has the details. Tell the administrator."),
    "engine": _("This engine is not installed any more. Choose another one."),
    "no-key": _NO_KEY,
    "odd-key": _("DASHSCOPE_API_KEY holds characters that no key has. Copy the key again."),
    "region": _("This model is not offered in the region of the configured address. Choose another one."),
    "recordings": _("The model takes fewer recordings at a time."),
    "no-list": _(
        "Whether the service took the recording cannot be looked up for this model. Ask for it again; if the service "
        "took it the first time, it bills twice."
    ),
    "undecided": _("Whether the service took the recording cannot be told yet. It is looked up again by itself."),
    "canceled": _("The task was cancelled at DashScope."),
    "malformed": _UNCLEAR,
    "reader": _("The process that reads the service's result did not do so. It is tried again by itself."),
    "foreign-address": _("DashScope named an address that must not be asked. Tell the administrator."),
    "upload-too-big": _(
        "DashScope's storage takes only very small files now. Try again later, or let DashScope fetch recordings from "
        "this server: SUBTITLES_PUBLIC_URL."
    ),
    "hotwords": _("DashScope does not take the hot words. Look at the vocabulary, or ask without it."),
}

ON_THIS_MACHINE: Texts = {
    "language": _("The preview engine understands English only. Choose another engine."),
    "package": _("Models on this machine need the Python package sherpa-onnx, which is not installed here."),
    "model": _("There is no such model for this machine. Choose another one."),
    "not-installed": _("The model, or a helper of it, is not on this machine. Fetch it on the models page."),
    "model-damaged": _("The model's files are damaged. Delete it on the models page and fetch it again."),
    "options": _("The model does not take one of the options. Change them and ask again."),
    "too-long": _("Speakers can be told apart here in recordings of at most two hours. Ask without it."),
    "unreadable": _("The recording cannot be read as sound."),
    "no-file": _("This engine reads files on this machine, not addresses."),
    "no-tasks": _("This engine keeps no tasks that could be asked for. Ask for the transcription again."),
    "import": _("The folder does not hold a model that is known here. Look at its files."),
    "fetched-elsewhere": _("Another process is fetching this model just now. It is tried again by itself."),
    "not-sealed": _("The recording is not finished."),
    "changed": _("The words were changed meanwhile. It is tried again by itself."),
    "not-ready": _("The service has the words, but does not make them usable."),
    "other-account": _("The list belongs to an account whose key is not set here now."),
    "cancelled": _("It was cancelled."),
}
"""Of engines on this machine, and of work beside transcribing."""

BEGINNINGS: Texts = {
    "invalidapikey": _WRONG_KEY,
    "invalid_api_key": _WRONG_KEY,
    "prepaidbilloverdue": _OVERDUE,
    "postpaidbilloverdue": _OVERDUE,
    "arrearage": _OVERDUE,
    "commoditynotpurchased": _("The DashScope account has not bought this model. Buy it there, or choose another one."),
    "allocationquota": _("The DashScope account's free quota is used up. Look at the account with the provider."),
    "accessdenied": _NO_RIGHT,
    "model.accessdenied": _NO_RIGHT,
    "workspace.accessdenied": _NO_RIGHT,
    "modelnotfound": _NO_MODEL,
    "model_not_found": _NO_MODEL,
    "notfound": _("DashScope does not know something that was asked for by its name, such as a hot word list."),
    "invalidparameter": _NO_OPTION,
    "badrequest": _NO_REQUEST,
    "invalidurl": _NO_REQUEST,
    "invalidfile.download": _NOT_FETCHED,
    "file_download": _NOT_FETCHED,
    "content_length_check": _NOT_FETCHED,
    "file_403": _NOT_FETCHED,
    "file_404": _NOT_FETCHED,
    "request_invalid_file_url": _NOT_FETCHED,
    "file_server_error": _NOT_FETCHED,
    "file_trans_task_expired": _("DashScope no longer has this task: results are kept for 24 hours."),
    "file_too_large": _("The recording is too big for this model. Choose another one."),
    "audio_duration_too_long": _("The recording is too long for this model. Choose another one."),
    "invalidfile": _UNREADABLE,
    "file_": _UNREADABLE,
    "mkv_parse": _UNREADABLE,
    "decode_error": _UNREADABLE,
    "throttling": _OVERLOAD,
    "internalerror": _FAULT,
    "systemerror": _FAULT,
    "server_error": _FAULT,
    "modelserv": _OVERLOAD,
    "modelunavailable": _OVERLOAD,
    "requesttimeout": _OVERLOAD,
    "responsetimeout": _OVERLOAD,
    "upload:": _("The recording could not be uploaded to DashScope. Ask again."),
    "http 401": _WRONG_KEY,
    "http 403": _WRONG_KEY,
    "http 404": _("The configured DashScope address does not lead to the service. Tell the administrator."),
    "http 408": _OVERLOAD,
    "http 429": _OVERLOAD,
    "http 5": _OVERLOAD,
    "http 4": _NO_REQUEST,
    "result: http": _("DashScope no longer has this task: results are kept for 24 hours."),
}
"""The first that fits counts."""

KINDS: Texts = {
    "key": _("The service refuses the key. Check the key and its region on the server."),
    "quota": _("The service's account has no rights or nothing left. Check the account with the provider."),
    "parameters": _("The service does not accept this model, language, option or recording. Change it and ask again."),
    "busy": _("The service is fully occupied. It is tried again by itself; a failed job can be asked for again."),
    "network": _("The service cannot be reached. Look at the server's connection; what failed can be asked for again."),
    "protocol": _("The service answers in a way that is not understood. Tell the administrator."),
    "audio": _("The recording's sound cannot be read."),
    "engine": _("The engine cannot do this with this recording. Choose another model."),
    "storage": _("A file could not be read or written. Look whether the server's disk is full."),
    "database": _("The database did not take what was to be written. It is tried again by itself."),
    "cancelled": _("It was cancelled."),
    "uncertain": _("Nobody knows whether the service took the recording; if it did, it bills it."),
}

OTHER = _("Something went wrong that has no name here. Tell the administrator.")
