from __future__ import annotations

import logging
import re

_SECRET_PATH = re.compile(r"/(watch|overlay|setup|fetch|recordings/audio)/[^/\s'\"]+")


class HideLinks(logging.Filter):
    """Watch, set-up and fetch links are secrets: whoever reads the log must not be able to open them."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = _SECRET_PATH.sub(r"/\1/…", message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return True
