from __future__ import annotations

import asyncio

from tests.faults.broadcaster import BYTES, FRAME, Broadcaster

FRAME_S = 0.1


async def speak(broadcaster: Broadcaster, pcm: bytes, speed: float = 1.0) -> None:
    """Hands audio over as a microphone does: 100 ms of it every 100 ms, whatever happens meanwhile."""
    clock = asyncio.get_running_loop().time
    due = clock()
    for at in range(0, len(pcm), FRAME * BYTES):
        broadcaster.hand_over(pcm[at : at + FRAME * BYTES])
        due += FRAME_S / speed
        await asyncio.sleep(due - clock())
