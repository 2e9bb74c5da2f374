#!/usr/bin/env bash
# run.sh DIR PROGRAMS PORT USER [OPTION...]
#
# Runs a private PostgreSQL with its data in DIR until standard input ends, then stops it and removes DIR. So it
# cannot outlive the test process, however that one dies. It listens on a socket in DIR and on a port of
# 127.0.0.1. Answers `ready` once it serves; then takes lines, and answers each with `ok`:
#
#   kill           all its processes, as when a machine dies
#   start          after a kill
#   clone PORT     replaces the data by a copy of the server at that port, and starts as its standby
#
# CLONE_OF=PORT    begins as such a copy instead of empty
set -euo pipefail
# Ctrl-C at the terminal is for the tests; what has to be cleaned up here comes from the end of input.
trap '' INT HUP TERM
dir=$1 programs=$2 port=$3 user=$4
shift 4
server=

# PostgreSQL refuses to run as root.
as_user() {
  if ((EUID == 0)); then exec setpriv --reuid="$user" --regid="$user" --clear-groups -- "$@"; else exec "$@"; fi
}

serves() {
  local _
  for _ in $(seq 400); do
    "$programs/pg_isready" -q -h "$dir" -p "$port" && return 0
    kill -0 "$server" 2>/dev/null || break
    sleep 0.05
  done
  cat "$dir/log" >&2
  return 1
}

start() { # OPTION...
  (as_user "$programs/postgres" -D "$dir/data" -k "$dir" -p "$port" "$@") </dev/null >>"$dir/log" 2>&1 &
  server=$!
  serves
}

# All processes at once. The first one is stopped before, so that it starts no others meanwhile.
crash() {
  [[ -n $server ]] || return 0
  local children
  kill -STOP "$server"
  mapfile -t children < <(grep -lsE "^PPid:[[:space:]]+$server\$" /proc/[0-9]*/status)
  children=("${children[@]#/proc/}")
  kill -KILL "$server" "${children[@]%/status}" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  # A dead one whose parent has not asked for its end is no hindrance.
  children=("${children[@]/#//proc/}")
  while grep -qsE '^State:[[:space:]]+[^ZX]' "${children[@]}" /dev/null; do sleep 0.01; done
  server=
}

# Its children see that it has gone, and go as well.
end() {
  [[ -n $server ]] || return 0
  kill -QUIT "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}

# An empty database, in which everybody is trusted but one role.
create() {
  (as_user "$programs/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync) </dev/null >&2
  sed -i '1i local all guarded scram-sha-256\nhost all guarded 127.0.0.1/32 scram-sha-256' "$dir/data/pg_hba.conf"
}

# Waits for no standby of its own when it is promoted.
clone() { # PORT
  rm -rf "$dir/data"
  (as_user "$programs/pg_basebackup" -D "$dir/data" -d "host=127.0.0.1 port=$1 user=postgres" \
    --write-recovery-conf --wal-method=stream --checkpoint=fast --no-sync) </dev/null >>"$dir/log" 2>&1
  echo "synchronous_standby_names = ''" >>"$dir/data/postgresql.auto.conf"
}

trap 'end; rm -rf "$dir"' EXIT
cd "$dir"
((EUID != 0)) || chown "$user:$user" "$dir"
export LC_ALL=C
if [[ -n ${CLONE_OF:-} ]]; then clone "$CLONE_OF"; else create; fi
start "$@"
echo ready
while read -r verb port_of_another; do
  case $verb in
    kill) crash && echo ok ;;
    start) if start "$@"; then echo ok; else echo failed; fi ;;
    clone) if clone "$port_of_another" && start "$@"; then echo ok; else echo failed; fi ;;
  esac
done
