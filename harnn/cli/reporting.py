"""How a command ends when something is wrong: one clear line, and an exit code."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import typer

from harnn.errors import CheckpointError, ConfigError, DataError, ModelFolderError

__all__ = ["reported"]

# 128 + the signal's number, as shells say it.
INTERRUPTED = 130
BROKEN_PIPE = 141
TERMINATED = 143

# Errors whose message says what was wrong, where, and what would be right.
_OURS = (OSError, FloatingPointError, CheckpointError, ConfigError, DataError, ModelFolderError)


@contextmanager
def reported(debug: bool = False) -> Iterator[None]:
    """Turn what a command raises, warns of and logs into lines on standard error.

    ======================================== =========
    what ended the command                   exit code
    ======================================== =========
    bad data, a bad model folder, a full disk     1
    a wrong option or config                      2
    Ctrl-C                                      130
    SIGTERM, which is as Ctrl-C                 143
    a fit that kept what it had at either       130
    a reader that went away (``| head``)        141
    ======================================== =========

    Args:
        debug: Let errors through with their traceback.

    Raises:
        typer.Exit: With the exit code.

    Example:
        >>> import typer
        >>> try:
        ...     with reported():
        ...         raise ConfigError("model.epoch is not an option")
        ... except typer.Exit as end:
        ...     end.exit_code
        2
    """
    try:
        with _lines_on_standard_error(), _termination_raised():
            yield
            # Here, where a broken pipe is still caught, and not when the interpreter ends.
            sys.stdout.flush()
    except BrokenPipeError:
        _abandon_standard_output()
        raise typer.Exit(BROKEN_PIPE) from None
    except KeyboardInterrupt as end:
        typer.echo("interrupted", err=True)
        raise typer.Exit(TERMINATED if isinstance(end, _Terminated) else INTERRUPTED) from None
    except (OSError, ValueError, FloatingPointError) as error:
        if debug:
            raise
        typer.echo(f"error: {_message(error)}", err=True)
        raise typer.Exit(2 if isinstance(error, ConfigError) else 1) from None


class _Terminated(KeyboardInterrupt):
    """SIGTERM: what keeps its work at Ctrl-C is to keep it then, too."""


@contextmanager
def _termination_raised() -> Iterator[None]:
    def raise_it(number: int, _: FrameType | None) -> None:
        raise _Terminated

    # Elsewhere signals cannot be handled: a command that is called in a thread goes without.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, raise_it)
    try:
        yield
    finally:
        # None: not Python's own, and out of its reach.
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)


def _message(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    message = str(error) or type(error).__name__
    if isinstance(error, _OURS):
        return message
    # An error of nobody's making: the line alone may not say enough.
    return f"{message} (harnn --debug ... shows where)"


@contextmanager
def _lines_on_standard_error() -> Iterator[None]:
    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        typer.echo(f"warning: {message}", err=True)

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log = logging.getLogger("harnn")
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = show
            yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)


def _abandon_standard_output() -> None:
    """Send what is still buffered nowhere, so that the interpreter ends without complaint."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
