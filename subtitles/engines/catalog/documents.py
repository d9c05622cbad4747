"""The documents that catalogue entries come from."""

from __future__ import annotations

from subtitles.engines.catalog.types import Document

SPEECH_RECOGNITION = Document("语音识别 (realtime models, languages, rates and prices)")
PARAFORMER_REALTIME_SDK = Document("Paraformer实时语音识别Python SDK")
FUN_ASR_REALTIME = Document("Model Studio help, realtime Fun-ASR, WebSocket API", owners=False)
POCKETSPHINX = Document("pocketsphinx 5 package description", owners=False)
