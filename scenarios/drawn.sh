#!/usr/bin/env bash
# Two coefficients of the price rule are drawn, then experts: recusals with their grounds, a pool that was trimmed after
# its root, one that is too small, a centre that gives nothing, an expert who declines; and nothing is ever drawn twice.
PEERS_N=4
. "$(dirname "$0")/common.sh"
. "$HERE/panel.sh"

centres 3
founded
party tenderer "峡江公路" tenderer
party nantong_keeper "南通专家库" pool_keeper
party suzhou_keeper "苏州专家库" pool_keeper
party hangzhou_keeper "杭州专家库" pool_keeper
for firm in jiang he hu; do party $firm "${firm}园林" bidder; done

ID=drawn
drawing_tender '  { id = "nantong", keeper = "'"$ID_nantong_keeper"'" },
  { id = "suzhou", keeper = "'"$ID_suzhou_keeper"'" },
  { id = "hangzhou", keeper = "'"$ID_hangzhou_keeper"'" },' \
  '{ stratum = "economic", seats = 2 }, { stratum = "technical", seats = 3 }'
to_the_drawing jiang 9120000.00 he 9340000.00 hu 8990000.00

echo "## Both coefficients were drawn before a bid was read, and nobody draws them again"
"$XIMU" tender show "$TENDER" --json | python3 -c '
import json, sys
print(*(f"{name} was drawn" for name in sorted(json.load(sys.stdin)["coefficients"])), sep="\n")'
say redraw '{"type": "open_set", "set": "coefficient-k1"}'
run act "$ID" redraw.json --centre "$CENTRE" --key tenderer.key

echo "## The first pool has too few who are not recused: the next pool's turn comes"
pool first nantong economic=3 technical=9 economic:0=kin
run act "$ID" first.json --centre "$CENTRE" --key suzhou_keeper.key
run act "$ID" first.json --centre "$CENTRE" --key nantong_keeper.key

echo "## A pool that was trimmed after its root, or in which more than a third must keep away, is refused"
pool second suzhou economic=9 technical=12 economic:1=employment technical:0=interest technical:5=barred
python3 -c 'import json; c = json.load(open("second.json")); c["strata"][1]["leaves"].pop(); json.dump(c, open("trimmed.json", "w"))'
run act "$ID" trimmed.json --centre "$CENTRE" --key suzhou_keeper.key
pool chosen suzhou economic=9 technical=12 economic:0=kin economic:1=kin economic:2=kin economic:3=kin
run act "$ID" chosen.json --centre "$CENTRE" --key suzhou_keeper.key

echo "## One of four centres gives nothing: it is named, and the draw is the others'"
kill "${BACKGROUND[3]}"
run act "$ID" second.json --centre "$CENTRE" --key suzhou_keeper.key
run act "$ID" second.json --centre "$CENTRE" --key suzhou_keeper.key
"$XIMU" tender show "$TENDER" --wait ranking >>quiet.txt

echo "## Five are drawn; one declines, and the next of the same order sits"
committee >before.txt
echo "$(wc -l <before.txt) members, $(sort -u before.txt | wc -l) of them different"
say decline "{\"type\": \"decline\", \"leaf\": \"$(head -1 before.txt)\", \"ground\": \"ill\"}"
run act "$ID" decline.json --centre "$CENTRE" --key nantong_keeper.key
run act "$ID" decline.json --centre "$CENTRE" --key suzhou_keeper.key
committee >after.txt
echo "$(comm -12 <(sort before.txt) <(sort after.txt) | wc -l) stayed"

echo "## Nothing is drawn a second time"
pool again suzhou economic=9 technical=12
run act "$ID" again.json --centre "$CENTRE" --key suzhou_keeper.key --wait

echo "## A stranger draws again from what was given, and finds the same"
run verify "$TENDER" --policy policy

echo "## Who gave nothing is noted for ever"
"$XIMU" verify "$TENDER" --policy policy --json | python3 -c '
import json, sys
notes = [note["detail"] for note in json.load(sys.stdin)["notes"] if note["code"] == "contribution-missing"]
print(*(said for said in notes if said.startswith("yuyao.example") and "experts-1" in said), sep="\n")'
