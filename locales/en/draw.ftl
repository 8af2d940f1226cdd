fact-contributed = { $who } gave a sealed contribution to { $set }.
fact-set-listed = { $count ->
    [one] The list of { $set } is fixed: { $count } contribution. Nothing can be added any more.
   *[other] The list of { $set } is fixed: { $count } contributions. Nothing can be added any more.
}
fact-set-listed-silent = { $count ->
    [one] The list of { $set } is fixed: { $count } contribution. Silent: { $silent }.
   *[other] The list of { $set } is fixed: { $count } contributions. Silent: { $silent }.
}
fact-set-released = { $holder } checked the record and released its shares for { $set }.
fact-contribution-voided = The contribution of { $who } to { $set } does not count: { $why }.
fact-set-opened = { $valid ->
    [one] Opened: { $set }. { $valid } contribution counts.
   *[other] Opened: { $set }. { $valid } contributions count.
}
fact-coefficient-drawn = Coefficient { $name } is drawn: { $value }, number { $place } of its list. Seed { $seed }.
fact-draw-failed = No contribution counts in { $set }. Nothing is drawn, and there is no second draw.
command-contribute = contribution to a draw
command-release-set = share release for a draw
set-void-shares-missing = too few holders found a share in it
set-void-unreadable = it does not open
set-void-context-differs = it was sealed for something else
set-void-manifest-unsigned = it is not signed by its author
set-void-escrow-differs = its shares were dealt badly
set-void-content-malformed = it does not hold what a contribution must
stage-nothing-drawn = nothing could be drawn
fact-pool-frozen = The pool { $pool } is frozen under the root { $root }. Contributions are taken until { $until }.
fact-pool-too-small = The pool { $pool } has { $found } { $stratum } experts that may be drawn, and { $needed } are needed. The next pool is drawn from.
fact-drawn-stratum = { $members } { $stratum } ({ $alternates } alternates)
fact-experts-drawn = Experts are drawn from the pool { $pool }: { $strata }. Seed { $seed }. Only the pool's keeper knows who they are.
fact-expert-declined = One { $stratum } expert cannot come; the next alternate takes the seat.
fact-expert-declined-last = One { $stratum } expert cannot come, and no alternate is left. The next pool is drawn from.
stage-drawing = drawing the experts
hall-notice-drawing = The experts of the committee are being drawn. Several centres give random numbers; nobody alone can choose.
stratum-technical = technical
stratum-economic = economic
stratum-of-region = { $stratum } ({ $region })
set-coefficient = the draw of coefficient { $name }
set-experts = draw { $number } of experts
record-draws = Draws
draw-coefficient = Coefficient { $name } = { $value }
draw-coefficient-name = Coefficient { $name }
draw-values = Drawn from { $values }.
draw-seed = Seed
draw-root = Root
draw-committee = Experts of the committee
draw-pool = Pool { $pool } frozen:
draw-pool-size = { $count } { $stratum };
draw-recused = { $count } recused ({ $ground }).
draw-leaf = Number in the draw
draw-stratum = Field
draw-seat = { $stratum } { $leaf }…
draw-again = The seed is made of all random numbers on the list; the list was fixed before they were opened, and there is no second draw. Anyone computes it again from the public bundle by the specification of draws. Whom a number in the draw stands for the keeper of the pool alone knows before the sign-in.
seat-drawn = drawn
seat-alternate = alternate, seated
seat-declined-for = cannot come, the keeper says: { $ground }
decline-ill = ill or hindered
decline-recused = must keep away, found only now
decline-unreachable = not reached in time
decline-refused = said no
seat-declined = cannot come
giver-counts = counts
giver-void = void
giver-silent = gave none
recusal-employment = employment
recusal-kin = near kin
recusal-interest = interest
recusal-authority = supervising authority
recusal-barred = barred from evaluating
step-draw = Experts drawn
step-draw-when = after the reading
stage-evaluating = evaluation
stage-all-rejected = every bid was rejected
stage-competition-lacking = competition was lacking
hall-notice-evaluating = The committee evaluates. What it does is committed to in the log and shown when it has concluded.
fact-seat-taken = A member of the committee sits at { $seat }: { $identity }.
fact-seat-left = A member of the committee has left its seat.
fact-delegate-replaced = The tenderer sends another member; what the one before said counts for nothing.
fact-outage-before = Before the evaluation began the venue { $venue } went out; everything stands still. If it is still out after { $until }, the tenderer decides whether there is a new committee; a recheck waits.
fact-outage-during = During the evaluation the venue { $venue } went out; everything stands still. If it does not work again by { $until }, a new committee starts afresh.
fact-outage-ended = The venue works again and the evaluation goes on; the time it was out counts in no period.
fact-committee-dissolved = After the outage a new committee starts afresh: the alternates whom the draw put next take the { $members } places. What was said before counts for nothing, and sheets that were sealed stay sealed.
fact-evaluation-concluded = The evaluation is concluded: { $scored } bids ranked, { $rejected } rejected. What the committee did is disclosed.
fact-all-rejected = The committee rejected every bid; the procedure ends without candidates.
fact-competition-lacking = Too few bids were left, and the committee found that competition was lacking; the procedure ends without candidates.
