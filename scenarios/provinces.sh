#!/usr/bin/env bash
# Five experts from three provinces: each speciality of a region from the pools of that region alone, recusals in each; a
# province that is too small gives way to the one that stands by for it; an alternate is of the same province.
PEERS_N=4
. "$(dirname "$0")/common.sh"
. "$HERE/panel.sh"

centres 3
founded
party tenderer "峡江公路" tenderer
PROVINCES=(hubei jiangsu zhejiang shanghai)
POOLS=
for province in "${PROVINCES[@]}"; do
  party "$province" "${province}专家库" pool_keeper
  id=ID_$province
  POOLS+="  { id = \"$province\", keeper = \"${!id}\" },"$'\n'
done
for firm in jiang he hu; do party $firm "${firm}园林" bidder; done

ID=provinces
drawing_tender "$POOLS" '
  { stratum = "economic", seats = 1, pools = ["hubei"] },
  { stratum = "technical-jiangsu", seats = 2, pools = ["jiangsu", "shanghai"] },
  { stratum = "technical-zhejiang", seats = 2, pools = ["zhejiang"] },
'
to_the_drawing jiang 9120000.00 he 9340000.00 hu 8990000.00

# Waits until it is the turn of a pool, or of none.
turn() {
  until [ "$("$XIMU" tender show "$TENDER" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["experts"].get("due"))')" = "$1" ]; do sleep 0.1; done
}

# A keeper freezes its pool in its turn: the province, then the strata and recusals.
freezes() {
  local province=$1
  turn "$province"
  pool "$province" "$@"
  run act "$ID" "$province.json" --centre "$CENTRE" --key "$province.key"
}

# How many of each stratum sit, from which pool.
seats() {
  "$XIMU" tender show "$TENDER" --json | python3 -c '
import collections, json, sys
members = json.load(sys.stdin)["experts"]["members"]
for (pool, stratum), count in sorted(collections.Counter((m["pool"], m["stratum"]) for m in members).items()):
    print(count, stratum, "from", pool)'
}

echo "## A pool cannot offer experts of another region, nor come before its turn"
pool both hubei economic=4 technical-jiangsu=6
run act "$ID" both.json --centre "$CENTRE" --key hubei.key
pool early zhejiang technical-zhejiang=6
run act "$ID" early.json --centre "$CENTRE" --key zhejiang.key

echo "## Each province in its turn, without those who have to keep away; the second is too small, and one stands by for it"
freezes hubei economic=4 economic:2=kin
freezes jiangsu technical-jiangsu=4 technical-jiangsu:0=employment
freezes zhejiang technical-zhejiang=9 technical-zhejiang:1=interest technical-zhejiang:7=barred
freezes shanghai technical-jiangsu=8 technical-jiangsu:3=authority
"$XIMU" tender show "$TENDER" --wait ranking >>quiet.txt
seats

echo "## One of Zhejiang declines; its keeper alone says so, and the next of Zhejiang sits"
leaf=$("$XIMU" tender show "$TENDER" --json | python3 -c '
import json, sys
print(next(m["leaf"] for m in json.load(sys.stdin)["experts"]["members"] if m["pool"] == "zhejiang"))')
say decline "{\"type\": \"decline\", \"leaf\": \"$leaf\", \"ground\": \"unreachable\"}"
run act "$ID" decline.json --centre "$CENTRE" --key shanghai.key
run act "$ID" decline.json --centre "$CENTRE" --key zhejiang.key --wait
seats

echo "## A stranger draws all three again"
run verify "$TENDER" --policy policy
