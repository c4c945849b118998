"""Whether the parts of some results fit together."""

from __future__ import annotations

from harnn.errors import DataError, nearest
from harnn.evaluation.report.results import Results

__all__ = ["check_results"]


def check_results(results: Results, where: str) -> None:
    """Refuse results that name a model or a level that there is not.

    Args:
        results: The results, each value of which is of the right type.
        where: What an error calls them.

    Raises:
        DataError: If two models have one name, the reference or a rival is no model, or something
            is about another number of levels than the corpus has.
    """
    names = [model.name for model in results.models]
    for name in names:
        if names.count(name) > 1:
            raise DataError(f"{where}: {names.count(name)} models are named {name!r}")
    rivals = {f"pairs.{place}.rival": pair.rival for place, pair in enumerate(results.pairs)}
    for field, named in {"reference": results.reference, **rivals}.items():
        if named is not None and named not in names:
            hint = nearest(named, names)
            raise DataError(f"{where}: {field} is {named!r}, which is no model{hint}")
    depth = len(results.corpus.levels)
    for place, part in enumerate(results.corpus.parts):
        if len(part.known) != depth:
            raise DataError(
                f"{where}: corpus.parts.{place}.known has {len(part.known)} numbers; the corpus "
                f"has {depth} levels"
            )
    for place, model in enumerate(results.models):
        for number, run in enumerate(model.runs):
            if len(run.evaluation.levels) != depth:
                raise DataError(
                    f"{where}: models.{place}.runs.{number}.evaluation has "
                    f"{len(run.evaluation.levels)} levels; the corpus has {depth}"
                )
        for field in ("calibration", "selective", "sets", "stops"):
            for number, record in enumerate(getattr(model, field)):
                if not 0 <= record.level < depth:
                    raise DataError(
                        f"{where}: models.{place}.{field}.{number}.level is {record.level}; "
                        f"the corpus has the levels 0 to {depth - 1}"
                    )
