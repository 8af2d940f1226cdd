// @ts-check
/**
 * Scores that are called abnormal (evaluation 6.3) on `<ximu-evaluate>`: a member calls another's score, and gives the
 * reasons for its own. The section stands on the page only where the rules have such calls.
 */
import { fill, option } from "./evaluate-view.js";
import { $ } from "./walk.js";

export class AbnormalScores {
  /** @param {any} desk the element whose step this is */
  constructor(desk) {
    this.desk = desk;
    /** @type {any} */
    this.view = undefined;
    this.here = $("abnormal") !== null;
    if (this.here) $("abnormal-place").addEventListener("change", () => this.members());
  }

  /** @param {any} one a score */
  place(one) {
    return `${this.desk.tables.title(this.view, one.criterion)} · ${this.desk.tables.bidder(one.bidder)}`;
  }

  /** @param {any} view what this member sees */
  show(view) {
    if (!this.here || !view.revealed) return;
    this.view = view;
    const places = new Map();
    for (const one of view.scores) {
      if (one.member !== view.member) places.set(`${one.bidder} ${one.criterion}`, this.place(one));
    }
    fill($("abnormal-place"), [...places].map(([value, text]) => option(value, text)));
    this.members();
    this.called();
    const own = view.scores.filter((/** @type {any} */ one) => one.member === view.member && one.abnormal && one.justified === null);
    $("justify-form").hidden = own.length === 0;
    fill($("justify-place"), own.map((/** @type {any} */ one) => option(`${one.bidder} ${one.criterion}`, `${one.score} · ${this.place(one)}`)));
  }

  /** Whose score by the criterion that is chosen: everybody's but one's own, and none that one has called already. */
  members() {
    const [bidder, criterion] = $("abnormal-place").value.split(" ");
    const others = this.view.scores.filter((/** @type {any} */ one) =>
      one.bidder === bidder && one.criterion === criterion && one.member !== this.view.member && !one.called);
    fill($("abnormal-member"), others.map((/** @type {any} */ one) =>
      option(one.member, `${this.desk.tables.name(this.view, one.member)} · ${one.score}`)));
    $("abnormal-call").disabled = others.length === 0;
  }

  /** What was called, by how many, and the reasons that were given. */
  called() {
    const called = this.view.scores.filter((/** @type {any} */ one) => one.calls > 0 || one.abnormal);
    this.desk.note("abnormal-none", called.length === 0 ? this.desk.text("abnormal-none") : "");
    $("abnormal-list").replaceChildren(...called.map((/** @type {any} */ one) => {
      const made = document.createElement("li");
      const state = one.justified !== null ? "abnormal-justified" : one.abnormal ? "abnormal-carried" : "abnormal-called";
      const said = this.desk.text(state, { calls: one.calls, reason: one.justified ?? "" });
      made.textContent = `${this.desk.tables.name(this.view, one.member)} · ${this.place(one)} · ${one.score}: ${said}`;
      return made;
    }));
  }

  /** Calls the score that is chosen. */
  call() {
    const [bidder, criterion] = $("abnormal-place").value.split(" ");
    const member = $("abnormal-member").value;
    if (!member) return this.desk.errors([["abnormal-member", this.desk.text("need", { field: this.desk.label("abnormal-member") })]]);
    return this.desk.say("review", { type: "call_abnormal", member, bidder, criterion });
  }

  /** Gives the reasons for a score of one's own. */
  justify() {
    const reason = $("justify-reason").value.trim();
    if (!reason) return this.desk.errors([["justify-reason", this.desk.text("need", { field: this.desk.label("justify-reason") })]]);
    const [bidder, criterion] = $("justify-place").value.split(" ");
    return this.desk.say("review", { type: "justify", bidder, criterion, reason }, () => ($("justify-reason").value = ""));
  }
}
