"""``python -m harnn.cli`` is ``harnn``."""

from __future__ import annotations

from harnn.cli.main import app

if __name__ == "__main__":
    app(prog_name="harnn")
