#!/usr/bin/env bash
# Runs every fuzz target from its seeds, two at a time, and fails with the first crash. Names of targets may be given.
#
#   FUZZ_SECONDS    how long each runs; 60 unless set
#   FUZZ_RUNS       how many inputs each tries, instead: FUZZ_RUNS=10000000
#   FUZZ_SANITIZER  `address` unless set; `none` is two to three times as fast
#   FUZZ_OUT        where it builds, and keeps what it finds; target/fuzz unless set
#
# Installs what it needs: cargo-fuzz, a C++ compiler. The toolchain is the one that is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/fuzz"

export FUZZ_SANITIZER="${FUZZ_SANITIZER:-address}"
export FUZZ_OUT="${FUZZ_OUT:-$(cd ../.. && pwd)/target/fuzz}"
if [ -n "${FUZZ_RUNS:-}" ]; then
    export FUZZ_LIMIT="-runs=$FUZZ_RUNS"
else
    export FUZZ_LIMIT="-max_total_time=${FUZZ_SECONDS:-60}"
fi

if ! command -v c++ >/dev/null; then
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq g++ >/dev/null
fi
cargo fuzz --version >/dev/null 2>&1 || cargo install cargo-fuzz --locked

targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cargo fuzz list --fuzz-dir .)
[ ${#targets[@]} -gt 0 ] || { echo "there are no fuzz targets" >&2; exit 1; }

for target in "${targets[@]}"; do
    [ -n "$(ls "seeds/$target" 2>/dev/null)" ] || { echo "$target has no seeds" >&2; exit 1; }
done

# A stable rustc has the sanitizer's runtime, too; only the option is not stable. What is stripped is most of the size:
# a panic still says where it was.
RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Cdebuginfo=0 -Cstrip=debuginfo" CFLAGS=-g0 CXXFLAGS=-g0 \
    cargo fuzz build --fuzz-dir . --target-dir "$FUZZ_OUT" --sanitizer "$FUZZ_SANITIZER"
export FUZZ_BIN="$FUZZ_OUT/$(rustc -vV | sed -n 's/^host: //p')/release"

fuzz() {
    local target="$1" log="$FUZZ_OUT/log/$1" longest
    # As long as it takes to reach the bounds of each, and no longer, as that is slower. A seed of each is beyond them.
    case "$target" in
    # It works on 48 bytes at a time.
    base64) longest=256 ;;
    # Its headers take 4 KiB at most.
    envelope) longest=6144 ;;
    batch) longest=12288 ;;
    # The window of lz4 has 64 KiB, and so much is kept of an answer that is not read.
    lz4 | zstd | dispatch | answer) longest=73728 ;;
    # 128 values within each other, and texts longer than what is gathered at once, 128 bytes.
    *) longest=2048 ;;
    esac
    mkdir -p "$FUZZ_OUT/corpus/$target" "$FUZZ_OUT/crashes/$target" "$FUZZ_OUT/log"
    # What is allocated at once is bounded, and what is allocated at all. Without a sanitizer nobody sees a single
    # allocation, but one that is too large fails.
    [ "$FUZZ_SANITIZER" = address ] || ulimit -v 786432
    if ASAN_OPTIONS="detect_odr_violation=0:detect_stack_use_after_return=0:malloc_context_size=8:${ASAN_OPTIONS:-}" \
        "$FUZZ_BIN/$target" "$FUZZ_LIMIT" -max_len="$longest" -timeout=120 -rss_limit_mb=1024 -malloc_limit_mb=64 \
        -print_final_stats=1 -artifact_prefix="$FUZZ_OUT/crashes/$target/" \
        "$FUZZ_OUT/corpus/$target" "seeds/$target" >"$log" 2>&1; then
        echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions"
    else
        tail -n 60 "$log" >&2
        echo "$target has crashed; its input is in $FUZZ_OUT/crashes/$target" >&2
        return 1
    fi
}
export -f fuzz

# 255 tells xargs to begin no more.
printf '%s\n' "${targets[@]}" | xargs -P 2 -I '{}' bash -c 'fuzz {} || exit 255'

size="$(du -sm "$FUZZ_OUT" | cut -f1)"
echo "$size MB in $FUZZ_OUT"
[ "$size" -lt 2048 ] || { echo "that is more than 2 GB" >&2; exit 1; }
