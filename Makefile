# Two commands are all a newcomer needs: `make verify` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: verify test check fast lint docs readme proofs clean

verify: .venv/installed
	$(BIN)/limetheory verify --quick

# one process a core, each with one thread
test: .venv/installed
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist worksteal

# what a change should pass before it is sent
check: lint fast

# the tests that are not marked slow
fast: .venv/installed
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist worksteal -m "not slow"

# the Coq files of proofs_check/formal; what is compiled is kept for the tests
proofs: .venv/installed
	$(BIN)/python -m proofs_check.formal

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# the documentation as web pages in build/docs, read anew: names that move between pages would count as twice there
docs: .venv/installed
	$(BIN)/python -m sphinx -E -W --keep-going -b html docs build/docs

# the generated blocks of README.md and docs/
readme: .venv/installed
	$(BIN)/python -m experiments.readme

# one pip call, so that torch and torchvision match; quantus apart, because its opencv-python needs libGL, while
# opencv-python-headless serves the same cv2
.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps quantus==0.6.0
	touch $@

clean:
	rm -rf .venv build verify-report
