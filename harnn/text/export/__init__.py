"""A trained classifier in forms that are served elsewhere: Keras, SavedModel, ONNX, LiteRT."""

from harnn.text.export.exporting import Exported, export_classifier
from harnn.text.export.formats import FORMATS
from harnn.text.export.model_card import ModelCard

__all__ = ["FORMATS", "Exported", "ModelCard", "export_classifier"]
