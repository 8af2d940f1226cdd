# The command line: what was expected and what was found. What to do is in advice.ftl.

## Every command

found-at = { $place }: { $error }
found-output = write standard output: { $error }
found-file-read = read { $path }: { $error }
found-file-write = write { $path }: { $error }
found-file-remove = remove { $path }: { $error }
found-file-make = make { $path }: { $error }
found-file-folder = make the folder { $path }: { $error }
found-file-name = name { $path }: { $error }
found-file-encode = encode { $path }: { $error }
found-noun-policy = the policy
found-noun-commitment = the commitment
found-no-file = expected a file at { $path }, found none
found-no-folder-for = expected a folder in which { $path } can be made, found no such folder
found-denied = expected to use { $path }, found that this account may not
found-is-folder = expected a file at { $path }, found a folder
found-is-file = expected a folder at { $path }, found a file
found-full = expected room on the disk for { $path }, found none
found-no-text = expected text in { $path }, found bytes that are none (UTF-8)
found-pin-missing = expected the 64 hexadecimal digits of a fingerprint or a policy file, found neither: there is no file { $text }
found-file-exists = expected no file at { $path }, found one
found-folder-exists = expected no folder at { $path }, found one
found-name-taken = expected a free name, found { $path }
found-name-text = { $path }: expected a file whose name is text
found-too-long = { $path }: expected at most { $max } bytes, found more
found-language = expected a language zh or en, found { $tag }
found-randomness = expected randomness of the system, found: { $error }
found-no-terminal = expected a passphrase from the terminal, found: { $error }
found-listen = expected to listen on { $listen }, found: { $error }
found-listen-taken = expected to listen on { $listen }, found a port which another program has
found-values = expected { $expected }, found { $found }
found-values-named = expected { $noun } { $expected }, found { $found }
found-cut = expected at least { $expected } bytes, found that the file ends after { $found }
found-cut-in = expected at least { $expected } bytes, found that the file ends after { $found } ({ $path })
found-byte = at byte { $at }
found-byte-in = at byte { $at } ({ $path })
found-the-end = the end
found-bundle-byte = expected what a bundle of these files has { $place }, found { $found }
found-bundle-checksum = expected the checksum of the file's bytes { $place }, found { $found }
found-bundle-begin = expected a bundle, which begins with PK, found { $found }
found-runtime = the system gives no threads: { $error }
found-no-table = { $path }: expected a table [{ $table }], found none
found-store = expected --store sqlite:FOLDER, found { $found }
found-policy = the policy: { $error }
found-centre-policy = the centre's policy: { $error }
found-founding-policy = the founding policy: { $error }
found-pin = expected the 64 hexadecimal digits of a fingerprint or a policy file, found { $digits } digits: { $text }
found-no-policy = { $text }: expected a witness policy, found another file ({ $error })
found-policy-differs = expected the policy { $expected }, found a centre under the policy { $found }
found-procedure-unlogged = expected the procedure { $procedure } in the log of { $origin }, found none
found-procedure-at = expected the procedure { $procedure } at { $address }, found none
found-tender-state = the tender's state: { $error }
found-log-missing = { $server }: expected the entry bundle { $path }, found none
found-centre-key = { $server }: expected the verifier key of its log, found: { $error }
found-peer-address = expected an address of the peer { $name } at { $server }, found none
found-acknowledgement = the centre's acknowledgement does not hold: { $error }
found-uncosigned-command = expected the command in a cosigned checkpoint, found it in none yet
found-no-documents = --doc: expected amend, answer or publish, found a command without documents
found-clock-off = expected a clock within { $max } ms of the other centres', found it { $named }
found-clock-ahead = { $ms } ms ahead of { $name }
found-tls-certificates = { $path }: expected certificates, found: { $error }
found-tls-key = { $path }: expected a private key, found: { $error }
found-tls-pair = { $path }: expected the key of this certificate, found: { $error }

## Keys

found-passphrase = { $path }: expected the passphrase it was locked with, found another
found-passphrase-twice = expected the same passphrase twice, and not an empty one
found-key-file = { $path }: expected a key file (a line ximu-key/1, a line `public`, a line `secret` or `locked`), found something else
found-key-access = { $path }: expected a key only its owner can read, found mode { $mode }
found-key-party = expected a key that gives a party id, found another

## Bids

found-bid-unsealed = expected a sealed bid with { $path }, found none
found-bid-sealed = expected a folder without a bid, found one in { $folder }
found-bid-unsubmitted = expected a submitted bid in { $folder }, found none
found-no-lot = expected a tender with a lot for { $name }, found none
found-no-form = expected a form committed to, found none
found-criterion = expected a criterion of this tender, found { $criterion }
found-answer-file = expected a file of this bid for { $criterion }, found { $file }
found-origin-differs = expected the log { $expected }, found a centre with { $found }
found-receipt-policy = the receipt does not hold: expected the policy { $expected } under which the bid was sealed, found { $found }
found-receipt-no-acknowledgement = the receipt does not hold: there is no acknowledgement
found-receipt-no-command = the receipt does not hold: there is no signed command
found-receipt-other-bytes = the receipt does not hold: it speaks of other bytes than the acknowledgement
found-receipt-missing = expected receipt.json in { $folder }, found none
found-receipt-forgotten = expected the centre to know the command it acknowledged, found that it does not
found-receipt-unknown = the centre knows no such command
found-receipt-late = expected a receipt, found none yet
found-no-application = expected a tender that takes applications, found none in { $procedure }
found-credential = --credential: expected one of { $named }, found { $found }
found-credential-missing = --credential: expected one for each of { $named }, found none for { $id }
found-bond-kind = --bond: expected one of { $kinds }, found { $found }
found-other-command = { $path }: expected an application for { $procedure }, found another command
found-no-centre-or-policy = expected --centre or --policy, found neither

## Tenderers

found-doc-too-long = { $path }: expected at most { $max } bytes
found-holder = expected the holder { $holder } among the witnesses of the policy, found it nowhere
found-epoch-unsigned = { $holder }: expected a key signed by the one the policy pins, found another
found-rules = the rules do not hold, { $count } fault(s):
found-rule = { $place }: { $key } [{ $code }] { $meaning } ({ $said })
found-salt = { $path }: expected 64 hexadecimal digits

## Committees

found-seat-key = expected the key of a seat of this committee, found another
found-committee-late = expected the committee's work in a cosigned checkpoint, found it in none yet
found-no-voucher = expected a key that may vouch for a member of this committee, found another
found-not-waiting = --vouch { $key }: expected a seat key that waits, found none
found-no-leaf = --leaf: expected which member it is, found nothing
found-seat-unvouched = expected the keeper and the witness officer to vouch, found not both
found-new-form-leaf = --leaf: expected your leaf for a new form, found none
found-seat-differs = { $path }: expected the form of this key, seat, leaf, procedure and --identity, found another
found-leaf-differs = { $path }: expected the leaf { $expected }, found { $found }
found-draft-differs = expected the report { $report } of the draft, computed another
found-no-draft = expected a draft of the report in force, found none
found-no-papers = expected a committee that reads documents, found rules without `papers`
found-bid-not-evaluated = --bid { $bid }: expected a bid that is evaluated
found-misfit-missing = nothing stands there
found-misfit-number = no number of this criterion's decimals
found-misfit-range = below 0 or above the criterion's points
found-sheet = { $path }: { $places }
found-no-criterion = --criterion { $criterion }: expected a criterion of the rules, found none
found-score = --score { $score }: expected a number from 0 to { $points } with at most { $scale } decimals
found-same-file = --command: expected another file than --book's, found the same
found-line = { $path }, line { $number }
found-expert-twice = { $path }, line { $number }: expected every expert once, found { $record } again
found-no-expert = { $path }: expected one expert a line, found none
found-stratum = expected a stratum, found { $found }: { $error }
found-no-record = expected what the keeper knows the expert by, found nothing
found-columns = expected three columns at most, found { $found } too
found-ground = expected a ground, found { $found }
found-not-drawn = expected experts who were drawn, found none
found-face-keeper = --face-document: expected --as officer, found keeper
found-face-no-choice = expected the member's consent to a match of its face, found no choice
found-face-officer = expected the member's consent to a match of its face, found that it asks for the officer alone

## Centres

found-no-journal = expected the data directory of a centre, found no journal in { $path }
found-no-data = expected the data directory of a centre or a peer, found neither journal nor { $identity } in { $path }
found-data-there = expected a data directory without data, found one of `{ $found }` in { $path }
found-backup-path = expected paths below { $parts }, found { $found }
found-backup-hash = { $path }: expected { $expected }, found { $found }
found-unfounded = this log is not founded yet
found-operation-text = an operation is not text
found-name-unleft = the name is registered and could not be left in the vault
found-name-differs = expected the name { $expected }, under which this key is registered as { $party }, found { $found }
found-name = --name: expected one line of 1 to { $max } bytes without control or direction characters, found { $found }
found-policy-log = expected a line `log { $key }` in the policy, found none
found-no-such-policy = these make no policy: { $error }

## Audit and records

found-not-archive = --identity: expected an archive, found a bundle
found-no-identity = expected the identity that opens this archive
found-archive-closed = the archive does not open: { $error }
found-no-bundle-beside = expected the bundle beside which the report is checked, found none
found-no-tender = expected a file or the address of a tender, .../tenders/ID, found { $found }
found-kind = expected one of { $kinds }, found { $found }
found-one-tender = expected one tender of { $ids }, found none or several
found-record-not-ready = the { $kind } cannot be made yet: what it records has not happened, or is not settled
found-ocid-prefix = the prefix of ocids: { $error }
found-ocds-base = the address in OCDS data: { $error }
found-no-procedure = expected the procedure { $procedure } in the journal, found none
found-not-ended = expected a procedure that has ended, found { $stage }
found-vault-envelope = expected the envelope { $commitment } in the vault, found none that is whole
found-vault-form = expected the form { $commitment } in the vault, found none that is whole
found-vault-document = expected the document { $name } in the vault, found none that is whole
found-no-checkpoint = expected a cosigned checkpoint, found none yet
found-leaf-below = expected a leaf below { $size }, found { $found }
found-bench-bundle = expected --bundle FILE with `verify`, found none
found-tool = run { $tool }: { $error }
found-tool-failed = expected { $tool } to succeed, found { $status }
found-demo-number = --{ $what }: expected a number from { $from } to { $to }, found { $found }
found-demo-odd = --experts: expected an odd number (L37), found { $found }
found-demo-foreign = expected an empty folder or one that `ximu demo` made, found other files in { $folder }
found-demo-no-port = expected a free port on 127.0.0.1, found none
found-demo-policy = the policy cannot be written
found-demo-unasked = nothing was asked
found-demo-silent = the processes do not answer; see { $logs }
found-demo-standstill = expected the tender to go on from the stage { $stage }
found-demo-state = the tender's state: { $error }
found-demo-ended = the demonstration was ended
found-demo-executable = this executable's own path: { $error }
found-demo-start = start { $name }: { $error }
found-demo-forgotten = { $firm }: the centre does not know an acknowledged command
found-demo-refused = { $step } in the demonstration: { $detail }
found-demo-running = expected a folder in which no demonstration runs, found one that runs in { $folder }
found-process-ends = expected { $name } to keep running, found it ended { $times } times; the last that it said: { $last }
found-process-silent = expected { $name } to keep running, found it ended { $times } times without a word
found-demo-argument = expected --{ $what } { $kept } as the rehearsal in { $folder } began, found { $found }
found-demo-seat = expected --seat as it was as the rehearsal in { $folder } began, found another
found-demo-fast = expected --fast left out as the rehearsal in { $folder } began, found it
found-demo-seed = expected the seed that { $folder } was made with, found --seed { $seed }
