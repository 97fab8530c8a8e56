#!/bin/sh
# The whole story, on this machine: parts are built by two workers, one of which is killed midway,
# and the merged index must equal that of one build, byte for byte. Takes what it needs from PyPI
# (into target/scale/) and builds the juya command; JUYA names another.
set -eu
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}
here=$target/scale
posts=8000
parts=8
mkdir -p "$here"

[ -x "$here/venv/bin/ray" ] || {
    python3 -m venv "$here/venv"
    "$here/venv/bin/pip" install --quiet --requirement examples/scale/requirements.txt
}
if [ -z "${JUYA:-}" ]; then
    cargo build --quiet --release --package juya-cli
    JUYA=$target/release/juya
fi
[ -e "$here/posts.jsonl" ] ||
    cargo xtask corpus --from tests/relevance/sets/pquad_part/docs.jsonl --posts $posts --out "$here/posts.jsonl"

rm -rf "$here/single" "$here/merged" "$here/merged.parts"
"$JUYA" build "$here/posts.jsonl" --index-only --out "$here/single"

log=$here/log
RAY_DEDUP_LOGS=0 RAY_COLOR_PREFIX=0 PYTHONUNBUFFERED=1 "$here/venv/bin/python" examples/scale/build.py "$here/posts.jsonl" --out "$here/merged" \
    --parts $parts --workers 2 --juya "$JUYA" >"$log" 2>&1 &
driver=$!
fail() {
    kill "$driver" 2>/dev/null || :
    cat "$log" >&2
    echo "test.sh: $1" >&2
    exit 1
}

# Ray puts the worker's process before what it prints: (build_part pid=123) part 2: begun
begun() { sed -n "s/.*pid=\([0-9]*\).*part $1: begun.*/\1/p" "$log"; }
until [ -n "$(begun 2)" ]; do
    kill -0 "$driver" 2>/dev/null || fail "ended before part 2 was begun"
    sleep 0.1
done
lost=$(begun 2 | head -n 1)
kill -9 "$lost"
echo "killed worker $lost, which had begun part 2"

wait "$driver" || fail "the build with a lost worker failed"
[ "$(begun 2 | sort -u | wc -l)" -ge 2 ] || fail "part 2 was not begun again by another worker"
diff -r "$here/single" "$here/merged" || fail "the merged index differs from the single build"
[ ! -e "$here/merged.parts" ] || fail "parts were left behind"
echo "part 2 was built again, and the merged index equals the single build:"
"$JUYA" stats "$here/merged" | head -n 3
