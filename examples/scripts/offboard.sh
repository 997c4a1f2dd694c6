#!/usr/bin/env bash
# Somebody leaves: disables the account (its sessions end at once), revokes its API tokens, and shows what it did in
# its last 30 days.
# usage: offboard.sh USER-ID                 as an administrator
set -euo pipefail
if [[ $# -ne 1 ]]; then
  echo "usage: offboard.sh USER-ID" >&2
  exit 2
fi

whodid update users "$1" --set disabled:=true --comment "left" --fields id > /dev/null
echo "users:$1 is disabled." >&2

whodid tokens list --all --fields id,name,ownerId |
  while IFS=$'\t' read -r id name owner; do
    [[ $owner == "$1" ]] || continue
    whodid tokens revoke "$id" > /dev/null < /dev/null
    echo "The token \"$name\" ($id) is revoked." >&2
  done

whodid audit actor users "$1" --since 30d --not action=viewed --all --fields time,action,target,eventName
