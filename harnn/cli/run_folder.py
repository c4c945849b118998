"""The folder that a run writes: what stands in it already decides whether the run may start."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol, cast

from harnn.atomic import atomic_file
from harnn.errors import ConfigError

__all__ = ["RunFolder"]


class _Config(Protocol):
    """The config of any kind of run."""

    def plain(self) -> dict[str, Any]:
        """Return what a YAML file would hold."""


class RunFolder:
    """The folder of a run: its config, its unfinished state, its model and its scores.

    Args:
        path: The folder. It need not exist.
        command: What fits with a config.

    Attributes:
        model: The saved model.
        config: The complete config: the command that wrote it does the same run with it.
        scores: The scores, JSON.
        checkpoint: The state of a fit that is not finished.
    """

    def __init__(self, path: str | Path, command: str = "harnn fit") -> None:
        self._command = command
        self.path = Path(path)
        self.model = self.path / "model"
        self.config = self.path / "config.yaml"
        self.scores = self.path / "scores.json"
        self.checkpoint = self.path / "checkpoint"

    @property
    def is_unfinished(self) -> bool:
        """Whether a fit was killed or interrupted here."""
        return self._training_state.path.exists()

    def prepare(self, config: _Config, overwrite: bool) -> None:
        """Make the folder ready for a run, or refuse to lose another one.

        An unfinished run of the same config goes on.

        Args:
            config: The complete config of the run.
            overwrite: Whether to begin anew, whatever stands here.

        Raises:
            ConfigError: If a finished run stands here, or one with another config, or something
                that is no run.
        """
        if self.model.exists() and not (self.model / "model.json").is_file():
            raise ConfigError(f"{self.model}: is no model; give another output.folder")
        if overwrite:
            # Now, not when the new model is ready: config.yaml must not speak of another model.
            self._training_state.clear()
            shutil.rmtree(self.model, ignore_errors=True)
            self.scores.unlink(missing_ok=True)
        elif self.model.exists() or self.is_unfinished:
            self._refuse_other(config)
            if not self.is_unfinished:
                raise ConfigError(
                    f"{self.path}: already fitted with this config; --overwrite fits it again"
                )
        import yaml

        written = yaml.safe_dump(config.plain(), sort_keys=False, allow_unicode=True)
        heading = f"# The complete config of this run; {self._command} {self.config} repeats it."
        with atomic_file(self.config) as temporary:
            temporary.write_text(f"{heading}\n{written}", encoding="utf-8")

    def finish(self) -> None:
        """Delete the training state: the fit is complete and its model is saved."""
        self._training_state.clear()
        if self.checkpoint.is_dir() and not any(self.checkpoint.iterdir()):
            self.checkpoint.rmdir()

    @property
    def _training_state(self) -> Any:
        from harnn.training.checkpoint import Checkpoint

        return Checkpoint(self.checkpoint, fingerprint="")

    def _refuse_other(self, config: _Config) -> None:
        from harnn.cli.config_section import read_config

        if not self.config.is_file():
            raise ConfigError(
                f"{self.path}: holds a run without its config.yaml; give another output.folder, "
                "or --overwrite"
            )
        there = dict(_flat(read_config(cast("Any", type(config)), self.config).plain()))
        here = dict(_flat(config.plain()))
        different = sorted(key for key in there | here if there.get(key) != here.get(key))
        if different:
            shown = ", ".join(f"{key} was {there.get(key)!r:.60}" for key in different[:3])
            more = f" and {len(different) - 3} more" if len(different) > 3 else ""
            raise ConfigError(
                f"{self.path}: holds a run with another config ({shown}{more}); give another "
                "output.folder, or --overwrite"
            )


def _flat(values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for section, value in values.items():
        if isinstance(value, dict):
            yield from ((f"{section}.{key}", inner) for key, inner in value.items())
        else:
            yield section, value
