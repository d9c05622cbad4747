"""A process to be killed while it fetches a toy model: `downloader MODELS_FOLDER MIRROR TOY_FOLDER WHERE`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from subtitles.engines.local import delivery
from subtitles.engines.local.delivery import Delivery
from subtitles.engines.local.models import Models
from tests.engines.local.toy_delivery import offer
from tests.engines.local.toy_shop import CTC


async def main(root: Path, mirror: str, toy: Path, strike_at: str) -> None:
    wanted, _ = offer(CTC, toy)
    delivery.TELL_EVERY_S = 0.01

    async def tell(step: str, percent: int) -> None:
        if step == strike_at and percent:
            os.kill(os.getpid(), signal.SIGKILL)

    class Struck(Models):
        def install(self, *arguments: object) -> object:  # type: ignore[override]
            if strike_at == "install":
                os.kill(os.getpid(), signal.SIGKILL)
            return super().install(*arguments)  # type: ignore[arg-type]

    await Delivery(Struck(root), mirror).bring(wanted, tell)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4]))
