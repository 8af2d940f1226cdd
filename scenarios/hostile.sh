#!/usr/bin/env bash
# Texts meant to harm in every field that a stranger fills in: markup, attribute breakers, formulas, quotes and line feeds,
# letters that run backwards or cannot be seen, characters no font has. Pages, files, records and terminals show them as
# letters; names and words that would reorder a line are refused at the door. Needs python3 and pdftotext.
PEERS_N=3
. "$(dirname "$0")/common.sh"

centres 2
founded
LONG=$(printf '很长的名字%.0s' {1..28})
party tenderer '@SUM(1)<img src=x onerror=alert(2)>' tenderer >>quiet.txt
party jiang "<script>alert(1)</script>\"'&=cmd|园林" bidder >>quiet.txt
party he '=HYPERLINK("http://evil.example","💩𠮷野家")' bidder >>quiet.txt
party hu $'\u0301\u05e9\u05dc\u05d5\u05dd 9,999,999.00 \u200b'"$LONG" bidder >>quiet.txt

echo "## A name that would lead a terminal, or turn the line around, is refused before it is registered, and by the centre too"
"$XIMU" key new --out bad.key >>quiet.txt
for name in $'甲\e[2J' $'甲\u202e00.1' $'甲\n乙' "$LONG$LONG"; do
  "$XIMU" admin register --centre "$CENTRE" --key bad.key --name "$name" 2>&1 | head -1
done
RECORD=$(printf '{"salt":"%064d","text":"甲\u202e00.1"}' 0)
exec 3<>"/dev/tcp/127.0.0.1/${PORTS[0]}"
printf 'POST /api/v1/records HTTP/1.0\r\nHost: 127.0.0.1:%s\r\nContent-Type: application/json\r\nContent-Length: %s\r\n\r\n%s' \
  "${PORTS[0]}" "$(printf '%s' "$RECORD" | wc -c)" "$RECORD" >&3
cat <&3 | member code; echo
exec 3<&-

ID=hostile
rules() {
  cat <<TOML
preset = "cn-construction-open"
id = "$ID"
tenderer = "$ID_tenderer"
custody = "nantong.example"
title = { zh = "$1+1+1<script>alert(3)</script>\u202Egnp.💩匝道", en = "-2+3<i onmouseover=alert(4)>works</i>" }
description = { zh = "\"a\",\"b\"\n=1+1 <img src=x onerror=alert(5)>", en = "\"/><script>alert(6)</script>" }
[[lots]]
id = "lot-1"
title = { zh = "\t@绿化'\"><i>", en = "=Planting" }
ceiling = "9850000.00"
estimate = "10000000.00"
[escrow]
t = 2
n = 3
opens = "all"
holders = ["nantong.example", "suzhou.example", "ningbo.example"]
[seal]
deadline = "$(in_ms 15500)"
[sandbox]
day_ms = 670
minute_ms = 67
beat_ms = 250
[beats]
base_every_ms = 8000
steps = [{ within_minutes = 30, every_ms = 4000 }]
TOML
}
NOTICE='=1+1<img src=x onerror=alert(7)>.md'
echo "招标文件" >"$NOTICE"
TENDER=$CENTRE/tenders/$ID
rules '\u001B[2J' >bad.toml
rules '' | sed 's/\\t@/@/' >tender.toml
run tender publish bad.toml --doc "$NOTICE" --centre "$CENTRE" --key tenderer.key
run tender publish tender.toml --doc "$NOTICE" --centre "$CENTRE" --key tenderer.key

echo "## Questions, answers, objections: words, or refused"
say ask '{"type": "ask", "text": "\u202e=1+1"}'
"$XIMU" key new --out once.key >>quiet.txt
run act "$ID" ask.json --centre "$CENTRE" --key once.key
say ask '{"type": "ask", "text": "=1+1 <script>alert(8)</script>\n\",,\"\u200b 😀𠮷\u0301\u05e9\u05dc\u05d5\u05dd 1,000.00"}'
run act "$ID" ask.json --centre "$CENTRE" --key once.key
say answer '{"type": "answer", "question": 1, "text": "-1 <img src=x onerror=alert(9)>"}'
"$XIMU" act "$ID" answer.json --centre "$CENTRE" --key tenderer.key >>quiet.txt

echo "## Three bids whose forms nobody but their bidders looked at before"
echo "投标文件" >'-2+3<b>.md'
number=0
for firm in jiang he hu; do
  number=$((number + 1))
  cat >$firm.json <<JSON
{ "bidder_name": "=1+1\u001b[2J\u202e<script>alert(10)</script>", "bond": "10000.00", "quality": "@@A1\"onmouseover=alert(11) x=\"",
  "duration_days": 120, "manager": "<img src=x onerror=alert(12)>\u200b💩\u05e9\u05dc\u05d5\u05dd",
  "lines": [ { "item": "</td><script>alert(13)</script>", "unit": "+1\t", "quantity": "1", "unit_price": "9${number}20000.00" } ] }
JSON
  "$XIMU" bid seal --tender "$TENDER" --form $firm.json --file './-2+3<b>.md' --policy policy --key $firm.key --out bid-$firm >>quiet.txt || cat stderr.txt
  "$XIMU" bid submit bid-$firm --centre "$CENTRE" --key $firm.key --no-wait >>quiet.txt 2>&1
done
"$XIMU" tender show "$TENDER" --wait ranking >>quiet.txt
say object '{"type": "object", "to": "opening", "against": null, "text": "=cmd <i onmouseover=alert(14)>x</i>\n\"\u200b"}'
"$XIMU" act "$ID" object.json --centre "$CENTRE" --key he.key >>quiet.txt
say answered '{"type": "answer_objection", "objection": 1, "upheld": false, "text": "+1 <script>alert(15)</script>"}'
"$XIMU" act "$ID" answered.json --centre "$CENTRE" --key tenderer.key >>quiet.txt
CANDIDATES=$("$XIMU" tender show "$TENDER" | sed -n 's/^rank [0-9]* \([^ ]*\) .*/"\1"/p' | paste -sd,)
say propose "{\"type\": \"propose\", \"candidates\": [$CANDIDATES]}"
run act "$ID" propose.json --centre "$CENTRE" --key tenderer.key

echo "## Every page, in both languages: nothing acts, nothing is hidden"
PAGES=(/ /tenders "/tenders/$ID"{,/hall,/bid,/desk,/record,/records/opening_record.html,/records/candidate_notice.html} /statistics /verify)
for language in zh-CN en; do looks page "${PAGES[@]/%/?lang=$language}"; done

echo "## Every file: a spreadsheet calculates nothing, a program reads what was written"
looks csv /statistics.csv
looks json /ocds/releases "/ocds/records/ocds-ximu00-$ID"

echo "## The official record: on paper what no font has stands as its number; what is embedded is exact"
run report "$TENDER" opening_record --policy policy --out record.pdf
pdftotext record.pdf record.txt
tr -d '\n' <record.txt >flat.txt
for text in '<script>alert(1)</script>' '[U+1F4A9]' '[U+202E]gnp' '[U+200B]'; do grep -c -F "$text" flat.txt | sed "s|^[1-9].*|shows: $text|"; done
grep -a -c '💩𠮷野家' record.pdf | sed 's/^[1-9].*/embeds the name as it is/'
run report "$TENDER" opening_record --policy policy --html --out record.html
looks page record.html
run verify record.pdf --bundle "$TENDER" --policy policy >paper.txt; tail -2 paper.txt

echo "## A terminal"
"$XIMU" tender show "$TENDER" >show.txt; "$XIMU" journal show --data-dir host >journal.txt 2>&1
LEAF=$("$XIMU" journal show --data-dir host 2>/dev/null | sed -n 's/^ *\([0-9]*\) .* question_asked.*/\1/p')
"$XIMU" journal step "$LEAF" --data-dir host >step.txt 2>&1
"$XIMU" act "$ID" ask.json --centre "$CENTRE" --key once.key >said.txt 2>&1
looks text show.txt journal.txt step.txt said.txt
grep -c -F '[U+200B]' step.txt | sed 's/^[1-9].*/step.txt shows it as its number/'

echo "## A stranger checks"
run verify "$TENDER" --policy policy
