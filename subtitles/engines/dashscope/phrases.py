"""Hot words of the first generation: phrases, compiled by the fine-tune interface and named by `phrase_id`.

Model Studio help, "Paraformer hot words" (v1), and the official SDK's AsrPhraseManager.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.dashscope.batch_errors import understood
from subtitles.engines.dashscope.fields import Json, Malformed, object_of, objects_of, text_of
from subtitles.engines.dashscope.http import Service
from subtitles.engines.dashscope.vocabularies import Hotword, word_fault

_TRAINING = "compile_asr_phrase"


@dataclass(frozen=True, slots=True)
class PhraseList:
    """`ready`: the service has compiled it. `job_id` is what its support asks for."""

    phrase_id: str
    job_id: str = ""
    ready: bool = False
    model: str = ""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Raises EngineError from every method."""

    service: Service

    async def create(self, model: str, words: Mapping[str, int]) -> PhraseList:
        """`words`: weight by phrase. The list has an effect on `model` alone."""
        return await self._compile(model, words)

    async def update(self, model: str, phrase_id: str, words: Mapping[str, int]) -> PhraseList:
        """Replaces all phrases of a list."""
        return await self._compile(model, words, phrase_id)

    async def query(self, phrase_id: str) -> PhraseList:
        return _read(await self.service.get(f"fine-tunes/outputs/{quote(phrase_id, safe='')}"))

    async def all(self) -> list[PhraseList]:
        """The account's lists, the first hundred."""
        answer = await self.service.get("fine-tunes/outputs", {"page_no": "1", "page_size": "100"})
        return _read_all(answer)

    async def delete(self, phrase_id: str) -> None:
        await self.service.call("DELETE", f"fine-tunes/outputs/{quote(phrase_id, safe='')}")

    async def _compile(self, model: str, words: Mapping[str, int], phrase_id: str = "") -> PhraseList:
        faults = [fault for text, weight in words.items() if (fault := word_fault(Hotword(text, weight)))]
        if faults or not words:
            words_fault = faults[0] if faults else "A list has at least one phrase."
            raise EngineError(ErrorKind.PARAMETERS, words_fault, code="hotwords")
        body: dict[str, object] = {
            "model": model,
            "training_file_ids": [],
            "validation_file_ids": [],
            "hyper_parameters": {"phrase_list": dict(words)},
            "training_type": _TRAINING,
        }
        if phrase_id:
            body["finetuned_output"] = phrase_id
        return _read(await self.service.post("fine-tunes", body))


def _read(answer: Json) -> PhraseList:
    with understood():
        return _phrase_list(object_of(answer, "output"))


def _read_all(answer: Json) -> list[PhraseList]:
    with understood():
        output = object_of(answer, "output")
        entries = objects_of(output, "finetuned_outputs") or objects_of(output, "jobs")
        return [_phrase_list(entry) for entry in entries]


def _phrase_list(output: Json) -> PhraseList:
    phrase_id = text_of(output, "finetuned_output")
    if not phrase_id:
        raise Malformed("finetuned_output")
    ready = text_of(output, "status").upper() in ("SUCCEEDED", "OK", "SUCCESS")
    return PhraseList(phrase_id, text_of(output, "job_id"), ready, text_of(output, "model"))
