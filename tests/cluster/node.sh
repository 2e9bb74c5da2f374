#!/usr/bin/env bash
# node.sh [ROUNDS]
#
# One of two nodes is killed (kill -9) under load and started again, in turn. What was acknowledged holds; the
# messages of the dead node go out within 20 s, and no more of them twice than it had in hand.
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
run node_death
