#!/usr/bin/env bash
# Writes what is new in the log since the last time into a compressed file of its own, for cron. Where it was stands in
# DIRECTORY/ship.state, so that nothing is left out or shipped twice.
# usage: ship-log.sh DIRECTORY               as an auditor
set -euo pipefail
if [[ $# -ne 1 || ! -d $1 ]]; then
  echo "usage: ship-log.sh DIRECTORY, which is there" >&2
  exit 2
fi

whodid audit export --checkpoint "$1/ship.state" "$1/log-$(date -u +%Y%m%dT%H%M%SZ)-$$.jsonl.gz"
