"""Tables of the speeds of training."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.table import Table

from training_benchmark.speeds import Measured

__all__ = ["layer_table", "megabytes", "speed_table"]

# The CPU use of other processes from which on the cores do not count as idle.
_BUSY = 0.1

# Columns of all models.
_COLUMNS: dict[str, Callable[[Measured], str]] = {
    "of product rate": lambda one: f"{one.share_of_product_rate:.0%}",
    "CPU use": lambda one: f"{one.cpu_use:.2f}",
    "documents per second": lambda one: f"{one.documents_per_second:,.0f}",
    "words per second": lambda one: f"{one.words_per_second:,.0f}",
    "batch": lambda one: f"{one.documents_per_step:.0f}",
    "ms per step": lambda one: f"{one.seconds_per_step * 1e3:,.0f}",
    "peak memory": lambda one: megabytes(one.peak_memory),
}


def megabytes(size: float | None) -> str:
    """Return a number of bytes in MB; an empty cell if it is not known."""
    return "" if size is None else f"{size / 1e6:,.0f} MB"


def speed_table(
    steps: Sequence[Measured],
    loops: Sequence[tuple[Measured, Measured | None]],
    transcription: Measured | None,
    torch: Measured | None,
    title: str,
) -> Table:
    """Return a table of training steps and of the loops of fits.

    Args:
        steps: The training steps.
        loops: The loops, each with the step of the same preset if that was measured.
        transcription: The step of the plain Keras transcription, if it was measured.
        torch: The step of PyTorch, if it was measured.
        title: Of the table.

    Returns:
        The table, a row for each model.
    """
    table = Table(title=title, caption=_caption([*steps, *(loop for loop, _ in loops)]))
    table.add_column("", no_wrap=True)
    for column in ("× plain Keras", "× PyTorch", "loop over step, words", *_COLUMNS):
        table.add_column(column, justify="right")
    for step in steps:
        ratios = (_ratio(step, transcription), _ratio(step, torch), "")
        table.add_row(step.title, *ratios, *_cells(step))
    table.add_section()
    for loop, step_of_loop in loops:
        ratio = ""
        if step_of_loop is not None:
            ratio = f"{loop.words_per_second / step_of_loop.words_per_second:.2f}"
        table.add_row(loop.title, "", "", ratio, *_cells(loop))
    return table


def layer_table(layers: Sequence[Measured], whole: Measured, title: str) -> Table:
    """Return a table of the training steps of layers.

    Args:
        layers: The steps of the layers.
        whole: The step of the whole network.
        title: Of the table.

    Returns:
        The table, a row for each layer and one for the network.
    """
    table = Table(title=title, caption=_caption([*layers, whole]))
    table.add_column("", no_wrap=True)
    for column in ("of the step's time", *_COLUMNS):
        table.add_column(column, justify="right")
    for layer in (*layers, whole):
        share = f"{layer.seconds_per_step / whole.seconds_per_step:.0%}"
        table.add_row(layer.title, share, *_cells(layer))
    return table


def _caption(models: Sequence[Measured]) -> str | None:
    """Return a warning if other processes used the cores."""
    busy = max((one.other_cpu_use for one in models), default=0.0)
    if busy < _BUSY:
        return None
    return f"The cores were not idle: other processes used up to {busy:.1f} of them."


def _ratio(step: Measured, rival: Measured | None) -> str:
    if rival is None:
        return ""
    return f"{step.documents_per_second / rival.documents_per_second:.2f}"


def _cells(one: Measured) -> list[str]:
    return [cell(one) for cell in _COLUMNS.values()]
