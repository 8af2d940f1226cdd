# What the scenarios with drawn experts share: pools, who was drawn, seats, and the tender of a committee. Sourced after common.sh. Needs python3, which
# makes of a pool what its keeper commits to (draw 8.2 to 8.4) by the text of the specification alone.

# Writes a pool to FILE.json as the command that freezes it: file, pool, strata as name=count, then leaves to recuse as
# stratum:number=ground. Every leaf stands for a salted record, as draw 8.4 says.
pool() {
  python3 - "$@" <<'PY'
import hashlib, json, os, sys
def H(label, *parts):
    data = label.encode() + b"\0" + b"".join(len(p).to_bytes(8, "big") + p for p in parts)
    return hashlib.sha256(data).hexdigest()
def root(entries):
    if len(entries) == 1:
        return hashlib.sha256(b"\0" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\1" + root(entries[:k]) + root(entries[k:])).digest()
name, pool, *more = sys.argv[1:]
strata, recused = [], []
for text in more:
    left, right = text.split("=")
    if ":" in left:
        stratum, number = left.split(":")
        leaf = next(s for s in strata if s["stratum"] == stratum)["leaves"][int(number)]
        recused.append({"ground": right, "leaf": leaf})
    else:
        leaves = sorted(H("ximu-pool-leaf/1", os.urandom(32), f"{pool} {left} {i}".encode()) for i in range(int(right)))
        strata.append({"leaves": leaves, "stratum": left})
strata.sort(key=lambda one: one["stratum"])
recused.sort(key=lambda one: one["leaf"])
entries = [f'{s["stratum"]} {leaf}\n'.encode() for s in strata for leaf in s["leaves"]]
command = {"type": "freeze_pool", "pool": pool, "root": root(entries).hex(), "strata": strata, "recused": recused}
json.dump(command, open(name + ".json", "w"))
PY
}

# The leaves of the committee now, in its order, one a line.
committee() {
  "$XIMU" tender show "$TENDER" --json | python3 -c '
import json, sys
public = json.load(sys.stdin)
for member in public["experts"]["members"]:
    print(member["leaf"])'
}

# How the evaluation stands, as one of its public members: stage, or outage.
public() { "$XIMU" tender show "$TENDER" --json | python3 -c 'import json, sys; print(json.load(sys.stdin).get(sys.argv[1]))' "$1"; }

# A member takes a seat: the name of its key's file, its leaf. Both who vouch are at hand.
sit() {
  "$XIMU" key new --out "$1.key" >>quiet.txt || exit 2
  local seat=(committee sit "$ID" --centre "$CENTRE" --key "$1.key" --seat "nantong-$1" --form "$1-seat.json")
  "$XIMU" "${seat[@]}" --leaf "$2" >>quiet.txt 2>&1 || exit 2
  "$XIMU" committee vouch "$1-seat.json" --as keeper --key keeper.key >>quiet.txt || exit 2
  "$XIMU" committee vouch "$1-seat.json" --as officer --key officer.key >>quiet.txt || exit 2
  "$XIMU" "${seat[@]}" >>quiet.txt 2>&1 || { echo "a seat was not taken"; cat stderr.txt; }
}

# A command of a member, shown: its key's name, the command of `ximu committee`, the rest.
seated() {
  local name=$1 what=$2
  shift 2
  run committee "$what" "$ID" --centre "$CENTRE" --key "$name.key" "$@"
}

# The same, of which only a failure is shown.
quietly() {
  local name=$1 what=$2
  shift 2
  "$XIMU" committee "$what" "$ID" --centre "$CENTRE" --key "$name.key" "$@" >>quiet.txt 2>"$name.err" || { echo "$name $what"; cat "$name.err"; }
}

# Looks again as a member until a line of what it sees fits a pattern.
seen() {
  until "$XIMU" committee see "$ID" --centre "$CENTRE" --key "$1.key" 2>/dev/null | grep -q "$2"; do sleep 0.1; done
}

# A tender whose ranking needs no committee but whose experts are drawn, published: its pools, its seats, the
# milliseconds to its deadline. Its id is $ID.
drawing_tender() {
  cat >tender.toml <<TOML
preset = "price-f5"
id = "$ID"
tenderer = "$ID_tenderer"
custody = "nantong.example"
title = { zh = "匝道绿化", en = "Slip-road planting" }
description = { zh = "匝道两侧绿化。", en = "Planting on both sides of the slip roads." }
phases = ["notice", "enquire", "seal", "unseal", "draw", "award"]
[[lots]]
id = "lot-1"
title = { zh = "绿化", en = "Planting" }
ceiling = "9850000.00"
estimate = "10000000.00"
[escrow]
t = 3
n = 4
opens = "all"
holders = ["nantong.example", "suzhou.example", "ningbo.example", "yuyao.example"]
[seal]
deadline = "$(in_ms "${3:-14300}")"
[draw]
delegates = 0
contribution_minutes = 30
experts = { least = 2, of = 3 }
pools = [
$1
]
seats = [$2]
[sandbox]
day_ms = 670
minute_ms = 100
beat_ms = 250
[beats]
base_every_ms = 8000
steps = [{ within_minutes = 10, every_ms = 4000 }]
TOML
  echo "招标文件" >notice.md
  TENDER=$CENTRE/tenders/$ID
  run tender publish tender.toml --doc notice.md --centre "$CENTRE" --key tenderer.key
}

# Bids of these firms at these prices are sealed, submitted and read out; the experts are to be drawn.
to_the_drawing() {
  local firm
  while [ $# -gt 0 ]; do
    firm=$1
    draft "$firm" "$2"
    "$XIMU" bid seal --tender "$TENDER" --form "$firm.json" --file "$firm.md" --policy policy --key "$firm.key" --out "bid-$firm" >>quiet.txt
    "$XIMU" bid submit "bid-$firm" --centre "$CENTRE" --key "$firm.key" --no-wait >>quiet.txt 2>&1
    shift 2
  done
  "$XIMU" tender show "$TENDER" --wait drawing >>quiet.txt
}

# The tender of a committee of five from one pool, published: minutes to sign, its criteria, further tables. Its id is $ID.
committee_tender() {
  cat >tender.toml <<TOML
preset = "cn-municipality-construction-comprehensive"
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
deadline = "$(in_ms 14300)"
[unseal]
window_minutes = 60
objection_minutes = 60
[draw]
delegates = 0
contribution_minutes = 90
pools = [{ id = "nantong", keeper = "$ID_keeper" }]
[score]
members_least = 5
sheet_minutes = 900
clarify_minutes = 60
sign_minutes = $1
review_minutes = 1800
extension_minutes = 60
drop = { from_members = 5, highest = 1, lowest = 1 }
criteria = [
$2
]
pass = "5.0"
[award.method]
points = "50"
${3-}
[sandbox]
day_ms = 670
minute_ms = 34
beat_ms = 250
[beats]
base_every_ms = 8000
steps = [{ within_minutes = 10, every_ms = 4000 }]
TOML
  echo "招标文件" >notice.md
  TENDER=$CENTRE/tenders/$ID
  run tender publish tender.toml --doc notice.md --centre "$CENTRE" --key tenderer.key
}

# The drafted bids of these firms are sealed and submitted, and the experts are drawn: LEAVES are the members. With ANSWERED
# each bid says that its document answers that criterion.
to_the_committee() {
  local firm
  for firm in "$@"; do
    "$XIMU" bid seal --tender "$TENDER" --form "$firm.json" --file "$firm.md" ${ANSWERED:+--answers "$ANSWERED=$firm.md#1"} \
      --policy policy --key "$firm.key" --out "bid-$firm" >>quiet.txt
    "$XIMU" bid submit "bid-$firm" --centre "$CENTRE" --key "$firm.key" --no-wait >>quiet.txt 2>&1
  done
  "$XIMU" tender show "$TENDER" --wait drawing >>quiet.txt
  pool frozen nantong economic=6 technical=10
  "$XIMU" act "$ID" frozen.json --centre "$CENTRE" --key keeper.key >>quiet.txt
  "$XIMU" tender show "$TENDER" --wait evaluating >>quiet.txt
  mapfile -t LEAVES < <(committee)
}
