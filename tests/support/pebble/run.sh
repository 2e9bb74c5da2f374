#!/usr/bin/env bash
# Runs an ACME authority of its own on loopback until standard input ends, and a name server for it that leads every
# name to this machine.
#
#   run.sh FOLDER PORT MANAGEMENT DNS DNS_MANAGEMENT    with FOLDER/config.json
#
# Orders, one a line: kill (the authority, at once) and start (again).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=$1 port=$2 management=$3 dns=$4 dns_management=$5
pid=
# shellcheck source=tests/support/listens.sh
. "$here/../listens.sh"

start() {
  PEBBLE_VA_NOSLEEP=1 pebble -config "$dir/config.json" -dnsserver "127.0.0.1:$dns" >>"$dir/log" 2>&1 </dev/null &
  pid=$!
  if ! listens "$port" 400 || ! listens "$management" 400; then
    cat "$dir/log" >&2
    return 1
  fi
}

end() {
  kill -9 "$pid" 2>/dev/null || true
  # The shell would tell of it.
  wait "$pid" 2>/dev/null || true
}

pebble-challtestsrv -defaultIPv6 "" -dns01 "127.0.0.1:$dns" -http01 "" -https01 "" -tlsalpn01 "" \
  -management "127.0.0.1:$dns_management" >>"$dir/log" 2>&1 </dev/null &
names=$!
trap 'end; kill -9 "$names" 2>/dev/null || true; rm -rf "$dir"' EXIT
start
echo ready
while read -r order; do
  case $order in
    kill) end ;;
    start) start ;;
    *) echo "unknown order $order" >&2; exit 1 ;;
  esac
  echo ok
done
