#!/bin/sh
# Loads this build for a long time and draws what became of it: docs/soak.csv and docs/soak.svg.
#
#   crates/bench/soak.sh                      30 minutes at half of what the machine can do
#   crates/bench/soak.sh --minutes 2          anything that `otpmint-bench soak` takes
set -eu
cd "$(dirname "$0")/../.."
exec cargo run --locked --release -p otpmint-bench -- soak --csv docs/soak.csv --svg docs/soak.svg "$@"
