"""The page in a browser, as wide as a desk and as narrow as a phone."""

from __future__ import annotations

import re
import shutil
import subprocess
from html import escape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from harnn.runtime import OnnxClassifier
from harnn.serving import create_application

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
# A page around the page measures it: its own has no script.
MEASURE = """<!doctype html><title>?</title>
<iframe id="page" style="border: 0; width: {width}px; height: 900px" srcdoc="{page}"></iframe>
<script>
onload = () => {{
  const root = document.getElementById("page").contentDocument.documentElement;
  const button = root.querySelector("button").getBoundingClientRect();
  const size = parseFloat(getComputedStyle(root.querySelector("textarea")).fontSize);
  document.title = [root.scrollWidth, button.height, size].join(" ");
}};
</script>"""


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_of_the_page_lies_beside_the_screen(
    served: OnnxClassifier, tmp_path: Path, width: int
) -> None:
    with TestClient(create_application(served)) as client:
        said = client.post("/", data={"text": "water deep " * 30 + "w" * 400}).text
    file = tmp_path / "page.html"
    file.write_text(MEASURE.format(width=width, page=escape(said)), encoding="utf-8")
    ran = subprocess.run(
        [
            str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
            "--disable-background-networking", f"--user-data-dir={tmp_path / 'profile'}",
            "--window-size=1400,1000", file.as_uri(),
        ],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    found = re.search(r"<title>([\d.]+) ([\d.]+) ([\d.]+)</title>", ran.stdout)
    assert found, ran.stdout[:500]
    assert float(found[1]) <= width
    # A finger needs 44 points, and a phone zooms in on a field of smaller letters than these.
    assert float(found[2]) >= 44
    assert float(found[3]) >= 16
