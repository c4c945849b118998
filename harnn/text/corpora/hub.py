"""Corpora from the Hugging Face hub, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from harnn.errors import ConfigError, DataError
from harnn.text.corpora.cache import cache_folder, cached_dataset
from harnn.text.corpora.columns import Columns, choose_columns
from harnn.text.corpora.corpus import Corpus, Split
from harnn.text.corpora.rows import checked_batches
from harnn.text.corpora.tabular import PART_NAMES

if TYPE_CHECKING:
    import datasets
    import pyarrow as pa

__all__ = ["read_hub"]

HUB_VERSION = 2
BATCH = 1000


def read_hub(
    name: str,
    *,
    split: str | None = None,
    validation: str | None = None,
    test: str | None = None,
    text: str = "text",
    labels: str | Sequence[str] | None = None,
    path_separator: str = "|",
    empty: str = "ended",
    **options: Any,
) -> Corpus:
    """Read a data set of the hub, or a local folder laid out as one, with ``datasets``.

    Columns of class numbers (``ClassLabel``) are read as the names of the classes.

    Args:
        name: ``"owner/name"``, or a folder.
        split: The part to train on; by default ``train``.
        validation: The part to choose by; by default the one of the usual name, if any.
        test: The part to report on; by default the one of the usual name, if any.
        text: The column of documents.
        labels: The columns of the levels, or one column of lists of paths.
        path_separator: What stands between the paths of a cell that is a string.
        empty: What an empty cell of a level means in CSV: ``"ended"`` or ``"unknown"``.
        **options: More for ``datasets.load_dataset``, such as ``revision`` or a configuration's
            ``name``.

    Returns:
        The parts that are there.

    Raises:
        DataError: The data set cannot be reached or read, or a part or column is missing.
        ConfigError: ``empty`` is neither.
    """
    if empty not in ("ended", "unknown"):
        raise ConfigError(f"empty={empty!r}: it must be 'ended' or 'unknown'")
    parts, is_csv = _load(name, options)
    asked = {"train": split, "validation": validation, "test": test, "unlabelled": None}
    found: dict[str, Split] = {}
    for part, aliases in PART_NAMES.items():
        choices = aliases if asked[part] is None else (asked[part],)
        source = next((choice for choice in choices if choice in parts), None)
        if source is None:
            if asked[part] is not None or part == "train":
                raise DataError(f"{name}: there is no part {choices[0]!r} among {list(parts)}")
            continue
        columns = choose_columns(
            parts[source].column_names,
            text,
            [] if part == "unlabelled" else labels,
            f"{name}, part {source!r}",
        )
        unknown = is_csv and empty == "unknown"
        found[part] = _read(parts[source], columns, f"{name}, {source}", path_separator, unknown)
    return Corpus.from_parts(name, found)


def _load(name: str, options: Mapping[str, Any]) -> tuple[dict[str, datasets.Dataset], bool]:
    import datasets

    options = {"cache_dir": str(cache_folder() / "hub"), **options}
    try:
        builder = datasets.load_dataset_builder(name, **options)
        is_csv = hasattr(builder.config, "keep_default_na")
        if is_csv:
            # Else a cell such as "NA", a category of its own perhaps, would be read as missing.
            options |= {"keep_default_na": False, "na_filter": False}
        return dict(datasets.load_dataset(name, **options)), is_csv
    except Exception as error:  # the hub's errors come from half a dozen libraries
        raise DataError(
            f"{name}: cannot be loaded from the hub ({type(error).__name__}: {error}). Check the "
            "name and the network, or download its files and give the folder's path instead"
        ) from error


def _read(
    dataset: datasets.Dataset,
    columns: Columns,
    where: str,
    path_separator: str,
    empty_is_unknown: bool,
) -> Split:
    features = {name: dataset.features[name] for name in columns.names}
    rows = dataset.select_columns(list(columns.names))

    def cells() -> Iterator[tuple[object, ...]]:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            decoded = [_named(batch[name], feature) for name, feature in features.items()]
            for text, *labels in zip(*decoded, strict=True):
                if empty_is_unknown and columns.paths is None:
                    labels = [label or None for label in labels]
                yield (text, *labels)

    def batches() -> Iterator[pa.RecordBatch]:
        yield from checked_batches(cells(), columns, where, path_separator)

    key = {
        "version": HUB_VERSION,
        "rows": dataset._fingerprint,
        "columns": [columns.text, columns.levels, columns.paths],
        "path_separator": path_separator,
        "empty_is_unknown": empty_is_unknown,
    }
    safe = "-".join(part for part in where.replace(",", "").replace("/", " ").split())
    kept = cached_dataset(safe[-60:], key, columns.schema, batches)
    return Split(kept, text=columns.text, levels=columns.levels, paths=columns.paths)


def _named(cells: Sequence[Any], feature: Any) -> Sequence[Any]:
    """Turn class numbers into class names, alone or in lists; leave the rest as it is."""
    inner = getattr(feature, "feature", feature)
    if not hasattr(inner, "int2str"):
        return cells
    if inner is feature:
        # -1 marks a document whose class is kept back.
        return [None if c is None or c < 0 else feature.int2str(int(c)) for c in cells]
    return [None if cell is None else [inner.int2str(int(c)) for c in cell] for cell in cells]
