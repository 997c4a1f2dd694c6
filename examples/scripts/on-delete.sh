#!/usr/bin/env bash
# Runs a command for each deletion as it is stored, with the event as JSON on its stdin. Goes on until Ctrl-C, or after
# as many as LIMIT says.
# usage: on-delete.sh COMMAND [ARGUMENT...]   e.g. on-delete.sh mail -s "Something was deleted" ops@example.com
set -euo pipefail
if [[ $# -eq 0 ]]; then
  echo "usage: on-delete.sh COMMAND [ARGUMENT...]" >&2
  exit 2
fi

whodid audit events --follow --action deleted --outcome success --source data-layer --jsonl ${LIMIT:+--limit "$LIMIT"} |
  while IFS= read -r event; do
    "$@" <<< "$event"
  done
