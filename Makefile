# Two commands on a fresh machine: `make demo` and `make test`. Python 3.11 or newer and a package index are all they need.

PYTHON ?= python3
VENV ?= .venv
OUT ?= out
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help demo test lint types floors tests-without-compiler tests-with-bounds tests clean

help:
	@echo "make demo   install the package in $(VENV) and plan the Lombok 2018 emergency into $(OUT)/"
	@echo "make test   install the test tools as well and run everything that guards the code"
	@echo "make clean  remove $(VENV), caches and $(OUT)/"
	@echo "Parts of make test: lint, types, floors, tests-without-compiler, tests-with-bounds, tests"
	@echo "Another Python: make demo PYTHON=python3.13"

demo: $(VENV)/.package
	$(BIN)/python -m ntb_relief demo -o $(OUT)

# The cheap guards first; the tests last, so that their closing line is the last word.
test: lint types floors tests-without-compiler tests-with-bounds tests

lint: $(VENV)/.tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.tools
	$(BIN)/mypy

floors: $(VENV)/.tools
	$(BIN)/lint-imports

# Kernels run as plain Python here: mistakes the compiler hides, such as an index beyond an array, come out.
tests-without-compiler: $(VENV)/.tools
	NUMBA_DISABLE_JIT=1 $(PYTEST) -m tiny -q

# Compiled kernels read beyond an array without a word, or crash: here every index is checked.
tests-with-bounds: $(VENV)/.tools
	NUMBA_BOUNDSCHECK=1 $(PYTEST) -q -m "not slow" tests/kernels tests/solvers tests/geo/test_matrix.py tests/geo/test_paths.py

tests: $(VENV)/.tools
	$(PYTEST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Name another: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "'$(PYTHON) -m venv' failed. On Debian and Ubuntu: apt install python3-venv"; rm -rf $(VENV); exit 1; }

# The stamps tell what is installed already; a change of pyproject.toml or of the versions installs again.
$(VENV)/.package: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --constraint constraints.txt --editable . || { \
	  echo "The tested versions do not install on this Python; trying the newest instead."; $(PIP) --editable .; }
	@touch $@

$(VENV)/.tools: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --constraint constraints.txt --editable '.[test]'
	@touch $@ $(VENV)/.package

clean:
	rm -rf $(VENV) $(OUT) build dist .numba_cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find ntb_relief benchmarks tests -name __pycache__ -prune -exec rm -rf {} +
