# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# Test files at a time.
JOBS ?= $(shell nproc)

# What is read once (the docstrings corpus) is kept here for the next run.
export HARNN_CACHE_DIR ?= $(CURDIR)/.cache

.PHONY: demo test lint install clean

demo: $(INSTALLED)
	$(BIN)/harnn compare configs/docstrings.yaml

test: lint
	$(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile
	$(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile --doctest-modules harnn baselines

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

install: $(INSTALLED)

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints.txt --editable ".[dev,hiclass,jax,litert,notebooks,onnx,serve]"
	touch $@

clean:
	rm -rf $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache build dist *.egg-info
