"""Corpora kept on disk as Arrow files: written once, whole or not at all, and memory-mapped."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harnn.atomic import atomic_file

if TYPE_CHECKING:
    import datasets
    import pyarrow as pa

__all__ = ["cache_folder", "cached_dataset"]

log = logging.getLogger(__name__)

# The end-of-stream mark of the Arrow stream format. A file cut between two batches still opens;
# only this tells it from a whole one.
END_OF_STREAM = b"\xff\xff\xff\xff\x00\x00\x00\x00"


def cache_folder() -> Path:
    """Return the folder of the caches: ``HARNN_CACHE_DIR``, else the user's cache folder.

    Returns:
        The folder. It may not exist yet.

    Example:
        >>> cache_folder().name != ""
        True
    """
    named = os.environ.get("HARNN_CACHE_DIR")
    if named:
        return Path(named).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("harnn"))


def cached_dataset(
    name: str,
    key: Mapping[str, Any],
    schema: pa.Schema,
    batches: Callable[[], Iterable[pa.RecordBatch]],
) -> datasets.Dataset:
    """Open the cached rows that ``key`` describes, writing them first where they are not there.

    The rows are never held in memory together. Two processes may do this at once: each writes
    its own file, and the last one to finish replaces an equal one. A file that is damaged is
    logged as a warning and written again.

    Args:
        name: The readable part of the file's name.
        key: All that the rows depend on; JSON values.
        schema: The columns.
        batches: Makes the rows.

    Returns:
        The rows, memory-mapped.

    Example:
        >>> import pyarrow as pa
        >>> rows = pa.record_batch({"text": ["a", "b"]})
        >>> len(cached_dataset("two", {"version": 1}, rows.schema, lambda: [rows]))
        2
    """
    digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:20]
    path = cache_folder() / "corpora" / f"{name}-{digest}.arrow"
    if path.exists():
        try:
            return _open(path)
        except (OSError, ValueError) as error:
            log.warning("the cached corpus %s is damaged (%s); it is written again", path, error)
    import pyarrow as pa

    with (
        atomic_file(path) as temporary,
        pa.OSFile(str(temporary), "wb") as sink,
        pa.ipc.new_stream(sink, schema) as writer,
    ):
        for batch in batches():
            writer.write_batch(batch)
    return _open(path)


def _open(path: Path) -> datasets.Dataset:
    import datasets

    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - len(END_OF_STREAM)))
        if file.read() != END_OF_STREAM:
            raise ValueError("the file does not end as an Arrow stream ends")
    # pyarrow's errors are ValueErrors and OSErrors.
    return datasets.Dataset.from_file(str(path))
