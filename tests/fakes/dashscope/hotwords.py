"""Hot words at the fake: lists of the second generation, and phrases through the fine-tune interface."""

from __future__ import annotations

import re
import secrets
from typing import Any

from aiohttp import web

from tests.fakes.dashscope.batch_rules import Fault, wrong

_ACTIONS = {
    "create_vocabulary": {"target_model", "prefix", "vocabulary"},
    "list_vocabulary": {"page_index", "page_size"},
    "query_vocabulary": {"vocabulary_id"},
    "update_vocabulary": {"vocabulary_id", "vocabulary"},
    "delete_vocabulary": {"vocabulary_id"},
}


class Hotwords:
    """`slow`: new lists are not ready yet."""

    def __init__(self) -> None:
        self.lists: dict[str, dict[str, Any]] = {}
        self.phrases: dict[str, dict[str, Any]] = {}
        self.slow = False

    def customise(self, body: dict[str, Any]) -> dict[str, Any] | Fault:
        asked = dict(body.get("input") or {})
        action = asked.pop("action", "")
        if (
            body.get("model") != "speech-biasing"
            or action not in _ACTIONS
            or set(body) > {"model", "input", "parameters"}
        ):
            return wrong("action")
        if set(asked) - {"prefix"} != _ACTIONS[action] - {"prefix"}:
            return wrong("input")
        if fault := self._fault(action, asked):
            return fault
        answer: dict[str, Any] = getattr(self, f"_{action}")(**asked)
        return answer

    def missing(self, body: Any) -> Fault | None:
        """What a recognition is answered that names a list of which the service knows nothing."""
        name = body["parameters"].get("vocabulary_id")
        return wrong("vocabulary not found", "NotFound", 404) if name and name not in self.lists else None

    def _fault(self, action: str, asked: dict[str, Any]) -> Fault | None:
        if "vocabulary_id" in asked and asked["vocabulary_id"] not in self.lists:
            return wrong("Resource not exist.", "BadRequest.ResourceNotExist", 416)
        if "vocabulary" in asked and not _good_words(asked["vocabulary"]):
            return wrong("vocabulary")
        if action == "create_vocabulary":
            if not re.fullmatch("[a-z0-9]{1,9}", asked.get("prefix", "")):
                return wrong("prefix")
            if len(self.lists) >= 10:
                return wrong("too many lists", "Throttling.AllocationQuota")
        return None

    def _create_vocabulary(self, target_model: str, prefix: str, vocabulary: list[Any]) -> dict[str, Any]:
        name = f"vocab-{prefix}-{secrets.token_hex(16)}"
        self.lists[name] = {
            "vocabulary": vocabulary,
            "target_model": target_model,
            "gmt_create": "2026-01-05 10:00:00",
            "gmt_modified": "2026-01-05 10:00:00",
            "status": "UNDEPLOYED" if self.slow else "OK",
        }
        return {"vocabulary_id": name}

    def _list_vocabulary(self, page_index: int, page_size: int, prefix: str = "") -> dict[str, Any]:
        names = [name for name in self.lists if name.startswith(f"vocab-{prefix}")]
        shown = names[page_index * page_size : (page_index + 1) * page_size]
        told = ("gmt_create", "gmt_modified", "status")
        entries = [{"vocabulary_id": name} | {field: self.lists[name][field] for field in told} for name in shown]
        return {"vocabulary_list": entries}

    def _query_vocabulary(self, vocabulary_id: str) -> dict[str, Any]:
        return self.lists[vocabulary_id]

    def _update_vocabulary(self, vocabulary_id: str, vocabulary: list[Any]) -> dict[str, Any]:
        self.lists[vocabulary_id] |= {"vocabulary": vocabulary, "gmt_modified": "2026-01-06 10:00:00"}
        return {}

    def _delete_vocabulary(self, vocabulary_id: str) -> dict[str, Any]:
        del self.lists[vocabulary_id]
        return {}

    # --- phrases

    def compile(self, body: dict[str, Any]) -> dict[str, Any] | Fault:
        words = body.get("hyper_parameters", {}).get("phrase_list")
        fixed = (body.get("training_type"), body.get("training_file_ids"), body.get("validation_file_ids"))
        if fixed != ("compile_asr_phrase", [], []) or not isinstance(words, dict) or not words:
            return wrong("fine-tune")
        name = body.get("finetuned_output") or f"asr-phrase-{secrets.token_hex(6)}"
        if "finetuned_output" in body and name not in self.phrases:
            return wrong("no such phrase list", "NotFound", 404)
        self.phrases[name] = {
            "job_id": f"ft-{secrets.token_hex(6)}",
            "finetuned_output": name,
            "model": body["model"],
            "status": "RUNNING" if self.slow else "SUCCEEDED",
            "phrase_list": words,
        }
        return self.phrases[name]

    def listed(self) -> dict[str, Any]:
        entries = list(self.phrases.values())
        return {"page_no": 1, "page_size": 100, "total": len(entries), "finetuned_outputs": entries}

    def queried(self, request: web.Request) -> dict[str, Any] | Fault:
        found = self.phrases.get(request.match_info["id"])
        return found or wrong("no such phrase list", "NotFound", 404)

    def deleted(self, request: web.Request) -> dict[str, Any] | Fault:
        gone = self.phrases.pop(request.match_info["id"], None)
        return {"status": "success"} if gone else wrong("no such phrase list", "NotFound", 404)


def _good_words(words: Any) -> bool:
    return (
        isinstance(words, list)
        and 0 < len(words) <= 500
        and all(
            set(word) <= {"text", "weight", "lang"} and word["text"] and type(word["weight"]) is int
            and 1 <= word["weight"] <= 5
            for word in words
        )
    )  # fmt: skip
