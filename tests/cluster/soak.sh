#!/usr/bin/env bash
# soak.sh [MINUTES]
#
# Two nodes over a primary with a synchronous standby, under a steady load: codes that are minted, mistyped and
# verified, and codes that are mailed and expire. Prints memory, open files, connections, the size of the database
# and dead rows over the time, and the size of each table for each of its rows at the end.
#
# MINUTES                60 without it
# OTPMINT_CLUSTER_RATE   codes a second (10)
# CARGO_ARGS=--release   with an optimised build

set -euo pipefail
script=$(realpath "$0")
# shellcheck source-path=SCRIPTDIR source=common.sh
source "${script%/*}/common.sh"
help "$script" "$@"
export OTPMINT_CLUSTER_MINUTES=${1:-60}
run soak
