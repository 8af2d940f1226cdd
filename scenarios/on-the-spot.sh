#!/usr/bin/env bash
# What happens at an opening that nobody planned: bids that do not add up, a price above the ceiling, a price that is said
# to be displayed wrongly, an objection that comes too late, and the project's other lot, which is suspended meanwhile.
PEERS_N=3
. "$(dirname "$0")/common.sh"

centres 2
founded
party tenderer "峡江公路" tenderer
party authority "交通运输局" supervisor
for firm in jiang he hu shui; do party $firm "${firm}园林" bidder; done

# Two lots of one project, each a tender of its own: what stops one does not stop the other.
for ID in planting lighting; do
  cat >$ID.toml <<TOML
preset = "cn-construction-open"
id = "$ID"
tenderer = "$ID_tenderer"
custody = "nantong.example"
title = { zh = "匝道工程 $ID", en = "Slip roads, $ID" }
description = { zh = "匝道两侧。", en = "On both sides of the slip roads." }
[[lots]]
id = "lot-1"
title = { zh = "工程", en = "Works" }
ceiling = "9850000.00"
estimate = "10000000.00"
[escrow]
t = 2
n = 3
opens = "all"
holders = ["nantong.example", "suzhou.example", "ningbo.example"]
[seal]
deadline = "$(in_ms 16000)"
[sandbox]
day_ms = 700
minute_ms = 110
beat_ms = 250
[beats]
base_every_ms = 8000
steps = [{ within_minutes = 30, every_ms = 4000 }]
TOML
  echo "招标文件" >notice.md
  run tender publish $ID.toml --doc notice.md --centre "$CENTRE" --key tenderer.key
done
TENDER=$CENTRE/tenders/planting

echo "## Words that differ from the digits, and a sum that differs from its lines, are refused before anything is sealed;"
echo "## whoever insists is told what everybody will be told"
bill() { printf '{"bidder_name": "he园林", "bond": "10000.00", "quality": "合格", "duration_days": 120, "manager": "项目经理", %s}' "$1" >wrong.json; }
echo "投标文件" >shui.md
wrong() { run bid seal --tender "$TENDER" --form wrong.json --file shui.md --policy policy --key shui.key --out bid-wrong "$@"; }
bill '"price": "9340000.00", "price_words": "玖佰肆拾叁万元整", "lines": []'; wrong
bill '"price": "9340000.00", "lines": [{"item": "全部工程", "unit": "项", "quantity": "1", "unit_price": "9430000.00"}]'; wrong
bill '"price": "9350000.00", "price_words": "玖佰肆拾叁万元整", "lines": [{"item": "全部工程", "unit": "项", "quantity": "1", "unit_price": "9430000.00"}]'; wrong --as-written
"$XIMU" bid submit bid-wrong --centre "$CENTRE" --key shui.key --no-wait >>quiet.txt 2>&1

echo "## Three more bids, and three for the other tender; one is above the ceiling"
draft jiang 9120000.00; draft he 9340000.00; draft hu 9990000.00
for tender in planting lighting; do
  for firm in jiang he hu; do
    "$XIMU" bid seal --tender "$CENTRE/tenders/$tender" --form $firm.json --file $firm.md --policy policy --key $firm.key --out bid-$tender-$firm >>quiet.txt || cat stderr.txt
    "$XIMU" bid submit bid-$tender-$firm --centre "$CENTRE" --key $firm.key --no-wait >>quiet.txt 2>&1 &
    SENT+=($!)
  done
done
wait "${SENT[@]}"

echo "## The authority suspends the second tender; the first goes on"
"$XIMU" tender show "$CENTRE/tenders/lighting" --wait window >>quiet.txt
say suspend "{\"type\": \"order\", \"measure\": {\"kind\": \"suspend\", \"until\": \"@$(in_ms 30000)\"}, \"article\": \"实施条例第六十二条\", \"reason\": \"核查投诉\"}"
run act lighting suspend.json --centre "$CENTRE" --key authority.key
run tender show "$TENDER" --wait ranking
READ=$(date +%s%3N)

echo "## A bidder says that its price is displayed wrongly: nothing goes on before the answer, which names the signed value"
say object '{"type": "object", "to": "opening", "against": null, "text": "大屏显示的报价是 9,430,000.00，与我方签署的不符。"}'
run act planting object.json --centre "$CENTRE" --key he.key
CANDIDATES=$("$XIMU" tender show "$TENDER" | sed -n 's/^rank [0-9]* \([^ ]*\) .*/"\1"/p' | paste -sd,)
say propose "{\"type\": \"propose\", \"candidates\": [$CANDIDATES]}"
run act planting propose.json --centre "$CENTRE" --key tenderer.key
say answered '{"type": "answer_objection", "objection": 1, "upheld": false, "text": "以签署的开标一览表为准：9,340,000.00 元，任何人都可用公布的密钥打开核对；大屏已更正。"}'
run act planting answered.json --centre "$CENTRE" --key tenderer.key

echo "## After the time for objections to the opening"
until [ "$(date +%s%3N)" -gt $((READ + 30 * 110 + 500)) ]; do sleep 0.05; done
run act planting object.json --centre "$CENTRE" --key hu.key
run act planting propose.json --centre "$CENTRE" --key tenderer.key --wait
run tender show "$CENTRE/tenders/lighting"

echo "## What differs is flagged wherever the bid is shown, and corrected nowhere"
looks 'says=大小写金额不一致|清单合计与报价不一致|超过最高限价|9,350,000.00|玖佰肆拾叁万元整' \
  /tenders/planting/{record,records/opening_record.html}?lang=zh-CN

echo "## A stranger checks"
run verify "$TENDER" --policy policy
