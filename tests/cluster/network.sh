#!/usr/bin/env bash
# network.sh [ROUNDS]
#
# The network between one of two nodes and the database holds back what is sent, in either direction or both,
# for 1, 4, 9 and 12 s; loses COMMITs before or after they were carried out; and ends all connections. What was
# acknowledged holds.
#
# ROUNDS                    3 without it
# OTPMINT_CLUSTER_CLIENTS   clients besides the one that disables and enables its tenant (4)
# OTPMINT_CLUSTER_SEED      determines what the clients do
# CARGO_ARGS=--release      with an optimised build

set -euo pipefail
script=$(realpath "$0")
# shellcheck source-path=SCRIPTDIR source=common.sh
source "${script%/*}/common.sh"
help "$script" "$@"
export OTPMINT_CLUSTER_ROUNDS=${1:-3}
run network
