// @ts-check
/**
 * `<ximu-evaluate>`: the desk of a committee's member. The server rendered the steps; this element walks through them. The
 * key of the seat, what the committee did and the scores stay in this page and its Worker (`worker`), which decides the
 * whole log again before anything is signed; what all desks share is in `walk`, tables and lists are in `evaluate-view`.
 * The browser keeps one thing, an unfinished sheet, locked with the seat's key.
 */
import { AbnormalScores } from "./evaluate-abnormal.js";
import { ReviewTables, fill, option } from "./evaluate-view.js";
import { Papers } from "./evaluate-papers.js";
import { ReportReading } from "./evaluate-report.js";
import { ScoreSheet } from "./evaluate-sheet.js";
import * as net from "./net.js";
import { $, ASK_MS, Walk } from "./walk.js";

class XimuEvaluate extends Walk {
  /** @type {any} what this member sees, decided again */
  view;
  /** @type {string | undefined} how identity shall be checked, where the centre offers a choice */
  choice;
  /** @type {any} the own line at the door */
  line;
  /** The public state that was looked at last. */
  looked = "";
  /** @type {ScoreSheet | undefined} */
  sheet;
  /** @type {ReviewTables | undefined} */
  tables;
  /** @type {AbnormalScores | undefined} */
  abnormal;
  /** @type {Papers | undefined} */
  papers;
  /** @type {ReportReading | undefined} the report as it stands on the page */
  reading;
  left = false;
  /** @type {string | undefined} whose seat it was: afterwards the log has none any more */
  was;

  async connectedCallback() {
    this.sheet = new ScoreSheet(this);
    this.tables = new ReviewTables(this);
    this.abnormal = new AbnormalScores(this);
    this.papers = new Papers(this);
    this.reading = new ReportReading(this);
    this.addEventListener("click", (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      if (target instanceof HTMLButtonElement && target.type === "button") void this.pressed(target);
    });
    $("key-file").addEventListener("change", () => void this.loadKey());
    for (const id of ["conflict-no", "conflict-yes"]) {
      $(id).addEventListener("change", () => ($("conflict-form").hidden = !$("conflict-yes").checked));
    }
    $("score-file").addEventListener("change", () => void this.sheet?.importScores());
    $("scores").addEventListener("input", () => void this.sheet?.typed());
    $("sheet-own").addEventListener("input", () => void this.sheet?.typed());
    await this.begin();
    void this.watch();
  }

  /** @param {HTMLButtonElement} button */
  async pressed(button) {
    if (button.dataset.vote) return this.voteRejection(Number(button.dataset.proposal), button.dataset.vote === "yes");
    const actions = /** @type {Record<string, () => any>} */ ({
      "computer-again": () => this.begin(),
      "key-make": () => this.makeKey(),
      sit: () => this.sit(),
      declare: () => this.declare(),
      "chair-vote": () => this.say("chair", { type: "choose_chair", chair: $("chair").value }),
      "papers-open": () => this.papers?.open(),
      "sheet-seal": () => this.sheet?.seal(),
      correct: () => this.correct(),
      "abnormal-call": () => this.abnormal?.call(),
      "abnormal-justify": () => this.abnormal?.justify(),
      clarify: () => this.clarify(),
      reject: () => this.reject(),
      "more-time": () => this.say("sheet", { type: "ask_more_time" }),
      draft: () => this.say("report", { type: "draft_report" }),
      sign: () => this.sign(),
      dissent: () => this.dissent(),
      leave: () => this.leave(),
    });
    await actions[button.id]?.();
  }

  /** What a request of this member is about. */
  place() {
    return { origin: this.centre.origin, procedure: this.tender };
  }

  /** The centre's clock, as far as this page knows it. */
  now() {
    return Math.round(Date.now() + this.offset);
  }

  /** @param {{public: string}} key */
  async keyReady(key) {
    await super.keyReady(key);
    if (!$("seat").value) $("seat").value = `seat-${key.public.slice(0, 6)}`;
    $("sit").disabled = false;
    this.looked = "";
    this.note("next-note", this.text("next-sit"));
  }

  /** Signs and gives a command. @param {any} command */
  async command(command) {
    const signed = await this.ask("sign", { ...this.place(), command });
    await this.heard(await net.give(signed.command), signed.id);
    this.looked = "";
  }

  /** @param {string} step @param {any} command @param {() => void} [then] */
  say(step, command, then) {
    return this.work(step, async () => {
      await this.command(command);
      this.note(`${step}-note`, `✓ ${this.text("given")}`);
      this.mark(step, "wait");
      then?.();
    });
  }

  /** Step 3: asks at the door; keeper and officer see the person and vouch for the key. */
  sit() {
    if (!this.key) return this.errors([["key-make", this.needStep("key")]]);
    const seat = $("seat").value.trim();
    if (!/^[A-Za-z0-9-]{1,64}$/.test(seat)) return this.errors([["seat", this.text("need-seat")]]);
    const chosen = /** @type {any} */ (this.querySelector("input[name=identity]:checked"));
    if ($("identity") && !chosen) return this.errors([["identity-officer", this.text("need-identity")]]);
    this.choice = chosen?.value;
    return this.work("seat", async () => {
      await this.askSeat(seat);
      $("sit").disabled = true;
      this.mark("seat", "wait");
    });
  }

  /** @param {string} seat */
  async askSeat(seat) {
    const asked = { ...this.place(), seat, choice: this.choice, at: this.now() };
    const { text } = await this.ask("call", { name: "seat_ask", argument: asked });
    const answer = await net.post(`/api/v1/tenders/${this.tender}/seats`, text);
    this.atDoor(answer);
  }

  /** @param {any} waiting */
  atDoor(waiting) {
    this.line = waiting;
    const said = (/** @type {any} */ word) => this.text(word ? "vouched" : "unvouched");
    const places = { keeper: said(waiting.keeper), officer: said(waiting.officer), key: waiting.key.slice(0, 16) };
    this.note("seat-note", this.text("at-door", places));
  }

  headers() {
    return this.ask("call", { name: "seat_headers", argument: { ...this.place(), at: this.now() } });
  }

  /** Looks whether both have vouched, and takes the seat. */
  async door() {
    const { door } = await this.headers();
    const answer = await fetch(`/api/v1/tenders/${this.tender}/seats`, { cache: "no-store", headers: door });
    // The time is over, or the centre has begun anew: the page asks again.
    if (answer.status === 404) return this.askSeat(this.line.seat);
    if (!answer.ok) return;
    this.atDoor((await answer.json()).seats[0]);
    if (!this.line.keeper || !this.line.officer || this.busy) return;
    await this.work("seat", async () => {
      const argument = { ...this.place(), waiting: this.line, choice: this.choice };
      const { command, id } = await this.ask("call", { name: "seat_take", argument, fresh: { nonce: 16 } });
      this.line = undefined;
      await this.heard(await net.give(command), id);
      this.looked = "";
      this.note("seat-note", this.text("seat-recorded"));
      this.mark("seat", "wait");
    });
  }

  /** Step 4. */
  declare() {
    if (!$("conflict-no").checked && !$("conflict-yes").checked) {
      return this.errors([["conflict-no", this.text("need-choice")]]);
    }
    let conflict = null;
    if ($("conflict-yes").checked) {
      const chosen = [...this.querySelectorAll("#conflict-with input:checked")];
      conflict = { bidders: chosen.map((box) => /** @type {any} */ (box).value).sort(), ground: $("conflict-ground").value };
    }
    return this.say("declare", { type: "declare", conflict });
  }

  /** Step 7: a score of one's own. */
  correct() {
    const [bidder, criterion] = $("correct-place").value.split(" ");
    const score = this.sheet?.scaled(criterion, $("correct-score").value.trim());
    const reason = $("correct-reason").value.trim();
    /** @type {[string, string][]} */
    const faults = [];
    if (score === undefined) faults.push(["correct-score", this.text("need-score", this.sheet?.bounds(criterion))]);
    if (!reason) faults.push(["correct-reason", this.text("need", { field: this.label("correct-reason") })]);
    if (faults.length > 0) return this.errors(faults);
    const cause = $("correct-cause").value;
    return this.say("review", { type: "correct_score", bidder, criterion, score, cause, reason }, () => ($("correct-reason").value = ""));
  }

  clarify() {
    const text = $("clarify-text").value.trim();
    if (!text) return this.errors([["clarify-text", this.text("need", { field: this.label("clarify-text") })]]);
    const command = { type: "ask_clarification", bidder: $("clarify-bidder").value, text };
    return this.say("review", command, () => ($("clarify-text").value = ""));
  }

  reject() {
    const reason = $("reject-reason").value.trim();
    if (!reason) return this.errors([["reject-reason", this.text("need", { field: this.label("reject-reason") })]]);
    const command = { type: "propose_rejection", bidder: $("reject-bidder").value, ground: $("reject-ground").value, reason };
    return this.say("review", command, () => ($("reject-reason").value = ""));
  }

  /** @param {number} proposal @param {boolean} agree */
  voteRejection(proposal, agree) {
    return this.say("review", { type: "vote_rejection", proposal, agree, reason: null });
  }

  /** The report that was computed again here and stands on the page to be read; about no other one is anything signed. */
  read() {
    const report = this.view?.draft?.report;
    if (report && report === this.view.report_hash && report === this.reading?.hash) return report;
    this.errors([["h-report", this.text("report-differs")]]);
    return undefined;
  }

  /** Step 8. */
  sign() {
    const report = this.read();
    if (report) return this.say("report", { type: "sign_report", report });
  }

  dissent() {
    const text = $("dissent-text").value.trim();
    if (!text) return this.errors([["dissent-text", this.text("need", { field: this.label("dissent-text") })]]);
    const report = this.read();
    if (report) return this.say("report", { type: "dissent", report, text });
  }

  /** Step 9: the seat is left, and the key is gone. */
  leave() {
    return this.work("leave", async () => {
      if (this.view?.next !== "over" && this.view?.member) {
        await this.command({ type: "leave_seat", leaf: this.view.member });
      }
      await this.ask("call", { name: "forget" });
      this.sheet?.forget();
      this.papers?.forget();
      this.reading?.forget();
      // Names of bidders, scores, ranks, and what was written: nothing of it stays on the page.
      for (const shown of this.querySelectorAll("tbody, ol, section ul, select, .note")) shown.replaceChildren();
      for (const field of this.querySelectorAll("textarea")) field.value = "";
      this.key = this.line = this.view = undefined;
      this.left = true;
      this.note("next-note", this.text("left"));
      this.note("leave-note", `✓ ${this.text("left")}`);
      this.mark("leave", "done");
      for (const button of this.querySelectorAll("button")) if (button.id !== "computer-again") button.disabled = true;
    });
  }

  /** Keeps the desk current; the page itself is never read again, since it holds the key. */
  async watch() {
    while (this.isConnected && !this.left) {
      try {
        if (this.line && !this.busy) await this.door();
        else if (this.key && !this.busy) await this.look();
      } catch (error) {
        // The next round asks again; what does not hold is said.
        if (/** @type {any} */ (error)?.code === "log-broken") this.errors([["h-computer", this.said(error)]]);
      }
      await net.pause(ASK_MS);
    }
  }

  /** Looks at the committee again when there is more behind its veils. */
  async look() {
    const { stage, entries, evaluation } = await net.tender(this.tender);
    const state = `${stage} ${entries} ${evaluation?.veils}`;
    if (state === this.looked) return;
    const { panel } = await this.headers();
    await this.ask("call", { name: "seen_begin" });
    const sitting = { name: "seen_sitting", address: `/api/v1/tenders/${this.tender}/panel`, headers: panel };
    if (!(await this.ask("take", sitting))) return;
    if (!(await this.ask("take", { name: "seen_bundle", address: `/api/v1/tenders/${this.tender}/bundle` }))) return;
    const view = await this.ask("call", { name: "seen", argument: { procedure: this.tender, policy: this.centre.policy } });
    if (this.left) return;
    // What was said a moment ago stands in the next cosigned checkpoint.
    const known = view.member || view.next === "over";
    if (known && view.whole && view.operations >= (evaluation?.veils ?? 0)) this.looked = state;
    this.view = view;
    await this.show(view);
  }

  /** @param {any} view */
  async show(view) {
    const over = view.next === "over";
    if (!view.member && !over) return;
    this.was = view.member ?? this.was;
    view.was = this.was;
    const me = view.members.find((/** @type {any} */ one) => one.leaf === view.member);
    const declared = me?.conflicted === false;
    const until = view.review_until ? this.time(view.review_until) : "";
    this.note("next-note", this.text(`next-${view.next}`, { until }));
    if (me?.seat) {
      this.mark("seat", "done");
      $("sit").disabled = true;
      this.note("seat-note", this.text("seated", { seat: me.seat, leaf: me.leaf.slice(0, 12) }));
    }
    this.tables?.members(view);
    $("declare").disabled = !me || me.conflicted === true;
    if (me && me.conflicted !== null) {
      // A conflict that is found later is declared then.
      this.mark("declare", "done");
      $("conflict-no").checked = false;
      $("conflict-no").disabled = true;
      this.note("declare-note", this.text(declared ? "declared" : "conflicted"));
    }
    this.chair(view, declared);
    if (!over) {
      await this.sheet?.show(view);
      this.tables?.review(view);
      this.abnormal?.show(view);
    }
    await this.reading?.show(view, over);
    this.report(view, over);
    await this.papers?.show(view, declared && !over);
    if (over) this.concluded(view);
  }

  /** Nothing can be given any more: what was seen last stays to be read. @param {any} view */
  concluded(view) {
    const ended = view.stage !== "evaluating" && view.stage !== "drawing";
    if (ended) {
      this.note("stage-now", this.text("stage-over"));
      $("result-link").hidden = false;
    }
    for (const step of ["seat", "declare", "chair", "sheet", "review", "report"]) {
      for (const field of $(`h-${step}`).parentElement.querySelectorAll("button, input, select, textarea")) field.disabled = true;
      if (ended && !$(`s-${step}`).textContent.startsWith("✓")) this.mark(step, "closed");
    }
    for (const id of ["sheet-form", "justify-form", "clarify-form"]) if ($(id)) $(id).hidden = true;
    if (ended) this.note("review-note", "");
  }

  /** Step 5. @param {any} view @param {boolean} declared */
  chair(view, declared) {
    const name = (/** @type {string} */ leaf) => this.tables?.name(view, leaf) ?? leaf;
    fill($("chair"), view.members.map((/** @type {any} */ one) => option(one.leaf, name(one.leaf))));
    $("chair-vote").disabled = !declared || Boolean(view.chair);
    if (view.chair) {
      this.mark("chair", "done");
      this.note("chair-note", this.text("chaired", { member: name(view.chair) }));
    }
  }

  /** Step 8. @param {any} view @param {boolean} over */
  report(view, over) {
    const mine = view.draft?.stands[view.member ?? view.was];
    const open = Boolean(view.draft) && !mine;
    for (const id of ["sign", "dissent"]) $(id).disabled = !open;
    $("draft").disabled = view.chair !== view.member || !view.report || Boolean(view.draft);
    if (mine || over) this.mark("report", "done");
    else if (open) this.mark("report", "todo");
    const said = over ? "report-over" : mine ? `stand-${mine}` : open ? "report-open" : "report-none";
    const places = { report: view.draft?.report, until: view.draft ? this.time(view.draft.until) : "" };
    this.note("report-note", this.text(said, places));
    if (open && this.shownReport !== view.draft.report) {
      this.shownReport = view.draft.report;
      // It is read first; the signature is further down.
      $("reading-title").focus();
    }
  }

  shownReport = "";
}

customElements.define("ximu-evaluate", XimuEvaluate);
