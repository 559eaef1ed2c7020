#!/usr/bin/env bash
# The long runs, of which CI runs a sample. Writes tests/EVIDENCE.md, and a test holds the README to it.
# It takes hours on two cores; figures are worth most on a machine that does nothing else. What it needs is installed by
# tests/run.sh. A run that fails leaves the page as it is.
#
# tests/long.sh [counts] [fuzz] [figures]: all three parts, or those that are named; the others stay as they are.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

page=tests/EVIDENCE.md
parts="${*:-counts fuzz figures}"
for part in $parts; do
    case "$part" in
    counts | fuzz | figures) ;;
    *) echo "tests/long.sh: there is no part $part; there are counts, fuzz and figures" >&2 && exit 2 ;;
    esac
done

# What the tests note, in the order in which they ran.
counts() {
    export CATGA_EVIDENCE="$PWD/target/evidence"
    rm -f "$CATGA_EVIDENCE"
    local long=(cargo test --release -p catga-tests)
    CATGA_POWER_LOSS_RUNS=14000 CATGA_FLIPS=1000 CATGA_KILLS=300 "${long[@]}" --test store >&2
    CATGA_KILLS=300 "${long[@]}" --test delivery_kill >&2
    # With every step of the sweep each time that it is passed, and not the first and the last time alone.
    CATGA_SEEDS=2000 CATGA_SWEEP=all "${long[@]}" --test simulation >&2
    CATGA_SQL_KILLS=100 cargo test --release -p catga-sql-tests --test sql kills >&2
    cargo build --release --example order_system >&2
    CATGA_KILLS=100 cargo test --release -p catga-examples --test order_system kills >&2
    printf '| what | counted |\n|---|---:|\n'
    cat "$CATGA_EVIDENCE"
}

fuzz() {
    printf 'Sanitizer: `%s`.\n\n| target | inputs without a crash |\n|---|---:|\n' "${FUZZ_SANITIZER:-address}"
    FUZZ_RUNS=10000000 tests/fuzz.sh | tee /dev/stderr | sed -n 's/^\([a-z0-9_]*\): \([0-9]*\) executions$/| \1 | \2 |/p'
}

# Each as its program prints it; a target that is missed is printed as such, and is no failure of this script.
figures() {
    local program
    for program in figures compile_cost "appends -- --time" stores transports; do
        # shellcheck disable=SC2086
        printf '`cargo run --profile bench -p catga-benches --bin %s`\n\n```text\n' "$program"
        # shellcheck disable=SC2086
        cargo run -q --profile bench -p catga-benches --bin $program || true
        printf '```\n\n'
    done
}

# A part of the page as it is, without its heading.
kept() { [ ! -f "$page" ] || sed -n "/^## $1\$/,/^## /p" "$page" | sed '/^## /d' | sed '/./,$!d'; }

part() {
    printf '## %s\n\n' "$1"
    case " $parts " in
    # Not joined by `&&`, under which a failure in the part would be passed over.
    *" $1 "*)
        "$1"
        echo
        ;;
    *) kept "$1" ;;
    esac
}

mkdir -p target
{
    printf '# What the long runs have shown\n\nWritten by `tests/long.sh`; the README is held to it.\n\n'
    part counts
    part fuzz
    part figures
} >target/EVIDENCE.md
mv target/EVIDENCE.md "$page"
