#!/usr/bin/env bash
# Installs what the tests need and runs all of them: what CI runs, and what a newcomer runs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Nothing here is built twice, so what makes a second build faster would only fill the disk.
export CARGO_INCREMENTAL=0

step() { printf '\n== %s\n' "$*"; }

install() {
    step "install $*"
    local sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}

missing=()
command -v valgrind >/dev/null || missing+=(valgrind)
command -v cc >/dev/null || missing+=(gcc libc6-dev)
command -v chromium >/dev/null || missing+=(chromium)
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
[ ${#missing[@]} -eq 0 ] || install "${missing[@]}"

step "formatting"
cargo fmt --all --check

step "clippy, all features"
cargo clippy --workspace --all-targets --all-features -- -D warnings

for features in "" alloc std cache tokio tracing tower testing postcard json messagepack protobuf zstd lz4 base64 schema pool transport unix wire store durable postgres sqlite; do
    step "catga with features: ${features:-none}"
    cargo clippy -p catga --no-default-features --features "$features" -- -D warnings
    case "$features" in
    # Nothing of what the core's tests look at is in them, and they take a database's client to build.
    postgres | sqlite) ;;
    *) cargo test -q -p catga --test core --no-default-features --features "$features" ;;
    esac
done

step "tests, all features"
# All of them, so that one run tells everything that fails.
cargo test --workspace --all-features --no-fail-fast

step "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --all-features

step "examples"
cargo run -q --example quickstart
cargo run -q --example order_system -- --demo --patience 30

step "benches are built"
# That they build is all that is asked here; figures are taken with the profile as it is.
CARGO_PROFILE_BENCH_LTO=off CARGO_PROFILE_BENCH_CODEGEN_UNITS=16 cargo bench -p catga-benches --no-run

step "fuzz, 60 seconds a target"
tests/fuzz.sh
