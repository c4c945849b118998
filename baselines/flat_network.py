"""The base of the networks that predict every level by itself."""

from __future__ import annotations

import inspect
from typing import Any

from harnn.text.classifier import HARNNClassifier
from harnn.text.options import HARNNOptions

__all__ = ["FlatNetwork"]


class FlatNetwork(HARNNClassifier):
    """HARNN's encoder and training with another network, from which the hierarchy is missing.

    The default preset is ``"adapted"``: most of ``"best"`` (linear scores, names of categories, a
    softmax over paths) is not part of a flat network. A subclass says how its network is built.
    """

    def __init__(self, preset: str = "adapted", **options: Any) -> None:
        super().__init__(preset, **options)

    def resolved_options(self) -> HARNNOptions:
        """Return the complete options; ``name_matches``, which has no effect here, is off.

        Raises:
            ConfigError: If the preset or an option is wrong.
        """
        options = super().resolved_options()
        network = options.network.model_copy(update={"name_matches": False})
        return options.model_copy(update={"network": network})


def _signature() -> inspect.Signature:
    """Return the signature of `HARNNClassifier.__init__` with the default preset of this class."""
    options = inspect.signature(HARNNClassifier.__init__)
    own = inspect.signature(FlatNetwork.__init__).parameters["preset"]
    return options.replace(parameters=[*({**options.parameters, "preset": own}).values()])


# scikit-learn reads the parameters of an estimator from here. (mypy does not know the attribute.)
FlatNetwork.__init__.__signature__ = _signature()  # type: ignore[attr-defined]
