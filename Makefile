# One obvious command each; plain `make` lists them. Python 3.11 or newer, make and pip are all it takes.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help serve test test-sqlite test-postgres test-clients soak check bench catalogue format openapi languages lock clean
.PHONY: check-style check-security check-types check-imports check-django check-openapi

VENV := .venv
BENCH := .venv-bench
RUN := $(VENV)/bin/python
ROOMS := api authors books core serializers settings
CLIENTS := .venv-clients
PIP := $(RUN) -m pip --disable-pip-version-check --quiet install
# Two terminals may run make at the same moment; flock lets one of them install at a time.
ONE_AT_A_TIME := $(if $(shell command -v flock),flock Makefile)
# The checks read no data, but production's settings require secrets.
NO_DATA := DATA_DIR=$(VENV)/checks DATABASE_URL= DJANGO_SETTINGS_MODULE=settings.dev
PRODUCTION := DATA_DIR=$(VENV)/checks DATABASE_URL=postgres://octavo@localhost/octavo \
	SECRET_KEY=for-the-checks-only-0123456789-abcdefghijklmnopqrstuvwxyz ALLOWED_HOSTS=books.example.org \
	PUBLIC_URL=https://books.example.org CLIENT_ADDRESS=peer DJANGO_SETTINGS_MODULE=settings.prod

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "  Also: make serve PORT=9000, make test ARGS='-k search', make serve PYTHON=/path/to/python3"

serve: $(VENV)/runtime.stamp ## Serve a small catalogue at http://localhost:8000; data stays in var/
	@exec $(RUN) manage.py serve

test: test-sqlite test-postgres ## Run all tests: on SQLite, then on PostgreSQL with Redis

test-sqlite: $(VENV)/dev.stamp ## Run the tests on SQLite
	@exec $(RUN) -m tests.support.run_tests sqlite $(ARGS)

test-postgres: $(VENV)/dev.stamp ## Run the tests on a PostgreSQL and a Redis that it starts and stops
	@exec $(RUN) -m tests.support.run_tests postgres $(ARGS)

test-clients: $(VENV)/dev.stamp ## Read the OpenAPI document as clients do: linters, a browser, a generated client
	@exec $(RUN) -m tests.support.run_tests clients -m clients $(ARGS)

soak: $(VENV)/dev.stamp $(BENCH)/bench.stamp ## Run the long tests, and measure growth to 10,000,000 books
	@$(RUN) -m tests.support.run_tests sqlite -m soak $(ARGS)
	@$(RUN) -m tests.support.run_tests postgres -m soak $(ARGS)
	@exec $(BENCH)/bin/python -m benchmarks --only growth --sizes 20000,200000,2000000,10000000

check: check-style check-security check-types check-imports check-django check-openapi ## Check style, types, settings, openapi.yaml

check-style: $(VENV)/dev.stamp
	$(RUN) -m ruff check --quiet .
	$(RUN) -m ruff format --quiet --check .

# What runs in production is looked at; tests may do what it must not.
check-security: $(VENV)/dev.stamp
	$(RUN) -m bandit --quiet --configfile pyproject.toml --recursive $(ROOMS) deploy manage.py

check-types: $(VENV)/dev.stamp
	$(RUN) -m mypy

check-imports: $(VENV)/dev.stamp
	$(VENV)/bin/lint-imports --no-logo

check-django: $(VENV)/dev.stamp
	@$(NO_DATA) $(RUN) manage.py makemigrations --check --dry-run
	@$(PRODUCTION) $(RUN) manage.py check --deploy --fail-level WARNING

check-openapi: $(VENV)/dev.stamp
	@$(NO_DATA) $(RUN) manage.py spectacular --validate --fail-on-warn --file $(VENV)/openapi.yaml
	@diff -u openapi.yaml $(VENV)/openapi.yaml || { echo "openapi.yaml is not what the code says: make openapi" >&2; exit 1; }

# Octavo and its peers run in one environment of their own: the same Python, the same Django, the same driver.
bench: $(BENCH)/bench.stamp ## Measure Octavo against its peers into benchmarks/RESULTS.md; QUICK=1 takes 5 minutes
	@exec $(BENCH)/bin/python -m benchmarks $(if $(QUICK),--quick) $(ARGS)

catalogue: $(VENV)/runtime.stamp ## Fill an empty database with invented books: make catalogue BOOKS=100000 SEED=1
	@exec $(RUN) -m benchmarks.generating --books $(or $(BOOKS),100000) --seed $(or $(SEED),1) $(ARGS)

format: $(VENV)/dev.stamp ## Format the code and mend what the linter can
	@$(RUN) -m ruff check --fix --quiet . ; $(RUN) -m ruff format --quiet .

openapi: $(VENV)/dev.stamp ## Write openapi.yaml anew from the code
	@$(NO_DATA) $(RUN) manage.py spectacular --validate --fail-on-warn --file openapi.yaml

languages: $(VENV)/dev.stamp ## Write the table of languages anew from the packages that bring its data
	@exec $(RUN) -m tests.support.language_table

# The runtime's lock has the versions of the development lock, so that both fit into one .venv.
lock: $(VENV)/dev.stamp ## Write the lock files anew; UPGRADE=--upgrade takes the newest versions
	@$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --no-header $(UPGRADE) \
		--extra dev pyproject.toml -o requirements-dev.lock
	@$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --no-header \
		--constraint requirements-dev.lock pyproject.toml -o requirements.lock
	@$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --no-header $(UPGRADE) \
		--constraint requirements-dev.lock pyproject.toml benchmarks/requirements.in -o benchmarks/requirements.lock
	@$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --no-header $(UPGRADE) \
		--python-version 3.11 tests/clients/requirements.in -o tests/clients/requirements.lock

clean: ## Remove the .venv folders and caches; the data in var/ stays
	rm -rf $(VENV) $(BENCH) $(CLIENTS) .venv-runtime .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than the lock it was made from, so nothing is installed twice.
$(VENV)/runtime.stamp: requirements.lock | $(RUN)
	@$(ONE_AT_A_TIME) sh -c 'test $@ -nt $< || { \
		echo "Installing what Octavo needs into $(VENV): once, about a minute."; \
		$(PIP) --require-hashes -r $< && touch $@; }'

# The development lock holds the runtime's packages too.
$(VENV)/dev.stamp: requirements-dev.lock | $(RUN)
	@$(ONE_AT_A_TIME) sh -c 'test $@ -nt $< || { \
		echo "Installing what Octavo and its tests need into $(VENV): once, about two minutes."; \
		$(PIP) --require-hashes -r $< && touch $@ $(VENV)/runtime.stamp; }'

$(BENCH)/bench.stamp: benchmarks/requirements.lock | $(BENCH)/bin/python
	@$(ONE_AT_A_TIME) sh -c 'test $@ -nt $< || { \
		echo "Installing the peers into $(BENCH): once, about two minutes."; \
		$(BENCH)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r $< && touch $@; }'

# Each candidate is run once, because a name on the PATH may be a stub that does not work.
$(RUN) $(BENCH)/bin/python:
	@$(ONE_AT_A_TIME) sh -c 'test -x $@ && exit; \
		for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3); do \
			"$$python" -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null || continue; \
			"$$python" -m venv --clear $(@:/bin/python=) && exit; \
			echo "octavo: $$python cannot make a virtual environment; Debian and Ubuntu have it in python3-venv" >&2; \
			exit 1; \
		done; \
		echo "octavo: $(or $(PYTHON),python3) is not Python 3.11 or newer; make PYTHON=/path/to/python3 names one" >&2; \
		exit 1'
