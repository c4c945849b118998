"""A warning for a vocabulary that knows few of the words that it will read."""

from __future__ import annotations

import warnings

from harnn.errors import UnknownWordsWarning
from harnn.text.documents import EncodedDocuments

__all__ = ["warn_of_unknown_words"]

# Above this share the network mostly reads the unknown word.
_MOST = 0.5


def warn_of_unknown_words(documents: EncodedDocuments, stacklevel: int = 2) -> None:
    """Warn if most words of the validation documents have no id.

    Args:
        documents: The validation documents as word ids.
        stacklevel: The caller whose line the warning points at; 2 is the direct one.

    Example:
        >>> from harnn.text.documents import Vocabulary
        >>> with warnings.catch_warnings(record=True) as caught:
        ...     warnings.simplefilter("always")
        ...     warn_of_unknown_words(EncodedDocuments(["new words, all"], Vocabulary(["all"])))
        >>> print(caught[0].message)
        75 % of the words of the validation documents are unknown to the model, which can hardly \
tell these documents apart: check that they are in the language of the training documents, give \
more training documents or more texts (unlabelled), or lower min_count
    """
    share = documents.unknown_share
    if share <= _MOST:
        return
    warnings.warn(
        f"{100 * share:.0f} % of the words of the validation documents are unknown to the model, "
        "which can hardly tell these documents apart: check that they are in the language of the "
        "training documents, give more training documents or more texts (unlabelled), or lower "
        "min_count",
        UnknownWordsWarning,
        stacklevel=stacklevel + 1,
    )
