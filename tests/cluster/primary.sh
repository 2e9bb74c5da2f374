#!/usr/bin/env bash
# primary.sh [ROUNDS]
#
# The primary of two nodes is killed (all its processes, kill -9) under load, and its synchronous standby
# promoted: most often at once, sometimes after 0.3, 4, 12 or 18 s. What was acknowledged holds. Prints how
# long it took to the first success after each promotion.
#
# ROUNDS                    20 without it
# OTPMINT_CLUSTER_CLIENTS   clients besides the one that disables and enables its tenant (4)
# OTPMINT_CLUSTER_SEED      determines what the clients do
# CARGO_ARGS=--release      with an optimised build

set -euo pipefail
script=$(realpath "$0")
# shellcheck source-path=SCRIPTDIR source=common.sh
source "${script%/*}/common.sh"
help "$script" "$@"
export OTPMINT_CLUSTER_ROUNDS=${1:-20}
run promotion
