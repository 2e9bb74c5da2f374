#!/usr/bin/env bash
# pause.sh [ROUNDS]
#
# One of two nodes is paused (SIGSTOP) under load for longer than its lease, and wakes. It writes nothing, ends
# with exit code 5, and nothing is counted twice.
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
run pause
