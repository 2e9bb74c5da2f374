# shellcheck shell=bash
# What the scripts that run servers for tests share. They source it.

# Waits until something listens on a port of this machine: looks TRIES times, every 50 ms.
listens() { # PORT TRIES
  for _ in $(seq "$2"); do
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0
    sleep 0.05
  done
  echo "nothing listens on port $1" >&2
  return 1
}
