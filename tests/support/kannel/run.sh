#!/usr/bin/env bash
# Runs a Kannel of its own on loopback, with a stand-in for the operator's network behind it, until standard
# input ends.
#
#   run.sh FOLDER SENDSMS-PORT ADMIN-PORT BOX-PORT SMSC-PORT USER PASSWORD
#
# What would go to phones is in FOLDER/air.log, one line for each message.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=$1 sendsms=$2 admin=$3 box=$4 smsc=$5 user=$6 password=$7
fakesmsc=/usr/lib/kannel/test/fakesmsc
pids=()
# shellcheck source=tests/support/listens.sh
. "$here/../listens.sh"

configure() {
  cat >"$dir/kannel.conf" <<CONF
group = core
admin-port = $admin
admin-interface = 127.0.0.1
admin-password = $password
smsbox-port = $box
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1

group = smsc
smsc = fake
smsc-id = air
host = 127.0.0.1
port = $smsc
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = $sendsms
sendsms-interface = 127.0.0.1
global-sender = 13013

group = sendsms-user
username = $user
password = $password
concatenation = false
CONF
}

stop() {
  local pid
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.05; done
    kill -9 "$pid" 2>/dev/null || true
  done
}

trap 'stop; rm -rf "$dir"' EXIT
configure
/usr/sbin/bearerbox "$dir/kannel.conf" >"$dir/bearerbox.log" 2>&1 </dev/null &
pids=("$!")
listens "$box" 400
listens "$smsc" 400
# It sends one message itself, which nobody reads.
"$fakesmsc" -H 127.0.0.1 -r "$smsc" -i 1000000 -m 2 '1 2 text ping' >"$dir/air.log" 2>&1 </dev/null &
pids=("$!" "${pids[@]}")
/usr/sbin/smsbox "$dir/kannel.conf" >"$dir/smsbox.log" 2>&1 </dev/null &
pids=("$!" "${pids[@]}")
listens "$sendsms" 400
echo ready
while read -r _; do :; done
