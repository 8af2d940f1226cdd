// @ts-check
/**
 * Beside step 6 of `<ximu-evaluate>`: the documents of a bid, opened in the Worker with the seat's key. What is text is
 * shown as text and nothing else; every other file is for saving. Where a criterion is answered on a page of a PDF, the
 * browser's own viewer opens at that page, in a tab of its own that knows nothing of this one. Nothing of them is kept by
 * the browser.
 */
import * as net from "./net.js";
import { fill, option } from "./evaluate-view.js";
import { $ } from "./walk.js";

/** Names that end so are shown as text. */
const TEXT = /\.(txt|md|json|csv)$/i;
/** A PDF, by its name and by its first bytes. */
const PDF = /\.pdf$/i;
const PDF_BEGINS = "%PDF-";
/** The most that is shown at once, in bytes. */
const SHOWN = 1024 * 1024;

/** Where a bid says where it answers what. */
const INDEX = "index.json";

/** Why documents stay closed, each with its words on the page. */
const CLOSED = ["papers-closed", "papers-altered", "papers-missing-shares"];

export class Papers {
  /** @param {any} desk the element whose step this is */
  constructor(desk) {
    this.desk = desk;
    /** @type {any[]} */
    this.shelves = [];
    /** @type {Map<string, Blob>} */
    this.files = new Map();
    /** @type {Map<string, string>} the addresses of those that a viewer can open */
    this.paged = new Map();
    /** @type {any} */
    this.view = undefined;
  }

  /** @param {any} view @param {boolean} declared */
  async show(view, declared) {
    this.view = view;
    const { given, shelves } = declared ? await this.desk.ask("call", { name: "papers" }) : { given: null, shelves: [] };
    $("papers").hidden = !given;
    if (!given) return;
    const [have, need] = given;
    $("papers-open").disabled = have < need;
    if (have < need) this.desk.note("papers-note", this.desk.text("papers-wait", { have, need }));
    if (shelves.length === this.shelves.length) return;
    this.shelves = shelves;
    const name = (/** @type {string} */ bidder) => this.desk.tables.bidder(bidder);
    fill($("papers-bidder"), shelves.map((/** @type {any} */ one) => option(one.bidder, name(one.bidder))));
  }

  /** Opens the documents of the bid that is chosen. */
  open() {
    const shelf = this.shelves.find((one) => one.bidder === $("papers-bidder").value);
    if (!shelf) return undefined;
    this.forget();
    return this.desk.work("sheet", async () => {
      try {
        const { panel } = await this.desk.headers();
        const address = `/api/v1/tenders/${this.desk.tender}/bodies/${shelf.commitment}`;
        await this.draw(await this.desk.ask("papers", { bidder: shelf.bidder, address, headers: panel }));
      } catch (error) {
        const said = this.meant(String(/** @type {any} */ (error)?.code ?? ""));
        if (said === undefined) throw error;
        this.desk.errors([["h-sheet", `${this.desk.tables.bidder(shelf.bidder)}: ${said}`]]);
      } finally {
        this.desk.mark("sheet", "todo");
      }
    });
  }

  /**
   * Whose fault it is that documents do not open, and what to do; `undefined` when it is something else. The module tells
   * `seal-...` only of exactly the bytes that were submitted: then it is the bidder's.
   * @param {string} code
   */
  meant(code) {
    const name = code.startsWith("seal-") ? "papers-closed" : code;
    return CLOSED.includes(name) ? `${this.desk.text(name)} [${code}]` : undefined;
  }

  /** @param {any} read */
  async draw({ files, answers, untrue }) {
    this.files = new Map(files.map((/** @type {any} */ file) => [file.name, file.blob]));
    for (const [name, blob] of this.files) {
      if (!PDF.test(name) || (await blob.slice(0, PDF_BEGINS.length).text()) !== PDF_BEGINS) continue;
      // The type is what is opened: as a PDF and as nothing else, whatever more the bytes may be.
      this.paged.set(name, URL.createObjectURL(new Blob([blob], { type: "application/pdf" })));
    }
    const said = untrue.length > 0 ? "papers-untrue" : "papers-whole";
    this.desk.note("papers-note", this.desk.text(said, { files: files.length, holders: untrue.join(", ") }));
    const line = (/** @type {(string | Node)[]} */ ...parts) => {
      const item = document.createElement("li");
      item.append(...parts);
      return item;
    };
    // What the index says stands below, at each criterion.
    const shown = files.filter((/** @type {any} */ { name }) => name !== INDEX);
    $("papers-files").replaceChildren(...shown.map((/** @type {any} */ { name }) => line(this.link(name, name))));
    const titled = (/** @type {any} */ title) => (this.desk.dataset.lang?.startsWith("zh") ? title.zh : title.en);
    const lines = [];
    for (const { id, title } of this.view.criteria) {
      const places = (answers[id] ?? []).flatMap((/** @type {[string, number | null]} */ [file, page]) => {
        const shown = page === null ? file : this.desk.text("papers-page", { file, page });
        return [" ", this.paged.has(file) ? this.page(file, page, shown) : this.link(file, shown)];
      });
      lines.push(line(`${titled(title)}:`, ...(places.length > 0 ? places : [` ${this.desk.text("papers-unanswered")}`])));
    }
    $("papers-answers").replaceChildren(...lines);
    $("papers-files").querySelector("button")?.focus();
  }

  /** A place in a PDF. @param {string} file @param {number | null} page @param {string} shown */
  page(file, page, shown) {
    const link = document.createElement("a");
    link.href = `${this.paged.get(file)}${page === null ? "" : `#page=${page}`}`;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = `${shown} ↗`;
    return link;
  }

  /** @param {string} file @param {string} shown */
  link(file, shown) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = shown;
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      void this.read(file);
    });
    return button;
  }

  /** Text is shown; what could be more than text is saved, and runs nowhere here. @param {string} name */
  async read(name) {
    const blob = this.files.get(name);
    if (!blob) return;
    if (!TEXT.test(name) || blob.size > SHOWN) return net.save(name.split("/").pop() ?? name, blob);
    const place = $("papers-text");
    place.hidden = false;
    place.textContent = await blob.text();
    place.focus();
  }

  /** What was read is gone from this page. */
  forget() {
    for (const address of this.paged.values()) URL.revokeObjectURL(address);
    this.paged.clear();
    this.files.clear();
    for (const id of ["papers-files", "papers-answers"]) $(id).replaceChildren();
    $("papers-text").textContent = "";
    $("papers-text").hidden = true;
  }
}
