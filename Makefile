# Everything goes through `make setup`, which does nothing when nothing changed.
# PYTHON=/path/to/python3.12 chooses the interpreter of a new .venv.

BIN := .venv/bin

ifneq ($(wildcard ../shared/data),)
export DIGITPAD_DATA ?= $(abspath ../shared/data)
endif

.PHONY: run setup test check bench model wheel lock clean

run: setup
	$(BIN)/digitpad

setup:
	@PYTHON="$(PYTHON)" sh .ci/setup.sh

test: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup
	$(BIN)/python -m tests.benchmarks

# The recipe of the bundled model: half an hour on two cores. Writers 25 to 30 stay unseen.
model: setup
	$(BIN)/digitpad train --name default --data $(DIGITPAD_DATA) --pen --pen-writers 1-22 \
		--pen-validation-writers 23,24 --augmentation full --epochs 15 --learning-rate 0.002 \
		--output build/default

wheel: setup
	$(BIN)/uv build --wheel --no-build-isolation --python $(BIN)/python

# For all of Python 3.11 to 3.13 and every platform; names no index. LiteRT asks for
# backports.strenum; 1.3 refuses Python 3.11 and newer, which pip heeds and uv does not.
lock: setup
	echo "backports.strenum<1.3" | $(BIN)/uv pip compile --quiet --constraints - --upgrade \
		--universal --python-version 3.11 --fork-strategy fewest --extra dev \
		--generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links \
		--output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
