from pathlib import Path

from subtitles.recordings.decoder_child import _give_up_everything

_give_up_everything()
Path("/etc/hostname").read_bytes()
