#!/usr/bin/env bash
# Runs every fuzz target from its seeds, FUZZ_SECONDS each (60 unless set), two at a time, and fails with the first
# crash. Installs what it needs: a nightly toolchain, cargo-fuzz, a C++ compiler. Names of targets may be given.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/fuzz"

export FUZZ_SECONDS="${FUZZ_SECONDS:-60}"
export FUZZ_OUT="$(cd ../.. && pwd)/target/fuzz"

if ! rustup toolchain list | grep -q '^nightly'; then
    rustup toolchain install nightly --profile minimal
fi
if ! command -v c++ >/dev/null; then
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq g++ >/dev/null
fi
cargo fuzz --version >/dev/null 2>&1 || cargo install cargo-fuzz --locked

targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cargo +nightly fuzz list --fuzz-dir .)
[ ${#targets[@]} -gt 0 ] || { echo "there are no fuzz targets" >&2; exit 1; }

for target in "${targets[@]}"; do
    [ -n "$(ls "seeds/$target" 2>/dev/null)" ] || { echo "$target has no seeds" >&2; exit 1; }
done

cargo +nightly fuzz build --fuzz-dir . --target-dir "$FUZZ_OUT"
export FUZZ_BIN="$FUZZ_OUT/$(rustc +nightly -vV | sed -n 's/^host: //p')/release"

# What is allocated at once is bounded, and what is allocated at all.
fuzz() {
    local target="$1" log="$FUZZ_OUT/log/$1"
    mkdir -p "$FUZZ_OUT/corpus/$target" "$FUZZ_OUT/crashes/$target" "$FUZZ_OUT/log"
    if ASAN_OPTIONS="detect_odr_violation=0:${ASAN_OPTIONS:-}" "$FUZZ_BIN/$target" \
        -max_total_time="$FUZZ_SECONDS" -timeout=25 -rss_limit_mb=2048 -malloc_limit_mb=64 \
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
