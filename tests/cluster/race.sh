#!/usr/bin/env bash
# race.sh [ROUNDS]
#
# Two nodes over one database; for one code after the other 64 answers at once, half of them to each node. One
# succeeds, and exactly as many are evaluated as are allowed.
#
# ROUNDS                    500 without it
# OTPMINT_CLUSTER_CLIENTS   clients besides the one that disables and enables its tenant (4)
# OTPMINT_CLUSTER_SEED      determines what the clients do
# CARGO_ARGS=--release      with an optimised build

set -euo pipefail
script=$(realpath "$0")
# shellcheck source-path=SCRIPTDIR source=common.sh
source "${script%/*}/common.sh"
help "$script" "$@"
export OTPMINT_CLUSTER_ROUNDS=${1:-500}
run race
