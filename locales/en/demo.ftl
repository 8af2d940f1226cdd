demo-title = The Ximu rehearsal: a public tender from notice to contract and archive, all on this machine, and nobody in it has to be trusted.
demo-folder = Data directory: { $folder } (stop at any time; starting again with it continues)
demo-folder-temporary = The system may delete what lies in { $place }; --data-dir names a place to keep.
demo-resumed = Continuing an earlier rehearsal: every step already done gets the same answer as then.
demo-places = Yichang hosts; { $count } other centres run on their own: { $names }. They witness the log, keep second copies of the ciphertexts and hold shares of the keys; the host holds no share.
demo-escrow = Any { $t } of them together can open a bid; fewer than { $t } learn nothing.
demo-page = Pages: { $url }
demo-policy = Fingerprint of the witness policy: { $policy }
demo-policy-why = Whose signatures count stands in this policy alone. To verify, take it from elsewhere and not from the centre.
demo-registered = The register is founded and { $count } firms are registered and admitted: { $bidding } that will bid and { $watching } that will not. The log holds no names, only salted commitments.
demo-published = Published: { $title } ({ $id })
demo-deadline = Bids until { $time }. The rehearsal maps a day to { $day }, so the law's twenty days take { $days }.
demo-sealing = The firms are sealing their bids on their own machines. Only ciphertext, commitments and signatures leave them.
demo-sealing-why = All that anybody else sees now are beats of equal size in the log: one bid or a hundred look exactly alike.
demo-asked = Somebody asked anonymously, and the tenderer has answered all at once (question { $count }). The key of a question is used once: not even the host knows who asks.
demo-coefficient = The coefficient is drawn: K = { $value }. The centres gave their random numbers sealed, before the opening, and they open together; the list was fixed before any price was known, and there is no second draw.
demo-drawing = The experts are drawn: the pool is kept in Jiangsu and stands in the log as salted leaves only; the host does not know who any of them is.
demo-drawn = The committee's { $count } seats are filled. The seed is made of all centres' random numbers and anyone computes it again; who was drawn the keeper of the pool alone knows.
demo-frozen = The keeper of the pool freezes { $experts } experts as salted leaves before anybody gives to the draw; one of them, near kin of a bidder's manager, is recused. No name leaves the keeper's book.
demo-declined = One who was drawn is ill; the next of the same draw takes the seat: there is no second draw.
demo-objected = { $firm } objects to the first candidate: the clock of the publication stands still until the tenderer answers.
demo-objection-answered = The tenderer has answered the objection (rejected). The publication lasts longer by the time the clock stood still.
demo-seated = The experts take their seats at the guest venue in Jiangsu: the keeper of the pool and a witness officer have seen each person and sign for the seat's key, which is used this once. No name enters the log. No models for faces are set up here: identity checked by an officer.
demo-read = The holders give their shares of the documents to the five seats and to nobody else; at its seat each member opens the documents of { $bids } bids, checks every envelope whole, and finds beside each criterion where the bidder answers it. The host sees none of it.
demo-clarified = The committee asked one bidder to clarify, and it answered in writing: there is no field for a price in it, and no price can change.
demo-evaluated = The evaluation is over: the sheets of { $count } members came sealed and were opened together, and the report is signed. All of it is disclosed at once, and every step can be decided again.
demo-row-total = { $rank }. total { $total } (criteria { $criteria } + price { $price })  { $firm }
demo-receipt = { $firm } has its receipt: the ciphertext is on the disks of two centres, the record is in the log, and the witnesses cosigned it at { $time }. The host can no longer change or lose it.
demo-replaced = { $firm } replaced its bid by a lower one. Only it and the host's writer know.
demo-withdrawn = { $firm } withdrew before the deadline: lawful, without penalty, and never to be opened.
demo-refused-late = { $firm } is one second late. It gets a refusal signed by the centre: { $reason } [{ $code }]; the refusal goes into the log too, so that nobody can quietly let it pass.
demo-refused = { $firm } was refused: { $reason } [{ $code }] (the refusal is signed by the centre).
demo-meanwhile = Meanwhile the hall in the browser is worth a look: each beat adds one equal box, the closer to the deadline the more of them. How many bids there are, and whose, no amount of looking tells.
demo-closed = Closed. The last beat fell on the deadline and is cosigned; the list is fixed: { $listed ->
    [one] { $listed } bid counts
   *[other] { $listed } bids count
}{ $other ->
    [0] , and nothing that was submitted is missing on it.
    [one] , { $other } submission does not ({ $why }).
   *[other] , { $other } submissions do not ({ $why }).
}
demo-your-turn-release = ▶ Your turn: sign in and release the key on the bid page. A bid that is not released when the window ends is treated as the documents say.
demo-window = The window is open until { $time }: bidders hand over their keys from their own offices. The keys are sealed to the other centres; the host cannot read them before the window ends.
demo-rescue = { $firm } has lost its key and asks for rescue: the notice allows it, and the other centres will open its form together.
demo-window-ended = The window is over for all: { $released ->
    [one] { $released } key
   *[other] { $released } keys
} handed over, { $rescued } asked for rescue, { $silent ->
    [one] { $silent } stays closed by its bidder's own fault
   *[other] { $silent } stay closed by their bidders' own fault
} (revoked, sealed for ever).
demo-window-why = No price was visible before, so nobody could hear the others first and then choose to fail.
demo-shares = Decided the whole log again from its first leaf, found it the same, and only then released shares: { $name } ({ $have } so far, { $need } needed).
demo-opened = { $count ->
    [one] { $count } price is published in one entry:
   *[other] { $count } prices are published at once, in one entry:
}
demo-row = { $price }  { $firm }
demo-row-void = -  void: { $reason }  { $firm }
demo-rescued-mark = { " " }(opened by rescue)
demo-words = The price of the first, in financial numerals: { $words }
demo-candidates = The candidates follow from the published method, the same for whoever computes it; published until { $time }.
demo-awarded = Awarded: { $firm }, { $price }.
demo-contract = The contract is signed: { $firm }, { $price }, exactly the price of the award; the centre takes no other.
demo-contract-why = The log holds a salted commitment to its text and no word of it: { $hash }
demo-contract-file = Whoever is shown both of these can check that it is this contract: { $file } and { $salt }
demo-bonds = The bid bonds of all { $count } bidders are returned, an entry for each.
demo-bonds-why = The law gives five days from the contract; the log names by itself whose bond is not returned by then. Whether the money came, the bidder alone can say.
demo-archived = The host has sealed the whole record for keeping: { $file } ({ $bytes } bytes). Its hash stands in the log, so that no other can be shown later.
demo-archived-why = It holds the public record up to the contract and every ciphertext that was submitted, still closed. Only the keeper of the records has what opens it: { $identity }
demo-archived-verify = Check it without the centre, in years too: { $program } verify { $file } --identity { $identity } --policy { $policy }
demo-failed = The tender failed ({ $reason }): bids that were not opened stay sealed. By law it is repeated.
demo-restarted = The process of { $name } died and was started again: everything it promised still holds.
demo-bundle = The public bundle: { $file } ({ $bytes } bytes). It holds all public matter that a check needs.
demo-verify = Now a stranger's program checks it, without a network, under the pinned policy alone:
demo-verify-again = Check it yourself: { $program } verify { $file } --policy { $policy }
demo-age = Or open a form without this program: age -d -i { $key } { $form } | tar xO form.json
demo-not-proven = What it does not prove: that nobody was bribed, that the documents were not tailored, that bidders did not collude outside, that no { $t } centres conspired.
demo-done = Done in { $seconds } s.
demo-stay = The pages stay up: { $url }. Ctrl-C ends it.
demo-waiting-deadline = { $seconds } s to the deadline
demo-waiting-window = { $seconds } s to the end of the window
demo-waiting-publication = { $seconds } s to the end of the publication
demo-waiting = under way
demo-seat-address = ▶ A bidder's seat is yours. Open in a browser: { $url }
demo-seat-key = 1. In "Signing key" make a key; in "Registration and admission" type the organisation "{ $name }" and register; an officer admits you within seconds. The papers bear this name; if you register another one they are written anew in that name when you are admitted, so register before you choose files.
demo-seat-papers = The papers are written anew in the name that you registered: { $name }.
demo-seat-form = 2. Fill in the form; this priced bill can be imported: { $bill } (change its prices as you like).
demo-seat-files = 3. For the documents you can use those in this folder: { $folder }
demo-seat-seal = 4. Seal, save the bid's folder, upload and submit; wait for the receipt, then save it. Leave the page open.
demo-seat-open = 5. After CLOSE use "Sign in and release the key" in the last step of the same page. Your rank then stands on the tender's record page.
demo-seat-nothing = You may also do nothing: everybody else goes on as the law says.
demo-seat-supervisor = ▶ The supervising authority's seat is yours. Open the desk in a browser: { $url }
demo-seat-supervisor-key = 1. In "Your key" open the key file: { $key }
demo-seat-supervisor-suspend = 2. Choose "Order": suspend, with the article, the reason and the end; check and sign. The hall says "suspended", and its clock counts to the end of that: { $url }
demo-seat-supervisor-resume = 3. Order again: resume; or do nothing and let it lapse. The time that stood still is added.
demo-seat-supervisor-complaint = 4. When the candidates are published, a firm complains: accept the complaint, then decide it.
demo-seat-host = ▶ The seat of the centre's administrator is yours. Open the desk of the register in a browser: { $url }
demo-seat-host-key = 1. In "Your key" open the key file: { $key }
demo-seat-host-admit = 2. Two firms register after the publication and wait; their ids are told here. Choose "Admit a party", compare name and id, tick "bidder", check and sign.
demo-seat-host-last = 3. Without it they cannot bid; at the last moment before the deadline another officer admits them.
demo-waits-for-admission = { $name } has registered as { $party } and waits for its admission.
demo-decide = A complaint is not decided yet: the supervising authority has up to { $seconds } seconds more, then the contract is signed.
demo-complained = ▶ Your turn: accept the complaint at the desk, then decide it. A firm that is not content with the answer to its objection complains to the supervising authority.
demo-suspended = The supervising authority suspends the tender until { $time }; until then nobody goes on.
demo-goes-on = The supervising authority lets the tender go on; the time that it stood still counts for no period.
demo-evaluator-address = ▶ An expert's seat on the evaluation committee is yours. After the opening, open in a browser: { $url }
demo-evaluator-wait = Watch the opening first; after the experts are drawn it is your turn, and you are told here.
demo-evaluator-now = ▶ The evaluation begins. On the evaluation desk, in this order:
demo-evaluator-key = 1. In "Seat key" make and save a key; in "Taking the seat" ask for the seat. The keeper of the pool and the witness officer vouch within seconds, and the page sits down by itself.
demo-evaluator-declare = 2. In "Conflicts of interest" choose "No" and declare; in "Chair" vote for one, unless there is one already.
demo-evaluator-sheet = 3. In "Score sheet" score every bid; this table of suggested scores can be imported: { $table } (change them as you like; an objective score that you change must be agreed on afterwards). Then seal and give it.
demo-evaluator-review = 4. When all sheets are opened at once, look at them in "Review"; a score of yours that was added up wrongly can be corrected, with a reason.
demo-evaluator-sign = 5. When the deliberation is over, read the report in "Report", then sign it or dissent in writing; at last "Leave and end the session".
demo-evaluator-nothing = You may also do nothing: after the time for sheets the keeper says that you cannot be reached, and an alternate takes the seat.
demo-did = ▷ Your seat: { $deed }; it stands in the log.
demo-did-about = ▷ Your seat: { $deed }, { $about }; it stands in the log.
demo-did-refused = ▷ Your seat: { $deed }; refused ({ $code }).
demo-did-veiled = ▷ Your seat: { $deed }. The members see it; in the log there is a veil for now.
demo-did-registered = ▷ Your seat: { $name } has registered as { $party } and waits for its admission.
demo-did-admitted = ▷ Your seat: admitted, and may bid. Whether it does, and what it bids, nobody here knows before CLOSE either.
demo-did-not-admitted = { $name } waited for you in vain: another officer admits it at the last moment.
demo-did-listed = ▷ Your seat: the bid is on the list (version { $version }).
demo-did-not-counted = ▷ Your seat: what was submitted does not count.
demo-did-stands = ▷ Your seat, on the committee's report: { $stand }
