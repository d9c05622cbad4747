"""Which model for which language and scene, with the reason that the owner's documents give.

"录音文件识别-Fun-ASR/Paraformer/SenseVoice", table 场景/推荐模型/理由, and "语音识别", 模型选型建议. `original` is the
document's own wording; `reason` says the same in English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from subtitles.engines.catalog.checking import primary
from subtitles.engines.catalog.documents import RECORDED_FILES, SPEECH_RECOGNITION
from subtitles.engines.catalog.types import Document, Model


class Scene(StrEnum):
    """What a recording is of."""

    MEETING = "meeting"
    CONFERENCE = "conference"
    ENTERTAINMENT = "entertainment"
    NEWS = "news"
    FAR_FIELD = "far-field"
    TELEPHONE = "telephone"
    EMOTION = "emotion"


@dataclass(frozen=True, slots=True)
class SceneWords:
    title: str
    original: str


SCENES = {
    Scene.MEETING: SceneWords("Chinese meetings and live streams", "中文识别（会议/直播）"),
    Scene.CONFERENCE: SceneWords("Several languages (international conferences)", "多语种识别（国际会议）"),
    Scene.ENTERTAINMENT: SceneWords("Entertainment: analysis and subtitles", "文娱内容分析与字幕生成"),
    Scene.NEWS: SceneWords("News and interviews: subtitles", "新闻/访谈节目字幕生成"),
    Scene.FAR_FIELD: SceneWords("Devices with far microphones", "智能硬件远场语音交互"),
    Scene.TELEPHONE: SceneWords("Telephone recordings at 8 kHz", "电话语音"),
    Scene.EMOTION: SceneWords("Emotions and sound events", "情感和事件识别"),
}


@dataclass(frozen=True, slots=True)
class Advice:
    """One row: these models, for this reason; only for `languages` where it names any, by primary subtag."""

    models: tuple[str, ...]
    reason: str
    original: str
    document: Document
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recommendation:
    model: Model
    reason: str
    original: str
    document: Document


_MANY = Advice(
    ("fun-asr-mtl", "paraformer-v2"),
    "One model answers for all languages, which keeps development and operation simple.",
    "一个模型即可应对多语言需求，简化开发和部署",
    RECORDED_FILES,
)
BY_SCENE = {
    Scene.MEETING: Advice(
        ("fun-asr",),
        "Made for Chinese and its dialects; distant voices and noise do not disturb it, so it is the more accurate one "
        "in real rooms that are loud or have many people speaking from afar.",
        "针对中文深度优化，覆盖多种方言；远场VAD和噪声鲁棒性强，适合嘈杂或多人远距离发言的真实场景，准确率更高",
        RECORDED_FILES,
        ("zh", "yue"),
    ),
    Scene.CONFERENCE: _MANY,
    Scene.ENTERTAINMENT: Advice(
        ("fun-asr",),
        "The only one that recognises singing: it writes down songs, and what is sung in a live stream; not disturbed "
        "by noise, it suits complex media sound.",
        "具备独特的歌唱识别能力，能有效转写歌曲、直播中的演唱片段；结合其噪声鲁棒性，非常适合处理复杂的媒体音频",
        RECORDED_FILES,
    ),
    Scene.NEWS: Advice(
        ("fun-asr", "paraformer-v2"),
        "Long audio, punctuation and times: structured subtitles come out directly.",
        "长音频+标点预测+时间戳，直接生成结构化字幕",
        RECORDED_FILES,
    ),
    Scene.FAR_FIELD: Advice(
        ("fun-asr",),
        "Its detection of distant voices is tuned for it: commands from afar are understood better at home, in a car "
        "and in other noisy places.",
        "远场VAD（语音活动检测）经过专门优化，能在家庭、车载等嘈杂环境下，更准确地捕捉和识别用户的远距离指令",
        RECORDED_FILES,
    ),
    Scene.TELEPHONE: Advice(
        ("paraformer-8k-v2", "paraformer-v2"),
        "Audio recorded at 8 kHz should not be raised to 16 kHz; choose a model that takes 8 kHz.",
        "如果语音数据采样率是8000Hz,请勿将采样率转换为16000Hz,选用支持8000Hz采样率的模型即可。",
        SPEECH_RECOGNITION,
    ),
    Scene.EMOTION: Advice(
        ("sensevoice-v1",),
        "It tells emotions (happy, sad, angry, neutral) and four sound events (music, speech, applause, laughter).",
        "如果需要情感识别能力(包括高兴<HAPPY>、伤心<SAD>、生气<ANGRY>和中性<NEUTRAL>)和4种常见音频事件识别"
        "(包括背景音乐<BGM>、说话声<Speech>、掌声<Applause>和笑声<Laughter>),请选择SenseVoice语音识别模型。",
        SPEECH_RECOGNITION,
    ),
}
BY_LANGUAGE = (
    Advice(
        ("paraformer-v2", "paraformer-mtl-v1"),
        "Paraformer does better in this language, paraformer-v2 before the others: told which language is spoken, it "
        "need not guess and mistakes fewer words.",
        "建议优先选择Paraformer以获得更优效果。同时,建议优先选择paraformer-v2模型。指定语种后,系统能够集中算法资源和语言"
        "模型于该特定语种,避免了在多种可能的语种中进行猜测和切换,从而减少了误识别的概率。",
        SPEECH_RECOGNITION,
        ("zh", "yue", "en", "ja", "ko", "es", "id", "fr", "de", "it", "ms"),
    ),
    _MANY,
    Advice(
        ("sensevoice-v1",),
        "For languages that Paraformer does not know, such as Russian and Thai.",
        "对于其他语言(俄语、泰语等),请选择SenseVoice",
        SPEECH_RECOGNITION,
    ),
)


def recommended(models: Iterable[Model], language: str, scene: Scene | str = "") -> tuple[Recommendation, ...]:
    """The documents' choice among `models`, best first; the scene's row counts before those by language.

    `language` is a BCP 47 tag or empty (any). A model that is not documented to understand it is passed over, and so is
    a row of which nothing is left.
    """
    known = {model.name: model for model in models}
    rows = [*([BY_SCENE[Scene(scene)]] if scene else []), *BY_LANGUAGE]
    return next((found for row in rows if (found := _chosen(row, known, _spoken(language)))), ())


def _chosen(row: Advice, known: Mapping[str, Model], spoken: str) -> tuple[Recommendation, ...]:
    if spoken and row.languages and spoken not in row.languages:
        return ()
    models = [known[name] for name in row.models if name in known]
    return tuple(
        Recommendation(model, row.reason, row.original, row.document)
        for model in models
        if not spoken or spoken in model.languages
    )


def _spoken(language: str) -> str:
    """Wu, Min, Hakka, Gan, Xiang and Jin are Chinese to the documents; Norwegian has one name."""
    subtag = primary(language) if language else ""
    return _SAME.get(subtag, subtag)


_SAME = {**dict.fromkeys(("wuu", "nan", "hak", "gan", "hsn", "cjy"), "zh"), "nb": "no", "nn": "no", "tl": "fil"}
