# Every command of the house; `make help` lists them. Two suffice: `make run` and `make test`.
.DEFAULT_GOAL := help
.PHONY: run test test-postgres test-browser drill bench demo demo-clear doctor check fmt schema states messages lock help
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
DEV := sh deploy/install.sh requirements-dev.lock
# Checks judge a fresh clone: no developer's .env, no data folder.
CLEAN := ENV_FILE=/dev/null DATA_DIR=build/check LANGUAGE_CODE=en
PRODUCTION := ENVIRONMENT=production USE_HTTPS=true TRUSTED_PROXIES=127.0.0.1 ALLOWED_HOSTS=journal.example.org \
	DATABASE_URL=postgres://vakhta@localhost/vakhta REDIS_URL=redis://localhost \
	SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))')
# The live server's threads leave their connections to the shared test database to the garbage collector.
QUIET_SQLITE := -W ignore::ResourceWarning -W ignore::pytest.PytestUnraisableExceptionWarning
DRILLS := notifications/tests/test_drill.py notifications/tests/test_telegram_drill.py incidents/intake/tests/test_drill.py monitoring/tests/test_drill.py \
	monitoring/backups/tests/test_survival.py monitoring/backups/tests/test_round_trip.py monitoring/backups/tests/test_drill.py
PARALLEL := -n auto --maxprocesses 4

run: ## Install what is missing, start everything and print where to click (PORT=8001 make run)
	@sh deploy/install.sh requirements.lock && exec $(MANAGE) up

test: ## Install what is missing and run the tests on SQLite (ARGS="-k incident" for some of them)
	@$(DEV) && exec $(BIN)/python -m pytest -q $(PARALLEL) $(ARGS)

test-postgres: ## Run the tests on a PostgreSQL and a Redis of their own, started and stopped here
	@$(DEV) && exec $(BIN)/python deploy/with_servers.py $(BIN)/python -m pytest -q $(PARALLEL) $(ARGS)

test-browser: ## Run the browser tests in a headless Chromium
	@$(DEV) && exec $(BIN)/python -m pytest -q -m browser $(PARALLEL) $(QUIET_SQLITE) $(ARGS)

drill: ## Kill who delivers, takes in, probes and backs up, destroy and restore everything, on both databases, and compare
	@$(DEV) && export DRILL_KILLS=20 DRILL_PAUSE=60 DRILL_BACKUPS=40 DRILL_WRITERS=50 && $(BIN)/python -m pytest -q $(DRILLS) \
		&& exec $(BIN)/python deploy/with_servers.py $(BIN)/python -m pytest -q $(DRILLS)

demo: ## Start a realistic organisation to look around in, in data/demo; prints whom to sign in as
	@sh deploy/install.sh requirements.lock && export DATA_DIR=data/demo LANGUAGE_CODE=ru TIME_ZONE=Europe/Moscow PROBE_ALLOWED_NETWORKS=127.0.0.0/8 \
		&& $(MANAGE) seed_demo && exec $(MANAGE) up

demo-clear: ## Remove the demo with its whole data folder
	@DATA_DIR=data/demo $(MANAGE) clear_demo

doctor: ## Examine this installation and say what to mend
	@sh deploy/install.sh requirements.lock && exec $(MANAGE) doctor

bench: ## Measure the API beside a stock one, the search and the figures, on PostgreSQL (needs wrk; ROWS=1000000 TICKETS=1000000)
	@$(DEV) && $(BIN)/python deploy/with_servers.py $(BIN)/python deploy/bench/run.py \
		&& $(BIN)/python deploy/with_servers.py $(BIN)/python deploy/bench/search.py \
		&& exec $(BIN)/python deploy/with_servers.py $(BIN)/python deploy/bench/figures.py

check: ## Everything CI knows but the tests: format, lint, types, layers, migrations, safety, schema, diagrams, words
	@$(DEV) && mkdir -p build/check
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check --quiet .
	@$(CLEAN) $(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(CLEAN) $(MANAGE) makemigrations --check --dry-run
	@$(CLEAN) $(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING
	@$(CLEAN) $(MANAGE) spectacular --validate --fail-on-warn --file build/schema.yml
	@diff -u docs/schema.yml build/schema.yml || { echo "The API changed: run make schema."; exit 1; }
	@$(CLEAN) $(MANAGE) states | diff -u docs/states.md - || { echo "The moves changed: run make states."; exit 1; }
	@$(CLEAN) $(MANAGE) catalogue --check
	@echo "All checks passed."

fmt: ## Format the code and mend what the linter can
	@$(DEV) && $(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

schema: ## Write docs/schema.yml from the API
	@$(DEV) && $(CLEAN) $(MANAGE) spectacular --validate --fail-on-warn --file docs/schema.yml

states: ## Write docs/states.md from the tables of moves
	@$(DEV) && $(CLEAN) $(MANAGE) states > docs/states.md

messages: ## Collect the texts to translate into locale/
	@$(DEV) && $(CLEAN) $(MANAGE) catalogue --update

lock: ## Compile both locks from pyproject.toml
	@$(DEV) && for group in "" "--group dev"; do \
		$(BIN)/uv pip compile pyproject.toml $$group --universal --python-version 3.12 --generate-hashes --no-header --no-annotate \
			-q -o requirements$${group:+-dev}.lock; done

help: ## Show this
	@awk -F ':.*## ' '/^[a-z-]+:.*##/ { printf "%-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
