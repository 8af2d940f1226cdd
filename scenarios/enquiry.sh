#!/usr/bin/env bash
# Questions, answers, an amendment, objections to the documents and to the candidates, by hand.
PEERS_N=3
. "$(dirname "$0")/common.sh"

centres 2
founded
party tenderer "峡江公路" tenderer
for firm in jiang he hu; do party $firm "${firm}园林" bidder; done

ID=asked
cat >tender.toml <<TOML
preset = "cn-construction-open"
id = "$ID"
tenderer = "$ID_tenderer"
custody = "nantong.example"
title = { zh = "匝道绿化", en = "Slip-road planting" }
description = { zh = "匝道两侧绿化。", en = "Planting on both sides of the slip roads." }
[[lots]]
id = "lot-1"
title = { zh = "绿化", en = "Planting" }
ceiling = "9850000.00"
estimate = "10000000.00"
[escrow]
t = 2
n = 3
opens = "all"
holders = ["nantong.example", "suzhou.example", "ningbo.example"]
[seal]
deadline = "$(in_ms 14800)"
[sandbox]
day_ms = 670
minute_ms = 67
beat_ms = 250
[beats]
base_every_ms = 8000
steps = [{ within_minutes = 30, every_ms = 4000 }]
TOML
echo "招标文件" >notice.md
TENDER=$CENTRE/tenders/$ID
run tender publish tender.toml --doc notice.md --centre "$CENTRE" --key tenderer.key

echo "## A question: its key is made for it alone, and a key that the register knows is refused"
say ask '{"type": "ask", "text": "第 12 项的单位是株还是平方米？<script>alert(33)</script>"}'
"$XIMU" key new --out once.key >>quiet.txt
run act "$ID" ask.json --centre "$CENTRE" --key jiang.key
run act "$ID" ask.json --centre "$CENTRE" --key once.key
say answer '{"type": "answer", "question": 1, "text": "以图纸为准，单位为株。<script>alert(34)</script>"}'
echo "附图" >drawing.md
run act "$ID" answer.json --doc drawing.md --centre "$CENTRE" --key tenderer.key

echo "## An objection to the documents: the procedure stands still, the deadline moves"
say object '{"type": "object", "to": "documents", "against": null, "text": "评标办法与公告不一致。<script>alert(35)</script>"}'
run act "$ID" object.json --centre "$CENTRE" --key he.key
say answered '{"type": "answer_objection", "objection": 1, "upheld": true, "text": "属实，随后修改招标文件。<script>alert(36)</script>"}'
run act "$ID" answered.json --centre "$CENTRE" --key tenderer.key

echo "## An amendment replaces a document; the days of the law are left, so the deadline may stay"
DEADLINE=$("$XIMU" tender show "$TENDER" | sed -n 's/^deadline //p')
say amend "{\"type\": \"amend\", \"deadline\": \"@$DEADLINE\", \"reason\": \"更正评标办法\"}"
run act "$ID" amend.json --centre "$CENTRE" --key tenderer.key
echo "招标文件（更正）" >notice.md
run act "$ID" amend.json --doc notice.md --centre "$CENTRE" --key tenderer.key

draft jiang 9120000.00; draft he 9340000.00; draft hu 8990000.00
for firm in jiang he hu; do
  "$XIMU" bid seal --tender "$TENDER" --form $firm.json --file $firm.md --policy policy --key $firm.key --out bid-$firm >>quiet.txt
  "$XIMU" bid submit bid-$firm --centre "$CENTRE" --key $firm.key --no-wait >>quiet.txt 2>&1
done
run tender show "$TENDER" --wait ranking

echo "## The candidates are published; an objection stops their clock, and nothing is awarded meanwhile"
CANDIDATES=$("$XIMU" tender show "$TENDER" | sed -n 's/^rank [0-9]* \([^ ]*\) .*/"\1"/p' | paste -sd,)
say propose "{\"type\": \"propose\", \"candidates\": [$CANDIDATES]}"
run act "$ID" propose.json --centre "$CENTRE" --key tenderer.key
say object "{\"type\": \"object\", \"to\": \"candidates\", \"against\": \"$ID_hu\", \"text\": \"业绩不实。\"}"
run act "$ID" object.json --centre "$CENTRE" --key jiang.key
say award "{\"type\": \"award\", \"bidder\": \"$ID_hu\"}"
run act "$ID" award.json --centre "$CENTRE" --key tenderer.key
say answered '{"type": "answer_objection", "objection": 2, "upheld": false, "text": "业绩已核实。<script>alert(37)</script>"}'
run act "$ID" answered.json --centre "$CENTRE" --key tenderer.key

echo "## When the publication is over an objection is late"
run tender show "$TENDER"
UNTIL=$(date -d "$("$XIMU" tender show "$TENDER" | sed -n 's/^published-until //p')" +%s%3N)
until [ "$(date +%s%3N)" -gt $((UNTIL + 100)) ]; do sleep 0.05; done
run act "$ID" object.json --centre "$CENTRE" --key he.key
run act "$ID" award.json --centre "$CENTRE" --key tenderer.key --wait

harmless candidate_notice award_notice

echo "## A stranger checks"
run verify "$TENDER" --policy policy
