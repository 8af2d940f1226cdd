#!/usr/bin/env bash
# A draw that fails: two of four centres give nothing, and what the other two would give might be one will. Nothing is drawn,
# no other pool has its turn, and who comes back too late cannot mend it; the tenderer has to tender again.
PEERS_N=4
. "$(dirname "$0")/common.sh"
. "$HERE/panel.sh"

centres 2
founded
party tenderer "峡江公路" tenderer
party nantong_keeper "南通专家库" pool_keeper
party suzhou_keeper "苏州专家库" pool_keeper
for firm in jiang he hu; do party $firm "${firm}园林" bidder; done

ID=undrawn
POOLS='  { id = "nantong", keeper = "'"$ID_nantong_keeper"'" }, { id = "suzhou", keeper = "'"$ID_suzhou_keeper"'" }'
SEATS='{ stratum = "economic", seats = 2 }, { stratum = "technical", seats = 3 }'
drawing_tender "$POOLS" "$SEATS"
to_the_drawing jiang 9120000.00 he 9340000.00 hu 8990000.00

echo "## Two of four centres stop before the pool is frozen"
kill "${BACKGROUND[2]}" "${BACKGROUND[3]}"
wait "${BACKGROUND[2]}" "${BACKGROUND[3]}" 2>/dev/null
pool frozen nantong economic=9 technical=12
run act "$ID" frozen.json --centre "$CENTRE" --key nantong_keeper.key

echo "## The time to give is over: two are fewer than the threshold of three, nothing opens and nothing is drawn"
"$XIMU" tender show "$TENDER" --wait failed >>quiet.txt
"$XIMU" tender show "$TENDER" --json | python3 -c '
import json, sys
public = json.load(sys.stdin)
print(public["stage"], public["failure"], "members:", len(public["experts"]["members"]))'

echo "## Neither the same pool nor the next one, nor a centre that is back, makes a draw of it"
run act "$ID" frozen.json --centre "$CENTRE" --key nantong_keeper.key
pool next suzhou economic=9 technical=12
run act "$ID" next.json --centre "$CENTRE" --key suzhou_keeper.key
say again '{"type": "list_set", "set": "experts-1"}'
run act "$ID" again.json --centre "$CENTRE" --key tenderer.key
for back in 2 3; do
  "$XIMU" peer --data-dir "${PEERS[$back]}" >>processes.txt 2>&1 & BACKGROUND+=($!)
done

echo "## A stranger finds that nothing was drawn"
run verify "$TENDER" --policy policy

echo "## The tenderer tenders again: a new tender, with new bids and a draw of its own"
(
  ID=again
  drawing_tender "$POOLS" "$SEATS" 60000
  "$XIMU" key new --out once.key >>quiet.txt
  say ask '{"type": "ask", "text": "上次未能抽取，本次抽取何时进行？"}'
  run act "$ID" ask.json --centre "$CENTRE" --key once.key --wait
)

echo "## And whenever a stranger looks, who gave nothing is noted"
"$XIMU" verify "$TENDER" --policy policy --json | python3 -c '
import json, sys
report = json.load(sys.stdin)
print("holds:", report["ok"])
notes = [note["detail"] for note in report["notes"] if note["code"] == "contribution-missing"]
print(*sorted(said for said in notes if said.startswith(("ningbo", "yuyao")) and "experts-1" in said), sep="\n")'
