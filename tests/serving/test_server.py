"""A server as a process of its own, asked over real sockets."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harnn import HARNNClassifier

from .conftest import TEXTS

LONG = "water deep " * 60


class Server:
    """``harnn serve`` in a process."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "harnn.cli", "serve", str(folder), "--port", "0", *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert self.process.stdout is not None
        self.said = []
        for line in self.process.stdout:
            self.said.append(line)
            if "http://" in line:
                break
        else:
            raise AssertionError(self.process.communicate()[1])
        address = urlsplit(line[line.index("http://") :].strip())
        assert address.hostname is not None
        assert address.port is not None
        self.host, self.port = address.hostname, address.port

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, path, sent, {"content-type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def raw(self, sent: bytes) -> bytes:
        with socket.create_connection((self.host, self.port), timeout=60) as connection:
            connection.sendall(sent)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def stop(self, number: int) -> tuple[int, str, str]:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


@pytest.fixture
def server(export: Path) -> Iterator[Server]:
    server = Server(export, "--max-waiting", "50")
    yield server
    server.process.kill()
    server.process.communicate()


def test_many_ask_at_a_time_and_each_gets_its_own_answer(
    server: Server, classifier: HARNNClassifier
) -> None:
    labels = dict(zip(TEXTS, classifier.predict(TEXTS), strict=True))
    found: list[tuple[str, object]] = []

    def ask(text: str) -> None:
        status, body = server.ask("POST", "/predict", {"texts": [text]})
        said = json.loads(body)
        found.append((text, said["predictions"][0]["paths"][0]["path"] if status == 200 else said))

    threads = [threading.Thread(target=ask, args=(TEXTS[n % len(TEXTS)],)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 40
    assert all(label == labels[text] for text, label in found), found


def test_requests_at_work_are_answered_before_it_stops(server: Server) -> None:
    answers: list[tuple[int, bytes]] = []
    asked = {"texts": [LONG] * 4, "methods": ["occlusion"]}
    thread = threading.Thread(target=lambda: answers.append(server.ask("POST", "/explain", asked)))
    thread.start()
    # As soon as the request is at work.
    while b'path="/metrics"' not in server.ask("GET", "/metrics")[1]:
        pass
    code, out, err = server.stop(signal.SIGTERM)
    thread.join()
    (answer,) = answers
    assert answer[0] == 200
    assert len(json.loads(answer[1])["explanations"]) == 4
    assert (code, out, err) == (0, "stopped\n", "")
    with pytest.raises(ConnectionError):
        server.ask("GET", "/health")


def test_a_killed_server_loses_nothing_but_the_request(server: Server, export: Path) -> None:
    faults: list[Exception] = []

    def ask() -> None:
        try:
            server.ask("POST", "/explain", {"texts": [LONG] * 4, "methods": ["occlusion"]})
        except (OSError, http.client.HTTPException) as error:
            faults.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    while b'path="/metrics"' not in server.ask("GET", "/metrics")[1]:
        pass
    server.process.kill()
    thread.join()
    assert len(faults) == 1
    again = Server(export)
    assert again.ask("POST", "/predict", {"texts": ["water"]})[0] == 200
    assert again.stop(signal.SIGINT) == (0, "stopped\n", "")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x00\x01\x02\r\n\r\n", b"400"),
        (b"POST /predict HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n", b"400"),
        (b"POST /predict HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999\r\n\r\n", b"413"),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000 + b"\r\n", b"4"),
    ],
)
def test_what_is_no_request_is_refused(server: Server, sent: bytes, status: bytes) -> None:
    assert server.raw(sent).startswith(b"HTTP/1.1 " + status)
    assert server.ask("GET", "/health")[0] == 200


def test_a_port_that_is_taken_is_named(export: Path, server: Server) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "harnn.cli", "serve", str(export), "--port", str(server.port)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert "in use" in ran.stderr
    assert str(server.port) in ran.stderr


def test_a_saved_model_is_exported_first(classifier: HARNNClassifier, tmp_path: Path) -> None:
    classifier.save(tmp_path / "model")
    server = Server(tmp_path / "model", "--name", "Lakes")
    assert "harnn export" in server.said[0]
    assert b"<h1>Lakes</h1>" in server.ask("GET", "/")[1]
    server.stop(signal.SIGTERM)


def test_an_altered_export_is_refused(export: Path, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    for file in export.iterdir():
        (tmp_path / "model" / file.name).write_bytes(file.read_bytes())
    with (tmp_path / "model" / "vocabulary.txt").open("a") as stream:
        stream.write("more\n")
    for folder in (tmp_path / "model", tmp_path / "nothing"):
        ran = subprocess.run(
            [sys.executable, "-m", "harnn.cli", "serve", str(folder), "--port", "0"],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert ran.returncode == 1
        assert ran.stderr.startswith("error: ")
        assert "Traceback" not in ran.stderr
