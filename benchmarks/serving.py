"""What a server takes: how fast it answers beside the bare runtime, and what it refuses.

    HARNN_DATA_DIR=... python benchmarks/serving.py EXPORT dbpedia [--requests 100000]

Starts ``harnn serve EXPORT`` on a free port of this machine and sends it one document a request
over some connections that stay open; then malformed requests, one after the other. Beside it
stands what the runtime does alone, on the same documents in batches as large.

Client and server share the machine's cores: the server alone would be faster. Memory is that of
the server's process, after the first thousand requests and at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from rich.console import Console
from rich.table import Table

from harnn import load_corpus
from harnn.runtime import OnnxClassifier

_WARM = 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="what harnn export wrote as onnx or onnx_int8")
    parser.add_argument("corpus", help="as for load_corpus; its validation documents are sent")
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--malformed", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=32)
    arguments = parser.parse_args()
    corpus = load_corpus(arguments.corpus)
    texts = list((corpus.validation or corpus.test).texts)[:2000]
    alone = bare(arguments.model, texts, arguments.connections)
    process = subprocess.Popen(
        [sys.executable, "-m", "harnn.cli", "serve", str(arguments.model), "--port", "0"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = urlsplit(line[line.index("http://") :].strip())
        place = (str(address.hostname), int(address.port or 0))
        bodies = [json.dumps({"texts": [text]}).encode() for text in texts]
        asyncio.run(send(place, bodies, _WARM, arguments.connections))
        before = memory(process.pid)
        started = time.perf_counter()
        seconds, answers = asyncio.run(
            send(place, bodies, arguments.requests, arguments.connections)
        )
        took = time.perf_counter() - started
        after = memory(process.pid)
        refused = asyncio.run(send_malformed(place, arguments.malformed))
        end = memory(process.pid)
        process.terminate()
        code = process.wait(60)
    finally:
        process.kill()
    table = Table(title=f"{arguments.requests:,} requests over {arguments.connections} connections")
    for column in ("", "documents a second", "p50 ms", "p95 ms", "p99 ms", "max ms"):
        table.add_column(column, justify="right" if column else "left")
    table.add_row(f"runtime alone, batches of {arguments.connections}", f"{alone:,.0f}")
    quantiles = np.percentile(seconds, [50, 95, 99, 100]) * 1000
    table.add_row(
        "server", f"{arguments.requests / took:,.0f}", *(f"{one:.1f}" for one in quantiles)
    )
    console = Console(width=100)
    console.print(table)
    console.print(f"answers: {told(answers)}")
    console.print(f"{arguments.malformed:,} malformed requests: {told(refused)}")
    console.print(
        f"memory: {before:.0f} MB after {_WARM:,} requests, {after:.0f} MB after all, "
        f"{end:.0f} MB after the malformed ones; exit code {code}"
    )


def bare(model: Path, texts: Sequence[str], batch: int) -> float:
    """Return documents a second of the runtime by itself."""
    classifier = OnnxClassifier.load(model)
    classifier.predict_proba(texts[:batch])
    started = time.perf_counter()
    for at in range(0, len(texts), batch):
        classifier.predict(texts[at : at + batch])
    return len(texts) / (time.perf_counter() - started)


async def send(
    place: tuple[str, int], bodies: Sequence[bytes], count: int, connections: int
) -> tuple[np.ndarray, Counter[str]]:
    """Send requests over connections that stay open; return their times and their statuses."""
    numbers = iter(range(count))
    seconds: list[float] = []
    answers: Counter[str] = Counter()

    async def ask() -> None:
        reader, writer = await asyncio.open_connection(*place)
        for number in numbers:
            started = time.perf_counter()
            writer.write(request(b"POST /predict", bodies[number % len(bodies)]))
            answers[await status_of(reader)] += 1
            seconds.append(time.perf_counter() - started)
        writer.close()

    await asyncio.gather(*(ask() for _ in range(connections)))
    return np.array(seconds), answers


async def send_malformed(place: tuple[str, int], count: int) -> Counter[str]:
    """Send what is no request, each on a connection of its own; return the statuses."""
    answers: Counter[str] = Counter()
    for sent in itertools.islice(malformed(), count):
        reader, writer = await asyncio.open_connection(*place)
        try:
            writer.write(sent)
            answers[await status_of(reader)] += 1
        except (ConnectionError, asyncio.IncompleteReadError):
            answers["closed without an answer"] += 1
        writer.close()
    return answers


def malformed() -> Iterator[bytes]:
    """Yield requests that are to be refused, for ever."""
    generator = np.random.default_rng(0)
    wrong = [
        b"", b"{", b"null", b"[]", b'{"texts": 1}', b'{"texts": []}', b'{"texts": [1]}',
        b'{"texts": ["a"], "top_k": "x"}', b'{"texts": ["a"], "other": 1}', b'{"texts": ["\xff"]}',
        b"[" * 50_000, b'{"texts": ["' + b"a" * 200_000 + b'"]}',
        json.dumps({"texts": ["a"] * 1000}).encode(), b'{"texts": ["a"], "precision": NaN}',
    ]  # fmt: skip
    for number in itertools.count():
        yield request(b"POST /predict", wrong[number % len(wrong)])
        yield request(b"POST /explain", generator.bytes(int(generator.integers(1, 2000))))
        yield request(b"DELETE /predict", b"")
        yield request(b"GET /nothing/here", b"")
        yield generator.bytes(200) + b"\r\n\r\n"
        yield b"POST /predict HTTP/1.1\r\nhost: a\r\ncontent-length: 999999999\r\n\r\n"
        yield b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000 + b"\r\n"


def request(head: bytes, body: bytes) -> bytes:
    return b"%s HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n" % head + (
        b"content-length: %d\r\n\r\n%s" % (len(body), body)
    )


async def status_of(reader: asyncio.StreamReader) -> str:
    """Read an answer to its end; return its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next((line for line in lines if line.startswith(b"content-length:")), b": 0")
    await reader.readexactly(int(length.split(b":")[1]))
    return head[9:12].decode()


def memory(process: int) -> float:
    """Return the resident memory of a process in MB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"process {process} says nothing of its memory")


def told(answers: Counter[str]) -> str:
    return ", ".join(f"{status}: {count:,}" for status, count in sorted(answers.items()))


if __name__ == "__main__":
    main()
