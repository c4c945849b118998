"""``harnn taxonomy``: the categories of a corpus as a tree, and what in them will hurt."""

from __future__ import annotations

import json as json_format
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harnn.cli.corpus_options import LabelsOption, TextOption, config_of, open_corpus
from harnn.cli.delimiter_option import DelimiterOption

if TYPE_CHECKING:
    from rich.tree import Tree

    from harnn.text.corpora import Corpus
    from harnn.text.taxonomy import Taxonomy
    from harnn.text.taxonomy.report import TaxonomyReport

__all__ = ["taxonomy"]


def taxonomy(
    data: Annotated[
        str,
        typer.Argument(
            help="A corpus as for evaluate, a model folder, or a taxonomy's .json file.",
            show_default=False,
        ),
    ],
    text: TextOption = None,
    labels: LabelsOption = None,
    delimiter: DelimiterOption = None,
    max_depth: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Show this many levels.")
    ] = None,
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report to this file too.")
    ] = None,
) -> None:
    """Print the categories of a corpus with their documents, and warn of what will hurt.

    Of a run's config, they are the categories that the section model gives, where it gives any; a
    label that is none of them is refused, as harnn fit does.
    """
    from harnn.text.taxonomy.report import describe_taxonomy, render_tree

    saved = _saved_taxonomy(Path(data))
    if saved is not None:
        name, report = data, describe_taxonomy(saved)
    else:
        corpus = open_corpus(data, text, labels, delimiter)
        config = config_of(data)
        model: dict[str, Any] = {}
        if config is not None:
            model = config.model.model_dump(include={"taxonomy", "paths"})
        name, report = corpus.name, _describe(corpus, **model)
    from rich.console import Console

    tree = render_tree(report, title=name)
    if max_depth is not None:
        _prune(tree, max_depth)
    # Lines stay whole where they go into a file or another program.
    console = Console(soft_wrap=True, highlight=False)
    with console.capture() as shown:
        console.print(tree)
    typer.echo(shown.get(), nl=False)
    for warning in report.warnings:
        typer.echo(f"\nwarning: {warning}")
    if json is not None:
        from harnn.cli.json_file import write_json

        write_json(json, _plain(name, report))


def _saved_taxonomy(path: Path) -> Taxonomy | None:
    """Read a taxonomy where the path is a model folder or a taxonomy file, not a corpus."""
    from harnn.text.taxonomy import Taxonomy

    if (path / "model.json").is_file():
        return Taxonomy.load(path / "taxonomy.json")
    if path.suffix.lower() == ".json" and path.is_file():
        try:
            content = json_format.loads(path.read_bytes())
        except ValueError:
            return None  # Maybe a corpus, whose reader says what is wrong and where.
        if isinstance(content, dict) and "format" in content:
            return Taxonomy.load(path)
    return None


def _describe(corpus: Corpus, taxonomy: Any = None, paths: str = "auto") -> TaxonomyReport:
    import numpy as np

    from harnn.text.labels import read_labels
    from harnn.text.labels.label_codec import LabelCodec
    from harnn.text.taxonomy import Taxonomy
    from harnn.text.taxonomy.report import describe_taxonomy

    form = corpus.label_form
    assert form is not None, "open_corpus refuses a corpus without labels"
    labels = read_labels(corpus.train.labels, form, name=corpus.name)
    known = None if taxonomy is None else Taxonomy.read(taxonomy)
    codec = LabelCodec.infer(labels, known, paths)
    # A row for each different label, not for each document: the corpus may be large.
    distinct = codec.encode(replace(labels, index=np.arange(len(labels.distinct))))
    documents = np.bincount(labels.index, minlength=len(labels.distinct))
    parts = {name: part for name, part in corpus.parts.items() if part.label_form is not None}
    report = describe_taxonomy(
        codec.taxonomy,
        documents @ distinct.indicator,
        texts_by_split={name: part.texts for name, part in parts.items()},
    )
    for name, part in parts.items():
        _, unseen = codec.extended(read_labels(part.labels, form, name=name))
        if unseen:
            shown = ", ".join(map(repr, unseen[:3])) + (", …" if len(unseen) > 3 else "")
            report.warnings.append(
                f"{len(unseen)} of the categories in {name!r} have no training document "
                f"({shown}): no prediction can name them."
            )
    return report


def _prune(tree: Tree, depth: int) -> None:
    if depth == 0:
        tree.children = []
    for child in tree.children:
        _prune(child, depth - 1)


def _plain(name: str, report: TaxonomyReport) -> dict[str, Any]:
    paths = report.taxonomy.path_strings
    counts = [None] * len(paths) if report.counts is None else report.counts.tolist()

    def named(group: tuple[int, ...]) -> list[str]:
        return [paths[category] for category in group]

    return {
        "name": name,
        "level_sizes": list(report.level_sizes),
        "categories": [
            {"path": path, "documents": count} for path, count in zip(paths, counts, strict=True)
        ],
        "single_child_chains": list(map(named, report.single_child_chains)),
        "rare": named(report.rare),
        "confusable": list(map(named, report.confusable)),
        "overlaps": [
            {
                "first": overlap.first,
                "second": overlap.second,
                "count": overlap.count,
                "examples": list(overlap.examples),
            }
            for overlap in report.overlaps
        ],
        "warnings": report.warnings,
    }
