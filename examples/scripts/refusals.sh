#!/usr/bin/env bash
# Who was refused how often, most often first. Ends with 1 if anybody was: for a cron job that mails what it prints.
# usage: refusals.sh [SINCE]                 e.g. refusals.sh 7d; a day when left out
set -euo pipefail

refused=$(whodid audit events --outcome denied --since "${1:-24h}" --all --fields count,actor,eventName)
if [[ -z $refused ]]; then
  echo "Nobody was refused anything." >&2
  exit 0
fi
# An event without a count stands for one.
awk -F '\t' '{ times[$2 "\t" $3] += $1 == "" ? 1 : $1 } END { for (who in times) print times[who] "\t" who }' <<< "$refused" |
  sort -k1,1nr -k2
exit 1
