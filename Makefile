# make demo and make test do all their own set-up: see cmd/setup/engine.sh.

SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
.DEFAULT_GOAL := help

VERSION := $(patsubst v%,%,$(shell git describe --tags --always --dirty 2>/dev/null))
BIN := bin/freshinstall
FOLDERS := cmd envs reports verifier
FUZZTIME ?= 30s

.PHONY: build
build: ## build ./bin/freshinstall
	@mkdir -p bin
	CGO_ENABLED=0 go build -trimpath -ldflags '-X main.version=$(VERSION)' -o $(BIN) ./cmd/freshinstall

.PHONY: demo
demo: build install-engine ## verify a small faulty repository in two environments and show the result
	./$(BIN) demo

.PHONY: install-engine
install-engine: ## find a container engine that answers, or set one up (asks first on a terminal)
	@mkdir -p bin
	@go build -o bin/setup-probe ./cmd/setup/probe
	@ENGINE_PROBE=$(CURDIR)/bin/setup-probe sh cmd/setup/engine.sh

# ---- tests ------------------------------------------------------------------

.PHONY: test
test: install-engine ## everything: make check, with the tests that need containers, and coverage
	@sh cmd/setup/compiler.sh
	@sh cmd/setup/browser.sh
	@REQUIRE_CONTAINERS=1 $(MAKE) --no-print-directory check WHICH=-count=1 LEAST=80

# What make test changes: -short leaves the tests with containers out (without
# it no result is taken from the cache, since the world may have changed), LEAST
# judges how much of verifier/... is covered. The same tests never run twice.
WHICH = -short
LEAST =
COVERAGE = $(if $(LEAST),-coverpkg=./verifier/... -coverprofile=bin/cover.out)
JUDGE = $(if $(LEAST),-coverprofile bin/cover.out -least $(LEAST))

.PHONY: check
check: lint bin/tally ## formatting, vet, staticcheck, tidiness, unit tests with the race detector
	@race=; if command -v "$$(go env CC)" >/dev/null; then race=-race; else echo 'no C compiler: tests run without the race detector'; fi; \
	go test $$race -json -p 2 -timeout 40m $(WHICH) $(COVERAGE) ./... | bin/tally $(JUDGE)

.PHONY: unit
unit: bin/tally ## unit tests, quickly
	@go test -json -short ./... | bin/tally

.PHONY: integration
integration: install-engine bin/tally ## only the tests that need containers
	@REQUIRE_CONTAINERS=1 go test -json -count=1 -p 2 -timeout 40m -run '^TestIntegration' ./... | bin/tally

.PHONY: conformance
conformance: install-engine bin/tally ## each case, service and attack (envs/container/SURVIVED.md), on fake and real machines; the long ones too
	@CONFORMANCE=all REQUIRE_CONTAINERS=1 go test -json -count=1 -p 1 -timeout 100m -run 'Conform|ThatTheSuiteImitates|^TestIntegration' ./envs/... ./cmd/freshinstall | bin/tally -each

# RUN=expression of tests; ROOTLESS_RUN= that of the half without root.
.PHONY: podman
podman: build bin/tally ## the tests of machines on a Podman of their own, as root and without; says what it cannot hold
	@go build -o bin/setup-probe ./cmd/setup/probe
	@ENGINE_PROBE=$(CURDIR)/bin/setup-probe sh cmd/setup/podman.sh

.PHONY: bin/tally
bin/tally:
	@mkdir -p bin
	@go build -o $@ ./cmd/setup/tally

.PHONY: lint
lint:
	@unformatted=$$(gofmt -l $(FOLDERS)) && [ -z "$$unformatted" ] || { echo "run gofmt -w on:"; echo "$$unformatted"; exit 1; }
	@go vet ./...
	@go tool staticcheck ./...
	@sh cmd/setup/tidy.sh

.PHONY: fuzz
fuzz: ## every fuzz test for FUZZTIME (30s) each
	@set -e; found=; \
	for package in $$(go list ./...); do \
		for name in $$(go test -list '^Fuzz' "$$package" | grep '^Fuzz' || true); do \
			found=yes; echo "$$package $$name"; \
			go test -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) "$$package"; \
		done; \
	done; [ -n "$$found" ] || { echo 'no fuzz tests found'; exit 1; }

# What a mutant is and when it is killed: cmd/setup/mutate. The same SEED draws the same.
SEED ?= 1
MUTANTS ?= 40

.PHONY: mutate
mutate: ## negate MUTANTS (40) conditions of verifier/..., drawn by SEED, one at a time: do the tests notice 80 %?
	@go run ./cmd/setup/mutate -seed $(SEED) -mutants $(MUTANTS)

# ---- figures ----------------------------------------------------------------

.PHONY: bench
bench: build install-engine ## what the tool adds to the bare commands, two environments at once, and its memory
	go run ./cmd/bench overhead --freshinstall $(CURDIR)/$(BIN) $(BENCHFLAGS)

RUNS ?= 200

.PHONY: soak
soak: install-engine ## RUNS (200) runs in a row in one process: does memory grow, is anything left with the engine?
	@SOAK=$(RUNS) REQUIRE_CONTAINERS=1 go test -count=1 -v -timeout 120m -run '^TestIntegrationSoak$$' ./cmd/freshinstall

# Labelled READMEs, followed repositories and failing outputs may lie beside the
# checkout; where they do not, these targets say so and do nothing.
CORPUS ?= ../shared/corpus
TRUTH ?= ../shared/e2e
LOGS ?= ../shared/logs

.PHONY: bench-plan
bench-plan: build ## plans against labels made by hand; CORPUS=folder with readmes/ and score.py
	@go run ./cmd/bench plan --freshinstall $(CURDIR)/$(BIN) --labels "$(CORPUS)/readmes" --scorer "$(CORPUS)/score.py" $(BENCHFLAGS)

.PHONY: ablate
ablate: ## what each rule of the planner is worth on labelled READMEs; CORPUS as above
	@go run ./cmd/bench ablate --labels "$(CORPUS)/readmes"

.PHONY: bench-speed
bench-speed: ## READMEs planned a second in one process on one core; CORPUS as above
	@GOGC=400 FRESHINSTALL_CORPUS="$(abspath $(CORPUS))/readmes" go test ./cmd/bench -run '^$$' -bench '^BenchmarkPlan$$' -benchtime 5s -cpu 1

.PHONY: bench-reports
bench-reports: ## any report of 1,000 steps in 10 environments: within 200 ms and 100 MB?
	@go test ./reports -run '^$$' -bench '^BenchmarkReports$$' -benchtime 10x -cpu 2

.PHONY: bench-e2e
bench-e2e: build install-engine ## results against repositories followed by hand; TRUTH=folder REPOS=folder of clones
	go run ./cmd/bench e2e --freshinstall $(CURDIR)/$(BIN) --truth "$(TRUTH)" $(if $(REPOS),--repos "$(REPOS)",--clone) $(BENCHFLAGS)

.PHONY: bench-mutants
bench-mutants: MUTANTS = 100
bench-mutants: build install-engine ## results on documents damaged in one known way, drawn by SEED; MUTANTS (100) of them
	@go run ./cmd/bench mutants --freshinstall $(CURDIR)/$(BIN) --seed $(SEED) --count $(MUTANTS) $(BENCHFLAGS)

.PHONY: bench-history
bench-history: ## 10,000 kept runs: does each question take less than 100 ms?
	@BENCH_HISTORY=1 go test -count=1 -v -run '^TestTenThousandRuns$$' ./reports/history

.PHONY: bench-logs
bench-logs: ## explanations against failing outputs that people labelled; LOGS=folder with logs.json and labels.json, MISSES=1 prints what is missed
	@go run ./cmd/bench logs --labels "$(LOGS)" $(if $(MISSES),--misses) $(BENCHFLAGS)

# ---- tables of names ----------------------------------------------------------

.PHONY: refresh-tables
refresh-tables: ## make the tables that come from other projects anew; SOURCES=folder with a git repository of each
	@go run ./cmd/setup/tables -sources "$(SOURCES)"

.PHONY: check-tables
check-tables: install-engine ## bundled names against the archives of Debian 11 to 13, look-ups against known answers
	@REQUIRE_CONTAINERS=1 go test -count=1 -v -timeout 40m -run '^TestIntegration(TablesHold|KnownAnswers)' ./verifier/diagnose

# ---- the rest ---------------------------------------------------------------

.PHONY: clean
clean: ## remove what was built here (freshinstall prune removes machines and images)
	rm -rf bin

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
