# Two commands on a fresh machine: `make demo` and `make test`. Python 3.11 or newer and a package index are enough.

PYTHON ?= python3
PORT ?= 8000
SERVE ?= 1
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py

.PHONY: demo test check format messages screenshots clean

demo: export PRAXIS_BASE_URL ?= http://127.0.0.1:$(PORT)
demo: .venv/runtime  ## Migrate, load the demo, serve it with its task worker and its clock on port 8000 (SERVE=0: only load)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_demo
ifneq ($(SERVE),0)
	@echo "Stop with Ctrl-C."
	@trap 'trap - INT TERM EXIT; kill 0' EXIT INT TERM; \
	  $(MANAGE) db_worker --no-reload & \
	  (while :; do $(MANAGE) run_due --verbosity 0; sleep 300; done) & \
	  $(MANAGE) runserver --noreload 127.0.0.1:$(PORT)
endif

test: .venv/development  ## The whole suite on SQLite
	$(BIN)/python -m pytest -n 2 --cov=curriculum --cov=exchange --cov=people --cov=editing --cov=cases --cov=themes --cov=providers --cov=search --cov=praxis --cov-report=
	$(BIN)/python -m tests.coverage_floors

check: .venv/development  ## Style, types, import direction, versions, migrations, production settings, and PostgreSQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python -m tests.floors
	$(BIN)/python -m tests.floors --canary
	$(MANAGE) makemigrations --check --dry-run
	PRAXIS_SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(64))") PRAXIS_HOSTS=praxis.example.org \
	  PRAXIS_BASE_URL=https://praxis.example.org PRAXIS_EMAIL_URL=smtp://mail.example.org $(MANAGE) check --deploy --fail-level WARNING --settings praxis.settings.production
	$(BIN)/python -m tests.postgresql -n 2

format: .venv/development  ## Rewrite the code in the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: .venv/development  ## Collect the strings to translate (needs gettext) and compile them
	$(BIN)/python manage.py makemessages --locale zh_Hans --ignore '.venv/*' --ignore 'var/*' --ignore 'tests/*' --ignore 'benchmarks/*' --no-wrap --add-location file
	$(BIN)/python -m tests.catalogues

screenshots: .venv/development  ## Make the pictures of the documents from the demo (needs Chromium)
	$(BIN)/python docs/screenshots.py

clean:  ## Remove the virtual environment and everything the site has stored
	rm -rf .venv var

.venv/runtime: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Praxis needs Python 3.11 or newer; say which with make PYTHON=...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

.venv/development: pyproject.toml constraints.txt .venv/runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,postgresql]'
	@touch $@
