# The command line: what it prints when something was done.

## Every command

cli-accepted = accepted
cli-refused = refused [{ $code }]: { $said }
cli-refusal-signed = the refusal is signed by the centre and stands in the log
cli-next = next: { $text }
cli-policy = policy { $policy }
cli-hash = hash { $hash }

## Keys

cli-public = public { $key }
cli-person = person { $person }
cli-locked = locked with a passphrase
cli-unlocked = locked no: whoever can read the file can sign
cli-party = party { $party }
cli-party-none = party none: this key is not in the centre's register
cli-admitted = admitted as { $roles }
cli-not-admitted = not admitted yet
cli-passphrase = Passphrase of { $path }:
cli-passphrase-new = New passphrase:
cli-passphrase-again = The same again:

## Bids

cli-sealing = sealing
cli-uploading = uploading
cli-waiting = waiting
cli-warning = warning: { $what }
cli-words-differ = the words { $words } are not the price { $price }
cli-lines-differ = the bill of quantities does not come to the price { $price }
cli-above-ceiling = the price { $price } is above the published ceiling { $ceiling }
cli-no-bill = the form has no bill of quantities
cli-sealed = sealed version { $version } at { $price } ({ $words })
cli-keep-form-key = { $folder }: keep a copy of form.key for the opening
cli-policy-made = fingerprint of this policy: { $policy }
cli-policy-as-told = policy { $policy } as the centre says it: compare it with the notice
cli-refusal-kept = the signed refusal is in { $folder }
cli-waits-beat = the bid is kept; its beat falls at { $at }
cli-waits-close = the bid is kept; its beat falls at CLOSE
cli-waits-witnesses = the beat is cut; the witnesses are cosigning it
cli-will-not-count = it will not count: expected a cosigned time up to { $until }, the deadline and its grace
cli-receipted-since = receipted: in the cosigned log since { $at }
cli-receipted = receipted: in the log
cli-refusal-receipted-since = the refusal is receipted: in the cosigned log since { $at }
cli-refusal-receipted = the refusal is receipted: in the log
cli-receipt-holds = the receipt holds under this policy
cli-receipt-counts = it counts when that is not later than the deadline in force and its grace; see the record
cli-handed = { $name } has it, and hands it in when the log does not show it
cli-handed-other = { $name }: expected a word signed by the key that the policy pins, found another
cli-holders-alone = without the centre the holders are reached with --policy FILE --peer NAME=URL
cli-application-kept = { $folder }: keep it; the officer gets the documents and their records from you,
cli-application-account = the bond keeper gets account.record

## Tenderers

cli-rules-hold = { $path }: holds
cli-rules-hash = rules { $hash }

## Committees

cli-seat = seat { $seat }
cli-leaf = leaf { $leaf }
cli-key = key { $key }
cli-yes = yes
cli-no = no
cli-show-key = show your key { $key } to the keeper of the pool and the witness officer; waiting for both
cli-let-vouch = let the keeper of the pool and the witness officer vouch for it, then repeat this command
cli-door-seat = key { $key } at { $seat } since { $asked }: { $leaf }
cli-door-no-member = no member named yet
cli-door-no-choice = no choice offered: identity checked by an officer
cli-door-officer = it asks for the officer alone
cli-door-face = it consents to a match of its face
cli-door-words = keeper { $keeper }, officer { $officer }; { $choice }
cli-face-match = faces match: similarity { $similarity }, threshold { $threshold }, model { $model }
cli-face-differ = faces differ: similarity { $similarity }, threshold { $threshold }, model { $model }
cli-face-delete = delete both pictures now
cli-face-unsigned = nothing was signed: look at the document; then vouch with --although-different, or not at all
cli-evaluation-over = the evaluation is over: the key signs nothing more
cli-blank-sheet = { $path }: { $bids } bids, { $criteria } criteria each
cli-fill-sheet = fill it in and give it with `ximu committee sheet`; the file is yours alone
cli-bid = bid { $bid }
cli-bid-told = bid { $bid }: { $told }
cli-paper-file = file { $name } ({ $bytes } bytes)
cli-paper-page = { $file } page { $page }
cli-paper-answered = criterion { $criterion } is answered in { $places }
cli-paper-untrue = untrue: what { $holder } gave is not what the bidder dealt; tell the supervisor
cli-pool-frozen = { $path }: { $experts } experts, { $recused } of them recused
cli-drawn-member = member
cli-drawn-declined = declined
cli-drawn-count = { $ours } of the { $members } experts stand in { $book }

## ximu committee see

see-next = next { $next }
see-next-sit = sit: take a seat
see-next-declare = declare: whether you have a conflict of interest
see-next-chair = chair: vote for one
see-next-sheet = sheet: give your scores
see-next-correct = correct: a score is out of range, or members differ on an objective criterion
see-next-justify = justify: most members call a score of yours abnormal; without reasons the mean of the others takes its place
see-next-sign = sign: the report, or dissent
see-next-wait = wait: others have something to do
see-next-over = over: nothing more
see-member = member { $place } { $leaf }
see-at = at { $seat }
see-undeclared = has not declared
see-no-conflict = no conflict
see-conflict = has a conflict
see-you = you
see-chair = chair
see-replace = must be replaced
see-objective = objective: all give the same
see-subjective = subjective
see-criterion = criterion { $id }: 0 to { $points }, { $scale } decimals, { $kind }; { $title }
see-bid = bid { $bidder } { $price }{ $rejected }
see-rejected = rejected: { $ground }
see-sheet = sheet { $set } for { $count } bids, until { $until }
see-called = called abnormal by { $calls }
see-mean = the mean of the others counts instead
see-reasons = reasons are given
see-score = score { $bidder } { $criterion } by member { $member }: { $score }{ $marks }
see-no-answer = no answer yet
see-clarification = clarification { $number } of { $bidder }: { $asked } -- { $answer }
see-proposal = proposal { $number } to reject { $bidder }: { $agree } for, { $against } against
see-rank = rank { $rank } { $bidder }: criteria { $criteria } + price { $price } = { $total }
see-report = report { $report } to sign until { $until }
see-stand = member { $member }: { $stand }

## Centres

cli-not-founded = not founded yet: it answers, and takes one command, by the first administrator. Next:
cli-registered-before = registered before; the register has this party
cli-give-id = give this id to an officer of the centre, who admits it with `ximu admin admit`
cli-party-unseen = no party of this key is in a cosigned checkpoint; ask later: `ximu key show FILE --centre URL`
cli-backed-up = { $files } files in { $folder }, list { $list }
cli-backup-without = keys, ximu.toml and policies are not in it: keep them elsewhere
cli-restored = { $files } files restored to { $folder }
cli-restored-silent = not restored: what this witness has cosigned. It signs nothing for its logs, because a
cli-restored-second = witness that has forgotten could sign a second history. Custody and shares are served.
cli-restored-draws = In procedures published before now it gives to no draw and answers no opening: it may have done so.
cli-restored-key = Give it a new key in the next policies, or restore again with --nothing-cosigned-since
cli-restored-next = next: put keys and ximu.toml in place, run `ximu admin doctor`, then `{ $next }`
cli-doctor-ok = ok
cli-doctor-trouble = TROUBLE
cli-doctor-to-do = to do: { $advice }
doctor-on = { $name } on { $listen }
doctor-peer = { $name } answers, { $off } s
doctor-journal = { $size } leaves of { $origin }, each with its own hash
doctor-unfounded = not founded yet
doctor-root = decided again, root { $root }
doctor-clock = the newest record is stamped { $last }
doctor-clock-ahead = the newest record is stamped { $last }, and it is { $now }
doctor-clock-none = nothing is recorded yet
doctor-kept = the kept checkpoint of size { $size }: { $error }
doctor-kept-root = the kept checkpoint of size { $size }: its root is not this log's
doctor-checkpoints = { $count } checkpoints, the newest covers { $leaves } leaves
doctor-unpublished = no checkpoint is published yet
doctor-no-key = the register names no centre key
doctor-published = the checkpoint covers { $size } leaves
doctor-published-other = the published checkpoint of size { $size } is not of this history
doctor-vault = { $count } disclosed objects, all whole
doctor-vault-missing = { $count } objects are missing or damaged: { $names }
doctor-policies = { $count } of them, each names this peer
doctor-epochs = { $count } keys, all whole
doctor-holder = all it has signed is whole
doctor-directory = it knows whose it is
doctor-directory-missing = expected { $identity } in { $path }, found none
doctor-fork = this witness holds proof of two histories of { $origin }
doctor-remembers = it remembers what it cosigned of { $origin }
doctor-forgot = it does not remember what it cosigned of { $origin }, and signs nothing for it
doctor-custody = every copy is whole
doctor-custody-damaged = { $count } copies are damaged, the first { $first }
doctor-centre = { $origin } answers
doctor-centre-other = expected the log { $origin } at { $address }, found { $found }

## Audit and records

cli-verify-more-json = ; --json lists them all
cli-verify-consistent-pin = ; compare this fingerprint with another source and pin it with --policy
cli-exported = { $path } ({ $bytes } bytes)
cli-archived = { $path }: { $count } envelopes
cli-ocds = { $folder }: { $releases } releases, { $records } records
cli-ocds-placeholder = prefix { $prefix }: a placeholder, registered with nobody
cli-step-leaf = leaf { $leaf } of { $size }, hash { $hash }
cli-step-said = said: { $said } by { $actor }
cli-step-clock = the centre's clock
cli-step-signed = signed: { $body }
cli-step-key = by key: { $key }
cli-step-followed = followed: { $events }
cli-step-stage = stage: { $before } -> { $after }
cli-step-none = none
cli-step-decided = decided again: the same, root { $root }
cli-bench-head = bench
cli-bench-tool = tool
cli-bench-wall = wall s
cli-bench-cpu = cpu s
cli-bench-peak = peak MiB
cli-bench-ratio = { $bench }: ximu / { $against } = { $ratio } by wall time
