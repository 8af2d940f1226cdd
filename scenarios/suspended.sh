#!/usr/bin/env bash
# The supervising authority suspends a tender: while bids are taken, and in the window. Nothing moves; then it goes on.
PEERS_N=3
. "$(dirname "$0")/common.sh"

# Waits for the suspension in force to lapse.
lapse() {
  local until
  until=$(date -d "$("$XIMU" tender show "$TENDER" | sed -n 's/^suspended-until //p')" +%s%3N)
  until [ "$(date +%s%3N)" -gt $((until + 100)) ]; do sleep 0.05; done
}

centres 2
founded
party tenderer "峡江公路" tenderer
party authority "交通运输局" supervisor
for firm in jiang he hu; do party $firm "${firm}园林" bidder; done

ID=stopped
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
minute_ms = 200
beat_ms = 250
[beats]
base_every_ms = 8000
steps = [{ within_minutes = 10, every_ms = 4000 }]
TOML
echo "招标文件" >notice.md
TENDER=$CENTRE/tenders/$ID
run tender publish tender.toml --doc notice.md --centre "$CENTRE" --key tenderer.key
draft jiang 9120000.00; draft he 9340000.00; draft hu 8990000.00
for firm in jiang he hu; do
  "$XIMU" bid seal --tender "$TENDER" --form $firm.json --file $firm.md --policy policy --key $firm.key --out bid-$firm >>quiet.txt
done
run bid submit bid-jiang --centre "$CENTRE" --key jiang.key --no-wait

echo "## An order has an article, a reason and an end, and comes from nobody else"
suspend() { say suspend "{\"type\": \"order\", \"measure\": {\"kind\": \"suspend\", \"until\": \"@$(in_ms "$1")\"}, \"article\": \"实施条例第六十二条\", \"reason\": \"$2\"}"; }
suspend 6000 "核查对招标文件的投诉"
run act "$ID" suspend.json --centre "$CENTRE" --key tenderer.key
run act "$ID" suspend.json --centre "$CENTRE" --key authority.key
run bid submit bid-he --centre "$CENTRE" --key he.key --no-wait
say cancel '{"type": "cancel", "reason": "不再需要<script>alert(26)</script>"}'
run act "$ID" cancel.json --centre "$CENTRE" --key tenderer.key

echo "## It lapses by itself, and bids are taken again; the deadline is later by as long"
lapse
for firm in he hu; do run bid submit bid-$firm --centre "$CENTRE" --key $firm.key --no-wait; done
run tender show "$TENDER" --wait window

echo "## Suspended in the window: no key is released, nothing ends; the authority renews, and then lets it go on"
suspend 5000 "核查投诉"
run act "$ID" suspend.json --centre "$CENTRE" --key authority.key
run bid open bid-jiang --centre "$CENTRE" --key jiang.key
suspend 9000 "核查未完"
run act "$ID" suspend.json --centre "$CENTRE" --key authority.key
say resume '{"type": "order", "measure": {"kind": "resume"}, "article": "实施条例第六十二条<script>alert(27)</script>", "reason": "核查完毕<script>alert(28)</script>"}'
run act "$ID" resume.json --centre "$CENTRE" --key authority.key
run bid open bid-jiang --centre "$CENTRE" --key jiang.key
run tender show "$TENDER" --wait ranking

echo "## Ranked again without one bid: base and scores stay; then the tender is to be repeated"
say again "{\"type\": \"order\", \"measure\": {\"kind\": \"re_evaluate\", \"exclude\": [{\"bidder\": \"$ID_hu\", \"ground\": \"unqualified\"}]}, \"article\": \"实施条例第五十一条\", \"reason\": \"资质不符<script>alert(39)</script>\"}"
run act "$ID" again.json --centre "$CENTRE" --key authority.key
run tender show "$TENDER"
say repeat '{"type": "order", "measure": {"kind": "re_tender"}, "article": "实施条例第八十一条<script>alert(29)</script>", "reason": "招标文件违反强制性规定<script>alert(30)</script>"}'
run act "$ID" repeat.json --centre "$CENTRE" --key authority.key --wait

harmless

echo "## A stranger checks"
run verify "$TENDER" --policy policy
