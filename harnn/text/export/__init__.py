"""A trained classifier in forms that are served elsewhere: Keras, SavedModel, ONNX, LiteRT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harnn.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from harnn.text.export.exporting import Exported, export_classifier
    from harnn.text.export.formats import FORMATS, check_export
    from harnn.text.export.model_card import ModelCard

__all__ = ["FORMATS", "Exported", "ModelCard", "check_export", "export_classifier"]

# Imported when first asked for, so that a wrong option is told without loading Keras.
_HOME = {
    "Exported": "exporting",
    "FORMATS": "formats",
    "ModelCard": "model_card",
    "check_export": "formats",
    "export_classifier": "exporting",
}

__getattr__, __dir__ = lazy_exports(__name__, _HOME)
