# Every target sets up what it needs first; see scripts/setup.sh.
PORT ?= 8000
export PATH := $(CURDIR)/.tools/bin:$(PATH)

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

setup: ## install what the other targets need and this machine lacks
	@scripts/setup.sh test

site: ## build the page into dist/
	@scripts/setup.sh serve
	@cargo xtask site

serve: site ## build the page and show it on http://localhost:8000 (PORT=… for another port)
	@cargo run --quiet --package juya-cli -- serve dist --port $(PORT)

release: ## the juya command with the web files in it, as target/release/juya
	@scripts/setup.sh serve
	@cargo xtask release

install: release ## put that command where cargo puts what it installs
	@JUYA_WEB=$(CURDIR)/target-wasm/bare/site cargo install --quiet --locked --path crate/cli

test: ## every check, as .ci/run does
	@scripts/test.sh

docs: site ## build the documentation into target/docs
	@cargo build --quiet --package juya-cli
	@node docs/site/build.mjs

bench: ## measure beside other searches: CORPUS=posts.jsonl QUERIES=queries.txt (docs/benchmarks.md)
	@scripts/setup.sh test
	@# Not `npm ci`, which fails where a registry lacks Pagefind's programs for other systems.
	@cmp -s bench/package-lock.json bench/node_modules/.installed-lock.json || { \
		npm install --prefix bench --no-save && cp bench/package-lock.json bench/node_modules/.installed-lock.json; }
	@cargo xtask site
	@cargo build --quiet --release --package juya-cli
	@node bench/run.mjs $(if $(CORPUS),--corpus "$(CORPUS)") $(if $(QUERIES),--queries "$(QUERIES)") \
		$(if $(NAME),--name "$(NAME)") $(if $(ONLY),--only "$(ONLY)") $(if $(OUT),--out "$(OUT)")

fmt: ## format the source
	@cargo fmt --all

clean: ## remove what was built; .tools and node_modules stay
	rm -rf target target-wasm dist crate/cli/web

.PHONY: help setup site serve release install test docs bench fmt clean
