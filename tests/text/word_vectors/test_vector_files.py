from __future__ import annotations

import gzip
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from gensim.models import FastText, KeyedVectors, Word2Vec

from harnn.errors import DataError
from harnn.text.word_vectors import WordVectors, read_word_vectors

WORDS = ("the", "Paris", "3", "naïve", "a\u00a0b", "東京", ".", "x\u2028y")
TABLE = np.random.default_rng(0).normal(size=(len(WORDS), 5)).astype(np.float32)


def _lines(words: Sequence[str] = WORDS, table: np.ndarray = TABLE, end: str = "\n") -> str:
    return "".join(
        f"{word} {' '.join(str(number) for number in row)}{end}"
        for word, row in zip(words, table, strict=True)
    )


def _binary(words: Sequence[str] = WORDS, table: np.ndarray = TABLE, end: bytes = b"") -> bytes:
    header = f"{len(words)} {table.shape[1]}\n".encode()
    return header + b"".join(
        word.encode() + b" " + struct.pack(f"<{len(row)}f", *row) + end
        for word, row in zip(words, table, strict=True)
    )


HEADER = f"{len(WORDS)} 5\n"
# Every format that is read from a stream, as bytes of one and the same vectors.
STREAMED = {
    "GloVe": _lines().encode(),
    "GloVe without the last line break": _lines().rstrip("\n").encode(),
    "GloVe of Windows": _lines(end="\r\n").encode(),
    "word2vec text": (HEADER + _lines()).encode(),
    "fastText .vec, a blank at each line's end": (HEADER + _lines(end=" \n")).encode(),
    "word2vec binary": _binary(),
    "word2vec binary with line breaks": _binary(end=b"\n"),
}


def _write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _same(vectors: WordVectors, words: Sequence[str], table: np.ndarray) -> None:
    assert vectors.words == tuple(words)
    np.testing.assert_array_equal(vectors.vectors, table)


# Formats that are read from a stream -------------------------------------------------------------


# The name says nothing: each is tried under the name of another format.
@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("name", ["vectors.bin", "vectors.txt"])
@pytest.mark.parametrize("kind", STREAMED)
def test_every_format_gives_its_words_and_vectors(tmp_path, kind, name, zipped):
    content = STREAMED[kind]
    path = _write(tmp_path / name, gzip.compress(content) if zipped else content)
    vectors = read_word_vectors(path)
    _same(vectors, WORDS, TABLE)
    assert vectors.subwords is None
    _same(read_word_vectors(str(path), words=["3", "paris", "none"]), WORDS[1:3], TABLE[1:3])


@pytest.mark.parametrize("binary", [False, True])
def test_what_gensim_writes_is_read(tmp_path, binary):
    model = KeyedVectors(5)
    words = [word for word in WORDS if word != "x\u2028y"]
    model.add_vectors(words, TABLE[: len(words)])
    path = tmp_path / "vectors"
    model.save_word2vec_format(str(path), binary=binary)
    vectors = read_word_vectors(path)
    assert sorted(vectors.words) == sorted(words)
    for word, row in zip(vectors.words, vectors.vectors, strict=True):
        np.testing.assert_allclose(row, model[word], rtol=1e-6)


@pytest.mark.parametrize("kind", [kind for kind in STREAMED if "GloVe" not in kind])
def test_gensim_reads_the_files_of_these_tests_alike(tmp_path, kind):
    path = _write(tmp_path / "vectors", STREAMED[kind])
    if kind.startswith("word2vec text") or kind.startswith("fastText"):
        model = KeyedVectors.load_word2vec_format(str(path), binary=False)
    else:
        model = KeyedVectors.load_word2vec_format(str(path), binary=True)
    ours = read_word_vectors(path)
    np.testing.assert_allclose(ours.vectors, model.vectors, rtol=1e-6)


def test_words_with_blanks_are_split_from_the_right(tmp_path):
    words = (". . .", "at name@domain.com", "and", ". .")
    _same(read_word_vectors(_write(tmp_path / "v", _lines(words, TABLE[:4]))), words, TABLE[:4])
    # Not even the line that tells the dims needs a word without blanks, nor a header.
    content = "4 5\n" + _lines(words, TABLE[:4])
    _same(read_word_vectors(_write(tmp_path / "v", content)), words, TABLE[:4])


def test_blank_lines_are_no_words(tmp_path):
    content = _lines(WORDS[:1], TABLE[:1]) + "\n" + _lines(WORDS[1:], TABLE[1:]) + "\n\n"
    _same(read_word_vectors(_write(tmp_path / "v", content)), WORDS, TABLE)


@pytest.mark.parametrize("kind", ["text", "binary"])
def test_a_word_that_stands_twice_has_its_first_vector(tmp_path, kind):
    words = ["a", "b", "a", "A"]
    content = _binary(words, TABLE[:4]) if kind == "binary" else _lines(words, TABLE[:4])
    vectors = read_word_vectors(_write(tmp_path / "v", content))
    _same(vectors, ["a", "b", "A"], TABLE[[0, 1, 3]])


def test_case_variants_of_the_words_asked_for_are_kept(tmp_path):
    words = ["Paris", "PARIS", "paris", "Rome"]
    path = _write(tmp_path / "v", _lines(words, TABLE[:4]))
    _same(read_word_vectors(path, words=iter(["paris"])), words[:3], TABLE[:3])


@pytest.mark.parametrize("kind", ["text", "binary"])
def test_half_a_character_is_no_reason_to_refuse_a_file(tmp_path, kind):
    content = (_binary if kind == "binary" else _lines)(["caf\u00e9", "b"], TABLE[:2])
    content = content if isinstance(content, bytes) else content.encode()
    vectors = read_word_vectors(_write(tmp_path / "v", content.replace(b"\xc3\xa9", b"\xc3")))
    _same(vectors, ["caf\\xc3", "b"], TABLE[:2])


def test_a_control_character_is_a_word_of_a_text_file(tmp_path):
    words = ["\x00", "\x01", "a"]
    content = "3 5\n" + _lines(words, TABLE[:3])
    _same(read_word_vectors(_write(tmp_path / "v", content)), words, TABLE[:3])


def test_words_longer_than_any_buffer_are_read_from_a_binary(tmp_path):
    words = ["a" * 9_000, "b" * 8_192, "c"]
    for content in (_binary(words, TABLE[:3]), gzip.compress(_binary(words, TABLE[:3]))):
        _same(read_word_vectors(_write(tmp_path / "v", content)), words, TABLE[:3])


def test_many_words_across_buffers_are_read_from_a_binary(tmp_path):
    generator = np.random.default_rng(0)
    table = generator.normal(size=(3_000, 7)).astype(np.float32)
    # Every byte that a float may have, blanks and line breaks among them.
    table.view(np.uint32)[:] = (table.view(np.uint32) & 0xFFFF0000) | 0x200A
    words = [f"word{'x' * int(generator.integers(30))}{number}" for number in range(3_000)]
    for content in (_binary(words, table), gzip.compress(_binary(words, table))):
        _same(read_word_vectors(_write(tmp_path / "v", content)), words, table)


# fastText's models -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fasttext_file(tmp_path_factory) -> Path:
    """A small model, as Facebook's program would save it."""
    from gensim.models.fasttext import save_facebook_model

    texts = [f"the rose is word{n % 30} and naïve 東京 Paris{n % 5}".split() for n in range(200)]
    model = FastText(texts, vector_size=6, bucket=500, min_count=1, epochs=1, seed=1, workers=1)
    path = tmp_path_factory.mktemp("fasttext") / "model.bin"
    save_facebook_model(model, str(path))
    return path


def test_a_model_gives_the_vectors_that_gensim_reads_from_it(fasttext_file):
    from gensim.models.fasttext import load_facebook_vectors

    model = load_facebook_vectors(str(fasttext_file))
    vectors = read_word_vectors(fasttext_file)
    assert set(vectors.words) == set(model.index_to_key)
    assert len(vectors) == 41
    for word, row in zip(vectors.words, vectors.vectors, strict=True):
        np.testing.assert_allclose(row, model[word], rtol=1e-5, atol=1e-8)
    assert vectors.subwords is not None
    for word in ("unseen", "ros", "roses", "a", "京都"):
        np.testing.assert_allclose(vectors.subwords.vector(word), model[word], rtol=1e-5, atol=1e-8)


def test_only_the_words_asked_for_are_kept_of_a_model_and_all_subwords(fasttext_file):
    some = read_word_vectors(fasttext_file, words=["rose", "paris3", "unseen"])
    everything = read_word_vectors(fasttext_file)
    assert set(some.words) == {"rose", "Paris3"}
    for word, row in zip(some.words, some.vectors, strict=True):
        np.testing.assert_array_equal(row, everything.vectors[everything.words.index(word)])
    assert some.subwords is not None
    assert everything.subwords is not None
    np.testing.assert_array_equal(
        some.subwords.vector("unseen"), everything.subwords.vector("unseen")
    )


def test_the_matrix_of_the_model_is_mapped_and_not_read(fasttext_file):
    vectors = read_word_vectors(fasttext_file, words=["rose"])
    assert vectors.subwords is not None
    assert isinstance(vectors.subwords.buckets, np.memmap)
    assert vectors.subwords.buckets.shape == (500, 6)


def test_a_model_without_subwords_has_none(tmp_path):
    from gensim.models.fasttext import save_facebook_model

    model = FastText([["a", "b"]] * 5, vector_size=4, min_count=1, max_n=0, min_n=0, workers=1)
    path = tmp_path / "model.bin"
    save_facebook_model(model, str(path))
    vectors = read_word_vectors(path)
    assert vectors.subwords is None
    for word, row in zip(vectors.words, vectors.vectors, strict=True):
        np.testing.assert_array_equal(row, model.wv[word])


def test_a_model_that_is_cut_short_anywhere_is_refused(fasttext_file, tmp_path):
    content = fasttext_file.read_bytes()
    for length in sorted({*range(4, 400, 7), *range(400, len(content), 997), len(content) - 1}):
        path = _write(tmp_path / "cut.bin", content[:length])
        with pytest.raises(DataError, match=r"cut\.bin: a fastText model that is cut short"):
            read_word_vectors(path)


def _patched(content: bytes, offset: int, layout: str, value: int) -> bytes:
    packed = struct.pack(layout, value)
    return content[:offset] + packed + content[offset + len(packed) :]


@pytest.mark.parametrize(
    ("offset", "layout", "value", "message"),
    [
        (8, "<i", 7, r"a damaged fastText model: 541 vectors of 6 dims for 41 words and 500"),
        (8, "<i", -6, "a damaged fastText model"),
        (40, "<i", 499, "a damaged fastText model"),
        (64, "<i", 0, "a damaged fastText model: 41 words among 0"),
        (64, "<i", 42, "a damaged fastText model: 41 words among 42"),
        (68, "<i", 40, "a damaged fastText model: 40 words among 41"),
        (64, "<q", (2**31 - 1) * (2**32 + 1), "cut short"),
        (72, "<i", 3, "a fastText classifier with 3 labels"),
    ],
)
def test_a_model_that_contradicts_itself_is_refused(
    fasttext_file, tmp_path, offset, layout, value, message
):
    content = _patched(fasttext_file.read_bytes(), offset, layout, value)
    with pytest.raises(DataError, match=message):
        read_word_vectors(_write(tmp_path / "model.bin", content))


def test_a_quantized_model_is_refused(fasttext_file, tmp_path):
    content = fasttext_file.read_bytes()
    # Before the matrix: whether it is quantized, and its shape.
    place = content.index(struct.pack("<?2q", False, 541, 6))
    with pytest.raises(DataError, match="a quantized fastText model"):
        read_word_vectors(_write(tmp_path / "m", _patched(content, place, "<?", 1)))


def test_a_gzipped_model_is_refused(fasttext_file, tmp_path):
    path = _write(tmp_path / "model.bin.gz", gzip.compress(fasttext_file.read_bytes()))
    with pytest.raises(DataError, match=r"model\.bin\.gz: a gzipped fastText model .* gunzip it"):
        read_word_vectors(path)


# What is refused ---------------------------------------------------------------------------------


def test_a_missing_file_and_a_folder_are_refused_by_name(tmp_path):
    with pytest.raises(DataError, match=r"none\.txt: there is no such file"):
        read_word_vectors(tmp_path / "none.txt")
    with pytest.raises(DataError, match="a folder, where a file"):
        read_word_vectors(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"\n \n", gzip.compress(b"")], ids=["nothing", "blank", "zipped"]
)
def test_an_empty_file_is_refused(tmp_path, content):
    with pytest.raises(DataError, match=r"vectors: the file is empty; it must be GloVe text"):
        read_word_vectors(_write(tmp_path / "vectors", content))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a 1 2\nb 1\n", r"line 2, 'b': 1 numbers, where line 1 gives 2"),
        ("a 1 2\nb\n", r"line 2, 'b': 0 numbers, where line 1 gives 2"),
        ("a 1 2\nb 1 2 3\n", r"line 2, 'b': 3 numbers, where line 1 gives 2"),
        ("2 2\na 1 2\nb 1 2 3\n", r"line 3, 'b': 3 numbers, where line 1 gives 2"),
        ("2 2\na 1 2 3\nb 1 2\n", r"line 2, 'a': 3 numbers, where line 1 gives 2"),
        ("2 2\na 1\nb 1 2\n", r"line 2, 'a': 1 numbers, where line 1 gives 2"),
        ("a 1 2\n. . . 1\n", r"line 2, '\.': 1 numbers, where line 1 gives 2"),
        ("a 1 2\nb 1 x\n", r"line 2, 'b': 'x' is no number"),
        ("a 1 2\nb x 2\n", r"line 2, 'b': 'x' is no number"),
        ("a 1 2\nb 1  2\n", r"line 2, 'b': '' is no number"),
        ("a 1 2\nb 1 x 2\n", r"line 2, 'b': 'x' is no number"),
        ("a 1 2\n. . 1 x\n", r"line 2, '\.': 'x' is no number"),
        ("a 1 x 2\n", r"line 1, 'a': 'x' is no number"),
        ("1 2\na 1 x 2\n", r"line 2, 'a': 'x' is no number"),
        ("a 1 2\nb 1 nan\n", r"line 2, 'b': number 2 of its vector is nan"),
        ("a 1 2\nb -inf 1\n", r"line 2, 'b': number 1 of its vector is -inf"),
        ("a 1 2\nb 1 1e39\n", r"line 2, 'b': number 2 of its vector is inf as a float32"),
        ("3 2\na 1 2\nb 1 2\n", r"line 1 announces 3 words, but the file has 2"),
        ("1 2\na 1 2\nb 1 2\n", r"line 1 announces 1 words, but the file has 2"),
        ("0 2\n", r"line 1: a header of 0 words"),
        ("1 0\na\n", r"line 1: a header of 1 words with 0 numbers"),
        ("2 2", r"line 1 announces 2 words, but the file has 0"),
        ("just some text\n", r"line 1 is neither a header .* nor a word followed by its numbers"),
        ("word\n", r"line 1 is neither a header"),
        ("a\t1\t2\n", r"line 1 is neither a header"),
        ('{"a": [1, 2]}\n', r"line 1 is neither a header"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("zipped", [False, True])
def test_a_broken_text_file_is_refused_with_the_line(tmp_path, content, message, zipped):
    raw = content.encode()
    path = _write(tmp_path / "vectors.txt", gzip.compress(raw) if zipped else raw)
    with pytest.raises(DataError, match=rf"vectors\.txt.*{message}"):
        read_word_vectors(path)


def test_a_large_text_with_a_broken_first_line_is_not_taken_for_a_binary(tmp_path):
    # Of whatever is read of it to tell the format, the end is amid a character.
    for word in ("a", "aa"):
        path = _write(tmp_path / "v", f"2 2\n{word} 1\n{'é' * 200_000} 1 2\n")
        with pytest.raises(DataError, match=f"line 2, '{word}': 1 numbers, where line 1 gives 2"):
            read_word_vectors(path)


def test_of_words_not_asked_for_only_how_many_numbers_they_have_is_checked(tmp_path):
    path = _write(tmp_path / "v", "a 1 2\nb 1 x\n")
    assert read_word_vectors(path, words=["a"]).words == ("a",)
    path = _write(tmp_path / "v", "a 1 2\nb 1\n")
    with pytest.raises(DataError, match="line 2, 'b': 1 numbers"):
        read_word_vectors(path, words=["a"])


def test_a_file_with_none_of_the_words_asked_for_is_refused(tmp_path):
    with pytest.raises(DataError, match="a vector for none of the 2 words asked for"):
        read_word_vectors(_write(tmp_path / "v", _lines()), words=["un", "deux"])


@pytest.mark.parametrize("zipped", [False, True])
def test_a_binary_that_is_cut_short_anywhere_is_refused_with_the_word(tmp_path, zipped):
    content = _binary(["alpha", "beta"], TABLE[:2])
    first = len(_binary(["alpha"], TABLE[:1]))
    for length in range(len("2 5\nalpha ") + 4, len(content)):
        cut = content[:length]
        path = _write(tmp_path / "cut.bin", gzip.compress(cut) if zipped else cut)
        word = 1 if length < first else 2
        with pytest.raises(DataError, match=rf"cut\.bin: cut short at word {word} of 2"):
            read_word_vectors(path)


def test_a_binary_that_goes_on_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"it goes on after the 8 words with 5 numbers"):
        read_word_vectors(_write(tmp_path / "v", _binary() + b"more"))


def test_a_binary_without_a_blank_is_refused(tmp_path):
    with pytest.raises(DataError, match="cut short at word 1 of 3"):
        read_word_vectors(_write(tmp_path / "v", b"3 5\n" + b"\0" * 50_000))


def test_a_number_of_a_binary_that_is_not_finite_is_refused_with_the_word(tmp_path):
    table = TABLE.copy()
    table[2, 3] = np.nan
    with pytest.raises(DataError, match="word 3, '3': number 4 of its vector is nan"):
        read_word_vectors(_write(tmp_path / "v", _binary(WORDS, table)))


def test_a_damaged_gzip_is_refused(tmp_path):
    content = gzip.compress(_lines(table=TABLE).encode() * 3)
    for damaged in (content[:-9], content[:60], content[:30] + b"\xff" * 9 + content[39:]):
        with pytest.raises(DataError, match="the gzip is damaged or cut short"):
            read_word_vectors(_write(tmp_path / "v.gz", damaged))


def test_what_gensim_pickles_is_refused_and_not_loaded(tmp_path):
    model = Word2Vec([["a", "b"]] * 5, vector_size=4, min_count=1, workers=1)
    for name, saved in (("v.model", model), ("v.kv", model.wv)):
        saved.save(str(tmp_path / name))
        with pytest.raises(DataError, match=rf"{name}: a pickle.*save_word2vec_format"):
            read_word_vectors(tmp_path / name)


def test_an_archive_and_an_array_are_refused_with_what_to_do(tmp_path):
    np.save(tmp_path / "v.npy", TABLE)
    with pytest.raises(DataError, match=r"v\.npy: a NumPy array.*save_word2vec_format"):
        read_word_vectors(tmp_path / "v.npy")
    np.savez(tmp_path / "v.npz", TABLE)
    with pytest.raises(DataError, match=r"v\.npz: a zip archive; unpack it"):
        read_word_vectors(tmp_path / "v.npz")
