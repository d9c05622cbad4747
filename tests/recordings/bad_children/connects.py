import socket

from subtitles.recordings.decoder_child import _give_up_everything

_give_up_everything()
socket.socket()
