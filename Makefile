# Everything goes through `make setup`, which does nothing when nothing changed.
# PYTHON=/path/to/python3.12 chooses the interpreter of a new .venv.

BIN := .venv/bin

ifneq ($(wildcard ../shared/data),)
export DIGITPAD_DATA ?= $(abspath ../shared/data)
endif

.PHONY: run setup test check bench bench-learning model reference-models ink-network rehearsal wheel lock clean

run: setup
	$(BIN)/digitpad

setup:
	@PYTHON="$(PYTHON)" sh .ci/setup.sh

# Of the ways to share tests out, pytest-xdist 3.8 survives a test that ends its process with this one
# and not with loadfile, which waits for ever.
test: setup
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup
	$(BIN)/python -m tests.benchmarks

# Twenty-four lessons, each in a process of its own: twenty minutes on two cores.
bench-learning: setup
	$(BIN)/python -m tests.benchmarks.learning

# The recipe of the bundled model, in three stages: two hours and a half on two cores. Pen writers
# 25 to 30 stay unseen.
TRAIN := $(BIN)/digitpad train --name default --data $(DIGITPAD_DATA) --pen --pen-writers 1-22 \
	--pen-validation-writers 23,24
BROAD := --batch-size 256 --pen-repeats 2 --allographs 8000 --non-digits 10000

model: setup
	$(TRAIN) --augmentation full --epochs 15 --learning-rate 0.002 --output build/plain
	$(TRAIN) $(BROAD) --from build/plain --augmentation full --epochs 24 --learning-rate 0.002 \
		--output build/broad
	$(TRAIN) $(BROAD) --from build/broad --augmentation medium --epochs 14 --learning-rate 0.001 \
		--seed 3 --output build/default

# The reference networks: an hour on two cores, if they do nothing else.
REFERENCES := softmax lenet5 lenet_small lenet_small_bn digit_cnn conv_pool

reference-models: setup
	for name in $(REFERENCES); do \
		$(BIN)/digitpad train --preset $$name --data $(DIGITPAD_DATA) --output build/$$name && \
		$(BIN)/python -m tests.publish_model build/$$name || exit 1; \
	done

# The recipe of the network that finds ink, in six stages: three hours on two cores.
INK := $(BIN)/python -m digitpad.training.ink.training $(DIGITPAD_DATA)

HARD := --pages 2600 --hardship 0.5 --large 0.12 --ink-weight 1.5 --seed 61

ink-network: setup
	$(INK) build/ink-1
	$(INK) build/ink-2 --start build/ink-1 --pages 900 --hardship 0.5 --epochs 2 \
		--learning-rate 0.001 --seed 21
	$(INK) build/ink-3 --start build/ink-2 --pages 375 --large 0.6 --ink-weight 3 --epochs 1 \
		--learning-rate 0.0008 --seed 41
	$(INK) build/ink-4 --start build/ink-3 $(HARD) --epochs 1 --learning-rate 0.002
	$(INK) build/ink-5 --start build/ink-4 $(HARD) --settled --epochs 3 --batch-size 8 \
		--learning-rate 0.001
	$(INK) build/ink --start build/ink-5 --pages 900 --hardship 0.6 --large 0.12 --at-border 0.35 \
		--ink-weight 1.5 --settled --epochs 4 --batch-size 8 --learning-rate 0.0007 --seed 71

# The digits that are rehearsed where there is no data set: a quarter of an hour on two cores.
rehearsal: setup
	$(BIN)/python -m digitpad.training.rehearsal.training $(DIGITPAD_DATA) \
		model_store/default/model.tflite build/rehearsal --test

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
