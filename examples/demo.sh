#!/usr/bin/env bash
# The main job on examples/lumen, in a temporary folder: check, plan, apply, plan again, edit, plan for a reviewer.
# usage: examples/demo.sh BINARY INSTANT
set -euo pipefail
trayecto=$(realpath "$1")
now=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export XDG_CACHE_HOME=$folder/cache HOME=$folder # nothing is left outside
cp -R "$(dirname "$0")/lumen" "$folder/lumen"
cd "$folder/lumen"
rm -rf .trayecto # what somebody who tried the example left in it

run() { # shows a command as a person would type it, then runs it with the present fixed
  printf '\n$ trayecto %s\n' "$*"
  "$trayecto" "$@" --now "$now"
}

run validate
run test --cover
run plan
run apply --auto-approve
run plan
printf '\n# segments.hcl: lapsed_vip asks for 2 orders instead of 3, and "90d" becomes "60d"\n'
sed -i.before -e 's/"365d") >= 3/"365d") >= 2/' -e 's/!did(event.order_placed, "90d")/!did(event.order_placed, "60d")/' segments.hcl
rm segments.hcl.before
run plan --out review.tplan
run apply review.tplan
run plan --detailed-exitcode
