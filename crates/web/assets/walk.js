// @ts-check
/**
 * What every desk shares: an element whose steps the server rendered, the Worker that holds the key and runs the module,
 * the check of the computer, the key file, and saying what went wrong where it happened. A desk extends it, names its
 * own steps, and says in `keyReady` what follows from a key.
 */
import * as net from "./net.js";

/** A clock this far from the centre's is named, in milliseconds. */
const CLOCK_MS = 2000;
/** Between two questions, in milliseconds. */
export const ASK_MS = 1500;

export const $ = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

/** An amount as every page writes it: the thousands apart. @param {string} text */
export const amount = (text) => String(text).replace(/^(\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));

export class Walk extends HTMLElement {
  /** @type {Worker | undefined} */
  worker;
  asked = 0;
  /** @type {Map<number, {resolve: (ok: any) => void, reject: (error: any) => void, tell?: (done: number, total: number, stage: string) => void}>} */
  waiting = new Map();
  /** @type {any} what the centre says of itself */
  centre;
  /** @type {any} what the log says of the tender */
  log;
  /** @type {{public: string} | undefined} */
  key;
  offset = 0;
  busy = false;
  /** Steps whose work is under way or has its turn to come. */
  steps = new Set();
  /** When the work asked for last is over. @type {Promise<void>} */
  turn = Promise.resolve();
  /** @type {Map<string, {note: HTMLElement, line?: HTMLElement, retell?: (count: number) => string}>} what is wrong, by the id of its field */
  faults = new Map();

  constructor() {
    super();
    // What is mended is no longer told.
    for (const event of ["input", "change"]) this.addEventListener(event, ({ target }) => this.mend(/** @type {HTMLElement} */ (target)));
  }

  get tender() {
    return this.getAttribute("tender") ?? "";
  }

  /** A text of the page's language, its places filled. @param {string} name @param {Record<string, any>} [places] */
  text(name, places = {}) {
    const text = this.querySelector(`[data-text="${name}"]`)?.textContent ?? name;
    return text.replace(/\{(\w+)\}/g, (_, place) => String(places[place] ?? ""));
  }

  /** @param {number} ms an instant, written as on every page */
  time(ms) {
    const month = this.dataset.lang?.startsWith("zh") ? "numeric" : "long";
    const time = new Intl.DateTimeFormat("en", {
      timeZone: "Asia/Shanghai", hourCycle: "h23", year: "numeric", month, day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit",
    });
    /** @type {Record<string, string>} */
    const parts = Object.fromEntries(time.formatToParts(ms).map(({ type, value }) => [type, value]));
    return this.text("instant", { ...parts, clock: `${parts.hour}:${parts.minute}:${parts.second}` });
  }

  /** @param {string} step @param {"todo" | "busy" | "done" | "wait" | "failed" | "closed"} state */
  mark(step, state) {
    const colours = { todo: "", busy: "now", done: "good", wait: "warn", failed: "bad", closed: "" };
    const icons = { todo: "○", busy: "…", done: "✓", wait: "◎", failed: "✗", closed: "–" };
    $(`s-${step}`).className = `tag ${colours[state]}`;
    $(`s-${step}`).textContent = `${icons[state]} ${this.text(state)}`;
  }

  /** @param {string} id @param {string} text */
  note(id, text) {
    if ($(id).textContent !== text) $(id).textContent = text;
  }

  /** Asks the Worker. @param {string} ask @param {Record<string, any>} [argument] @param {any} [tell] */
  ask(ask, argument = {}, tell = undefined) {
    const id = ++this.asked;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, tell });
      this.worker?.postMessage({ ...argument, id, ask });
    });
  }

  /**
   * One piece of work at a time, in the order asked; the same step not twice. What went wrong is said where it happened.
   * @param {string} step @param {() => Promise<void>} work
   */
  work(step, work) {
    if (this.steps.has(step)) {
      this.errors([[`h-${step}`, this.text("busy-now")]]);
      return Promise.resolve();
    }
    this.steps.add(step);
    this.turn = this.turn.then(() => this.take(step, work));
    return this.turn;
  }

  /** @param {string} step @param {() => Promise<void>} work */
  async take(step, work) {
    this.busy = true;
    this.errors([]);
    this.mark(step, "busy");
    try {
      await work();
    } catch (error) {
      this.mark(step, "failed");
      this.errors([[`h-${step}`, this.said(error)]]);
    } finally {
      this.busy = false;
      this.steps.delete(step);
    }
  }

  /** @param {any} error */
  said(error) {
    if (error?.code === "network") return this.text("network");
    if (error?.code === "browser") return `${this.text("browser")} (${error.detail})`;
    const zh = this.dataset.lang?.startsWith("zh");
    const detail = (zh ? error?.problem?.title_zh : undefined) ?? error?.detail ?? error?.message ?? "";
    return this.text("refused", { code: error?.code ?? "", detail });
  }

  /**
   * The summary of what is to be corrected; each line leads to its field, where the same stands, or `short` of it.
   * @param {[id: string, text: string, short?: string][]} faults
   */
  errors(faults) {
    for (const id of [...this.faults.keys()]) this.clear(id);
    const box = $("errors");
    box.querySelector("ul").replaceChildren();
    for (const [id, text, short] of faults) this.fault(id, short ?? text, this.summary(id, text));
    box.hidden = faults.length === 0;
    if (faults.length > 0) box.focus();
  }

  /** A line of the summary. @param {string} id @param {string} text */
  summary(id, text) {
    const link = document.createElement("a");
    link.href = `#${id}`;
    link.textContent = text;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const field = $(link.hash.slice(1));
      // What stands folded is opened first.
      field.closest("details")?.setAttribute("open", "");
      if (!field.matches("input, button, select, textarea")) field.tabIndex = -1;
      field.focus();
    });
    const line = document.createElement("li");
    line.append(link);
    $("errors").querySelector("ul").append(line);
    return line;
  }

  /** Fields of which the same is wrong have one line of the summary. @param {string[]} ids @param {(count: number) => string} retell @param {string} short */
  together(ids, retell, short) {
    const [first] = ids;
    if (first === undefined) return;
    const line = this.summary(first, retell(ids.length));
    for (const id of ids) this.fault(id, short, line, retell);
    $("errors").hidden = false;
    $("errors").focus();
  }

  /**
   * Says at a field what is wrong with it, in words.
   * @param {string} id @param {string} text @param {HTMLElement} [line] @param {(count: number) => string} [retell]
   */
  fault(id, text, line, retell) {
    const known = this.faults.get(id);
    if (known) {
      this.note(known.note.id, `✗ ${text}`);
      return;
    }
    const field = $(id);
    if (!field?.matches("input, select, textarea")) return;
    const note = document.createElement("small");
    note.className = "fault";
    note.id = `fault-${id}`;
    note.textContent = `✗ ${text}`;
    const group = field.matches("[type=radio], [type=checkbox]") ? field.closest("fieldset") : null;
    if (group) group.append(note);
    else field.after(note);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${note.id}`.trim());
    this.faults.set(id, { note, line, retell });
  }

  /** What was wrong with a field is mended; with the last one the summary goes. @param {HTMLElement} field */
  mend(field) {
    const group = field.matches("[type=radio], [type=checkbox]") ? field.closest("fieldset") : null;
    const mended = group ? [...group.querySelectorAll("input")] : [field];
    let any = false;
    for (const { id } of mended) any = this.clear(id) || any;
    if (!any) return;
    const section = field.closest("section");
    const tag = section?.querySelector("h2 .tag");
    if (tag?.textContent?.startsWith("✗") && !section?.querySelector("[aria-invalid]")) this.mark(tag.id.slice(2), "todo");
    if (!$("errors").querySelector("li")) $("errors").hidden = true;
  }

  /** @param {string} id @returns {boolean} whether something was told */
  clear(id) {
    const known = this.faults.get(id);
    if (!known) return false;
    const { note, line, retell } = known;
    this.faults.delete(id);
    const field = $(id);
    field?.removeAttribute("aria-invalid");
    const rest = (field?.getAttribute("aria-describedby") ?? "").split(" ").filter((/** @type {string} */ one) => one !== note.id).join(" ");
    if (rest) field?.setAttribute("aria-describedby", rest);
    else field?.removeAttribute("aria-describedby");
    note.remove();
    const others = [...this.faults].filter(([, one]) => line && one.line === line);
    const link = line?.querySelector("a");
    const [next] = others;
    if (next && link && retell) {
      link.textContent = retell(others.length);
      link.href = `#${next[0]}`;
    } else line?.remove();
    return true;
  }

  /** What to say when an earlier step is missing. @param {string} step */
  needStep(step) {
    const [, number = "", field = ""] = /^(?:(\d+)\.)?\s*(.*)$/s.exec($(`h-${step}`).firstChild.textContent.trim()) ?? [];
    return this.text("need-step", { number, field });
  }

  /** Step 1: module, clock, log. */
  begin() {
    $("computer-again").hidden = true;
    return this.work("computer", async () => {
      try {
        this.worker?.terminate();
        this.waiting.clear();
        this.worker = new Worker(this.dataset.worker ?? "", { type: "module" });
        this.worker.addEventListener("message", (event) => this.answered(event.data));
        this.worker.addEventListener("error", () => {
          for (const { reject } of this.waiting.values()) reject({ code: "browser", detail: "Worker" });
        });
        const { hash } = await this.ask("start", { module: this.dataset.module });
        this.note("computer-module", `✓ ${hash}`);
        const before = Date.now();
        this.centre = await net.centre();
        this.offset = this.centre.now - (before + Date.now()) / 2;
        const seconds = (Math.abs(this.offset) / 1000).toFixed(1);
        const fits = Math.abs(this.offset) <= CLOCK_MS;
        this.note("computer-clock", `${fits ? "✓" : "⚠"} ${this.text(fits ? "clock-ok" : "clock-off", { seconds })}`);
        await this.follow();
        this.mark("computer", "done");
      } catch (error) {
        $("computer-again").hidden = false;
        throw error;
      }
    });
  }

  /** @param {any} message */
  answered({ id, ok, error, done, total, stage }) {
    const waiting = this.waiting.get(id);
    if (stage) return waiting?.tell?.(done, total, stage);
    this.waiting.delete(id);
    if (error) waiting?.reject(error);
    else waiting?.resolve(ok);
  }

  async follow() {
    for (let attempt = 0; ; attempt += 1) {
      try {
        this.log = await this.ask("follow", { centre: this.centre, procedure: this.tender });
        break;
      } catch (error) {
        if (/** @type {any} */ (error).code !== "procedure-unknown" || attempt > 8) throw error;
        await net.pause(ASK_MS);
      }
    }
    const { size, holders, threshold } = this.log;
    this.note("computer-log", `✓ ${this.text("log-ok", { size, holders: holders.length, needed: threshold })}`);
  }

  /** Step 2. */
  makeKey() {
    return this.work("key", async () => {
      const key = await this.ask("key_new", { passphrase: $("passphrase").value });
      net.save(`ximu-${key.person ?? "signer"}.key`, new Blob([key.text]));
      await this.keyReady(key);
    });
  }

  loadKey() {
    const [file] = $("key-file").files;
    if (!file) return;
    return this.work("key", async () => {
      const passphrase = $("passphrase").value;
      try {
        await this.keyReady(await this.ask("key_open", { text: await file.text(), passphrase }));
      } catch (error) {
        if (/** @type {any} */ (error).code !== "key-passphrase") throw error;
        this.mark("key", "wait");
        this.errors([["passphrase", this.text("key-locked")]]);
      }
      $("key-file").value = "";
    });
  }

  /** What follows from a key. @param {{public: string}} key */
  async keyReady(key) {
    this.key = key;
    $("passphrase").value = "";
    this.note("key-note", this.text("key-loaded", { public: key.public }));
    this.mark("key", "done");
  }

  /** @param {string} id the visible name of a field */
  label(id) {
    return this.querySelector(`label[for="${id}"]`)?.textContent ?? $(id)?.getAttribute("aria-label") ?? id;
  }

  /**
   * The centre's word is believed once its signature and what it names were checked.
   * @param {any} given @param {string} command @param {string | null} [signed]
   */
  heard(given, command, signed = null) {
    const { acknowledgement, subject } = given;
    return this.ask("acknowledged", { acknowledgement, subject, log_key: this.centre.log_key, command, signed });
  }
}
