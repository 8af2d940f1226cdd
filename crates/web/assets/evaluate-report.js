// @ts-check
/**
 * Step 8 of `<ximu-evaluate>`: the report as a member reads it before signing (evaluation 8.8). What is drawn and what is
 * hashed is one value, the report that the module computed; the hash is made here, of the very text that the fold shows.
 */
import { $, amount } from "./walk.js";

/** Canonical JSON of what the module gave: members ascending, nothing spaced. @param {any} value @returns {string} */
export function canonical(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(",")}}`;
}

/** H("ximu-report/1"; text): the label, a zero byte, the length in 64 bits, the bytes (evaluation 8.2). @param {string} text */
export async function hashed(text) {
  const [label, body] = [new TextEncoder().encode("ximu-report/1\0"), new TextEncoder().encode(text)];
  const bytes = new Uint8Array(label.length + 8 + body.length);
  bytes.set(label);
  new DataView(bytes.buffer).setBigUint64(label.length, BigInt(body.length));
  bytes.set(body, label.length + 8);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class ReportReading {
  /** @param {any} desk the element whose step this is */
  constructor(desk) {
    this.desk = desk;
    /** The hash of what is shown; empty when nothing is. */
    this.hash = "";
  }

  /** Shows the report that the scores give; while there is none, nothing. @param {any} view @param {boolean} over */
  async show(view, over) {
    if (over) return;
    if (!view.report) return this.forget();
    const text = canonical(view.report);
    const hash = await hashed(text);
    const stand = view.draft?.stands[view.member];
    const open = view.draft?.report === hash && !stand;
    this.desk.note("reading-title", this.desk.text(`reading-${stand ?? (open ? "open" : "early")}`));
    $("reading").classList.toggle("open", open);
    if (this.hash === hash) return;
    this.hash = hash;
    $("reading-hash").textContent = hash;
    $("reading-text").textContent = text;
    this.draw(view, view.report);
    $("reading").hidden = false;
  }

  /** @param {any} view @param {any} report */
  draw(view, report) {
    const { desk } = this;
    const criteria = view.criteria.map((/** @type {any} */ one) => ({ id: one.id, title: desk.sheet.title(one.title) }));
    const ranked = "ranked" in $("reading-lines").dataset;
    /** @type {[title: string, value: (line: any) => string, number: boolean][]} */
    const columns = [
      [desk.text("bidder"), (line) => desk.tables.bidder(line.bidder), false],
      [desk.text("price"), (line) => amount(line.price.amount), true],
      ...criteria.map((/** @type {any} */ one) => [one.title, (/** @type {any} */ line) => line.criteria[one.id], true]),
      [desk.text("criteria-score"), (line) => line.criteria_score, true],
      [desk.text("price-score"), (line) => line.price_score, true],
      [desk.text("total"), (line) => line.total, true],
    ];
    if (ranked) columns.unshift([desk.text("rank"), (line) => String(line.rank), true]);
    const named = ranked ? 1 : 0;
    /** @param {string} text @param {number} place @param {boolean} heads */
    const cell = (text, place, heads) => {
      const made = document.createElement(heads || place === named ? "th" : "td");
      if (heads || place === named) made.setAttribute("scope", heads ? "col" : "row");
      const [title = "", , number] = columns[place] ?? [];
      if (!heads) made.dataset.label = title;
      made.className = number ? "num" : "";
      made.textContent = text;
      return made;
    };
    $("reading-head").replaceChildren(...columns.map(([title], place) => cell(title, place, true)));
    $("reading-lines").replaceChildren(...report.lines.map((/** @type {any} */ line) => {
      const row = document.createElement("tr");
      row.append(...columns.map(([, value], place) => cell(value(line), place, false)));
      return row;
    }));
    this.facts(view, report);
  }

  /** What else the hash covers. @param {any} view @param {any} report */
  facts(view, report) {
    const { desk } = this;
    const member = (/** @type {string} */ leaf) => `${desk.tables.name(view, leaf)} (${leaf.slice(0, 12)}…)`;
    const none = desk.text("reading-none");
    const put = (/** @type {string} */ id, /** @type {string} */ text) => ($(`reading-${id}`).textContent = text);
    put("genesis", report.genesis);
    put("base", report.base ? amount(report.base.amount) : none);
    put("members", report.members.map(member).join(", "));
    put("chair", member(report.chair));
    put("competition", desk.text(report.competition_lacking ? "reading-lacking" : "reading-enough"));
    put("round", String(report.round ?? 1));
    /** @param {string} id @param {string[]} lines */
    const list = (id, lines) => $(`reading-${id}`).replaceChildren(...(lines.length > 0 ? lines : [none]).map((text) => {
      const made = document.createElement("li");
      made.textContent = text;
      return made;
    }));
    list("rejected", report.rejected.map(({ bidder, reason }) => {
      const places = reason.is === "vote" ? { ground: desk.text(`ground-${reason.ground}`) } : {};
      const why = reason.is === "left" ? `left-${reason.reason}` : `rejected-${reason.is}`;
      return `${desk.tables.bidder(bidder)}: ${desk.text(why, places)}`;
    }));
    list("corrections", report.corrections.map((/** @type {any} */ one) => {
      const place = [desk.tables.name(view, one.member), desk.tables.bidder(one.bidder), desk.tables.title(view, one.criterion)];
      return desk.text("reading-corrected", {
        place: place.join(" · "), old: one.old, new: one.new, cause: desk.text(`cause-${one.cause}`),
      });
    }));
  }

  /** Nothing of it stays on the page. */
  forget() {
    this.hash = "";
    $("reading").hidden = true;
    for (const shown of $("reading").querySelectorAll("[id^=reading-]")) shown.replaceChildren();
  }
}
