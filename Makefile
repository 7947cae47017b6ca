# Everything a newcomer needs: `make run` plays a scenario, `make test` proves it works.
# Both set themselves up in .venv on a machine that has Python 3.11 or later.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SCENARIO ?= activation-eve-2023
RATE ?= 60
ifdef ENGINE
export FEED_ENGINE := $(ENGINE)
endif
# Else every process of feed that a test starts compiles all of it anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test lint types cover golden library page pictures views walk load chaos rabbitmq workshop sites lock audit sbom fuzz bench clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## / \t/' | expand -t 12

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(if $(CI),$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement .ci/requirements.txt)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

run: $(VENV)/ready  ## play SCENARIO (default activation-eve-2023) at RATE (60) to three receivers, also in a browser
	$(BIN)/feed run $(SCENARIO) --rate $(RATE) --max-gap 5s --dashboard

test: $(VENV)/ready  ## run the tests, with ENGINE=mosquitto on that engine of the embedded broker
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lint: $(VENV)/ready  ## check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/ready  ## check types
	$(BIN)/mypy

cover: $(VENV)/ready  ## run the tests and show which lines they reach
	$(BIN)/python -m pytest --cov --cov-report=term-missing:skip-covered

golden: $(VENV)/ready  ## write the golden files and the list of scenarios anew; the difference is the review
	$(BIN)/python -m pytest tests/test_golden.py tests/app/test_scenarios.py tests/docs/test_errors.py \
		tests/dashboard/test_conformance.py tests/dashboard/test_contract.py tests/app/test_conform.py --update-golden

library: $(VENV)/ready  ## play every scenario of the library (STORIES="…") to three receivers, and verify each
	$(BIN)/python tests/scenarios $(STORIES)

page: $(VENV)/ready  ## check, test and build the page of dashboard/ anew
	$(BIN)/python dashboard/npm.py ci --no-audit --no-fund
	$(BIN)/python dashboard/npm.py run check
	$(BIN)/python dashboard/npm.py test
	$(BIN)/python dashboard/npm.py run build

pictures: $(VENV)/ready  ## make the pictures of the README anew, of real runs: terminal, page, report
	$(BIN)/python tests/pictures

views: $(VENV)/ready  ## sheets of every view of the page in build/views, to look at (SHEETS="roles ends")
	$(BIN)/python tests/pictures --views build/views $(SHEETS)

walk: $(VENV)/ready  ## are the five answers on the page at every moment of two stories (EVERY=3 for each third)
	$(BIN)/python tests/dashboard/walk $(if $(EVERY),--every $(EVERY))

load: $(VENV)/ready  ## hold the page against 18 objects at 20 messages a second each for MINUTES (60)
	$(BIN)/python tests/dashboard/load $(if $(MINUTES),--minutes $(MINUTES))

chaos: $(VENV)/ready  ## kill brokers, players, receivers at random (KILLS, SEED, ENGINE, BROKER, CLUSTER=1, DURATION, PROXY=1, TRIALS=1)
	$(BIN)/python tests/chaos --broker $(if $(CLUSTER),cluster,$(or $(BROKER),embedded)) $(if $(TRIALS),--trials,--kills $(or $(KILLS),100) \
		--seed $(or $(SEED),1) $(if $(DURATION),--duration $(DURATION)) $(if $(PROXY),--proxy))

rabbitmq: $(VENV)/ready  ## hold a real RabbitMQ (Debian's rabbitmq-server), configured as is printed, against the promises
	FEED_RABBITMQ=1 $(BIN)/python -m pytest tests/broker/test_rabbitmq.py

workshop: $(VENV)/ready  ## a secured workshop on machines of its own, one of them hostile (RATE=100, PEACEFUL=1)
	$(BIN)/python tests/workshop $(if $(filter-out 60,$(RATE)),--rate $(RATE)) $(if $(PEACEFUL),--peaceful)

sites: $(VENV)/ready  ## three sites over lines of their own: the middle one is cut, then slow, then lossy (RATE=5, CUT=60)
	$(BIN)/python tests/lines $(if $(filter-out 60,$(RATE)),--rate $(RATE)) $(if $(CUT),--cut $(CUT))

lock: $(VENV)/ready  ## pin what .ci/run installs, with hashes, in .ci/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip-tools>=7'
	$(BIN)/pip-compile --quiet --generate-hashes --extra dev --extra plot --extra export --strip-extras --all-build-deps \
		--allow-unsafe --no-header --no-annotate --no-emit-index-url --no-emit-trusted-host --no-emit-options \
		--output-file .ci/requirements.txt pyproject.toml

audit: $(VENV)/ready  ## look up known holes of everything that is pinned
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.10'
	$(BIN)/pip-audit --require-hashes --disable-pip --requirement .ci/requirements.txt

sbom: $(VENV)/ready  ## write what feed is made of as sbom.json (CycloneDX)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'cyclonedx-bom>=7'
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON -o sbom.json .ci/requirements.txt

fuzz: $(VENV)/ready  ## hostile input at every door (DOORS="clock head", SECONDS=60 for each, KEPT=folder)
	$(BIN)/python tests/fuzz $(DOORS) --seconds $(or $(SECONDS),60) $(if $(KEPT),--kept $(KEPT))

bench: $(VENV)/ready  ## measure, each figure beside a peer (FIGURES="publish seek", REPEAT, JSON=1)
	$(BIN)/feed bench $(FIGURES) $(if $(REPEAT),--repeat $(REPEAT)) $(if $(JSON),--json)

clean:  ## take away what was built
	rm -rf $(VENV) dist build dashboard/node_modules feed/web/page .mypy_cache .ruff_cache .pytest_cache .hypothesis htmlcov .coverage
