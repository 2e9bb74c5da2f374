#!/usr/bin/env bash
# disk.sh [ROUNDS]
#
# The disk of the database (a tmpfs, so this needs root) is full for some seconds under load, and has room
# again. Clients get 503 with Retry-After, no wrong answer, and nothing has to be restarted.
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
run disk
