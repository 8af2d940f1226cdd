#!/usr/bin/env bash
# Government procurement of goods by hand: another law's rules file and no other program. Suppliers apply, a bank confirms
# their bonds; nobody else knows of either before the deadline. One bond never comes: the bid is opened and rejected.
PEERS_N=4
. "$(dirname "$0")/common.sh"

echo "## The centre and its four peers; any three of them cosign"
centres 3
run admin found --centre "$CENTRE" --key administrator.key --name "宜昌演练中心" --policy policy --rehearsal
party purchaser "某县人民医院" tenderer
party bank "某银行营业部" bond_keeper
party finance "某县财政局" supervisor
for firm in a b c d; do party $firm "${firm}医疗器械" bidder; done

echo "## This law takes no bond in cash, and at most 2 % of the budget"
ID=goods
cat >tender.toml <<TOML
preset = "cn-goods-open"
id = "$ID"
tenderer = "$ID_purchaser"
custody = "nantong.example"
title = { zh = "影像设备采购", en = "Imaging equipment" }
description = { zh = "一台数字化摄影系统及三年维保。", en = "One digital radiography system with three years of maintenance." }
[[lots]]
id = "lot-1"
title = { zh = "影像设备", en = "Imaging equipment" }
ceiling = "1980000.00"
estimate = "2000000.00"
[escrow]
holders = ["nantong.example", "suzhou.example", "ningbo.example", "yuyao.example"]
[enter.bond]
amount = "40000.01"
keeper = "$ID_bank"
kinds = ["cash", "guarantee"]
[seal]
deadline = "$(in_ms 30000)"
[sandbox]
day_ms = 1000
minute_ms = 150
beat_ms = 250
[beats]
base_every_ms = 8000
steps = [{ within_minutes = 30, every_ms = 4000 }]
TOML
run tender check tender.toml
sed -i -e 's/^amount = .*/amount = "40000.00"/' -e 's/^kinds = .*/kinds = ["cheque", "guarantee"]/' tender.toml
TENDER=$CENTRE/tenders/$ID
run tender publish tender.toml --centre "$CENTRE" --key purchaser.key

echo "## Suppliers apply: only commitments, and even these are sealed; qualification is judged with the bids"
apply() {
  local firm=$1 name given=()
  shift
  for name in licence financial-statement tax-and-social-security no-serious-violation; do
    echo "$firm $name" >"$firm-$name.pdf"
    given+=(--credential "$name=$firm-$name.pdf")
  done
  echo "6222 0000 0000 000$firm" >"$firm-account.txt"
  run bid apply --tender "$TENDER" "${given[@]}" --account $firm-account.txt --policy policy \
    --key $firm.key --out apply-$firm "$@"
}
draft a 1890000.00; draft b 1850000.00; draft c 1920000.00; draft d 1500000.00
for firm in a b c d; do
  run bid seal --tender "$TENDER" --form $firm.json --file $firm.md --policy policy --key $firm.key --out bid-$firm
done
run bid submit bid-a --centre "$CENTRE" --key a.key --no-wait
apply a --bond cash
for firm in a b c d; do apply $firm --bond guarantee; done
apply a --bond guarantee

echo "## The bank confirms what has come; it names an application by the account, and a wrong account finds nobody"
confirm() {
  cat >confirm.json <<JSON
{ "type": "confirm_bond", "applicant": "$1", "amount": { "amount": "$3", "currency": "CNY" }, "payer": "$2" }
JSON
  run act "$ID" confirm.json --centre "$CENTRE" --key "${4:-bank}.key"
}
account() { sha256sum "apply-$1/account.record" | cut -d' ' -f1; }
confirm "$ID_a" "$(account b)" 40000.00
confirm "$ID_a" "$(account a)" 39999.00
confirm "$ID_a" "$(account a)" 40000.00 a
confirm "$ID_a" "$(account a)" 40000.00
confirm "$ID_b" "$(account b)" 40000.00
confirm "$ID_c" "$(account c)" 40000.00

echo "## Bids; before the deadline the log says nothing of all this"
# A refused submission stays refused: the same bid is sealed and given again.
run bid seal --tender "$TENDER" --form a.json --file a.md --policy policy --key a.key --out bid-a-2 --replaces bid-a
run bid submit bid-a-2 --centre "$CENTRE" --key a.key --no-wait
for firm in b c d; do run bid submit bid-$firm --centre "$CENTRE" --key $firm.key --no-wait; done
run tender show "$TENDER"

echo "## At the deadline all of it is disclosed; everything is opened, and the cheapest bid has no bond"
run tender show "$TENDER" --wait window
for firm in a-2 b d; do run bid open bid-$firm --centre "$CENTRE" --key ${firm%-2}.key; done
# One supplier cannot reach the centre at all, and tells the other centres.
run bid open bid-c --centre http://127.0.0.1:9 --policy policy --key c.key --peer suzhou.example=http://127.0.0.1:${PORTS[2]}
run tender show "$TENDER" --wait ranking
CANDIDATES=$("$XIMU" tender show "$TENDER" | sed -n 's/^rank [0-9]* \([^ ]*\) .*/"\1"/p' | head -3 | paste -sd,)
echo "{\"type\": \"propose\", \"candidates\": [$CANDIDATES]}" >propose.json
run act "$ID" propose.json --centre "$CENTRE" --key purchaser.key

echo "## A supplier challenges the result; the purchaser has 7 working days to answer and says nothing; then a complaint is taken"
KNOWN=$(in_ms -200)
say challenge "{\"type\": \"object\", \"to\": \"candidates\", \"against\": \"$ID_b\", \"text\": \"拟供设备的探测器不满足采购文件的参数。\"}"
run act "$ID" challenge.json --centre "$CENTRE" --key c.key
say complain "{\"type\": \"complain\", \"matter\": \"candidates\", \"objection\": 1, \"known\": \"@$KNOWN\", \"text\": \"质疑逾期未答复。\"}"
run act "$ID" complain.json --centre "$CENTRE" --key c.key
DUE=$("$XIMU" tender show "$TENDER" --json | sed -n 's/.*"objections":\[{[^}]*"due":\([0-9]*\).*/\1/p')
until [ "$(date +%s%3N)" -gt $((DUE + 300)) ]; do sleep 0.05; done
run act "$ID" complain.json --centre "$CENTRE" --key c.key
say accept '{"type": "accept_complaint", "complaint": 1}'
run act "$ID" accept.json --centre "$CENTRE" --key finance.key
say decide '{"type": "decide_complaint", "complaint": 1, "upheld": false, "article": "政府采购法第五十六条", "text": "经查，参数满足要求；责令采购人答复质疑。", "measure": null}'
run act "$ID" decide.json --centre "$CENTRE" --key finance.key
say answered '{"type": "answer_objection", "objection": 1, "upheld": false, "text": "参数满足，检测报告见附件。"}'
run act "$ID" answered.json --centre "$CENTRE" --key purchaser.key

echo "## The award goes to the first, when the publication is over"
echo "{\"type\": \"award\", \"bidder\": \"$ID_d\"}" >wrong.json
run act "$ID" wrong.json --centre "$CENTRE" --key purchaser.key
echo "{\"type\": \"award\", \"bidder\": \"$ID_b\"}" >award.json
run act "$ID" award.json --centre "$CENTRE" --key purchaser.key --when-due --wait
run tender show "$TENDER"

echo "## A stranger checks"
run verify "$TENDER" --policy policy
