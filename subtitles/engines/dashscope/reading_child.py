"""Reads one result file in a process of its own: `python -m subtitles.engines.dashscope.reading_child [tagged]`.

The file is its standard input, lines (`subtitles.engines.lines`) its standard output; with the exit code MALFORMED the
output says what is wrong. It imports nothing that it does not need: to start it is most of its cost.
"""

from __future__ import annotations

import sys

from subtitles.engines import lines
from subtitles.engines.dashscope.batch_results import transcribed
from subtitles.engines.dashscope.fields import Malformed

TAGGED = "tagged"
MALFORMED = 3


def main() -> None:
    try:
        found = transcribed(sys.stdin.buffer.read(), TAGGED in sys.argv[1:])
    except Malformed as error:
        sys.stdout.write(str(error))
        sys.exit(MALFORMED)
    lines.BREATH_S = 0.0  # there is nobody else here
    sys.stdout.buffer.writelines(lines.encoded(found))


if __name__ == "__main__":
    main()
