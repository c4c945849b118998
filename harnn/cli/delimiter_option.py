"""The option that every command that reads CSV has."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["DelimiterOption"]

DelimiterOption = Annotated[
    str | None,
    typer.Option(
        "--delimiter",
        metavar="CHARACTER",
        help="What stands between the cells of a CSV or TSV file, such as ';' or '\\t'. By default "
        "a comma, in TSV a tab.",
        show_default=False,
    ),
]
