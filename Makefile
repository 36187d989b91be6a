# make demo   the main job, end to end, in a temporary folder
# make test   every test; sets up what it needs on Debian when it may
# make lint   gofmt, go vet, staticcheck, exhaustive switches over sealed sets
# make bench  the budgets
# make soak   the program killed 2,000 times in applies, and platforms that fail in every way: hours
#             (make soak KILLS=60 takes minutes; another number kills at other instants)

export CGO_ENABLED := 0
GO ?= go
NOW := 2026-12-01T08:00:00Z

.PHONY: build demo test lint bench soak generate postgres duckdb compiler z3

build: bin/trayecto

bin/trayecto: $(shell find cmd lang compiler targets schemas -name '*.go' -o -name '*.json' -o -name '*.txtar' -o -name '*.hcl' -o -name '*.md') go.mod go.sum
	$(GO) build -trimpath -ldflags '-s -w' -o $@ ./cmd/trayecto

demo: bin/trayecto
	@bash examples/demo.sh bin/trayecto $(NOW)

# Tests live shortly: they need not collect most of what they drop. Compilers do, so
# what is big is built before. Vetting is make lint's, which asks more.
test: postgres compiler z3
	$(GO) build ./...
	@GOGC=400 bash .ci/together \
	  '$(GO) test -vet=off ./...' \
	  'cd examples/plugin && $(GO) test ./...' \
	  '! command -v c++ >/dev/null 2>&1 || { cd targets/duckdb && CGO_ENABLED=1 $(GO) test -vet=off ./...; }'

# DuckDB is the only thing that needs cgo; it is a plugin and a module of its own.
duckdb: bin/trayecto-target-duckdb

bin/trayecto-target-duckdb: $(shell find targets compiler lang -name '*.go') targets/duckdb/go.mod targets/duckdb/go.sum
	cd targets/duckdb && CGO_ENABLED=1 $(GO) build -trimpath -ldflags '-s -w' -o $(CURDIR)/$@ ./trayecto-target-duckdb

compiler:
	@if command -v c++ >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "installing Debian's g++ for the tests on DuckDB"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends g++ >/dev/null; \
	else echo "SKIPPED: the tests on DuckDB; install a C++ compiler to run them" >&2; [ -z "$$CI" ]; fi

# The warehouse tests start a PostgreSQL of their own from installed binaries.
postgres:
	@if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "installing Debian's postgresql for the warehouse tests"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null; \
	else echo "SKIPPED: the tests on a real PostgreSQL server; install postgresql to run them" >&2; fi

# The prover is held against z3, which shares no code with it.
z3:
	@if command -v z3 >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "installing Debian's z3 as the prover's judge"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends z3 >/dev/null; \
	else echo "SKIPPED: the prover against z3; install z3 to run it" >&2; fi

# Where the program runs as well. It is built and vetted for them here, tests included.
ELSEWHERE := windows/amd64 darwin/arm64 linux/arm64

lint:
	@unformatted=$$(gofmt -l cmd lang compiler targets schemas examples); \
	if [ -n "$$unformatted" ]; then echo "not formatted, run gofmt -w:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	@bash .ci/together \
	  '$(GO) tool staticcheck ./...' \
	  '$(GO) tool go-check-sumtype ./...' \
	  'for on in $(ELSEWHERE); do GOOS=$${on%/*} GOARCH=$${on#*/} $(GO) vet ./... || exit; done' \
	  '! command -v c++ >/dev/null 2>&1 || { cd targets/duckdb && CGO_ENABLED=1 $(GO) vet ./...; }'

bench:
	$(GO) test -run '^$$' -bench . -benchtime 1s ./...

KILLS ?= 1000

soak:
	TRAYECTO_SOAK=$(KILLS) $(GO) test ./targets/apply -run TestFaultyPlatform -timeout 4h
	TRAYECTO_SOAK=$(KILLS) $(GO) test ./cmd/trayecto -run TestKilled -timeout 4h -v

generate: 
	$(GO) run ./examples/generate -out examples/lumen/data
	GOBIN=$(CURDIR)/bin $(GO) install google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12
	GOBIN=$(CURDIR)/bin $(GO) install google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.2
	PATH=$(CURDIR)/bin:$$PATH protoc -I targets/wire/pb --go_out=targets/wire/pb --go_opt=paths=source_relative \
	  --go-grpc_out=targets/wire/pb --go-grpc_opt=paths=source_relative target.proto
