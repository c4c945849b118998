"""The model card: what an export is, what it was learnt from, how good it is, and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harnn.environment import installed_versions
from harnn.text.export.formats import Format
from harnn.text.options import preset_name

if TYPE_CHECKING:
    from harnn.text.classifier import HARNNClassifier

__all__ = ["ModelCard"]

_NOT_STATED = "not stated"
_CHOSEN_BY = ("all_levels_right", "micro_f1", "macro_f1")


@dataclass(frozen=True)
class ModelCard:
    """What only the one who exports a model knows of it.

    Attributes:
        name: What it is called.
        license: Under which the model may be used.
        data: What it was learnt from.
        metrics: What it reaches on test data, by name.
        limits: What it is not made for.
    """

    name: str = "HARNN classifier"
    license: str = _NOT_STATED
    data: str = _NOT_STATED
    metrics: Mapping[str, float] = field(default_factory=dict)
    limits: str = ""

    def written(
        self,
        classifier: HARNNClassifier,
        format: Format,
        difference: float,
        same_paths: int,
        documents: str,
    ) -> str:
        """Return the card as Markdown.

        Args:
            classifier: What was exported.
            format: In which format.
            difference: The largest difference of a probability from the classifier's own.
            same_paths: How many documents get the paths that the classifier gives them.
            documents: How many were compared, and what they are.
        """
        taxonomy, options = classifier.taxonomy_, classifier.options_
        sizes = " / ".join(map(str, taxonomy.level_sizes))
        one_path = classifier._codec.one_path
        kept = classifier._held_out
        calibration = classifier._calibration
        encoder_length = options.network.encoder_length
        encoded = f", {encoder_length:,} of them by the encoder" if encoder_length else ""
        share = classifier.term_share_
        linear = f", linear scores with a share of {share:.2f}" if share else ""
        rows = {
            "licence": self.license,
            "learnt from": self.data,
            "categories": f"{len(taxonomy)} on {taxonomy.n_levels} levels ({sizes}), "
            f"{'one path' if one_path else 'several paths'} a document",
            "vocabulary": f"{len(classifier.vocabulary_):,} word ids; the first "
            f"{classifier.vocabulary_.max_length:,} words of a document are read{encoded}",
            "network": f"preset {preset_name(classifier.preset)}, "
            f"{classifier.n_parameters_:,} weights, "
            f"category dependency {options.network.dependency!r}{linear}",
            "probabilities": "as the network gives them"
            if calibration is None
            else f"calibrated ({calibration.to_dict()['kind']}) on validation documents",
            "validation documents kept": "none" if kept is None else f"{len(kept.true):,}",
            "compared with the classifier": f"{documents}, no probability farther off "
            f"than {difference:.1e}, the same paths for {same_paths}",
            "written with": ", ".join(f"{n} {v}" for n, v in installed_versions().items()),
            "to load it": format.NEEDS,
        }
        best = classifier.history_[classifier.best_epoch_ - 1] if classifier.history_ else {}
        chosen = {n: v for n, v in best.items() if n in _CHOSEN_BY}
        return "\n".join(
            [
                f"# {self.name}",
                "",
                *_table(("", ""), rows),
                "",
                "## Files",
                "",
                *_table(("file", "what it holds"), {f"`{n}`": v for n, v in format.FILES.items()}),
                "| `vocabulary.txt` | the words, one a line: line number = id + 1 |",
                "| `taxonomy.json` | the categories |",
                *([] if one_path else ["| `thresholds.npy` | of each category |"]),
                *(
                    []
                    if kept is None
                    else ["| `held_out.npz` | answers for validation documents |"]
                ),
                "| `model.json` | form of labels, calibration, digests of all files |",
                "| `SHA256SUMS` | the same digests: `sha256sum -c SHA256SUMS` finds damage |",
                "",
                "```python",
                format.EXAMPLE.rstrip(),
                "```",
                "",
                "## How good it is",
                "",
                *_scores("test data, as stated by whoever exported it", self.metrics),
                *_scores(
                    "validation documents, by which the best epoch was chosen, the classifier "
                    "itself reached",
                    chosen,
                ),
                "",
                "## Limits",
                "",
                self.limits
                or "It knows the categories above and no other, and gives every text a path "
                "among them, sensible or not. Words that are not in its vocabulary are one "
                "unknown word to it. Documents of another kind, time or language than it was "
                "learnt from will be classified worse than the scores say.",
                "",
            ]
        )


def _table(head: tuple[str, str], rows: Mapping[str, str]) -> list[str]:
    cells = [f"| {name} | {' '.join(value.split())} |" for name, value in rows.items()]
    return [f"| {head[0]} | {head[1]} |", "|---|---|", *cells]


def _scores(of: str, scores: Mapping[str, float]) -> list[str]:
    if not scores:
        return [f"On {of}: {_NOT_STATED}.", ""]
    said = {name: f"{value:.4f}" for name, value in scores.items()}
    return [f"On {of}:", "", *_table(("score", ""), said), ""]
