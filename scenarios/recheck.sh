#!/usr/bin/env bash
# After a complaint the authority sends the tender back to the committee that evaluated it: its members sit down with new keys, in
# the open; one cannot come and an alternate takes its place; a score is corrected, the lowest bid rejected, and the base price,
# with every price score, stays what it was. Then a second report, candidates anew, an award.
PEERS_N=3
. "$(dirname "$0")/common.sh"
. "$HERE/panel.sh"

centres 2
founded
party tenderer "峡江公路" tenderer
party keeper "南通专家库" pool_keeper
party officer "南通见证岗" witness_officer
party authority "宜昌监督" supervisor
for firm in jiang he hu shi; do party $firm "${firm}园林" bidder; done

ID=recheck
committee_tender 900 '  { id = "plan", title = { zh = "施工组织设计", en = "Construction plan" }, points = "50", kind = "subjective", scale = 1 },'
draft jiang 9120000.00; draft he 9210000.00; draft hu 9340000.00; draft shi 9480000.00
to_the_committee jiang he hu shi

# A member's sheet, every bid with the same points; one bid with others.
sheet() {
  quietly "$1" sheet --wait --blank "$1.json"
  python3 -c 'import json, sys
name, low, high = sys.argv[1:]
sheet = json.load(open(name))
for bidder in sheet:
    sheet[bidder] = {"plan": high if bidder == "'"$ID_he"'" else low}
json.dump(sheet, open(name, "w"))' "$1.json" "$2" "$3"
  quietly "$1" sheet "$1.json"
}
# Everybody named does the same at once.
all() {
  local what=("$@") name pids=()
  for name in "${MEMBERS[@]}"; do quietly "$name" "${what[@]}" & pids+=($!); done
  wait "${pids[@]}"
}
# The base and the price scores that were concluded last.
prices() {
  "$XIMU" tender show "$TENDER" --json | python3 -c '
import json, sys
concluded = json.load(sys.stdin)["evaluation"]["concluded"]
names = dict(zip(sys.argv[1::2], sys.argv[2::2]))
print("round", concluded.get("round", 1), "base", concluded["base"]["amount"])
for line in sorted(concluded["lines"], key=lambda line: names[line["bidder"]]):
    print(names[line["bidder"]], "price", line["price_score"], "criteria", line["criteria_score"], "rank", line["rank"])' \
    "$ID_jiang" jiang "$ID_he" he "$ID_hu" hu "$ID_shi" shi
}

echo "## A committee evaluates and concludes; candidates are published"
MEMBERS=(e1 e2 e3 e4 e5)
for place in 1 2 3 4 5; do sit e$place "${LEAVES[$((place - 1))]}" & SITTING+=($!); done
wait "${SITTING[@]}"
all declare --none
for place in 1 2 3; do quietly e$place chair --vote "${LEAVES[0]}"; done
for name in "${MEMBERS[@]}"; do sheet $name 30.0 28.0 & S+=($!); done
wait "${S[@]}"
seen e1 '^score'
quietly e1 draft
seen e5 '^report'
all sign
"$XIMU" tender show "$TENDER" --wait ranking >>quiet.txt
prices
propose() {
  say propose "{\"type\": \"propose\", \"candidates\": [$("$XIMU" tender show "$TENDER" | sed -n 's/^rank [0-3] \([^ ]*\) .*/"\1"/p' | paste -sd,)]}"
  run act "$ID" propose.json --centre "$CENTRE" --key tenderer.key
}
propose

echo "## Somebody complains of the scores; the authority decides, and sends it back to the committee"
say complain "{\"type\": \"complain\", \"matter\": \"conduct\", \"objection\": null, \"known\": \"@$(in_ms -200)\", \"text\": \"评委漏计我公司方案分。\"}"
run act "$ID" complain.json --centre "$CENTRE" --key he.key
say accept '{"type": "accept_complaint", "complaint": 1}'
run act "$ID" accept.json --centre "$CENTRE" --key authority.key
say decide '{"type": "decide_complaint", "complaint": 1, "upheld": true, "article": "实施条例第六十一条", "text": "属实，责令原评标委员会复评，基准价冻结。", "measure": {"kind": "re_evaluate", "exclude": []}}'
run act "$ID" decide.json --centre "$CENTRE" --key authority.key --wait
"$XIMU" tender show "$TENDER" | head -1

echo "## The old keys sign nothing more, and nobody awards what is void"
run act "$ID" propose.json --centre "$CENTRE" --key tenderer.key
say declare '{"type": "declare", "conflict": null}'
run act "$ID" declare.json --centre "$CENTRE" --key e1.key

echo "## The members sit down anew, in the open; one cannot come, and an alternate starts afresh with a sealed sheet"
say decline "{\"type\": \"decline\", \"leaf\": \"${LEAVES[4]}\", \"ground\": null}"
run act "$ID" decline.json --centre "$CENTRE" --key keeper.key
mapfile -t LEAVES < <(committee)
MEMBERS=(r1 r2 r3 r4 r5)
SITTING=()
for place in 1 2 3 4 5; do sit r$place "${LEAVES[$((place - 1))]}" & SITTING+=($!); done
wait "${SITTING[@]}"
all declare --none
sheet r5 30.0 28.0
seated r1 sheet r5.json
seen r5 'by member 5'

echo "## Three correct a score that was added up wrongly; the lowest bid is rejected, and no other price moves"
for name in r1 r2 r3; do
  seated $name correct --bidder "$ID_he" --criterion plan --score 31.0 --cause sum_error --reason "漏计一项"
done
seated r1 correct --bidder "$ID_hu" --criterion plan --score 50.0 --cause abnormal --reason "另有考虑"
seated r2 reject --bidder "$ID_jiang" --ground unresponsive --reason "工期不响应"
for name in r3 r4; do seated $name vote --proposal 1 --agree; done

echo "## A second report, signed; the base and the price scores are those of the first"
quietly r1 draft
seen r5 '^report'
MEMBERS=(r1 r2 r3 r4)
all sign
seated r5 dissent --text "更正依据不足。"
"$XIMU" tender show "$TENDER" --wait ranking >>quiet.txt
prices

echo "## Candidates anew, for a whole publication, and the award"
propose
say award "{\"type\": \"award\", \"bidder\": \"$ID_he\"}"
run act "$ID" award.json --centre "$CENTRE" --key tenderer.key --when-due --wait

echo "## A stranger decides everything again: what stood behind the veils, and what stood in the open"
run verify "$TENDER" --policy policy
