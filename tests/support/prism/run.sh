#!/usr/bin/env bash
# Runs Prism, a server made from a description of an API, on loopback until standard input ends. It refuses
# requests that the description does not allow.
#
#   run.sh PRISM DESCRIPTION PORT
set -euo pipefail
prism=$1 description=$2 port=$3 pid=

stop() {
  kill "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}

trap stop EXIT
"$prism" mock -h 127.0.0.1 -p "$port" "$description" >&2 </dev/null &
pid=$!
for _ in $(seq 1200); do
  (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
  kill -0 "$pid" 2>/dev/null || exit 1
  sleep 0.05
done
echo ready
while read -r _; do :; done
