// @ts-check
/**
 * Step 6 of `<ximu-evaluate>`: the score sheet, bids by criteria. The module looks at every score as it is typed and seals
 * the sheet; here the fields are drawn and read. An unfinished sheet is kept in the browser, locked with the seat's key.
 */
import * as net from "./net.js";
import { $ } from "./walk.js";

export class ScoreSheet {
  /** @param {any} desk the element whose step this is */
  constructor(desk) {
    this.desk = desk;
    this.set = "";
    /** @type {any} */
    this.view = undefined;
  }

  storage() {
    return `ximu-sheet ${this.desk.tender} ${this.desk.key?.public} ${this.set}`;
  }

  /** @param {string} id */
  criterion(id) {
    return this.view?.criteria.find((/** @type {any} */ one) => one.id === id);
  }

  /** @param {string} id */
  bounds(id) {
    const { points, scale } = this.criterion(id) ?? {};
    return { points, scale };
  }

  /** A score with its criterion's decimals; `undefined` when it is none. @param {string} id @param {string} text */
  scaled(id, text) {
    const { points, scale } = this.criterion(id) ?? {};
    const form = new RegExp(scale > 0 ? `^(0|[1-9]\\d*)(\\.\\d{1,${scale}})?$` : "^(0|[1-9]\\d*)$");
    if (!form.test(text) || Number(text) > Number(points)) return undefined;
    const [whole = "0", part = ""] = text.split(".");
    return scale > 0 ? `${whole}.${part.padEnd(scale, "0")}` : whole;
  }

  /** @param {any} view */
  async show(view) {
    this.view = view;
    const asked = view.sheet && !view.sheet.given ? view.sheet : undefined;
    $("sheet-form").hidden = !asked;
    $("more-time").disabled = !(view.sheet || view.review_until) || view.more_time[0] || view.more_time[1];
    if (asked) {
      this.desk.note("sheet-note", this.desk.text("sheet-asked", { until: this.desk.time(asked.until) }));
      if (this.set !== asked.set) await this.draw(asked);
      return;
    }
    const given = view.sheet?.given || view.revealed;
    if (given) this.desk.mark("sheet", "done");
    this.desk.note("sheet-note", this.desk.text(view.revealed ? "sheet-open" : given ? "sheet-given" : "sheet-none"));
  }

  /** @param {any} asked */
  async draw(asked) {
    this.set = asked.set;
    const head = document.createElement("tr");
    const corner = document.createElement("th");
    corner.scope = "col";
    corner.textContent = this.desk.text("bidder");
    head.append(corner);
    for (const one of this.view.criteria) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = this.heading(one);
      head.append(cell);
    }
    $("scores-head").replaceChildren(head);
    $("scores").replaceChildren(...asked.bidders.map((/** @type {string} */ bidder, /** @type {number} */ number) => {
      const row = document.createElement("tr");
      const name = document.createElement("th");
      name.scope = "row";
      name.textContent = this.desk.tables.bidder(bidder);
      row.append(name);
      for (const { id, title } of this.view.criteria) {
        const field = document.createElement("input");
        field.id = `score-${number + 1}-${id}`;
        field.inputMode = "decimal";
        field.autocomplete = "off";
        field.dataset.bidder = bidder;
        field.dataset.criterion = id;
        field.setAttribute("aria-label", `${this.desk.tables.bidder(bidder)} ${this.title(title)}`);
        const cell = row.insertCell();
        // On a narrow screen the criterion stands at each field.
        cell.dataset.label = this.heading(this.criterion(id));
        cell.append(field);
      }
      return row;
    }));
    await this.restore();
    this.desk.mark("sheet", "todo");
    $("scores").querySelector("input")?.focus();
  }

  /** A criterion as it stands above its scores. @param {any} one */
  heading({ title, points, scale, kind }) {
    return this.desk.text("criterion", { title: this.title(title), points, scale, kind: this.desk.text(kind) });
  }

  /** @param {{zh: string, en: string}} title */
  title(title) {
    return this.desk.dataset.lang?.startsWith("zh") ? title.zh : title.en;
  }

  fields() {
    return /** @type {HTMLInputElement[]} */ ([...$("scores").querySelectorAll("input")]);
  }

  read() {
    /** @type {Record<string, Record<string, string>>} */
    const typed = {};
    for (const field of this.fields()) {
      const line = (typed[field.dataset.bidder ?? ""] ??= {});
      line[field.dataset.criterion ?? ""] = field.value.trim();
    }
    return typed;
  }

  /** Looks at what was typed; gives the places that do not fit. */
  async typed() {
    const typed = this.read();
    await this.keep(typed);
    const { places } = await this.desk.ask("call", { name: "sheet_check", argument: typed });
    let filled = 0;
    for (const field of this.fields()) {
      const place = places.find((/** @type {any} */ one) => one.bidder === field.dataset.bidder && one.criterion === field.dataset.criterion);
      if (place && place.why !== "missing") this.desk.fault(field.id, this.wrong(field));
      if (place) continue;
      this.desk.mend(field);
      filled += 1;
    }
    this.desk.note("sheet-count", this.desk.text("filled", { filled, all: this.fields().length }));
    return places;
  }

  /** What a score must be. @param {HTMLInputElement} field */
  wrong(field) {
    return this.desk.text("score-wrong", this.bounds(field.dataset.criterion ?? ""));
  }

  /** Keeps the unfinished sheet, locked. @param {Record<string, any>} typed */
  async keep(typed) {
    try {
      const text = JSON.stringify({ typed, own: $("sheet-own").value });
      const argument = { procedure: this.desk.tender, text };
      const { locked } = await this.desk.ask("call", { name: "draft_lock", argument, fresh: { nonce: 16 } });
      localStorage.setItem(this.storage(), locked);
    } catch {
      // A browser that keeps nothing: the sheet is in the page.
    }
  }

  async restore() {
    try {
      const locked = localStorage.getItem(this.storage());
      if (locked) {
        const { text } = await this.desk.ask("call", { name: "draft_unlock", argument: { procedure: this.desk.tender, locked } });
        const { typed, own } = JSON.parse(text ?? "{}");
        for (const field of this.fields()) field.value = typed?.[field.dataset.bidder ?? ""]?.[field.dataset.criterion ?? ""] ?? "";
        $("sheet-own").value = own ?? "";
      }
    } catch {
      // Nothing was kept.
    }
    await this.typed();
  }

  /** The session is over: nothing of it stays in the browser. */
  forget() {
    try {
      for (const name of Object.keys(localStorage)) if (name.startsWith(`ximu-sheet ${this.desk.tender} `)) localStorage.removeItem(name);
    } catch {
      // A browser that keeps nothing.
    }
  }

  /** A table in a file: the bidder's id, then the scores; the first line names the criteria. */
  async importScores() {
    const [file] = $("score-file").files;
    if (!file) return;
    const rows = (await file.text()).replace(/^\uFEFF/, "").split(/\r?\n/).filter((/** @type {string} */ row) => row.trim());
    const cells = rows.map((/** @type {string} */ row) => row.split(/[,，\t]/).map((cell) => cell.trim()));
    const head = cells.shift() ?? [];
    let taken = 0;
    for (const field of this.fields()) {
      const row = cells.find((/** @type {string[]} */ line) => line[0] === field.dataset.bidder);
      const value = row?.[head.indexOf(field.dataset.criterion ?? "")];
      if (!value) continue;
      field.value = value;
      taken += 1;
    }
    $("score-file").value = "";
    this.desk.note("sheet-note", this.desk.text("scores-taken", { taken }));
    await this.typed();
  }

  async seal() {
    const places = await this.typed();
    if (places.length > 0) {
      const why = (/** @type {HTMLInputElement} */ field) => places.find((/** @type {any} */ one) =>
        one.bidder === field.dataset.bidder && one.criterion === field.dataset.criterion)?.why;
      const wrong = this.fields().filter((field) => why(field) && why(field) !== "missing");
      this.desk.errors(wrong.map((field) =>
        [field.id, this.desk.text("score-fault", { field: field.getAttribute("aria-label"), fault: this.wrong(field) }), this.wrong(field)]));
      // What is only not filled in yet is one line, however much it is.
      const empty = this.fields().filter((field) => why(field) === "missing").map(({ id }) => id);
      return this.desk.together(empty, (/** @type {number} */ count) => this.desk.text("scores-missing", { count }), this.desk.text("score-missing"));
    }
    await this.desk.work("sheet", async () => {
      const argument = { ...this.desk.place(), typed: this.read() };
      const { command, id } = await this.desk.ask("call", { name: "sheet_seal", argument, fresh: { seed: 32, nonce: 16 } });
      await this.desk.heard(await net.give(command), id);
      this.desk.looked = "";
      $("sheet-form").hidden = true;
      this.desk.note("sheet-note", `✓ ${this.desk.text("sheet-given")}`);
      this.desk.mark("sheet", "done");
      localStorage.removeItem(this.storage());
    });
  }
}
