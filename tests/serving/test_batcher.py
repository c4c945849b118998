"""Requests that come together are read together, and each gets its own rows."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import numpy as np
import pytest

from harnn.serving.batcher import Batcher, OverloadedError


def lengths(texts: Sequence[str]) -> np.ndarray:
    return np.array([[len(text)] for text in texts])


class Gate:
    """A network that reads when it is let."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.batches: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.batches.append(list(texts))
        assert self.open.wait(20)
        return lengths(texts)


async def until(true: object) -> None:
    async with asyncio.timeout(20):
        while not true():  # type: ignore[operator]
            await asyncio.sleep(0.001)


def test_a_lone_request_is_answered_at_once_and_others_gather_meanwhile() -> None:
    gate = Gate()
    sizes: list[int] = []

    async def main() -> list[list[list[int]]]:
        batcher = Batcher(gate, batch=4, waiting=100, seen=sizes.append)
        batcher.start()
        first = asyncio.create_task(batcher.ask(["a"]))
        await until(lambda: gate.batches)
        rest = [asyncio.create_task(batcher.ask(["x" * n] * n)) for n in (2, 1, 3, 5)]
        await until(lambda: batcher.waiting == 11)
        gate.open.set()
        answers = await asyncio.gather(first, *rest)
        await batcher.stop()
        assert batcher.waiting == 0
        return [answer.tolist() for answer in answers]

    answers = asyncio.run(main())
    # 2 and 1 fit into a batch of four, 3 with them does not, and 5 is more than a batch.
    assert [len(batch) for batch in gate.batches] == sizes == [1, 3, 3, 5]
    assert answers == [[[1]], [[2]] * 2, [[1]], [[3]] * 3, [[5]] * 5]


def test_too_many_are_turned_away_and_the_rest_is_answered() -> None:
    gate = Gate()

    async def main() -> None:
        batcher = Batcher(gate, batch=4, waiting=5)
        batcher.start()
        first = asyncio.create_task(batcher.ask(["a"]))
        await until(lambda: gate.batches)
        waits = asyncio.create_task(batcher.ask(["b"] * 4))
        await until(lambda: batcher.waiting == 4)
        with pytest.raises(OverloadedError, match="4 documents wait"):
            await batcher.ask(["c"] * 2)
        gate.open.set()
        assert len(await first) == 1
        assert len(await waits) == 4
        # A request of more than may wait is taken where nothing waits.
        assert len(await batcher.ask(["d"] * 9)) == 9
        await batcher.stop()

    asyncio.run(main())


def test_an_error_reaches_those_it_concerns_and_the_next_are_answered() -> None:
    def run(texts: Sequence[str]) -> np.ndarray:
        if "bad" in texts:
            raise MemoryError("no room")
        return lengths(texts)

    async def main() -> None:
        batcher = Batcher(run, batch=1, waiting=9)
        batcher.start()
        found = await asyncio.gather(
            *(batcher.ask([text]) for text in ("good", "bad", "better")), return_exceptions=True
        )
        assert isinstance(found[1], MemoryError)
        assert [one.tolist() for one in (found[0], found[2])] == [[[4]], [[6]]]  # type: ignore[union-attr]
        await batcher.stop()

    asyncio.run(main())


def test_one_who_has_gone_is_not_read_for() -> None:
    gate = Gate()

    async def main() -> None:
        batcher = Batcher(gate, batch=1, waiting=9)
        batcher.start()
        first = asyncio.create_task(batcher.ask(["a"]))
        await until(lambda: gate.batches)
        gone, stays = (asyncio.create_task(batcher.ask([text])) for text in ("gone", "stays"))
        await until(lambda: batcher.waiting == 2)
        gone.cancel()
        gate.open.set()
        await first
        assert (await stays).tolist() == [[5]]
        await batcher.stop()

    asyncio.run(main())
    assert gate.batches == [["a"], ["stays"]]


def test_what_still_waits_when_it_stops_is_turned_away() -> None:
    gate = Gate()

    async def main() -> None:
        batcher = Batcher(gate, batch=1, waiting=9)
        batcher.start()
        tasks = [asyncio.create_task(batcher.ask([text])) for text in ("a", "b")]
        await until(lambda: gate.batches and batcher.waiting == 1)
        gate.open.set()
        stop = asyncio.create_task(batcher.stop())
        found = await asyncio.gather(*tasks, return_exceptions=True)
        await stop
        assert all(isinstance(one, OverloadedError | np.ndarray) for one in found)
        assert any(isinstance(one, OverloadedError) for one in found)

    asyncio.run(main())
