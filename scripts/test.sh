#!/bin/sh
# Every check of the project, stage by stage; the first that fails ends it.
set -eu
cd "$(dirname "$0")/.."
export PATH="$PWD/.tools/bin:$PATH"
exec </dev/null
began=$(date +%s)

stage() { # stage NAME COMMAND…
    name=$1
    shift
    echo "== $name"
    since=$(date +%s)
    "$@" || {
        echo "== $name FAILED; the command was: $*" >&2
        exit 1
    }
    echo "== $name: passed in $(($(date +%s) - since)) s"
}

# The root tests run in Node unless told otherwise, and would then be skipped in a browser.
in_browser() {
    WASM_BINDGEN_USE_BROWSER=1 scripts/wasm wasm-pack test --headless --chrome \
        --chromedriver "$(command -v chromedriver)" --mode no-install
}

stage "set-up" scripts/setup.sh test
stage "format" cargo fmt --all --check
stage "clippy" cargo clippy --quiet --workspace --all-targets -- -D warnings
stage "cargo test" cargo test --quiet --workspace
stage "root tests in Node" scripts/wasm wasm-pack test --node --mode no-install
stage "root tests in Chromium" in_browser
stage "site" cargo xtask site
stage "size budget" cargo xtask size --check
stage "juya command" cargo build --quiet --release --package juya-cli
stage "page in Chromium and Firefox" node --test tests/e2e/*.test.mjs

echo "make test: all checks passed in $(($(date +%s) - began)) s"
