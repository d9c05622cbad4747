from subtitles.models.caption_session import CaptionSession
from subtitles.models.job import Job
from subtitles.models.recording import Recording, RecordingGap
from subtitles.models.room import RetiredLink, Room
from subtitles.models.sentence import Sentence
from subtitles.models.token_bucket import TokenBucket
from subtitles.models.transcript import Transcript
from subtitles.models.transcription_job import TranscriptionJob
from subtitles.models.usage import Usage
from subtitles.models.user import User

__all__ = [
    "CaptionSession",
    "Job",
    "Recording",
    "RecordingGap",
    "RetiredLink",
    "Room",
    "Sentence",
    "TokenBucket",
    "Transcript",
    "TranscriptionJob",
    "Usage",
    "User",
]
