"""``harnn explain``: the words that a saved model's predictions rest on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harnn.cli.answering_model import is_exported, load_answering
from harnn.cli.delimiter_option import DelimiterOption
from harnn.cli.option_checks import check_file

if TYPE_CHECKING:
    from harnn.text.explanation import Explanation

__all__ = ["explain"]

FORMATS = ("text", "json", "html")
SUFFIXES = {
    ".html": "html",
    ".htm": "html",
    ".json": "json",
    ".txt": "text",
    ".md": "text",
    ".log": "text",
    "": "text",
}


def explain(
    model: Annotated[
        Path,
        typer.Argument(
            help="The folder of a saved model, or of an export to ONNX.", show_default=False
        ),
    ],
    texts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TEXT]...",
            help="The documents themselves; or - for standard input, a text a line.",
            show_default=False,
        ),
    ] = None,
    input: Annotated[
        str | None,
        typer.Option(
            "-i",
            "--input",
            metavar="FILE",
            help="A CSV, TSV, JSONL, Parquet or TXT file (a text a line) of documents instead.",
        ),
    ] = None,
    text: Annotated[
        str, typer.Option(metavar="COLUMN", help="The column of documents in FILE.")
    ] = "text",
    delimiter: DelimiterOption = None,
    method: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METHOD",
            help="attention, gradients or occlusion; may be given again. By default the first two; "
            "of an export, which has no gradients, the other two.",
            show_default=False,
        ),
    ] = None,
    category: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH",
            help="Explain this category, a/b/c, and not the predicted ones; may be given again.",
            show_default=False,
        ),
    ] = None,
    steps: Annotated[
        int, typer.Option(min=1, metavar="N", help="Points at which the gradients are taken.")
    ] = 32,
    format: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT", help="text (the default), json or html; else as OUTPUT is named."
        ),
    ] = None,
    output: Annotated[
        str,
        typer.Option("-o", "--output", metavar="OUTPUT", help="A file, or - for standard output."),
    ] = "-",
) -> None:
    """Show which words speak for and against the predicted categories of documents.

    In a terminal the words are coloured: blue for, orange against, violet for attention.
    """
    # Whatever is wrong with the options is said before the model is loaded.
    form = _format(format, output)
    if output != "-":
        check_file(output)
    documents = _documents(texts or [], input, text, delimiter)
    from harnn.text.explanation.word_weights import METHODS, check_methods

    check_methods(method or METHODS, steps)
    classifier = load_answering(model)
    if is_exported(model):
        explanations = classifier.explain(documents, method or None, category or None)
    else:
        chosen = method or ("attention", "gradients")
        explanations = classifier.explain(documents, chosen, category or None, steps)
    if output == "-":
        typer.echo(_written(explanations, form, None), color=True)
        return
    from harnn.atomic import atomic_file

    with atomic_file(output) as temporary:
        temporary.write_text(_written(explanations, form, False) + "\n", encoding="utf-8")


def _format(format: str | None, output: str) -> str:
    from harnn.errors import ConfigError, nearest

    if format is None:
        suffix = Path(output).suffix.lower()
        if output != "-" and suffix not in SUFFIXES:
            raise ConfigError(
                f"{output}: explanations are not written as {suffix!r}"
                f"{nearest(suffix, filter(None, SUFFIXES))}; --format {', '.join(FORMATS)} says "
                "what the file is"
            )
        return SUFFIXES.get(suffix, "text")
    if format not in FORMATS:
        raise ConfigError(
            f"--format {format}: there are {', '.join(FORMATS)}{nearest(format, FORMATS)}"
        )
    return format


def _documents(
    texts: list[str], input: str | None, column: str, delimiter: str | None
) -> list[str]:
    from harnn.cli.records import open_records
    from harnn.errors import ConfigError

    if bool(texts) == (input is not None):
        raise ConfigError(
            "give the texts themselves, - for standard input, or --input FILE"
            + ("; not both" if texts else "")
        )
    if input is None and delimiter is not None:
        raise ConfigError("--delimiter is for the FILE of --input")
    if input is None and texts != ["-"]:
        return texts
    records = open_records(input or "-", column, delimiter=delimiter)
    return [found for _, found in records.texts(column)]


def _written(explanations: list[Explanation], form: str, colours: bool | None) -> str:
    if form == "html":
        from harnn.text.explanation import explanation_page

        return explanation_page(explanations)
    if form == "json":
        import json

        found = [explanation.to_dict() for explanation in explanations]
        return json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False)
    return "\n\n".join(explanation.text(colours) for explanation in explanations)
