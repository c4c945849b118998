"""What the routes say, and what they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from harnn import HARNNClassifier
from harnn.errors import ConfigError
from harnn.runtime import OnnxClassifier
from harnn.serving import ServingLimits, create_application

from .conftest import TEXTS

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def client(served: OnnxClassifier) -> Iterator[TestClient]:
    """Return a client of an application with small limits."""
    limits = ServingLimits(texts=4, characters=50, body_bytes=2000, explained=2, top_k=3)
    with TestClient(create_application(served, limits, "Lakes & rivers")) as client:
        yield client


def test_predictions_are_those_of_the_classifier(
    client: TestClient, classifier: HARNNClassifier
) -> None:
    said = client.post("/predict", json={"texts": TEXTS, "top_k": 2}).json()["predictions"]
    probable = classifier.predict_proba(TEXTS)
    names = classifier.classes_.tolist()
    for row, (one, label) in enumerate(zip(said, classifier.predict(TEXTS), strict=True)):
        assert [path["path"] for path in one["paths"]] == [label]
        assert one["given_levels"] == 2
        assert [level["level"] for level in one["levels"]] == [1, 2]
        for level in one["levels"]:
            (category,) = level["categories"]
            expected = probable[row, names.index(category["path"])]
            assert category["probability"] == pytest.approx(expected, abs=1e-5)
        assert len(one["top_k"]) == 2
        assert one["top_k"][0]["path"] == label


def test_a_model_that_cannot_stop_early_says_so(client: TestClient) -> None:
    answer = client.post(
        "/predict", json={"texts": ["water"], "stop": "confident", "precision": 0.999}
    )
    assert answer.status_code == 422
    assert "validation" in answer.json()["detail"]


def test_explanations_are_those_of_the_runtime(client: TestClient, served: OnnxClassifier) -> None:
    (said,) = client.post("/explain", json={"texts": ["Water, deep"]}).json()["explanations"]
    (own,) = served.explain(["Water, deep"])
    assert said["predicted"][0]["path"] == own.predicted[0][0]
    assert [word["token"] for word in said["words"]] == ["water", ",", "deep"]
    for mine, its in zip(said["categories"], own.categories, strict=True):
        assert mine["path"] == its.path
        for method, weights in its.weights.items():
            np.testing.assert_allclose(mine["weights"][method], weights, atol=1e-6)
    asked = {"texts": ["water"], "methods": ["occlusion"], "categories": ["person"]}
    (said,) = client.post("/explain", json=asked).json()["explanations"]
    assert [category["path"] for category in said["categories"]] == ["person"]
    assert list(said["categories"][0]["weights"]) == ["occlusion"]


def test_the_taxonomy_the_health_and_what_is_documented(
    client: TestClient, served: OnnxClassifier
) -> None:
    said = client.get("/taxonomy").json()
    assert said["levels"] == [2, 4]
    assert said["one_path"] is True
    assert [category["path"] for category in said["categories"]] == served.classes_.tolist()
    assert said["categories"][2]["parents"] == [said["categories"][2]["path"].split("/")[0]]
    health = client.get("/health").json()
    assert (health["status"], health["name"]) == ("ok", "Lakes & rivers")
    assert health["digest"] == served.digest
    assert len(health["digest"]) == 64
    assert client.head("/health").status_code == client.head("/").status_code == 200
    assert client.head("/health").content == b""
    described = client.get("/openapi.json").json()
    assert set(described["paths"]) == {"/predict", "/explain", "/taxonomy", "/health", "/metrics"}
    answers = described["paths"]["/predict"]["post"]["responses"]
    assert set(answers) == {"200", "400", "408", "413", "415", "422", "503"}
    # Every refusal has one form.
    forms = {answer["content"]["application/json"]["schema"]["$ref"] for answer in answers.values()}
    assert {form.rsplit("/", 1)[1] for form in forms} == {"Predictions", "Fault"}


def test_the_limits_of_the_server_are_documented(client: TestClient) -> None:
    messages = client.get("/openapi.json").json()["components"]["schemas"]
    asked, explained = (messages[f"{name}Request"]["properties"] for name in ("Predict", "Explain"))
    assert (asked["texts"]["maxItems"], explained["texts"]["maxItems"]) == (4, 2)
    assert asked["texts"]["items"]["maxLength"] == 50
    assert asked["top_k"]["maximum"] == 3
    assert client.get("/openapi.json").json()["components"]["schemas"] == messages


def test_a_prediction_says_how_much_of_a_text_was_read(
    served: OnnxClassifier, classifier: HARNNClassifier
) -> None:
    most = classifier.vocabulary_.max_length
    texts = ["Water qwxz deep", "water " * (most + 7), " "]
    with TestClient(create_application(served)) as client:
        said = client.post("/predict", json={"texts": texts}).json()["predictions"]
    assert [one["words"] for one in said] == [
        {"total": 3, "read": 3, "known": 2},
        {"total": most + 7, "read": most, "known": most},
        {"total": 0, "read": 0, "known": 0},
    ]


def test_prediction_sets_are_those_of_the_classifier(
    client: TestClient, served: OnnxClassifier
) -> None:
    asked = {"texts": TEXTS, "coverage": 0.5}
    said = client.post("/predict", json=asked).json()["predictions"]
    assert [one["prediction_set"] for one in said] == served.predict_sets(TEXTS, 0.5)
    ranked = client.post("/predict", json={**asked, "top_k": 2}).json()["predictions"]
    assert [one["prediction_set"] for one in ranked] == [one["prediction_set"] for one in said]
    assert [len(one["top_k"]) for one in ranked] == [2] * len(TEXTS)
    plain = client.post("/predict", json={"texts": TEXTS}).json()["predictions"]
    assert [one["prediction_set"] for one in plain] == [None] * len(TEXTS)
    refused = client.post("/predict", json={"texts": TEXTS, "coverage": 0.9999})
    assert refused.status_code == 422
    assert "validation documents" in refused.json()["detail"]


def test_requests_and_documents_are_counted(client: TestClient) -> None:
    def number(name: str) -> float:
        lines = client.get("/metrics").text.splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name))

    wrong, right = 'harnn_requests_total{path="/predict",status="422"}', "harnn_documents_total"
    before = number(wrong), number(right)
    assert client.post("/predict", json={"texts": []}).status_code == 422
    assert client.post("/predict", json={"texts": ["a", "b"]}).status_code == 200
    assert (number(wrong), number(right)) == (before[0] + 1, before[1] + 2)
    explained = number("harnn_explained_documents_total")
    assert client.post("/explain", json={"texts": ["a", "b"]}).status_code == 200
    assert number("harnn_explained_documents_total") == explained + 2
    assert client.get("/made/up").status_code == 404
    assert "made" not in client.get("/metrics").text


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 422, "texts"),
        ({"texts": "water"}, 422, "list"),
        ({"texts": []}, 422, "at least 1"),
        ({"texts": [1]}, 422, "string"),
        ({"texts": [None]}, 422, "string"),
        ({"texts": ["a"], "top": 3}, 422, "not permitted"),
        ({"texts": ["a"], "top_k": -1}, 422, "greater than or equal to 0"),
        ({"texts": ["a"], "top_k": "2"}, 422, "integer"),
        ({"texts": ["a"], "top_k": 4}, 422, "at most 3"),
        ({"texts": ["a"], "stop": "here"}, 422, "'leaf' or 'confident'"),
        ({"texts": ["a"], "precision": 1.0}, 422, "less than 1"),
        ({"texts": ["a"], "coverage": 0}, 422, "greater than 0"),
        ({"texts": [1] * 5}, 422, "and 2 more"),
        ({"texts": ["a"] * 5}, 413, "5 texts; at most 4"),
        ({"texts": ["a", "b" * 51]}, 413, r"texts[1] has 51 characters; at most 50"),
        ({"texts": ["a" * 3000]}, 413, "2,000 bytes"),
        ([], 422, "valid dictionary"),
        (None, 422, "Field required"),
    ],
)
def test_bad_requests_are_refused_with_the_reason(
    client: TestClient, body: Any, status: int, said: str
) -> None:
    answer = client.post("/predict", json=body)
    assert answer.status_code == status
    assert said in answer.json()["detail"]
    # What was sent is not sent back.
    assert "bbbbbbbb" not in answer.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b'{"texts": ["a"], "precision": NaN}', 422),
        (b'{"texts": ["\xff"]}', 400),
        (b"[" * 1999, 400),
        (b"9" * 1999, 422),
    ],
)
def test_what_is_no_json_is_refused(client: TestClient, body: bytes, status: int) -> None:
    answer = client.post("/predict", content=body, headers=JSON)
    assert answer.status_code == status
    assert isinstance(answer.json()["detail"], str)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain; charset=utf-8"])
def test_what_is_not_said_to_be_json_is_not_read(client: TestClient, kind: str) -> None:
    body = b'{"texts": ["water"]}'
    answer = client.post("/predict", content=body, headers={"content-type": kind})
    assert answer.status_code == 415
    assert answer.json()["detail"] == f"content-type: {kind!r}, where 'application/json' is needed"


def test_half_a_surrogate_pair_is_no_word(client: TestClient) -> None:
    for path in ("/predict", "/explain"):
        answers = [
            client.post(path, content=b'{"texts": ["water%s deep"]}' % half, headers=JSON)
            for half in (b"", b" \\ud800")
        ]
        assert [answer.status_code for answer in answers] == [200, 200]
    plain, odd = (answer.json()["explanations"][0] for answer in answers)
    assert [word["token"] for word in odd["words"]] == [word["token"] for word in plain["words"]]
    assert odd["text"] == "water \N{REPLACEMENT CHARACTER} deep"


def test_a_body_is_counted_whatever_its_head_says(client: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"texts": ["'
        for _ in range(10):
            yield b"a" * 500
        yield b'"]}'

    answer = client.post("/predict", content=pieces())
    assert answer.status_code == 413
    assert client.post("/", content=pieces()).status_code == 413


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"texts": ["a"] * 3}, 413, "at most 2"),
        ({"texts": ["a"], "methods": ["gradients"]}, 422, "only attention and occlusion"),
        ({"texts": ["a"], "methods": []}, 422, "methods must name one"),
        ({"texts": ["a"], "categories": ["place/rivr"]}, 422, "did you mean"),
        ({"texts": ["a"], "categories": []}, 422, "at least 1"),
    ],
)
def test_bad_requests_for_explanations_are_refused(
    client: TestClient, asked: Any, status: int, said: str
) -> None:
    answer = client.post("/explain", json=asked)
    assert answer.status_code == status
    assert said in answer.text


def test_other_methods_and_places_are_refused(client: TestClient) -> None:
    assert client.get("/predict").status_code == 405
    assert client.put("/predict", json={"texts": ["a"]}).status_code == 405
    assert client.get("/docs").status_code == 404


def test_the_page_shows_the_path_and_the_words_and_escapes_both(client: TestClient) -> None:
    empty = client.get("/")
    assert "Lakes &amp; rivers" in empty.text
    assert "6 categories on 2 levels (2 / 4)" in empty.text
    said = client.post("/", data={"text": "water <script>1</script> deep"})
    assert said.status_code == 200
    assert "script-src" not in said.headers["content-security-policy"]
    assert "default-src 'none'" in said.headers["content-security-policy"]
    assert "<script" not in said.text
    assert "&lt;" in said.text
    assert '<h2 id="found">place/' in said.text
    assert "What the log-probability loses without the word" in said.text
    assert "All 10 words were read; " in said.text
    nothing = client.post("/", data={"text": " \r\n"})
    assert nothing.status_code == 422
    assert "There is no text to classify." in nothing.text
    refused = client.post("/", data={"text": "x" * 51})
    assert refused.status_code == 413
    assert 'role="alert"' in refused.text
    assert client.post("/", content=b"\xff\xfe=%ff&&&").status_code == 422


@pytest.mark.parametrize("field", ["texts", "body_seconds", "waiting"])
def test_limits_of_nothing_are_refused(field: str) -> None:
    with pytest.raises(ConfigError, match=f"{field} must be at least 1"):
        ServingLimits(**{field: 0})


def test_the_names_of_levels_stand_beside_their_numbers(
    served: OnnxClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "level_names_", ("section", "<topic>"))
    with TestClient(create_application(served, name="Places")) as client:
        known = client.get("/taxonomy").json()
        assert known["level_names"] == ["section", "<topic>"]
        assert {row["level_name"] for row in known["categories"] if row["level"] == 1} == {
            "section"
        }
        (said,) = client.post("/predict", json={"texts": ["water deep"]}).json()["predictions"]
        named = [(level["level"], level["level_name"]) for level in said["levels"]]
        assert named == [(1, "section"), (2, "<topic>")]
        (explained,) = client.post("/explain", json={"texts": ["water"]}).json()["explanations"]
        assert {row["level_name"] for row in explained["categories"]} == {"section", "<topic>"}
        page = client.post("/", data={"text": "water deep"}).text
        assert ">section</th>" in page
        assert "&lt;topic&gt;" in page
        assert "level 1" not in page


def test_levels_without_names_have_null(client: TestClient) -> None:
    (said,) = client.post("/predict", json={"texts": ["water"]}).json()["predictions"]
    assert {level["level_name"] for level in said["levels"]} == {None}
    assert client.get("/taxonomy").json()["level_names"] is None
