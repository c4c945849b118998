"""Documents on their way into a network: words, word ids, batches. Pure Python and NumPy."""

from harnn.text.documents.batches import TrainingBatches, batches_by_length
from harnn.text.documents.encoded_documents import (
    EncodedDocuments,
    check_texts,
    iterable_texts,
    pad,
)
from harnn.text.documents.text_views import JoinedTexts, SelectedTexts
from harnn.text.documents.tokenizer import tokenize
from harnn.text.documents.vocabulary import PADDING, UNKNOWN, Vocabulary

__all__ = [
    "PADDING",
    "UNKNOWN",
    "EncodedDocuments",
    "JoinedTexts",
    "SelectedTexts",
    "TrainingBatches",
    "Vocabulary",
    "batches_by_length",
    "check_texts",
    "iterable_texts",
    "pad",
    "tokenize",
]
