#!/usr/bin/env bash
# Who set a field of an object to what, and when, oldest first.
# usage: who-changed.sh TYPE ID FIELD        e.g. who-changed.sh users 2 email
set -euo pipefail
if [[ $# -ne 3 ]]; then
  echo "usage: who-changed.sh TYPE ID FIELD" >&2
  exit 2
fi
if ! command -v jq > /dev/null; then
  echo "who-changed.sh needs jq (https://jqlang.org)." >&2
  exit 2
fi

whodid audit target "$1" "$2" --field "$3" --outcome success --order asc --all --jsonl |
  jq -r --arg field "$3" '[
    (.timestamp / 1000 | floor | todate),
    "\(.actorType):\(.actorId)",
    .actorName // "-",
    (.changes[$field] | "\(.prev | tojson) -> \(.next | tojson)")
  ] | @tsv'
