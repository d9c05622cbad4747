from subtitles.models.caption_session import CaptionSession
from subtitles.models.recording import Recording, RecordingGap
from subtitles.models.room import RetiredLink, Room
from subtitles.models.sentence import Sentence
from subtitles.models.transcript import Transcript
from subtitles.models.user import User

__all__ = ["CaptionSession", "Recording", "RecordingGap", "RetiredLink", "Room", "Sentence", "Transcript", "User"]
