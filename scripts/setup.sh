#!/bin/sh
# scripts/setup.sh [serve|test] puts in place what `make serve` or `make test` needs and this
# machine lacks. Asks nothing, and changes nothing that is there. The project's own tools go to
# .tools/; only Debian packages and Rust components are shared with the rest of the machine.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
goal=${1:-test}
target=wasm32-unknown-unknown
export PATH="$root/.tools/bin:$PATH"
export DEBIAN_FRONTEND=noninteractive
exec </dev/null
umask 022

say() { echo "setup: $*"; }
fail() {
    echo "setup: cannot go on: $1" >&2
    shift
    for line in "$@"; do echo "    $line" >&2; done
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

as_root=
[ "$(id -u)" = 0 ] || as_root='sudo -n'
updated=

# debian WHAT-FOR PACKAGE… installs Debian packages, or says how.
debian() {
    reason=$1
    shift
    have apt-get || fail "$reason, and here is no apt-get to install it." \
        "Install what Debian has in these packages, then repeat: $*"
    if [ -n "$as_root" ] && ! { have sudo && sudo -n true 2>/dev/null; }; then
        fail "$reason, and only root may install packages. Run this, then repeat:" \
            "su -c 'apt-get update && apt-get install -y --no-install-recommends $*'"
    fi
    say "$reason: installing $* (Debian)"
    if [ -z "$updated" ]; then
        $as_root apt-get -q -o DPkg::Lock::Timeout=300 update >"$log" 2>&1 || give_log "apt-get update failed"
        updated=1
    fi
    # --no-remove: where a package conflicts with one in use, stop rather than take that away.
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 install \
        --no-install-recommends --no-remove "$@" >"$log" 2>&1 || give_log "apt-get install $* failed"
}

mkdir -p .tools
scratch=$(mktemp -d "$root/.tools/scratch.XXXXXX")
log=$scratch/log
trap 'wait; rm -rf "$scratch"' EXIT # a package manager is never left half-way
trap 'exit 1' HUP INT TERM

give_log() { # give_log WHAT, then the end of what the failed step said
    tail -n 20 "$log" >&2
    fail "$1 (its last words are above)."
}

# has_target LIBDIR: whether it holds a compiled standard library
has_target() {
    for library in "$1"/libstd-*.rlib; do [ -e "$library" ] && return; done
    return 1
}
target_libdir() { rustc --print target-libdir --target "$target" 2>/dev/null || true; }

# cargo_install CRATE VERSION WHAT-FOR installs a Rust tool into .tools/bin.
# Quick to compile counts for more than quick to run: it handles one small file.
cargo_install() {
    say "$3: compiling $1 $2 into .tools (a minute or two)"
    CARGO_TARGET_DIR="$scratch/build" CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0 \
        cargo install --quiet --root .tools $4 --version "=$2" "$1" >"$log" 2>&1 ||
        give_log "cargo install $1 --version $2 failed"
}

# debian_target compiles the standard library for the browser from Debian's source of it,
# for where rustup cannot fetch the compiled one.
debian_target() {
    if ! [ -x /usr/bin/cargo ] || ! [ -e /usr/src/rustc-"$(debian_release)"/library/Cargo.lock ]; then
        debian "Rust with the source of its library, to compile it for the browser, is missing" \
            rustc-web cargo-web rust-web-src libstd-rust-web-dev
    fi
    if ! [ -x "$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin/rust-lld" ] &&
        ! have wasm-ld-19; then
        debian "a linker for WebAssembly is missing" lld-19
    fi
    sysroot=.tools/sysroot-$(debian_release)
    say "the Rust standard library for the browser: compiling Debian's source of it (half a minute)"
    mkdir -p "$scratch/std/src" "$scratch/sysroot/lib/rustlib/$target/lib"
    printf '[package]\nname = "std-for-wasm"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n' >"$scratch/std/Cargo.toml"
    : >"$scratch/std/src/lib.rs"
    # Bitcode lets the project's own build optimise across the library (lto).
    (
        cd "$scratch/std"
        unset CARGO RUSTC RUSTDOC LD_LIBRARY_PATH
        export RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO_TARGET_DIR=target
        export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS='-C embed-bitcode=yes'
        /usr/bin/cargo build --quiet --release --target "$target" -Zbuild-std=std,panic_abort,panic_unwind,test
    ) >"$log" 2>&1 || give_log "compiling the standard library failed"
    cp "$scratch/std/target/$target/release/deps/"*.rlib "$scratch/sysroot/lib/rustlib/$target/lib/"
    rm -rf "$sysroot"
    mv "$scratch/sysroot" "$sysroot" # whole or not at all
}
debian_release() { /usr/bin/rustc --version 2>/dev/null | cut -d' ' -f2; }

# --- what the page needs

{ cargo --version && rustc --version; } >/dev/null 2>&1 ||
    fail "Rust is missing, in which the project is written. Install it, then repeat:" \
    "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"
have node && have npm || fail "Node.js (20 or newer) and npm are missing, which shrink and test the page:" \
    "see https://nodejs.org/en/download"
[ "$(node -p 'parseInt(process.versions.node)')" -ge 20 ] ||
    fail "Node.js $(node --version) is too old; 20 or newer is needed:" "see https://nodejs.org/en/download"
have cc || debian "a C compiler, with which Rust links programs, is missing" gcc libc6-dev

if ! has_target "$(target_libdir)" && ! has_target ".tools/sysroot-$(debian_release)/lib/rustlib/$target/lib"; then
    say "Rust for the browser: adding the target $target"
    if have rustup && rustup target add "$target" >"$log" 2>&1 && has_target "$(target_libdir)"; then :; else
        say "rustup cannot fetch it here; Debian has what it takes"
        debian_target
    fi
fi

# What waits for the network goes on beside what compiles.
npm_packages() {
    cmp -s package-lock.json node_modules/.installed-lock.json && return
    log=$scratch/npm.log
    say "npm packages (wasm-opt and esbuild, for module and page; the browser tests): installing into node_modules"
    npm ci --no-audit --no-fund >"$log" 2>&1 || give_log "npm ci failed"
    cp package-lock.json node_modules/.installed-lock.json
}
browsers() {
    log=$scratch/browsers.log
    if ! have chromium || ! have chromedriver; then
        debian "the browser that the tests drive is missing" chromium chromium-driver
    fi
    # Its pages without its windows, on which the tests take half the time.
    have chromium-headless-shell ||
        (debian "Chromium without windows, for most tests, is missing" chromium-headless-shell) ||
        say "going on without it; the tests take all of Chromium, and longer"
    # A second browser, without which its tests are skipped, and say so.
    have firefox-esr || have firefox ||
        (debian "Firefox, which some tests drive, is missing" firefox-esr) ||
        say "going on without Firefox; the tests in it will be skipped"
}
npm_packages &
npm=$!
if [ "$goal" = test ]; then
    # Nothing else installs Debian packages from here on.
    browsers &
    browsers=$!
fi

# The tool must be of the library's version: they share an unstable format.
version=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print }' Cargo.lock)
if [ "$(wasm-bindgen --version 2>/dev/null)" != "wasm-bindgen $version" ] ||
    [ "$(wasm-bindgen-test-runner --version 2>/dev/null)" != "wasm-bindgen-test-runner $version" ]; then
    cargo_install wasm-bindgen-cli "$version" "wasm-bindgen, which writes the JavaScript side of the module" ""
fi

wait "$npm" || exit 1

[ "$goal" = test ] || exit 0

# --- what the checks need besides

if ! { cargo fmt --version && cargo clippy --version; } >/dev/null 2>&1; then
    say "rustfmt and clippy, which check the source: adding the components"
    { have rustup && rustup component add rustfmt clippy >"$log" 2>&1; } ||
        fail "rustfmt or clippy is missing, which check the source. Run this, then repeat:" "rustup component add rustfmt clippy"
fi

have wasm-pack ||
    cargo_install wasm-pack 0.15.1 "wasm-pack, which runs the tests in Node and in the browser" --locked

wait "$browsers" || exit 1
