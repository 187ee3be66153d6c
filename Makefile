# Two commands: `make run` and `make test`. Everything they need is set up on the first call.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && { echo $$p; exit; }; \
	done; echo python-missing)
VENV ?= .venv
BIN := $(VENV)/bin
# A worker that crashes is not replaced: the run ends and names the test, where xdist would wait for it for ever.
PYTEST = $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --max-worker-restart 0
ONNXRUNTIME ?= cpu
ARGS ?=
# Test files at once; the tests of one file run one after another. Twice the cores of a small machine: nearly
# half of the time a test waits for sound, a timer or another process.
JOBS ?= 4

.DEFAULT_GOAL := help
.PHONY: help run test test-fast lint types tests bench soak screenshots translations pictures animation audit
.PHONY: wheel package install-desktop uninstall-desktop clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

run: .setup/run ## Set everything up and start the analyzer (ARGS="live --seconds 5" for a subcommand)
	@$(BIN)/emoscope $(ARGS)

test: .setup/test lint types tests ## Set everything up and pass every check and test

test-fast: .setup/test ## Pass what a minute and a half can tell: ruff, and the tests that are not slow
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(PYTEST) -m "not slow and not microphone and not corpora and not proof" $(ARGS)

lint: .setup/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: .setup/test
	$(BIN)/mypy

# What listens to the virtual microphone comes last, since its timing matters. It waits more than it computes. Where
# the whole machine stood still for a moment sound is torn apart: what failed is tried once more, one after another.
tests: .setup/test
ifeq ($(strip $(ARGS)),)
	$(PYTEST) -m "not microphone and not proof"
	$(BIN)/python -m pytest -n $(JOBS) --dist load --max-worker-restart 0 -m "microphone and not proof" \
	|| { [ $$? = 1 ] && $(BIN)/python -m pytest --last-failed --last-failed-no-failures none -m "microphone and not proof"; }
else
	$(BIN)/python -m pytest $(ARGS)
endif

bench: .setup/test ## Measure speed, latency, memory and CPU; JSON on stdout, a table on stderr
	@$(BIN)/python -m tests.bench $(ARGS)

soak: .setup/test ## Pass the longest tests, play with the window at random, and let it hear ten hours of speech
	$(BIN)/python -m pytest -n 2 --dist load --max-worker-restart 0 -m proof
	$(BIN)/python -m tests.monkey --steps 2000
	$(BIN)/python -m tests.soak $(ARGS)

screenshots: .setup/test ## Take pictures of every page and state into build/screenshots
	$(BIN)/python -m tests.screenshots $(ARGS)

pictures: .setup/test ## Take the pictures of the README anew
	$(BIN)/python -m tests.readme_pictures

animation: .setup/test ## Film the window while the demo plays, for the README
	$(BIN)/python -m tests.animation $(ARGS)

wheel: ## Make dist/emoscope-*.whl, with model and demo inside
	rm -rf build/lib build/bdist.* dist/emoscope-*.whl
	$(PYTHON) -m pip wheel -q --disable-pip-version-check --no-deps --wheel-dir dist .
	@ls dist/emoscope-*.whl

package: ## Make a folder that runs without Python, dist/emoscope, and try it
	@PYTHON=$(PYTHON) sh scripts/make-package.sh

install-desktop: ## Put Emoscope into your menu of programs (Linux; ARGS=/path/to/emoscope)
	@sh scripts/install-desktop.sh $(ARGS)

uninstall-desktop: ## Take it out of the menu again
	@sh scripts/install-desktop.sh --uninstall

translations: .setup/test ## Collect the texts of the window into its translation files
	$(BIN)/python scripts/translations.py

audit: ## Look up the packages that are installed among the known vulnerabilities; needs a network
	@PYTHON=$(PYTHON) sh scripts/audit.sh $(ARGS)

# A stamp for each kind of set-up, so that the second call starts at once.
.setup/run: pyproject.toml constraints.txt scripts/system-packages.sh scripts/make-venv.sh
	@sh scripts/system-packages.sh run
	@PYTHON=$(PYTHON) VENV=$(VENV) sh scripts/make-venv.sh $(ONNXRUNTIME)
	@mkdir -p .setup && touch $@

.setup/test: pyproject.toml constraints.txt scripts/system-packages.sh scripts/make-venv.sh
	@sh scripts/system-packages.sh test
	@PYTHON=$(PYTHON) VENV=$(VENV) sh scripts/make-venv.sh $(ONNXRUNTIME) pyaudio serve cluster words train dev
	@mkdir -p .setup && touch $@ .setup/run

clean: ## Remove everything that was set up or built
	rm -rf $(VENV) .setup build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
