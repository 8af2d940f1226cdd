# What the scenarios share: a host and its peers as processes, and `run`, which shows a command and what came back.
# Sourced with the number of peers in $PEERS_N; needs $XIMU (the executable) and $1 (an empty folder).
set -u
# What is shown and read here is English, whatever the language of the terminal.
export LC_ALL=C.UTF-8
XIMU=$(realpath "${XIMU:?set XIMU to the executable}")
HERE=$(realpath "$(dirname "$0")")
DIR=${1:?name an empty folder}
mkdir -p "$DIR" && cd "$DIR" || exit 2
PEERS=(nantong suzhou ningbo yuyao)
PEERS=("${PEERS[@]:0:$PEERS_N}")
# Ports, the host's first; a test names free ones.
read -r -a PORTS <<<"${PORTS:-18300 18301 18302 18303 18304}"
ORIGIN=rehearsal.yichang.example/log
CENTRE=http://127.0.0.1:${PORTS[0]}
BACKGROUND=()
trap 'kill "${BACKGROUND[@]}" 2>/dev/null; wait' EXIT

# Shows a command and what came back; a failure is shown, not hidden.
run() {
  echo "\$ ximu $*"
  "$XIMU" "$@" 2>stderr.txt
  local exit=$?
  # What a wait says on the way depends on the machine's speed, and so does whether a holder has read a release in the log
  # before it is handed the same.
  grep -v -e '^the bid is kept' -e '^the beat is cut' -e '^[a-z]*\.example[ :]' stderr.txt
  [ $exit -eq 0 ] || echo "(exit $exit)"
}

# One member of a command's JSON answer.
member() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

# A command in a file: the file's name, then what it says.
say() { printf '%s\n' "$2" >"$1.json"; }

# Keys, policy and settings of every centre; then all processes.
centres() {
  local keys=(centre administrator "${PEERS[@]}") name
  for name in "${keys[@]}"; do "$XIMU" key new --out "$name.key" >>quiet.txt || exit 2; done
  mkdir -p host
  {
    printf '[serve]\norigin = "%s"\nkey = "../centre.key"\nlisten = "127.0.0.1:%s"\n' "$ORIGIN" "${PORTS[0]}"
    for i in "${!PEERS[@]}"; do
      printf '\n[[serve.peers]]\nname = "%s.example"\nurl = "http://127.0.0.1:%s"\n' "${PEERS[$i]}" "${PORTS[$((i + 1))]}"
    done
  } >host/ximu.toml
  "$XIMU" admin policy --log "$ORIGIN=centre.key" --quorum "$1" \
    $(for name in "${PEERS[@]}"; do echo "--witness $name.example=$name.key"; done) >policy || exit 2
  for i in "${!PEERS[@]}"; do
    name=${PEERS[$i]}
    mkdir -p "$name"
    printf '[peer]\nname = "%s.example"\nkey = "../%s.key"\nlisten = "127.0.0.1:%s"\n\n[[peer.logs]]\norigin = "%s"\npolicy = "../policy"\ncentre = "%s"\n' \
      "$name" "$name" "${PORTS[$((i + 1))]}" "$ORIGIN" "$CENTRE" >"$name/ximu.toml"
    for j in "${!PEERS[@]}"; do
      printf '\n[[peer.peers]]\nname = "%s.example"\nurl = "http://127.0.0.1:%s"\n' "${PEERS[$j]}" "${PORTS[$((j + 1))]}"
    done >>"$name/ximu.toml"
    "$XIMU" peer --data-dir "$name" >>processes.txt 2>&1 & BACKGROUND+=($!)
  done
  "$XIMU" serve --data-dir host --sandbox >>processes.txt 2>&1 & BACKGROUND+=($!)
  until grep -q "^$ORIGIN" processes.txt; do sleep 0.1; done
}

# Founds the log; a script that shows how does it itself.
founded() {
  "$XIMU" admin found --centre "$CENTRE" --key administrator.key --name "宜昌演练中心" --policy policy --rehearsal >>quiet.txt
}

# Registers a party and has it admitted: label, name, role. Its id is then in ID_<label>.
party() {
  "$XIMU" key new --out "$1.key" >>quiet.txt || exit 2
  local id
  id=$("$XIMU" admin register --centre "$CENTRE" --key "$1.key" --name "$2" --json | member party)
  "$XIMU" admin admit --centre "$CENTRE" --key administrator.key --party "$id" --role "$3" >>quiet.txt || exit 2
  printf -v "ID_$1" '%s' "$id"
  echo "# $1 is $2, party $id, $3"
}

# The instant so many milliseconds from now.
in_ms() {
  local at=$(($(date +%s%3N) + $1))
  echo "$(date -u -d "@$((at / 1000))" +%Y-%m-%dT%H:%M:%S).$(printf '%03d' $((at % 1000)))Z"
}

# A bid of one line: label, price of the whole in yuan.
draft() {
  cat >"$1.json" <<JSON
{ "bidder_name": "$1", "bond": "10000.00", "quality": "合格", "duration_days": 120, "manager": "项目经理",
  "lines": [ { "item": "全部工程", "unit": "项", "quantity": "1", "unit_price": "$2" } ] }
JSON
  echo "投标文件 $1" >"$1.md"
}

# Looks whether a stranger's text acts in what the centre answers or in a file: kind, addresses or files (inert.py).
looks() { python3 "$HERE/inert.py" "$CENTRE" "$@"; }

# What people wrote into the tender acts on none of its pages, in no program and on no paper: the kinds of its official records.
harmless() {
  local language kind pages=("/tenders/$ID"{,/hall,/record})
  echo "## What was written there to harm stands as letters"
  for kind in "$@"; do pages+=("/tenders/$ID/records/$kind.html"); done
  for language in zh-CN en; do looks page "${pages[@]/%/?lang=$language}"; done
  looks json "/ocds/records/ocds-ximu00-$ID"
}
