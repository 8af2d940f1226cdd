#!/usr/bin/env bash
# On day 3 an objection to the candidates is upheld; the first gives up; the second is awarded, signs, has its bond back.
PEERS_N=3
. "$(dirname "$0")/common.sh"

centres 2
founded
party tenderer "峡江公路" tenderer
party authority "交通运输局" supervisor
for firm in jiang he hu; do party $firm "${firm}园林" bidder; done

ID=quits
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
deadline = "$(in_ms 21800)"
[award]
publication_days = 6
[sandbox]
day_ms = 1000
minute_ms = 67
beat_ms = 250
[beats]
base_every_ms = 8000
steps = [{ within_minutes = 30, every_ms = 4000 }]
TOML
echo "招标文件" >notice.md
TENDER=$CENTRE/tenders/$ID
run tender publish tender.toml --doc notice.md --centre "$CENTRE" --key tenderer.key
draft jiang 9120000.00; draft he 9340000.00; draft hu 8990000.00
for firm in jiang he hu; do
  "$XIMU" bid seal --tender "$TENDER" --form $firm.json --file $firm.md --policy policy --key $firm.key --out bid-$firm >>quiet.txt
  "$XIMU" bid submit bid-$firm --centre "$CENTRE" --key $firm.key --no-wait >>quiet.txt 2>&1
done
run tender show "$TENDER" --wait ranking

echo "## The candidates are published; on day 3 somebody objects, and is right"
CANDIDATES=$("$XIMU" tender show "$TENDER" | sed -n 's/^rank [0-9]* \([^ ]*\) .*/"\1"/p' | paste -sd,)
say propose "{\"type\": \"propose\", \"candidates\": [$CANDIDATES]}"
run act "$ID" propose.json --centre "$CENTRE" --key tenderer.key
UNTIL=$(date -d "$("$XIMU" tender show "$TENDER" | sed -n 's/^published-until //p')" +%s%3N)
until [ "$(date +%s%3N)" -gt $((UNTIL - 4000)) ]; do sleep 0.05; done
say object '{"type": "object", "to": "candidates", "against": null, "text": "公示缺少第一名的项目负责人。<script>alert(21)</script>"}'
run act "$ID" object.json --centre "$CENTRE" --key jiang.key
say answered '{"type": "answer_objection", "objection": 1, "upheld": true, "text": "属实，补充后重新公示。<script>alert(22)</script>"}'
run act "$ID" answered.json --centre "$CENTRE" --key tenderer.key

echo "## They are proposed anew; the first gives up; nobody else can, and the second is now first"
run act "$ID" propose.json --centre "$CENTRE" --key tenderer.key
say give-up '{"type": "give_up", "reason": "项目负责人另有安排。<script>alert(23)</script>"}'
run act "$ID" give-up.json --centre "$CENTRE" --key he.key
run act "$ID" give-up.json --centre "$CENTRE" --key hu.key
say award "{\"type\": \"award\", \"bidder\": \"$ID_hu\"}"
run act "$ID" award.json --centre "$CENTRE" --key tenderer.key --when-due
say award "{\"type\": \"award\", \"bidder\": \"$ID_jiang\"}"
run act "$ID" award.json --centre "$CENTRE" --key tenderer.key --when-due

echo "## Bonds go back, the contract is signed at the price of the award and at no other"
say bond "{\"type\": \"return_bond\", \"bidder\": \"$ID_hu\"}"
run act "$ID" bond.json --centre "$CENTRE" --key tenderer.key
say bond "{\"type\": \"return_bond\", \"bidder\": \"$ID_he\"}"
run act "$ID" bond.json --centre "$CENTRE" --key tenderer.key
echo "合同" >contract.md
run tender contract --file contract.md --salt contract.salt --price 9000000.00 --out contract.json
run act "$ID" contract.json --centre "$CENTRE" --key tenderer.key
run tender contract --file contract.md --salt contract.salt --price 9120000.00 --out contract.json
run act "$ID" contract.json --centre "$CENTRE" --key tenderer.key
say bond "{\"type\": \"return_bond\", \"bidder\": \"$ID_jiang\"}"
run act "$ID" bond.json --centre "$CENTRE" --key tenderer.key

echo "## Somebody complains of what needs no objection before; the authority takes it up and decides"
say complain "{\"type\": \"complain\", \"matter\": \"conduct\", \"objection\": null, \"known\": \"@$(in_ms -200)\", \"text\": \"合同另有补充协议。<script>alert(38)</script>\"}"
run act "$ID" complain.json --centre "$CENTRE" --key he.key
say accept '{"type": "accept_complaint", "complaint": 1}'
run act "$ID" accept.json --centre "$CENTRE" --key he.key
run act "$ID" accept.json --centre "$CENTRE" --key authority.key
say decide '{"type": "decide_complaint", "complaint": 1, "upheld": false, "article": "实施条例第六十一条<script>alert(24)</script>", "text": "查无此事。<script>alert(25)</script>", "measure": null}'
run act "$ID" decide.json --centre "$CENTRE" --key authority.key --wait

harmless opening_record candidate_notice award_notice

echo "## A stranger checks"
run verify "$TENDER" --policy policy

echo "## The whole record is sealed for those who keep it, and logged; whoever has their key checks it without the centre"
RECIPIENT=$("$XIMU" key archive --out records.age-key)
run journal archive "$ID" --data-dir host --recipient "$RECIPIENT" --out $ID.age --command archive.json
"$XIMU" act "$ID" archive.json --centre "$CENTRE" --key centre.key >>quiet.txt && echo "accepted"
run verify $ID.age --policy policy
run verify $ID.age --policy policy --identity records.age-key
