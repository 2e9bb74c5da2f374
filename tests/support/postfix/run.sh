#!/usr/bin/env bash
# run.sh DIR SUBMISSION_PORT SMTPS_PORT USER PASSWORD
#
# Runs a private Postfix in DIR (which has tls/ already) until standard input ends, then stops it and
# removes DIR. So it cannot outlive the test process, however that one dies. Answers `ready` once it
# serves; then takes the lines `stop` and `start`, and answers each with `ok`.
set -euo pipefail
# Ctrl-C at the terminal is for the tests; what has to be cleaned up here comes from the end of input.
trap '' INT HUP TERM
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=$1 submission=$2 smtps=$3 user=$4 password=$5
export PATH="$PATH:/usr/sbin:/sbin"
# shellcheck source=tests/support/listens.sh
. "$here/../listens.sh"

configure() {
  umask 022
  chmod 755 "$dir"
  mkdir -p "$dir"/{etc/sasl,spool,data,mail,sasl,log}
  chown postfix "$dir/data"
  chown mail:mail "$dir/mail"
  local file
  for file in main.cf master.cf; do
    sed -e "s|@DIR@|$dir|g" -e "s|@UID@|$(id -u mail)|" -e "s|@GID@|$(id -g mail)|" \
      -e "s|@SUBMISSION@|$submission|" -e "s|@SMTPS@|$smtps|" "$here/$file" >"$dir/etc/$file"
  done
  printf '/^%s@/\t%s\n' greylist '450 4.7.1 try again later' nouser '550 5.1.1 no such user' \
    full '452 4.2.2 mailbox full' >"$dir/etc/recipients"
  # Debian's Postfix looks for this below its configuration and nowhere else.
  printf '%s\n' 'pwcheck_method: auxprop' 'auxprop_plugin: sasldb' "sasldb_path: $dir/sasl/sasldb2" \
    'mech_list: PLAIN LOGIN' >"$dir/etc/sasl/smtpd.conf"
  printf '%s' "$password" | saslpasswd2 -p -c -f "$dir/sasl/sasldb2" -u mx.example.test "$user"
  chgrp postfix "$dir/sasl/sasldb2"
  chmod 640 "$dir/sasl/sasldb2"
}

start() {
  postfix -c "$dir/etc" start >&2
  listens "$submission" 200
}

stop() {
  postfix -c "$dir/etc" stop >&2 || postfix -c "$dir/etc" abort >&2 || true
  # Its children hold the port for a moment longer.
  for _ in $(seq 100); do
    (exec 3<>"/dev/tcp/127.0.0.1/$submission") 2>/dev/null || return 0
    sleep 0.05
  done
}

trap 'stop; rm -rf "$dir"' EXIT
configure
start
echo ready
while read -r verb; do
  case $verb in
    stop | start) if "$verb"; then echo ok; else echo failed; fi ;;
  esac
done
