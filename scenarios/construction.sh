#!/usr/bin/env bash
# The national preset by hand: sealed, withdrawn, replaced, late, rescued, silent; ranked, awarded, verified.
PEERS_N=4
. "$(dirname "$0")/common.sh"

echo "## The centre and its four peers; any three of them cosign, the host never counts"
centres 3
run admin found --centre "$CENTRE" --key administrator.key --name "宜昌演练中心" --policy policy --rehearsal

echo "## Everybody registers; an officer admits"
party tenderer "峡江公路" tenderer
for firm in jiang he hu hai xi late; do party $firm "${firm}园林" bidder; done

echo "## The tenderer publishes: the preset, and its own particulars"
ID=by-hand
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
holders = ["nantong.example", "suzhou.example", "ningbo.example", "yuyao.example"]
[seal]
deadline = "$(in_ms 23000)"
[sandbox]
day_ms = 1000
minute_ms = 250
beat_ms = 250
[beats]
base_every_ms = 8000
steps = [{ within_minutes = 30, every_ms = 4000 }]
TOML
echo "招标文件" >notice.md
TENDER=$CENTRE/tenders/$ID
run tender publish tender.toml --doc notice.md --centre "$CENTRE" --key tenderer.key
run tender show "$TENDER"

echo "## Bids are sealed on the bidders' own machines, and submitted"
draft jiang 9120000.00; draft he 9340000.00; draft hu 8990000.00; draft hai 9450000.00; draft xi 9500000.00
draft late 8000000.00
for firm in jiang he hu hai xi late; do
  run bid seal --tender "$TENDER" --form $firm.json --file $firm.md --policy policy --key $firm.key --out bid-$firm
done

echo "## Too early is refused, and does not stand in the way of the right time"
run bid withdraw bid-hai --centre "$CENTRE" --key hai.key
run bid open bid-xi --centre "$CENTRE" --key xi.key
for firm in jiang he hu hai; do run bid submit bid-$firm --centre "$CENTRE" --key $firm.key --no-wait; done

echo "## One withdraws, one replaces its bid, one stands by its receipt"
run bid withdraw bid-hai --centre "$CENTRE" --key hai.key
draft jiang 9010000.00
run bid seal --tender "$TENDER" --form jiang.json --file jiang.md --policy policy --key jiang.key --out bid-jiang-2 --replaces bid-jiang
run bid submit bid-jiang-2 --centre "$CENTRE" --key jiang.key --no-wait
run bid submit bid-xi --centre "$CENTRE" --key xi.key
run bid receipt bid-xi --policy policy

echo "## A ciphertext cannot be submitted by somebody else"
run bid submit bid-he --centre "$CENTRE" --key hu.key --no-wait
cp -r bid-he bid-stolen; rm bid-stolen/submit*.json
run bid submit bid-stolen --centre "$CENTRE" --key hu.key --no-wait

echo "## At the deadline the centre closes by itself; late is late"
run tender show "$TENDER" --wait window
echo '{"type": "submit"}' >broken.json
run act "$ID" broken.json --centre "$CENTRE" --key late.key
run bid submit bid-late --centre "$CENTRE" --key late.key

echo "## The window: keys are released to the holders; one key is lost, one bidder is silent"
echo '{"type": "sign_in"}' >sign-in.json
run act "$ID" sign-in.json --centre "$CENTRE" --key jiang.key
run bid open bid-jiang-2 --centre "$CENTRE" --key jiang.key
run bid open bid-xi --centre "$CENTRE" --key xi.key
rm bid-hu/form.key
run bid open bid-hu --centre "$CENTRE" --key hu.key
run bid open bid-hu --centre "$CENTRE" --key hu.key --rescue
run tender show "$TENDER" --wait ranking

echo "## Candidates as the rules compute them; anything else is refused"
CANDIDATES=$("$XIMU" tender show "$TENDER" | sed -n 's/^rank [0-9]* \([^ ]*\) .*/"\1"/p' | head -3 | paste -sd,)
echo "{\"type\": \"propose\", \"candidates\": [\"$ID_he\"]}" >wrong.json
run act "$ID" wrong.json --centre "$CENTRE" --key tenderer.key
echo "{\"type\": \"propose\", \"candidates\": [$CANDIDATES]}" >propose.json
run act "$ID" propose.json --centre "$CENTRE" --key jiang.key
run act "$ID" propose.json --centre "$CENTRE" --key tenderer.key
echo "{\"type\": \"award\", \"bidder\": \"$ID_hu\"}" >award.json
run act "$ID" award.json --centre "$CENTRE" --key tenderer.key
run act "$ID" award.json --centre "$CENTRE" --key tenderer.key --when-due --wait
run tender show "$TENDER"

echo "## A stranger checks"
run verify "$TENDER" --policy policy
