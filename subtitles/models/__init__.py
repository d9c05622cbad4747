from subtitles.models.caption_session import CaptionSession
from subtitles.models.job import Job
from subtitles.models.recording import Recording, RecordingGap
from subtitles.models.revision import Revision
from subtitles.models.room import RetiredLink, Room
from subtitles.models.search import SearchChange
from subtitles.models.sentence import Sentence
from subtitles.models.token_bucket import TokenBucket
from subtitles.models.transcript import Transcript
from subtitles.models.transcription_job import TranscriptionJob
from subtitles.models.upload import Upload
from subtitles.models.usage import Usage
from subtitles.models.user import User
from subtitles.models.vocabulary import HotWord, Vocabulary, VocabularyCopy

__all__ = [
    "CaptionSession",
    "HotWord",
    "Job",
    "Recording",
    "RecordingGap",
    "RetiredLink",
    "Revision",
    "Room",
    "SearchChange",
    "Sentence",
    "TokenBucket",
    "Transcript",
    "TranscriptionJob",
    "Upload",
    "Usage",
    "User",
    "Vocabulary",
    "VocabularyCopy",
]
