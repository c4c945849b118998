"""The arguments of every command that does a run: its config, and options that go before it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["ConfigArgument", "OnlyOption", "OverridesArgument", "OverwriteOption"]

ConfigArgument = Annotated[Path, typer.Argument(help="The run, a YAML file.", show_default=False)]
OverridesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[KEY=VALUE]...",
        help="Options that go before the file's: model.epochs=3",
        show_default=False,
    ),
]
OverwriteOption = Annotated[
    bool, typer.Option("--overwrite", help="Replace a run that stands in the folder.")
]
OnlyOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Fit no other model; the report has those fitted before too. May be repeated.",
        show_default=False,
    ),
]
