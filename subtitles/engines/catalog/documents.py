"""The documents that catalogue entries come from."""

from __future__ import annotations

from subtitles.engines.catalog.types import Document

SPEECH_RECOGNITION = Document("语音识别 (realtime models, languages, rates and prices)")
PARAFORMER_REALTIME_SDK = Document("Paraformer实时语音识别Python SDK")
FUN_ASR_REALTIME = Document("Model Studio help, realtime Fun-ASR, WebSocket API", owners=False)
POCKETSPHINX = Document("pocketsphinx 5 package description", owners=False)
RECORDED_FILES = Document("录音文件识别-Fun-ASR/Paraformer/SenseVoice")
RECORDED_FILES_FUN_ASR = Document("录音文件转写 (Fun-ASR, Fun-ASR-Flash)")
SENSEVOICE_API = Document("录音文件识别API详情 (SenseVoice)")
QWEN_ASR = Document("Model Studio help, recorded files with Qwen-ASR, guide and API reference", owners=False)
QWEN_OMNI = Document("Model Studio help, Qwen-Omni (not realtime); languages: Qwen3-Omni's model card", owners=False)
SHERPA_ONNX = Document("sherpa-onnx documentation, pre-trained models", owners=False)
