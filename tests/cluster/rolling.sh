#!/usr/bin/env bash
# rolling.sh [ROUNDS]
#
# Under load the two nodes are restarted one after the other, all keys are rotated, and the master key is
# replaced while both are stopped. Clients see no 5xx but that of a server that drains.
#
# ROUNDS                    5 without it
# OTPMINT_CLUSTER_CLIENTS   clients besides the one that disables and enables its tenant (4)
# OTPMINT_CLUSTER_SEED      determines what the clients do
# CARGO_ARGS=--release      with an optimised build

set -euo pipefail
script=$(realpath "$0")
# shellcheck source-path=SCRIPTDIR source=common.sh
source "${script%/*}/common.sh"
help "$script" "$@"
export OTPMINT_CLUSTER_ROUNDS=${1:-5}
run rolling
