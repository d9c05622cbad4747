"""To a file that is open already; its path is what there is to decode."""

import os
import sys

from subtitles.recordings.decoder_child import _give_up_everything

prey = os.open(sys.stdin.read(), os.O_WRONLY | os.O_CREAT, 0o600)
_give_up_everything()
os.write(prey, b"x")
