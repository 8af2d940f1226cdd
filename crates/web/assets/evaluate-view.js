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

/** A cell of a row: its words, its heading for narrow screens, and whether it is a number. @typedef {{text: string, label?: string, number?: boolean, own?: boolean}} Cell */

/** The cell that names the row is `head`. @param {Cell[]} cells @param {number} [head] */
function row(cells, head = 0) {
  const made = document.createElement("tr");
  cells.forEach(({ text, label, number, own }, place) => {
    const cell = document.createElement(place === head ? "th" : "td");
    if (place === head) cell.setAttribute("scope", "row");
    cell.textContent = text;
    cell.className = [number ? "num" : "", own ? "own" : ""].filter(Boolean).join(" ");
    if (label) cell.dataset.label = label;
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
    return this.desk.text(leaf === (view.member ?? view.was) ? "member-me" : "member", { place });
  }

  /** @param {any} view */
  members(view) {
    this.desk.note("members-note", "");
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
    const state = JSON.stringify([view.scores, view.corrections, view.clarifications, view.proposals, view.report_hash, view.chair, view.draft !== null]);
    if (state === this.drawn) return;
    this.drawn = state;
    $("review-form").hidden = !view.revealed;
    if (!view.revealed) return;
    this.desk.mark("review", view.draft ? "done" : "busy");
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
    // One's own scores stand first: they are what one answers for.
    const members = [...view.members].sort((/** @type {any} */ one, /** @type {any} */ other) =>
      Number(other.leaf === view.member) - Number(one.leaf === view.member));
    const named = members.map((/** @type {any} */ one) => this.name(view, one.leaf));
    const cells = [this.desk.text("bidder"), this.desk.text("by"), ...named].map((text, place) => {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = text;
      cell.className = place > 1 ? "num" : "";
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
      const of = (/** @type {any} */ member, /** @type {number} */ place) => ({
        text: scores.find((one) => one.member === member.leaf)?.score ?? "—", label: named[place], number: true, own: member.leaf === view.member,
      });
      return row([{ text: this.bidder(first.bidder) }, { text: this.title(view, first.criterion) }, ...members.map(of)]);
    }));
    const own = view.scores.filter((/** @type {any} */ one) => one.member === view.member);
    fill($("correct-place"), own.map((/** @type {any} */ one) =>
      option(`${one.bidder} ${one.criterion}`, `${this.title(view, one.criterion)} · ${one.score} · ${this.bidder(one.bidder)}`)));
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
    const number = (/** @type {string} */ text, /** @type {string} */ name) => ({ text, label: this.desk.text(name), number: true });
    $("ranks").replaceChildren(...lines.map((/** @type {any} */ one) => row([
      ...(ranked ? [number(String(one.rank), "rank")] : []), { text: this.bidder(one.bidder) },
      number(one.criteria_score, "criteria-score"), number(one.price_score, "price-score"), number(one.total, "total"),
    ], ranked ? 1 : 0)));
    this.desk.note("ranks-note", view.report ? "" : this.desk.text("ranks-none"));
  }
}
