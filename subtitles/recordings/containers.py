"""Which files are taken, told by what is in them. Names are those of `catalog.Model.formats`."""

from __future__ import annotations

DEMUXERS = (
    *("aac", "amr", "amrnb", "amrwb", "asf", "avi", "flac", "flv", "matroska", "mov", "mp3", "mpeg", "mpegts"),
    *("ogg", "wav"),
)
"""FFmpeg's names. Nothing among them reads a second file: playlists, scripts and session descriptions are left out."""

NAMES = (
    *("aac", "amr", "avi", "flac", "flv", "m4a", "mkv", "mov", "mp3", "mp4", "mpeg", "ogg", "opus", "speex"),
    *("wav", "webm", "wma", "wmv", "pcm"),
)
PCM = "pcm"
"""Bare samples, which say nothing of themselves: their rate is asked for."""

HEAD_BYTES = 4_096
_WEBM = b"\x42\x82\x84webm"
"""The element DocType (RFC 8794, section 11.2.4) with its value."""
_PLAYLISTS = (b"#extm3u", b"ffconcat", b"[playlist]", b"<asx", b"v=0")
_RIFF_BYTES = 12
_UNKNOWN_SIZES = (0, 0xFFFF_FFFF)
"""What programs write that do not know yet how much will come."""


def named(demuxer: str, codec: str, *, pictures: bool, brand: str, head: bytes) -> str:
    """`demuxer` and `codec` as FFmpeg calls them, `brand` of an MP4 file, `head` its first bytes."""
    match demuxer.split(","):
        case ["matroska", *_]:
            return "webm" if _WEBM in head else "mkv"
        case ["mov", *_]:
            return _mp4(brand.strip(), pictures)
        case ["asf"]:
            return "wmv" if pictures else "wma"
        case ["ogg"]:
            return codec if codec in ("opus", "speex") else "ogg"
        case ["amrnb" | "amrwb"]:
            return "amr"
        case ["mpegts"]:
            return "mpeg"
        case [name, *_]:
            return PCM if name == "s16le" else name
    return ""


def _mp4(brand: str, pictures: bool) -> str:
    if brand == "qt":
        return "mov"
    return "mp4" if pictures or not brand.startswith("M4A") else "m4a"


def is_playlist(head: bytes) -> bool:
    """Or another file that names files instead of holding sound."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PLAYLISTS)


def is_cut_wav(head: bytes, size: int) -> bool:
    """Whether a WAV file of `size` bytes promises more samples than it has. A title may hold the word "data" too."""
    at = _RIFF_BYTES
    while at + 8 <= len(head):
        name, promised = head[at : at + 4], int.from_bytes(head[at + 4 : at + 8], "little")
        if name == b"data":
            return promised not in _UNKNOWN_SIZES and at + 8 + promised > size
        at += 8 + promised + promised % 2
    return False
