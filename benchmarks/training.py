"""Speed of training: steps, loops and whole fits of HARNN beside Keras, PyTorch and linear models.

    HARNN_DATA_DIR=... python benchmarks/training.py                  # steps, loops and fits
    HARNN_DATA_DIR=... python benchmarks/training.py --parts step loop
    HARNN_DATA_DIR=... python benchmarks/training.py --parts fit --models best linear_svm --seeds 3
    HARNN_DATA_DIR=... python benchmarks/training.py --limit 600      # a part of the corpus
    python benchmarks/training.py --parts layers                      # encoder and attention alone
    python benchmarks/training.py --profile best                      # operations of one step

Part "step": a training step of each preset, with its batch size, on synthetic documents with the
sizes of DBpedia (9, 70 and 219 categories, 60,000 words, 90 to 100 words per document), without the
linear scores, which are not trained by steps; of a transcription of HARNN into plain Keras that
pads every document to 150 words; and of HARNN in PyTorch, if ``--torch-python`` has it. Both of
these have the sizes and the batch size of the best preset.

Part "loop": the training loop of ``HARNNClassifier.fit`` on the corpus, with its batches and its
progress, validation not included. "Loop over step" compares words per second.

Part "fit": whole fits, the unlabelled texts of the corpus included, and their stages. Times to a
score count from the beginning of the fit to the first epoch whose validation score reaches that of
the linear SVM, or 99 % of that of the fitted model.

Part "layers": a training step of the encoder and of the attention alone.

Each row runs in a process of its own, and its peak memory is that of the process. Steps, loops and
layers are measured in turns, so that their ratios hold on a shared machine. Rates are medians over
the turns. "CPU use" is the CPU time of all threads divided by the wall time. "Of product rate" is
the number of multiply-adds per second of a step, divided by that of one large float32 matrix
product, which the same framework computes in the same process before each turn. The multiply-adds
of a step are counted from the equations: each matrix product counts once for the forward pass and
twice for the gradients, on padding too (see ``training_benchmark/network_sizes.py``).
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version

from rich.console import Console
from training_benchmark.fit_tables import fit_table, stage_table
from training_benchmark.fits import Fit, fit_model
from training_benchmark.speed_tables import layer_table, speed_table
from training_benchmark.speeds import Measured, Model, measure
from training_benchmark.synthetic_documents import SyntheticDocuments
from training_benchmark.worker import WorkerError

from baselines.registry import BASELINES
from harnn.text.options import PRESETS

PARTS = ("step", "loop", "fit", "layers")
RIVAL = "linear_svm"
KERAS, TORCH = "plain Keras, 150 words", "PyTorch"
# The rows of part "layers", by their names in `training_benchmark.layer_step`.
LAYERS = {
    "harnn_bilstm": "harnn.cells BiLSTM",
    "keras_bilstm": "keras BiLSTM, no mask",
    "keras_bilstm_masked": "keras BiLSTM, mask",
    "attention": "attention of the last level",
}


def main() -> None:
    presets = list(PRESETS)
    arguments = parse(presets)
    # Wide enough for the tables also where there is no terminal.
    console = Console(width=None if sys.stdout.isatty() else 200)
    progress = Console(stderr=True)
    if arguments.profile:
        profile(arguments.profile, documents_of(arguments.profile, arguments.batch), console)
        return
    console.print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"TensorFlow {version('tensorflow')}, Keras {version('keras')}",
        highlight=False,
    )
    chosen = [name for name in presets if name in arguments.presets]
    if {"step", "loop"} & set(arguments.parts):
        print_speeds(arguments, chosen, console, progress)
    if "layers" in arguments.parts:
        print_layers(arguments, chosen[0], console, progress)
    if "fit" in arguments.parts:
        print_fits(arguments, console)


def parse(presets: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0] if __doc__ else None,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--parts",
        nargs="+",
        choices=PARTS,
        metavar="PART",
        default=["step", "loop", "fit"],
        help=", ".join(PARTS),
    )
    parser.add_argument(
        "--presets", nargs="+", choices=presets, default=presets, help="of steps and loops"
    )
    parser.add_argument(
        "--models",
        nargs="+",
        choices=[*presets, *BASELINES],
        metavar="MODEL",
        default=[*presets[:2], RIVAL, "logistic_regression", "xgboost"],
        help=f"to fit: {', '.join([*presets, *BASELINES])}",
    )
    parser.add_argument("--seeds", type=int, default=1, help="of the fits of networks")
    parser.add_argument("--corpus", default="dbpedia", help="as for load_corpus")
    parser.add_argument("--limit", type=int, help="documents of each part of the corpus")
    parser.add_argument("--batch", type=int, help="documents per step, in place of the preset's")
    parser.add_argument("--turns", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=3.0, help="of one turn")
    parser.add_argument("--torch-python", default=sys.executable, help="interpreter with PyTorch")
    parser.add_argument("--profile", choices=presets, help="show the operations of its step")
    return parser.parse_args()


def print_speeds(
    arguments: argparse.Namespace,
    presets: Sequence[str],
    console: Console,
    progress: Console,
) -> None:
    """Measure training steps and loops in turns and print one table of them."""
    models = []
    if "step" in arguments.parts:
        models += [step_of(preset, arguments.batch) for preset in presets]
        rivals = {"documents": asdict(documents_of(presets[0], arguments.batch))}
        models += [
            Model(KERAS, "keras_transcription", rivals),
            Model(TORCH, "torch_harnn", rivals, arguments.torch_python),
        ]
    if "loop" in arguments.parts:
        given = {
            "corpus": arguments.corpus,
            "limit": arguments.limit,
            "batch_size": arguments.batch,
        }
        models += [
            Model(loop_title(preset), "harnn_loop", {"preset": preset, **given})
            for preset in presets
        ]
    speeds = measure(models, arguments.turns, arguments.seconds, progress)
    loops = [
        (speeds[loop_title(preset)], speeds.get(step_title(preset)))
        for preset in presets
        if loop_title(preset) in speeds
    ]
    steps = [one for one in speeds.values() if one not in [loop for loop, _ in loops]]
    title = (
        "Training: steps on synthetic documents of 90 to 100 words, loops on "
        f"{arguments.corpus}; {rates(speeds)}"
    )
    console.print(speed_table(steps, loops, speeds.get(KERAS), speeds.get(TORCH), title))


def print_layers(
    arguments: argparse.Namespace,
    preset: str,
    console: Console,
    progress: Console,
) -> None:
    """Measure the training steps of layers and print a table of them."""
    given = {"preset": preset, "documents": asdict(documents_of(preset, arguments.batch))}
    models = [Model(title, "layer_step", {"kind": k, **given}) for k, title in LAYERS.items()]
    whole = step_of(preset, arguments.batch)
    speeds = measure([*models, whole], arguments.turns, arguments.seconds, progress)
    layers = [speeds[model.title] for model in models]
    title = f"Layers of {preset}; {rates(speeds)}"
    console.print(layer_table(layers, speeds[whole.title], title))


def print_fits(arguments: argparse.Namespace, console: Console) -> None:
    """Fit models one after the other and print tables of them and of their stages."""
    fits: dict[str, list[Fit]] = {}
    corpus = arguments.corpus + (f", {arguments.limit:,} documents" if arguments.limit else "")
    for model in arguments.models:
        title = fit_title(model)
        try:
            of_model = [
                fit_model(model, seed, arguments.corpus, arguments.limit)
                for seed in range(1 if model in BASELINES else arguments.seeds)
            ]
        except WorkerError as error:  # the fits of the other models are not lost
            console.print(f"no row for {title}: {error}", markup=False)
            continue
        fits[title] = of_model
        if of_model[0].epochs:
            console.print(stage_table(of_model[0], f"Stages of the fit of {title} on {corpus}"))
    if fits:
        title = f"Fits on {corpus}, scores on the validation part"
        console.print(fit_table(fits, fit_title(RIVAL), title))


def profile(preset: str, documents: SyntheticDocuments, console: Console) -> None:
    """Print the time of the operations of one training step."""
    from training_benchmark.harnn_step import preset_steps
    from training_benchmark.operation_times import operation_tables, profile_steps

    _, _, steps = preset_steps(preset, documents)

    def run() -> None:
        _, step = next(steps)
        step()

    walls = []
    for _ in range(10):
        started = time.perf_counter()
        run()
        walls.append(time.perf_counter() - started)
    for table in operation_tables(profile_steps(run, len(walls)), min(walls)):
        console.print(table)


def step_title(preset: str) -> str:
    return f"step, {preset}"


def loop_title(preset: str) -> str:
    return f"loop, {preset}"


def fit_title(model: str) -> str:
    return BASELINES[model].title if model in BASELINES else f"HARNN, {model}"


def documents_of(preset: str, batch: int | None) -> SyntheticDocuments:
    """Return the documents for the step of a preset, as many per step as it or the user says."""
    return SyntheticDocuments(batch_size=batch or PRESETS[preset].training.batch_size)


def step_of(preset: str, batch: int | None) -> Model:
    """Return the model of a row: the training step of a preset."""
    documents = asdict(documents_of(preset, batch))
    return Model(step_title(preset), "harnn_step", {"preset": preset, "documents": documents})


def rates(speeds: dict[str, Measured]) -> str:
    """Return the product rate of each framework, in words."""
    found = {
        "TensorFlow": [one.product_rate for title, one in speeds.items() if title != TORCH],
        "PyTorch": [one.product_rate for title, one in speeds.items() if title == TORCH],
    }
    # A multiply-add is two floating-point operations.
    return ", ".join(
        f"{2e-9 * max(rate):.0f} GFLOP/s in {name}" for name, rate in found.items() if rate
    )


if __name__ == "__main__":
    main()
