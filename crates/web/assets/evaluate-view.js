// @ts-check
/**
 * What a member sees on `<ximu-evaluate>`: the committee, everybody's scores after the reveal, requests, proposals, ranks.
 * Pure drawing: every value comes from the module, every word from the page.
 */
import { $ } from "./walk.js";

/** Replaces what stands in an element, and keeps what was chosen there. @param {any} select @param {Element[]} options */
export function fill(select, options) {
  const chosen = select.value;
  select.replaceChildren(...options);
  if (options.some((/** @type {any} */ one) => one.value === chosen)) select.value = chosen;
}

/** @param {string} value @param {string} text */
export function option(value, text) {
  const made = document.createElement("option");
  made.value = value;
  made.textContent = text;
  return made;
}

/** @param {string[]} cells @param {string} [own] the class of the row */
function row(cells, own = "") {
  const made = document.createElement("tr");
  made.className = own;
  cells.forEach((text, place) => {
    const cell = document.createElement(place === 0 ? "th" : "td");
    if (place === 0) cell.setAttribute("scope", "row");
    cell.textContent = text;
    made.append(cell);
  });
  return made;
}

/** @param {string} text */
function line(text) {
  const made = document.createElement("li");
  made.textContent = text;
  return made;
}

export class ReviewTables {
  /** @param {any} desk the element whose steps these are */
  constructor(desk) {
    this.desk = desk;
    this.drawn = "";
  }

  /** A bidder by its name, when the page has it. @param {string} party */
  bidder(party) {
    const name = this.desk.querySelector(`[data-party="${party}"]`)?.textContent;
    return name || party;
  }

  /** A member by its place. @param {any} view @param {string} leaf */
  name(view, leaf) {
    const place = view.members.findIndex((/** @type {any} */ one) => one.leaf === leaf) + 1;
    return this.desk.text(leaf === view.member ? "member-me" : "member", { place });
  }

  /** @param {any} view */
  members(view) {
    $("members").replaceChildren(...view.members.map((/** @type {any} */ one) => {
      const declared = one.conflicted === null ? "member-silent" : one.conflicted ? "member-conflicted" : "member-clear";
      const words = [this.name(view, one.leaf), one.seat ?? this.desk.text("member-away"), this.desk.text(declared)];
      if (view.chair === one.leaf) words.push(this.desk.text("member-chair"));
      if (one.to_replace) words.push(this.desk.text("member-replaced"));
      return line(words.join(" · "));
    }));
  }

  /** Step 7. @param {any} view */
  review(view) {
    const state = JSON.stringify([view.scores, view.corrections, view.clarifications, view.proposals, view.report_hash, view.chair]);
    if (state === this.drawn) return;
    this.drawn = state;
    $("review-form").hidden = !view.revealed;
    if (!view.revealed) return;
    this.desk.mark("review", "done");
    this.desk.note("review-note", view.review_until ? this.desk.text("review-until", { until: this.desk.time(view.review_until) }) : "");
    this.scores(view);
    this.corrections(view);
    this.requests(view);
    this.ranks(view);
  }

  /** @param {any} view @param {string} id */
  title(view, id) {
    const title = view.criteria.find((/** @type {any} */ one) => one.id === id)?.title;
    return title ? this.desk.sheet.title(title) : id;
  }

  /** @param {any} view */
  scores(view) {
    const head = [this.desk.text("bidder"), this.desk.text("by"), ...view.members.map((/** @type {any} */ one) => this.name(view, one.leaf))];
    const cells = head.map((text) => {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = text;
      return cell;
    });
    $("all-head").replaceChildren(...cells);
    /** @type {Map<string, any[]>} */
    const lines = new Map();
    for (const score of view.scores) {
      const place = `${score.bidder} ${score.criterion}`;
      lines.set(place, [...(lines.get(place) ?? []), score]);
    }
    $("all-scores").replaceChildren(...[...lines.values()].map((scores) => {
      const [first] = scores;
      const of = (/** @type {any} */ member) => scores.find((one) => one.member === member.leaf)?.score ?? "—";
      return row([this.bidder(first.bidder), this.title(view, first.criterion), ...view.members.map(of)]);
    }));
    const own = view.scores.filter((/** @type {any} */ one) => one.member === view.member);
    fill($("correct-place"), own.map((/** @type {any} */ one) =>
      option(`${one.bidder} ${one.criterion}`, `${this.bidder(one.bidder)} · ${this.title(view, one.criterion)} · ${one.score}`)));
    const causes = [...new Set(own.flatMap((/** @type {any} */ one) => one.causes))];
    fill($("correct-cause"), causes.map((cause) => option(String(cause), this.desk.text(`cause-${cause}`))));
  }

  /** @param {any} view */
  corrections(view) {
    $("corrections").replaceChildren(...view.corrections.map((/** @type {any} */ one) => line(this.desk.text("corrected", {
      place: [this.name(view, one.member), this.bidder(one.bidder), this.title(view, one.criterion)].join(" · "),
      old: one.old,
      new: one.new,
      cause: this.desk.text(`cause-${one.cause}`),
      reason: one.reason,
    }))));
  }

  /** @param {any} view */
  requests(view) {
    const standing = view.bids.filter((/** @type {any} */ bid) => !bid.rejected);
    const bidders = () => standing.map((/** @type {any} */ bid) => option(bid.bidder, this.bidder(bid.bidder)));
    fill($("clarify-bidder"), bidders());
    fill($("reject-bidder"), bidders());
    $("clarify-form").hidden = view.chair !== view.member;
    $("clarifications").replaceChildren(...view.clarifications.map((/** @type {any} */ one) => line(this.desk.text("clarification", {
      bidder: this.bidder(one.bidder),
      asked: one.asked,
      answer: one.answer ?? this.desk.text("unanswered", { until: this.desk.time(one.until) }),
    }))));
    $("proposals").replaceChildren(...view.proposals.map((/** @type {any} */ one, /** @type {number} */ number) => {
      const [agree, against] = one.votes;
      const made = line(this.desk.text("proposal", {
        bidder: this.bidder(one.bidder), ground: this.desk.text(`ground-${one.ground}`), reason: one.reason, agree, against,
      }));
      if (one.mine !== null) return made;
      for (const vote of ["yes", "no"]) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "plain";
        button.dataset.vote = vote;
        button.dataset.proposal = String(number + 1);
        button.textContent = this.desk.text(`vote-${vote}`);
        made.append(" ", button);
      }
      return made;
    }));
  }

  /** @param {any} view */
  ranks(view) {
    const lines = view.report?.lines ?? [];
    const ranked = "ranked" in $("ranks").dataset;
    $("ranks").replaceChildren(...lines.map((/** @type {any} */ one) => row([
      ...(ranked ? [String(one.rank)] : []), this.bidder(one.bidder), one.criteria_score, one.price_score, one.total,
    ])));
    this.desk.note("ranks-note", view.report ? "" : this.desk.text("ranks-none"));
  }
}
