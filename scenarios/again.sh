#!/usr/bin/env bash
# A venue is out for five hours: the committee is dissolved, the sheets it sealed stay sealed, and those whom the draw put next
# start afresh, two of them with one sheet between them, and one vanishes without a sheet and is replaced. What they recommend
# has no ranks: the tenderer chooses, and says why.
PEERS_N=3
. "$(dirname "$0")/common.sh"
. "$HERE/panel.sh"

centres 2
founded
party tenderer "峡江公路" tenderer
party keeper "南通专家库" pool_keeper
party officer "南通见证岗" witness_officer
for firm in jiang he hu; do party $firm "${firm}园林" bidder; done

ID=again
committee_tender 240 '  { id = "plan", title = { zh = "施工组织设计", en = "Construction plan" }, points = "20", kind = "subjective", scale = 1 },
  { id = "site", title = { zh = "现场布置", en = "Site layout" }, points = "10", kind = "subjective", scale = 1 },
  { id = "staff", title = { zh = "项目管理机构", en = "Project staff" }, points = "10", kind = "subjective", scale = 1 },
  { id = "care", title = { zh = "养护方案", en = "Maintenance" }, points = "10", kind = "subjective", scale = 1 },' \
  '[award]
separation = { zh = "集体票决，理由公布。", en = "By vote in council, with published reasons." }
publication_days = 5'
draft jiang 9120000.00; draft he 9120000.00; draft hu 9340000.00
to_the_committee jiang he hu

echo "## Five sit down and are asked for their sheets; the first has sealed its own when the venue goes out"
for place in 1 2 3 4 5; do sit a$place "${LEAVES[$((place - 1))]}" & S+=($!); done
wait "${S[@]}"
for place in 1 2 3 4 5; do quietly a$place declare --none & S+=($!); done
wait "${S[@]}"
for place in 1 2 3; do quietly a$place chair --vote "${LEAVES[0]}" & S+=($!); done
wait "${S[@]}"
# Gives a sheet: one bidder gets less than the others, and what else it says follows from a word.
sheet() {
  quietly "$1" sheet --wait --blank "$1.json"
  python3 -c 'import json, sys
name, low, word = sys.argv[1:]
own, sheet = ord(word) % 4, json.load(open(name))
for bidder in sheet:
    sheet[bidder] = {"plan": "15.0" if bidder == low else "19.5", "site": f"8.{own}", "staff": f"7.{own}", "care": f"6.{own}"}
json.dump(sheet, open(name, "w"))' "$1.json" "$2" "$3"
  quietly "$1" sheet "$1.json"
}
sheet a1 "$ID_jiang" a
say out '{"type": "report_outage", "venue": "nantong", "text": "网络中断<script>alert(31)</script>"}'
run act "$ID" out.json --centre "$CENTRE" --key officer.key
say dissolve '{"type": "dissolve_committee", "reason": "不等了<script>alert(32)</script>"}'
run act "$ID" dissolve.json --centre "$CENTRE" --key tenderer.key

echo "## Four hours are over: a new committee, none of whom sat before, and nothing of the old one's can be said any more"
until committee >now.txt && ! grep -q "${LEAVES[0]}" now.txt; do sleep 0.1; done
printf '%s\n' "${LEAVES[@]}" >before.txt
echo "$(comm -12 <(sort before.txt) <(sort now.txt) | wc -l) of $(wc -l <now.txt) members stayed"
say more '{"type": "ask_more_time"}'
run act "$ID" more.json --centre "$CENTRE" --key a2.key

echo "## It sits down and scores: one expert has leaked its word, another seals the same sheet, and the fifth seals nothing"
mapfile -t LEAVES < <(committee)
S=()
for place in 1 2 3 4 5; do sit b$place "${LEAVES[$((place - 1))]}" & S+=($!); done
wait "${S[@]}"
for place in 1 2 3 4 5; do quietly b$place declare --none & S+=($!); done
wait "${S[@]}"
for place in 1 2 3; do quietly b$place chair --vote "${LEAVES[0]}" & S+=($!); done
wait "${S[@]}"
WORDS=(a b c b)
for place in 1 2 3 4; do sheet b$place "$ID_jiang" "${WORDS[$((place - 1))]}" & S+=($!); done
wait "${S[@]}"

echo "## The time for sheets is over: who vanished is named, and without its sheet no score is shown and no report made"
seen b1 'must be replaced'
"$XIMU" committee see "$ID" --centre "$CENTRE" --key b1.key >four.txt
grep 'must be replaced' four.txt
echo "$(grep -c '^score' four.txt) scores are shown"
seated b1 draft

echo "## The keeper says why it is gone, and the next of the draw's order starts afresh; the report has five sheets"
say gone "{\"type\": \"decline\", \"leaf\": \"${LEAVES[4]}\", \"ground\": \"unreachable\"}"
run act "$ID" gone.json --centre "$CENTRE" --key keeper.key
seated b5 sign
mapfile -t LEAVES < <(committee)
sit b6 "${LEAVES[4]}"
quietly b6 declare --none
sheet b6 "$ID_jiang" d
seen b1 '^score .* by member 5'
quietly b1 draft
seen b6 '^report'
S=()
for name in b1 b2 b3 b4 b6; do quietly $name sign & S+=($!); done
wait "${S[@]}"
"$XIMU" tender show "$TENDER" --wait ranking | grep '^rank' | sed 's/ [^ ]*$//'

echo "## Candidates without ranks: in no order but that of their ids, and nobody is awarded for being first"
RANKED=$("$XIMU" tender show "$TENDER" | sed -n 's/^rank [0-9]* \([^ ]*\) .*/\1/p')
names() { sed 's/.*/"&"/' | paste -sd,; }
say propose "{\"type\": \"propose\", \"candidates\": [$(sort -r <<<"$RANKED" | names)]}"
run act "$ID" propose.json --centre "$CENTRE" --key tenderer.key
say propose "{\"type\": \"propose\", \"candidates\": [$(sort <<<"$RANKED" | names)]}"
run act "$ID" propose.json --centre "$CENTRE" --key tenderer.key
say award "{\"type\": \"award\", \"bidder\": \"$(head -1 <<<"$RANKED")\"}"
run act "$ID" award.json --centre "$CENTRE" --key tenderer.key --when-due
LAST=$(tail -1 <<<"$RANKED")
say choose "{\"type\": \"choose\", \"bidder\": \"$LAST\", \"reasons\": \"\"}"
run act "$ID" choose.json --centre "$CENTRE" --key tenderer.key
say choose "{\"type\": \"choose\", \"bidder\": \"$LAST\", \"reasons\": \"票决五比零：信用评价最高。<script>alert(40)</script>\"}"
run act "$ID" choose.json --centre "$CENTRE" --key tenderer.key --wait

harmless evaluation_report award_notice

echo "## A stranger decides everything again, also what stood behind the veils: everything holds, and two equal sheets are noted"
run verify "$TENDER" --policy policy
looks 'says=上列成员封存的评分表，12 项主观评分全部相同。' "/tenders/$ID/records/evaluation_report.html?lang=zh-CN"
