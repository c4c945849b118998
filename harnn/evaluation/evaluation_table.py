"""An evaluation as a table for the terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from harnn.evaluation.scores import PrecisionRecallF1

if TYPE_CHECKING:
    from rich.table import Table

    from harnn.evaluation.evaluation import Evaluation

__all__ = ["evaluation_table", "plain_text"]

TEXT_WIDTH = 80


def evaluation_table(evaluation: Evaluation) -> Table:
    """Lay out ``evaluation`` as a table.

    Args:
        evaluation: The evaluation.

    Returns:
        A table of sections: the known entries, the documents all of whose levels are known, each
        level, and what is measured on the scores. Hierarchical scores that are those of the micro
        average share its row. A dash stands where a value is undefined, nothing where a row has no
        such value.
    """
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for heading in ("documents", "precision", "recall", "F1", "value"):
        table.add_column(heading, justify="right")

    def section(title: str, documents: int) -> None:
        table.add_row(title, f"{documents:,}", style="bold")

    def triple(name: str, scores: PrecisionRecallF1[float | None]) -> None:
        table.add_row(f"  {name}", "", *(_cell(score) for score in scores))

    def value(name: str, score: float | None) -> None:
        table.add_row(f"  {name}", "", "", "", "", _cell(score))

    section("known entries", evaluation.documents)
    # Where predictions have their ancestors, as ours do, the two are the same.
    once = evaluation.micro.f1 is not None and evaluation.hierarchical == evaluation.micro
    triple("micro and hierarchical" if once else "micro", evaluation.micro)
    for name in ("macro", "samples", "weighted"):
        triple(name, getattr(evaluation, name))
    if not once:
        triple("hierarchical", evaluation.hierarchical)
    table.add_section()

    section("all levels known", evaluation.complete.documents)
    triple("micro", evaluation.complete.micro)
    triple("macro", evaluation.complete.macro)
    value("all levels right", evaluation.complete.subset_accuracy)
    table.add_section()

    for level in evaluation.levels:
        section(level.title, level.support)
        triple("micro", level.micro)
        triple("macro", level.macro)
        value("accuracy", level.accuracy)
        table.add_section()

    section("scores and coherence", evaluation.documents)
    value("AUPRC, micro", evaluation.auprc_micro)
    value("AUPRC, macro", evaluation.auprc_macro)
    for k, precision in evaluation.precision_at_k.items():
        value(f"precision at {k}", precision)
    value("incoherent share", evaluation.incoherent_share)
    return table


def plain_text(table: Table) -> str:
    """Render ``table`` without colours.

    Args:
        table: The table.

    Returns:
        Its lines, of at most 80 characters, without trailing spaces.
    """
    from rich.console import Console

    stream = io.StringIO()
    # A fixed width, no terminal and no notebook: the same text wherever it is made.
    console = Console(
        file=stream,
        width=TEXT_WIDTH,
        color_system=None,
        force_terminal=False,
        force_jupyter=False,
    )
    console.print(table)
    lines = [line.rstrip() for line in stream.getvalue().splitlines()]
    return "\n".join(lines).strip("\n")


def _cell(score: float | None) -> str:
    return "\N{EN DASH}" if score is None else f"{score:.4f}"
