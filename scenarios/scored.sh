#!/usr/bin/env bash
# A committee at work, and everything that goes wrong in it: two sign-ins with one identity, a face that does not fit, a conflict found midway, a venue
# out for three hours, a score far above the others, a clarification that would change the price, two valid bids left, a
# tie, a report changed after it was signed, one who dissents and one who says nothing; and what is written on the way is
# meant to harm.
PEERS_N=3
. "$(dirname "$0")/common.sh"
. "$HERE/panel.sh"

centres 2
founded
party tenderer "峡江公路" tenderer
party keeper "南通专家库" pool_keeper
party officer "南通见证岗" witness_officer
for firm in jiang he hu; do party $firm "${firm}园林" bidder; done

ID=scored
committee_tender 240 '  { id = "plan", title = { zh = "施工组织设计", en = "Construction plan" }, points = "50", kind = "subjective", scale = 1 },'
draft jiang 9120000.00; draft he 9120000.00; draft hu 9340000.00
ANSWERED=plan to_the_committee jiang he hu

echo "## One seat for one person: a second key with the same identity is refused"
for place in 1 2 3 4 5; do sit e$place "${LEAVES[$((place - 1))]}" & SITTING+=($!); done
wait "${SITTING[@]}"
cp e1-seat.json twice-seat.json && "$XIMU" key new --out twice.key >>quiet.txt && rm twice-seat.json
AGAIN=(committee sit "$ID" --centre "$CENTRE" --key twice.key --seat nantong-9 --form twice-seat.json)
"$XIMU" "${AGAIN[@]}" --leaf "${LEAVES[0]}" >>quiet.txt 2>&1
for who in keeper officer; do "$XIMU" committee vouch twice-seat.json --as $who --key $who.key >>quiet.txt; done
run "${AGAIN[@]}"
"$XIMU" committee door "$ID" --centre "$CENTRE" --key officer.key 2>&1 |
  sed -e 's/^Alarm: .*(UTC+8) /Alarm: /' -e 's/ [0-9a-f]\{12\}…/ <leaf>…/'

echo "## One finds a conflict midway: it says nothing more, and the next of the draw's order starts afresh"
for place in 1 2 3 4 5; do quietly e$place declare --none & SITTING+=($!); done
wait "${SITTING[@]}"
seated e5 declare --ground kin --with "$ID_hu"
seated e5 chair
say decline "{\"type\": \"decline\", \"leaf\": \"${LEAVES[4]}\", \"ground\": \"recused\"}"
run act "$ID" decline.json --centre "$CENTRE" --key keeper.key
mapfile -t LEAVES < <(committee)

echo "## It consents to a match of its face: faces that differ are signed only when the officer says so, and the log keeps both"
cp "$HERE"/faces/* .
cat >officer.toml <<TOML
[faces]
model = "face.onnx"
sha256 = "$(sha256sum face.onnx | cut -d' ' -f1)"
threshold = "0.400"
width = 8
height = 8
mean = [127.5, 127.5, 127.5]
scale = [0.00784314, 0.00784314, 0.00784314]
TOML
"$XIMU" key new --out e6.key >>quiet.txt
SEAT=(committee sit "$ID" --centre "$CENTRE" --key e6.key --seat nantong-e6 --form e6-seat.json --identity face)
"$XIMU" "${SEAT[@]}" --leaf "${LEAVES[4]}" >>quiet.txt 2>&1
"$XIMU" committee vouch e6-seat.json --as keeper --key keeper.key >>quiet.txt
OFFICER=(committee vouch e6-seat.json --as officer --key officer.key --config officer.toml --face-document card.png)
run "${OFFICER[@]}" --face-seat other.png
run "${OFFICER[@]}" --face-seat other.png --although-different
run "${SEAT[@]}"
quietly e6 declare --none
for place in 1 2 3; do quietly e$place chair --vote "${LEAVES[0]}"; done

echo "## A venue is out for three hours of the rehearsal, before anybody's sheet is in: nothing is taken, and then it goes on"
say out '{"type": "report_outage", "venue": "nantong", "text": "=供电中断<script>alert(1)</script>"}'
run act "$ID" out.json --centre "$CENTRE" --key tenderer.key
run act "$ID" out.json --centre "$CENTRE" --key officer.key
say more '{"type": "ask_more_time"}'
run act "$ID" more.json --centre "$CENTRE" --key e1.key
OUT=$(($(date +%s%3N) + 180 * 34))
until [ "$(date +%s%3N)" -gt "$OUT" ]; do sleep 0.05; done
say back '{"type": "end_outage"}'
run act "$ID" back.json --centre "$CENTRE" --key officer.key

echo "## The documents of the bids open at the seats of the committee, and at the seat of one who was replaced no longer"
seated e6 papers --wait --bid "$ID_jiang" --out documents
cmp "documents/$ID_jiang/jiang.md" jiang.md && echo "jiang.md is what was sealed"
run committee papers "$ID" --centre "$CENTRE" --key e5.key --bid "$ID_jiang"
BODY=$(python3 -c 'import json; print(json.load(open("bid-jiang/submission.json"))["body"]["commitment"])')
for what in "$BODY" "$BODY/header"; do
  python3 -c 'import sys, urllib.error, urllib.request
try: print("to a stranger:", urllib.request.urlopen(sys.argv[1]).status)
except urllib.error.HTTPError as error: print("to a stranger:", error.code)' "$CENTRE/api/v1/tenders/$ID/bodies/$what"
done

echo "## A score that the criterion does not have is refused before it is sealed"
sheet() {
  quietly "$1" sheet --wait --blank "$1.json"
  python3 -c 'import json, sys
name, low, high = sys.argv[1:]
sheet = json.load(open(name))
for number, bidder in enumerate(sorted(sheet)):
    sheet[bidder] = {"plan": high if bidder == "'"$ID_jiang"'" else low}
json.dump(sheet, open(name, "w"))' "$1.json" "$2" "$3"
  quietly "$1" sheet "$1.json"
}
quietly e1 sheet --wait --blank wrong.json
sed -i 's/"plan": ""/"plan": "50.1"/' wrong.json
run committee sheet "$ID" wrong.json --centre "$CENTRE" --key e1.key
echo "## Five sheets, revealed at once; one score is 40 points above the others"
sheet e1 10.0 50.0 & S=($!); for name in e2 e3 e4 e6; do sheet $name 10.0 10.0 & S+=($!); done
wait "${S[@]}"
seen e1 '^score'
for name in e2 e3 e4; do
  quietly $name abnormal --bidder "$ID_jiang" --criterion plan --of "${LEAVES[0]}" & S+=($!)
done
wait "${S[@]}"
seated e1 correct --bidder "$ID_he" --criterion plan --score 12.0 --cause abnormal --reason "另有考虑"

echo "## A bidder that is asked to clarify names another price: they are words, and the opened price is what counts"
seated e1 ask --bidder "$ID_jiang" --text '请说明苗木规格。<img src=x onerror=alert(2)>'
say clarify '{"type": "clarify", "clarification": 1, "text": "=苗木胸径八厘米。报价改为 8,000,000.00 元。\u200b<script>alert(3)</script>"}'
run act "$ID" clarify.json --centre "$CENTRE" --key jiang.key
say price '{"type": "clarify", "clarification": 1, "text": "改价", "price": {"amount": "8000000.00", "currency": "CNY"}}'
run act "$ID" price.json --centre "$CENTRE" --key jiang.key

echo "## One bid is rejected by a majority: two are left, the members find competition enough, and it goes on"
seated e2 reject --bidder "$ID_hu" --ground unresponsive --reason '@工期不响应<i onmouseover=alert(4)>'
for name in e3 e4; do quietly $name vote --proposal 1 --agree & S+=($!); done
wait "${S[@]}"
say enough '{"type": "vote_competition", "lacking": false, "reason": "两家报价均有竞争性"}'
run act "$ID" enough.json --centre "$CENTRE" --key e2.key

echo "## The two are equal in price and in points: an order that everybody computes and nobody chose"
seen e1 'rejected: Unresponsive'
"$XIMU" committee see "$ID" --centre "$CENTRE" --key e1.key | grep '^rank' | sed 's/ p-[0-9a-f]*:/ one of the two:/'

echo "## A score is corrected after the report was signed: every signature falls, and the old report cannot be signed"
seated e1 draft
seen e1 '^report'
seated e1 sign
REPORT=$("$XIMU" committee see "$ID" --centre "$CENTRE" --key e1.key | sed -n 's/^report \([0-9a-f]*\) .*/\1/p')
seated e2 correct --bidder "$ID_he" --criterion plan --score 10.5 --cause sum_error --reason "笔误"
say old "{\"type\": \"sign_report\", \"report\": \"$REPORT\"}"
run act "$ID" old.json --centre "$CENTRE" --key e3.key
seated e1 draft
seen e4 '^report'
run act "$ID" old.json --centre "$CENTRE" --key e3.key

echo "## Three sign, one dissents in writing, one says nothing and is deemed to agree"
for name in e1 e2 e3; do quietly $name sign & S+=($!); done
wait "${S[@]}"
seated e4 dissent --text '+业绩认定有不同意见。<script>alert(5)</script>💩'
"$XIMU" tender show "$TENDER" --wait ranking >>quiet.txt
"$XIMU" tender show "$TENDER" | sed 's/^rank \([0-9]\) p-[0-9a-f]*/rank \1 one of the two/'

echo "## What was written stands on pages and paper as letters, and says its words"
looks page "/tenders/$ID/"{record,evaluation,records/evaluation_report.html}"?lang=zh-CN"
run report "$TENDER" evaluation_report --policy policy --out evaluation.pdf
pdftotext evaluation.pdf evaluation.txt
tr -d '\n' <evaluation.txt >flat.txt
looks 'says=alert(2)|alert(3)|[U+200B]|alert(4)|alert(5)|[U+1F4A9]' flat.txt

echo "## A stranger decides everything again, also what stood behind the veils"
run verify "$TENDER" --policy policy
