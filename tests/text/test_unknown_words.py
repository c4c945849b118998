"""A vocabulary that knows few of the validation words is warned of."""

import warnings

import pytest

from harnn import HARNNClassifier
from harnn.errors import UnknownWordsWarning
from harnn.text.documents import EncodedDocuments, Vocabulary
from harnn.text.unknown_words import warn_of_unknown_words

KNOWN = Vocabulary(["a", "b"])


@pytest.mark.parametrize("texts", [["a x y"], ["a", "x y z"], [""]])
def test_mostly_unknown_words_are_warned_of_with_their_share(texts):
    with pytest.warns(UnknownWordsWarning, match=r"^(67|75|100) % of the words"):
        warn_of_unknown_words(EncodedDocuments(texts, KNOWN))


@pytest.mark.parametrize("texts", [["a x"], ["a b", "x"], []])
def test_as_many_known_words_as_unknown_ones_are_not_warned_of(texts):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_unknown_words(EncodedDocuments(texts, KNOWN))


def test_a_fit_whose_validation_documents_are_of_another_language_warns():
    texts, labels = ["the lake", "a road"] * 10, ["place/lake", "place/road"] * 10
    foreign = (["das Meer dort", "eine Straße"], labels[:2])
    sizes = {"embedding_dim": 4, "recurrent_units": 4, "attention_units": 4, "dense_units": 4}
    classifier = HARNNClassifier("adapted", epochs=1, verbose=False, random_state=0, **sizes)
    with pytest.warns(UnknownWordsWarning, match="language of the training documents"):
        classifier.fit(texts, labels, validation_data=foreign)
