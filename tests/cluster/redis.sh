#!/usr/bin/env bash
# redis.sh [ROUNDS]
#
# The Redis in which two nodes count rates is paused, killed and started again. Nobody is refused, and nobody
# waits.
#
# ROUNDS                    10 without it
# OTPMINT_CLUSTER_CLIENTS   clients besides the one that disables and enables its tenant (4)
# OTPMINT_CLUSTER_SEED      determines what the clients do
# CARGO_ARGS=--release      with an optimised build

set -euo pipefail
script=$(realpath "$0")
# shellcheck source-path=SCRIPTDIR source=common.sh
source "${script%/*}/common.sh"
help "$script" "$@"
export OTPMINT_CLUSTER_ROUNDS=${1:-10}
run redis
