# shellcheck shell=bash
# Sourced by a shell that stands for one of the machines of docs/cluster.md, as root sees it: its files are below
# $root, and what would be an action of systemd, of another user or of another machine is done by functions here.
#
#   root       its files; those of the other machines are beside it
#   programs   the folder with the programs of PostgreSQL
#   binary     the server under test
#   PGPORT, REDIS_PORT, HTTPS_PORT   instead of the usual ports
#   PUBLIC     the address of the machine with the balancer
set -eo pipefail
: "${root:?}" "${programs:?}" "${binary:?}" "${PGPORT:?}" "${REDIS_PORT:?}" "${HTTPS_PORT:?}" "${PUBLIC:?}"
PATH=$root/usr/local/bin:$programs:$PATH:/usr/sbin:/sbin
export PATH PGPORT PGHOST=$root/run/postgresql PGUSER=postgres LC_ALL=C
declare -A units=()
data=$root/var/lib/postgresql/15/main settings=$root/etc/postgresql/15/main

# What Debian's packages have put there.
furnish() {
  mkdir -p "$data" "$settings/conf.d" "$root"/{run/postgresql,run/haproxy,run/credentials,etc/redis,etc/haproxy} \
    "$root"/{etc/systemd/system,usr/local/bin,var/backups,var/log,root}
  printf '#!/bin/sh\nexec %s "$@"\n' "$binary" >"$root/root/otpmint"
  install -m 755 "$root/root/otpmint" "$root/usr/local/bin/otpmint"
  printf 'bind 127.0.0.1\nport %s\ndir %s\n' "$REDIS_PORT" "$root/etc/redis" >"$root/etc/redis/redis.conf"
  cat >"$root/etc/haproxy/haproxy.cfg" <<EOF
global
    stats socket $root/run/haproxy/admin.sock mode 660 level admin
    ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets
defaults
    mode http
    timeout connect 5000
    timeout client  50000
    timeout server  50000
EOF
  cat >"$settings/postgresql.conf" <<EOF
data_directory = '$data'
hba_file = '$settings/pg_hba.conf'
unix_socket_directories = '$root/run/postgresql'
port = $PGPORT
ssl = on
ssl_cert_file = '$root/snakeoil.pem'
ssl_key_file = '$root/snakeoil.key'
include_dir = 'conf.d'
EOF
  printf 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n' \
    >"$settings/pg_hba.conf"
  openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=snakeoil -keyout "$root/snakeoil.key" -out "$root/snakeoil.pem" 2>/dev/null
  ((EUID != 0)) || chown -R postgres: "$root/var/lib/postgresql" "$root/run/postgresql" "$root/snakeoil.key"
  chmod 700 "$data"
  runuser -u postgres -- initdb -D "$data" -A trust -E UTF8 --locale=C --no-sync >/dev/null
  rm "$data/postgresql.conf" "$data/pg_hba.conf"
}

# PostgreSQL refuses to run as root; anybody else is the user of everything.
runuser() { # -u USER -- COMMAND...
  shift 3
  if ((EUID == 0)); then set -- setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; fi
  if [[ $BASHPID == "$$" ]]; then "$@"; else exec "$@"; fi
}

install() {
  local -a kept=()
  while (($#)); do
    if ((EUID != 0)) && [[ $1 == -[og] ]]; then shift 2; else kept+=("$1"); shift; fi
  done
  command install "${kept[@]}"
}

scp() { # FILE... root@HOST:FOLDER
  local -a files=("${@:1:$#-1}")
  local target=${!#} other
  other=$(cat "$root/../hosts/${target%%:*}")
  cp -p "${files[@]}" "${target#*:"$root"}" 2>/dev/null || cp -p "${files[@]}" "$other${target#*:"$root"}"
}

curl() {
  command curl -sS --cacert "$root/../public-ca.pem" --connect-to "otp.example.com:443:$PUBLIC:$HTTPS_PORT" "$@"
}

systemctl() { # VERB [--now] [UNIT]
  local verb=$1 unit=${!#}
  case "$verb ${2:-}" in
    daemon-reload*) return ;;
    'enable --now' | start*) switch_on "$unit" ;;
    'disable --now' | stop*) switch_off "$unit" ;;
    restart*) switch_off "$unit" && switch_on "$unit" ;;
    reload*) kill -HUP "${units[$unit]}" ;;
    *) echo "systemctl $*: not known here" && return 1 ;;
  esac
}

switch_on() { # UNIT
  local log=$root/var/log/$1
  case $1 in
    postgresql) unset HOME && runuser -u postgres -- postgres -D "$data" -c "config_file=$settings/postgresql.conf" ;;
    redis-server) exec redis-server "$root/etc/redis/redis.conf" ;;
    haproxy) exec haproxy -db -f "$root/etc/haproxy/haproxy.cfg" ;;
    otpmint) run_unit ;;
    *) echo "$1: no such unit" >&2 && return 1 ;;
  esac </dev/null >>"$log" 2>&1 &
  units[$1]=$!
  if [[ $1 == postgresql ]]; then
    local _
    for _ in {1..400}; do pg_isready -q && return; sleep 0.05; done
    cat "$log" && return 1
  fi
}

# As systemd reads the unit and what is added to it: credentials first, then the environment, and nothing else.
run_unit() {
  local unit=$root/etc/systemd/system/otpmint.service line credentials=$root/run/credentials
  local -a files=("$unit") environment=("PATH=$PATH" "CREDENTIALS_DIRECTORY=$credentials")
  [[ ! -d $unit.d ]] || files+=("$unit".d/*.conf)
  while IFS= read -r line; do
    line=${line#LoadCredential=}
    command install -m 400 "${line#*:}" "$credentials/${line%%:*}"
  done < <(grep -h '^LoadCredential=' "${files[@]}")
  while IFS= read -r line; do
    line=${line#Environment=} line=${line//%d/$credentials}
    environment+=("${line//%S/$root/var/lib}")
  done < <(grep -h '^Environment=' "${files[@]}")
  exec env -i "${environment[@]}" "$root/usr/local/bin/otpmint" serve --config "$root/etc/otpmint/otpmint.toml"
}

switch_off() { # UNIT [SIGNAL]
  local pid=${units[$1]:-} signal=${2:-TERM}
  [[ -n $pid ]] || return 0
  [[ $1 != postgresql || $signal != TERM ]] || signal=INT
  kill "-$signal" "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  unset "units[$1]"
}

# The machine loses its power.
lose() {
  local unit
  for unit in "${!units[@]}"; do switch_off "$unit" KILL; done
}

shut_down() {
  local unit
  for unit in "${!units[@]}"; do switch_off "$unit" "$([[ $unit == postgresql ]] && echo QUIT || echo TERM)"; done
}
trap shut_down EXIT
furnish
