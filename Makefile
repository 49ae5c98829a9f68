# Everything a person types. Needs Python 3.11 or newer, Java 17 or newer with Maven, and make.
PYTHON ?= python3
BIN := .venv/bin
# Where a machine has no Node or Go, those of the wheels are found here.
export PATH := $(PATH):$(CURDIR)/$(BIN)
# Most tests wait for real parts: three sets of them make better use of two cores.
SIDE_BY_SIDE ?= -n 3 --dist loadfile --no-loadscope-reorder

.PHONY: run test bench fuzz crash lint format pins sbom console clean

run: .venv/run ## starts all of it: Kafka, gateway, consumers, GraphQL
	@exec $(BIN)/eds run

test: .venv/test ## formatting, types, imports, then every test
	@$(MAKE) --no-print-directory lint
	@exec $(BIN)/python -m pytest $(SIDE_BY_SIDE) $(PYTEST)

bench: .venv/test ## the benchmarks, as tables
	@exec $(BIN)/python -m bench $(BENCH)

fuzz: .venv/test ## bodies that a coverage-guided fuzzer makes, for a minute; FUZZ="--seconds 600" for longer
	@exec $(BIN)/python -m tests.fuzz $(or $(FUZZ),--seconds 60)

crash: .venv/test ## kills materializers, PostgreSQL and brokers under load; CRASH="--minutes 5 --seed 7" for longer
	@exec $(BIN)/python -m tests.whole $(or $(CRASH),--minutes 1)

lint: .venv/test
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/test
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

pins: ## requirements/*.txt anew, from what pyproject.toml allows today
	@sh requirements/pin.sh $(PYTHON)

sbom: .venv/test ## build/sbom.json (CycloneDX) and build/licences.txt: what an installation consists of
	@exec $(BIN)/python tools/sbom.py

console: ## graphql_api/console/built anew, from its sources; needs Node 20 or newer
	@cd graphql_api/console && npm ci --silent && npm run --silent build

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	@$(PYTHON) -m venv .venv

.venv/run: .venv/bin/python requirements/run.txt pyproject.toml
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements/run.txt
	@command -v java >/dev/null || $(BIN)/python -m pip install -q --disable-pip-version-check -r requirements/java.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/test: .venv/run requirements/test.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements/test.txt
	@command -v npm >/dev/null || $(BIN)/python -m pip install -q --disable-pip-version-check -r requirements/node.txt
	@command -v go >/dev/null || $(BIN)/python -m pip install -q --disable-pip-version-check -r requirements/go.txt
	@touch $@
