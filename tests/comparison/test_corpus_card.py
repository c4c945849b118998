from __future__ import annotations

from harnn import load_corpus
from harnn.comparison.corpus_card import corpus_card
from harnn.comparison.judge import Judge


def test_counts_lengths_duplicates_leaks_and_unknown_levels_as_counted_by_hand():
    corpus = load_corpus(
        ["one two three", "ONE  two three", "four", "five six"],
        labels=[["a", "b"], ["a", None], ["c", "d"], ["c", "e"]],
        test=(["four", "new text here now"], [["c", "d"], ["a", "new"]]),
        label_form="levels",
    )
    card = corpus_card(corpus, Judge.of(corpus))
    train, test = card.parts
    assert (train.name, train.documents, train.duplicates, train.in_training) == ("train", 4, 1, 0)
    assert (train.known, train.complete) == ((4, 3), 3)
    assert (test.documents, test.duplicates, test.in_training) == (2, 0, 1)
    lengths = train.lengths
    assert (lengths.shortest, lengths.median, lengths.mean, lengths.longest) == (1, 2.5, 2.25, 3)
    first, second = card.levels
    assert (first.categories, first.rarest, first.most_frequent) == (2, 2, 2)
    assert (second.categories, second.rarest, second.most_frequent) == (4, 0, 1)
    counted = {category.path: category.documents for category in card.categories}
    assert counted["c/d"] == {"train": 1, "test": 1}
    assert counted["a/new"] == {"train": 0, "test": 1}
    assert card.unseen == ("a/new",)


def test_levels_without_names_are_numbered():
    corpus = load_corpus(["1", "2"], labels=[["a/b", "c"], ["c"]], label_form="paths")
    card = corpus_card(corpus, Judge.of(corpus))
    assert [level.name for level in card.levels] == ["level 1", "level 2"]
    assert not card.one_path


def test_an_empty_text_has_no_word():
    corpus = load_corpus(["", "one"], labels=[["a"], ["b"]], label_form="levels")
    assert corpus_card(corpus, Judge.of(corpus)).parts[0].lengths.shortest == 0
