# Two commands do all the set-up: `make demo` and `make test`. Both build .venv from the locked versions first.
PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
VENV := .venv
INSTALLED := $(VENV)/.installed
BIN := $(VENV)/bin
# Three workers on two cores, since many tests wait for a delay or a process; each takes whole files, since the tests of
# a file share what is dear to set up; the longest files first
# (tests/conftest.py).
PARALLEL := -n 3 --dist loadfile --no-loadscope-reorder
# Of the quick tests the files of one share: SHARE=1/2.
SHARE := 1/1

.PHONY: demo test quick plain lint types bench check audit words docs pictures train lock clean help

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## / - /'

$(INSTALLED): setup.cfg pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) not found: install Python 3.11 or give PYTHON=..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .[test]
	@touch $@

demo: $(INSTALLED)  ## crawl the sample newsroom on loopback, tag, store, and serve it
	$(BIN)/pantau demo

test: $(INSTALLED)  ## run the tests
	$(BIN)/python -m pytest $(PARALLEL)

quick: $(INSTALLED)  ## run the tests but for the slow ones and those of the browser
	PANTAU_TEST_SHARE=$(SHARE) $(BIN)/python -m pytest $(PARALLEL) -m "not slow and not browser"

# tests/test_plain.py, part of `test`, holds what both ways make of newsroom, dev and shared pages against each other.
plain: $(INSTALLED)  ## seeds and extraction without the rooms for speed
	PANTAU_PLAIN=1 $(BIN)/python -m pytest $(PARALLEL) tests/test_seeds.py tests/pipelines/extract/test_extract.py

lint: $(INSTALLED)  ## ruff: lint and format; import-linter: who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo --no-cache

types: $(INSTALLED)  ## mypy
	$(BIN)/mypy

bench: $(INSTALLED)  ## the light benchmark: fails when a ratio is a quarter worse than the one kept
	$(BIN)/python -m benchmarks.pipeline --light
	$(BIN)/python -m benchmarks.real --light

check: lint types test  ## everything that CI runs

audit:  ## pip-audit: known holes in the locked versions; skipped loudly where PyPI cannot be reached
	@sh .ci/audit $(PYTHON)

words: $(INSTALLED)  ## bring the catalogues of messages up to date and compile them; then fill in what is empty
	$(BIN)/python -m benchmarks.messages

docs: $(INSTALLED)  ## write docs/sources.md from the catalogue and docs/settings.md from the table
	$(BIN)/pantau sources list --markdown > docs/sources.md
	$(BIN)/pantau config --markdown > docs/settings.md

pictures: $(INSTALLED)  ## take the pictures of README.md from the sample newsroom (needs chromium)
	$(BIN)/python -m benchmarks.pictures

# The commit of the weights from which training goes on: the fifth run of nlp/training/README.md.
START := 0f6fa51
RUNS := nlp/training/runs

train: $(INSTALLED)  ## train the tagger from ../shared and write nlp/model (its steps were timed one by one, not as a whole)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .[train]
	mkdir -p $(RUNS)/start
	git archive $(START) nlp/model | tar -x -C $(RUNS)/start
	test -e $(RUNS)/silver.npz || $(BIN)/python -m nlp.training.silver --weights $(RUNS)/start/nlp/model
	$(BIN)/python -m nlp.training.teacher train --passes 1.5 --copies 2
	$(BIN)/python -m nlp.training.teacher label
	$(BIN)/python -m nlp.training.teacher join --heard PER TITLE ORG GPE LOC AGR LAW EVT
	$(BIN)/python -m nlp.training.student --start $(RUNS)/start/nlp/model --depth 3 --silver $(RUNS)/joined.npz \
		--tokens 5 --output $(RUNS)/sixth
	$(BIN)/python -m nlp.training.teacher join
	$(BIN)/python -m nlp.training.student --start $(RUNS)/sixth --silver $(RUNS)/joined.npz --tokens 3 --rate 8e-4 \
		--output $(RUNS)/seventh
	$(BIN)/python -m nlp.training.mean $(RUNS)/seventh=.5 $(RUNS)/start/nlp/model=.5 --lean PER=.5
	$(BIN)/python -m nlp.training.agreements
	$(BIN)/python -m nlp.training.evaluate
	$(BIN)/python -m nlp.training.newsroom
	$(BIN)/python -m nlp.training.public

lock: $(INSTALLED)  ## write constraints.txt from what is installed
	$(BIN)/python -m pip freeze --all --exclude-editable --disable-pip-version-check | grep -v '^pip==' > constraints.txt

clean:  ## remove the virtual environment and caches
	rm -rf $(VENV) .audit *.egg-info .pytest_cache .mypy_cache .ruff_cache
