# make run     the whole product on this machine: http://localhost:8000
# make test    every check, and the tests beside them
# make lint    the checks alone
# make bench   what docs/performance.md reports (minutes)
# make chaos   the fault tests, twenty rounds instead of three, and the longest walks (minutes)
# make clean   everything that these made, except your data
#
# Both environments are made and brought up to date on the way, with uv: it takes seconds where pip takes a minute. Where
# it is not installed it is fetched first; where it cannot work pip does.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
# More than cores: the tests wait for clocks, browsers and disks half of the time.
WORKERS ?= 4
ARGS ?=

bin := .venv/bin
uv := $(shell command -v uv)
pip := $(bin)/python -m pip install --quiet --disable-pip-version-check --require-hashes
install = $(or $(uv),$(bin)/uv) pip install --quiet --python $(bin)/python --require-hashes -r $< || $(pip) -r $<
js_tests = $(wildcard tests/js/*.test.js)
benchmarks = $(basename $(notdir $(sort $(wildcard benchmarks/[a-z]*.py))))

# Compiled once and kept, whatever the machine says otherwise.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test suite lint format bench chaos clean machine
.DELETE_ON_ERROR:

run: .venv/runtime
	$(bin)/python manage.py migrate --verbosity 0
	$(bin)/python manage.py collectstatic --noinput --verbosity 0
	$(bin)/python manage.py serve --host $(HOST) --port $(PORT) $(ARGS)

test: machine
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target lint suite

# The tests are compiled once before, not once in each worker.
suite: .venv/development
	@$(bin)/python -m pytest --collect-only --quiet --quiet >/dev/null || true
	$(bin)/python -m pytest -m "not long" -n $(WORKERS) --dist loadscope --no-loadscope-reorder $(ARGS)

lint: .venv/development node_modules/.installed
	$(bin)/ruff check
	$(bin)/ruff format --check
	nice $(bin)/mypy
	$(bin)/lint-imports
	find templates -name '*.html' -print0 | xargs -0 -r $(bin)/djade --target-version 5.2 --check
	npx biome check --error-on-warnings
	$(if $(js_tests),node --test $(js_tests))

format: .venv/development node_modules/.installed
	$(bin)/ruff check --fix
	$(bin)/ruff format
	-find templates -name '*.html' -print0 | xargs -0 -r $(bin)/djade --target-version 5.2
	npx biome check --write

bench: .venv/development
	for program in $(benchmarks); do $(bin)/python -m benchmarks.$$program $(ARGS) || exit 1; done

chaos: machine .venv/development
	$(bin)/python -m pytest -m "chaos or long" --rounds 20 $(ARGS)

clean:
	rm -rf .venv node_modules build dist .coverage* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- what these stand on ----------------------------------------------------------------------------------------------

$(bin)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or later is needed. Name one: make run PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv

$(bin)/uv: requirements-uv.txt | $(bin)/python
	-$(pip) -r $<

.venv/runtime: requirements.txt | $(bin)/python $(if $(uv),,$(bin)/uv)
	$(install)
	@touch $@

.venv/development: requirements-dev.txt | $(bin)/python $(if $(uv),,$(bin)/uv)
	$(install)
	@touch $@

node_modules/.installed: package-lock.json
	npm ci --silent
	@touch $@

# A test that needs a program must not be skipped for the want of it: say so before anything else.
machine:
	@missing=$$(for program in chromium node npm redis-server initdb; do \
	  command -v $$program >/dev/null || ls /usr/lib/postgresql/*/bin/$$program >/dev/null 2>&1 || printf ' %s' $$program; \
	done); \
	[ -z "$$missing" ] || { echo "The tests need these programs:$$missing. On Debian, .ci/run installs them."; exit 1; }
