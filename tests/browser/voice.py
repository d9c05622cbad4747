from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from subtitles.speech import SAMPLE_RATE
from tests.browser.backstage import Backstage
from tests.browser.site import Site
from tests.fakes import position_code
from tests.fakes.position_code import SENTENCE_BLOCKS
from tests.faults.broadcaster import Broadcaster
from tests.faults.product import RoomFacts


class Voice:
    """Somebody who broadcasts without a browser, in position-coded audio: exactly so much as a test wants."""

    def __init__(self, backstage: Backstage, broadcaster: Broadcaster) -> None:
        self.broadcaster = broadcaster
        self._backstage = backstage
        self._blocks = 0

    def say_words(self, count: int) -> str:
        """The next words; what they are."""
        first, self._blocks = self._blocks, self._blocks + count
        audio = position_code.encode(first, count)
        self._backstage.call(lambda: self.broadcaster.hand_over(audio))
        return " ".join(position_code.word(number) for number in range(first, self._blocks))

    def finish_sentence(self) -> str:
        """The rest of the sentence that was begun, or a new one; the whole of it."""
        begun = self._blocks % SENTENCE_BLOCKS
        self.say_words(SENTENCE_BLOCKS - begun)
        (sentence,) = position_code.sentences(self._blocks - SENTENCE_BLOCKS, SENTENCE_BLOCKS)
        return sentence

    def say_sentences(self, count: int) -> list[str]:
        return [self.finish_sentence() for _ in range(count)]

    def stay_silent(self, seconds: float) -> None:
        audio = bytes(2 * round(seconds * SAMPLE_RATE))
        self._backstage.call(lambda: self.broadcaster.hand_over(audio))

    def wait_for_status(self, **expected: object) -> None:
        """Waits until the server says so."""
        statuses = self.broadcaster.statuses
        is_said = lambda: statuses and expected.items() <= statuses[-1].items()  # noqa: E731
        self._backstage.run(self.broadcaster.until(is_said))

    def stop(self) -> None:
        self._backstage.run(self.broadcaster.stop())


@contextmanager
def speaking(backstage: Backstage, site: Site, room: RoomFacts) -> Iterator[Voice]:
    with backstage.hosting(Broadcaster(site.product.url, room)) as broadcaster:
        yield Voice(backstage, broadcaster)
