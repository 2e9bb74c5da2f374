#!/usr/bin/env bash
# Runs a Redis of its own on loopback until standard input ends. As root, it runs as nobody.
#
#   run.sh FOLDER PORT [OPTION...]     with FOLDER/redis.conf
#
# Orders, one a line: kill (at once), start (again), freeze and thaw.
# PRELOADED: libraries that the server is started with.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=$1 port=$2
shift 2
options=("$@")
pid=
# shellcheck source=tests/support/listens.sh
. "$here/../listens.sh"

start() {
  local as=()
  ((EUID != 0)) || as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  "${as[@]}" env LD_PRELOAD="${PRELOADED:-}" redis-server "$dir/redis.conf" "${options[@]}" >>"$dir/log" 2>&1 </dev/null &
  pid=$!
  listens "$port" 400 || { cat "$dir/log" >&2; return 1; }
}

end() {
  kill -9 "$pid" 2>/dev/null || true
  # The shell would tell of it.
  wait "$pid" 2>/dev/null || true
}

((EUID != 0)) || chown -R 65534:65534 "$dir"
trap 'end; rm -rf "$dir"' EXIT
start
echo ready
while read -r order; do
  case $order in
    kill) end ;;
    start) start ;;
    freeze) kill -STOP "$pid" ;;
    thaw) kill -CONT "$pid" ;;
  esac
  echo ok
done
