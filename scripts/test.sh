#!/bin/sh
# Every check of the project, stage by stage; the first that fails ends it. What compiles for the
# browser goes on beside what compiles for this machine, and is printed when that is through.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
export PATH="$root/.tools/bin:$PATH"
exec </dev/null
began=$(date +%s)
# What tests and browsers put there goes with it, also where they are stopped midway.
TMPDIR=$(mktemp -d)
export TMPDIR
times=$TMPDIR/times
beside_log=$TMPDIR/beside.log
beside=
child=

# A stage that is waited for is ended first: it would go on alone.
finish() {
    [ -z "$child" ] || { kill "$child" 2>/dev/null && wait "$child"; } || true
    [ -z "$beside" ] || { kill "$beside" 2>/dev/null && wait "$beside"; } || true
    rm -rf "$TMPDIR"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

stage() { # stage NAME COMMAND…
    name=$1
    shift
    echo "== $name"
    since=$(date +%s)
    "$@" &
    child=$!
    if wait "$child"; then
        child=
    else
        child=
        echo "== $name FAILED; the command was: $*" >&2
        exit 1
    fi
    took=$(($(date +%s) - since))
    echo "== $name: passed in $took s"
    printf '%6d s  %s\n' "$took" "$name" >>"$times"
}

# The root tests run in Node unless told otherwise, and would then be skipped in a browser.
in_browser() {
    exec env WASM_BINDGEN_USE_BROWSER=1 scripts/wasm wasm-pack test --headless --chrome \
        --chromedriver "$(command -v chromedriver)" --mode no-install
}

# Has a target folder of its own (scripts/wasm), so that neither waits for the other.
for_browser() {
    trap '[ -z "$child" ] || kill "$child" 2>/dev/null' EXIT
    trap 'exit 1' TERM
    stage "root tests in Node" scripts/wasm wasm-pack test --node --mode no-install
    stage "root tests in Chromium" in_browser
    stage "site" cargo xtask site
    stage "size budget" cargo xtask size --check
    stage "npm package" cargo xtask npm
}

stage "set-up" scripts/setup.sh test
stage "format" cargo fmt --all --check
for_browser >"$beside_log" 2>&1 &
beside=$!
stage "clippy" cargo clippy --quiet --workspace --all-targets -- -D warnings
stage "cargo test" cargo test --quiet --workspace
stage "packages" cargo xtask packages
status=0
wait "$beside" || status=$?
beside=
cat "$beside_log"
[ "$status" = 0 ] || exit 1

# The command as `make install` makes it, in place of the one that has no web files and said so.
stage "command with the web files" env JUYA_WEB="$root/target/npm/web" \
    cargo test --quiet --workspace --test cli a_build_brings_the_page

# As many files at a time as there are processors; node would leave one idle.
stage "pages and packages in browsers" node --test --test-reporter=spec --test-concurrency="$(nproc)" \
    tests/e2e/*.test.mjs tests/npm/*.test.mjs

echo "make test: all checks passed in $(($(date +%s) - began)) s; some beside others:"
cat "$times"
