#!/usr/bin/env bash
# The provincial variant by hand: other periods, another method, two of three holders, and every bid is opened whether
# its bidder comes or not. Only the rules file differs from the national one.
PEERS_N=3
. "$(dirname "$0")/common.sh"

echo "## The centre and its three peers; any two of them cosign"
centres 2
run admin found --centre "$CENTRE" --key administrator.key --name "宜昌演练中心" --policy policy --rehearsal
party tenderer "某县交通局" tenderer
for firm in a b c; do party $firm "${firm}路桥" bidder; done

echo "## A document laxer than its preset is refused, with file and line"
ID=province
cat >tender.toml <<TOML
preset = "cn-province-construction-open"
id = "$ID"
tenderer = "$ID_tenderer"
custody = "suzhou.example"
title = { zh = "乡村道路养护", en = "Maintenance of rural roads" }
description = { zh = "路面修补与边沟清理。", en = "Patching of roads and clearing of ditches." }
[[lots]]
id = "lot-1"
title = { zh = "养护", en = "Maintenance" }
ceiling = "1234567.00"
estimate = "1200000.00"
[escrow]
holders = ["nantong.example", "suzhou.example", "ningbo.example"]
[seal]
deadline = "$(in_ms 18500)"
[award]
publication_days = 4
[sandbox]
day_ms = 700
minute_ms = 110
beat_ms = 250
[beats]
base_every_ms = 8000
steps = [{ within_minutes = 30, every_ms = 4000 }]
TOML
run tender check tender.toml
sed -i 's/^publication_days = 4$/publication_days = 6/' tender.toml
TENDER=$CENTRE/tenders/$ID
run tender publish tender.toml --centre "$CENTRE" --key tenderer.key

echo "## Three bids"
draft a 1100000.00; draft b 1150000.00; draft c 1200000.00
for firm in a b c; do
  run bid seal --tender "$TENDER" --form $firm.json --file $firm.md --policy policy --key $firm.key --out bid-$firm
  run bid submit bid-$firm --centre "$CENTRE" --key $firm.key --no-wait
done

echo "## Nobody comes to the opening; the holders open every bid"
run tender show "$TENDER" --wait ranking
CANDIDATES=$("$XIMU" tender show "$TENDER" | sed -n 's/^rank [0-9]* \([^ ]*\) .*/"\1"/p' | head -1)
echo "{\"type\": \"propose\", \"candidates\": [$CANDIDATES]}" >propose.json
run act "$ID" propose.json --centre "$CENTRE" --key tenderer.key
echo "{\"type\": \"award\", \"bidder\": $CANDIDATES}" >award.json
run act "$ID" award.json --centre "$CENTRE" --key tenderer.key --when-due --wait

echo "## A stranger checks"
run verify "$TENDER" --policy policy
