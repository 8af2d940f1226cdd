// @ts-check
/**
 * `<ximu-verify>`: a reader drops files, and a Worker verifies them in this browser. This element never reads a file: it
 * hands them to the Worker (`verify-worker`), which may connect to nothing, and fetches the module for it. How an answer
 * is shown is in `verify-answer`; what it says comes from the verifier.
 */
import { Answer } from "./verify-answer.js";

const $ = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
const MEBIBYTE = 1024 * 1024;

class XimuVerify extends HTMLElement {
  /** @type {File[]} */
  files = [];
  /** @type {Worker | undefined} */
  worker;
  /** The module, once it was fetched. @type {ArrayBuffer | undefined} */
  module;

  connectedCallback() {
    $("start").addEventListener("click", () => void this.start());
    $("stop").addEventListener("click", () => this.stop());
    $("typed").addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter") void this.start();
    });
    $("typed").addEventListener("input", () => $("typed").removeAttribute("aria-invalid"));
    $("files").addEventListener("change", () => {
      this.add($("files").files);
      // The same file can be chosen again after it was removed.
      $("files").value = "";
    });
    $("list").addEventListener("click", (/** @type {Event} */ event) => {
      const { file } = /** @type {HTMLElement} */ (event.target).dataset;
      if (file) this.remove(Number(file));
    });
    // What is dropped beside the box would open in place of the page.
    const drop = $("drop");
    document.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) drop.classList.remove("over");
    });
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      this.add(event.dataTransfer?.files ?? []);
    });
    this.hidden = false;
  }

  /** A text of the page's language, its places filled. @param {string} name @param {Record<string, any>} [places] */
  text(name, places = {}) {
    const text = this.querySelector(`[data-text="${name}"]`)?.textContent ?? name;
    return text.replace(/\{(\w+)\}/g, (_, place) => String(places[place] ?? ""));
  }

  /** @param {number} bytes */
  size(bytes) {
    if (bytes < 1024) return `${bytes} B`;
    return bytes < MEBIBYTE ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
  }

  /** @param {Iterable<File>} files */
  add(files) {
    if (this.worker) return;
    this.files.push(...files);
    this.list();
    this.fits();
  }

  /** @param {number} index */
  remove(index) {
    if (this.worker) return;
    this.files.splice(index, 1);
    this.list();
    this.fits();
    $("files").focus();
  }

  list() {
    const lines = this.files.map((file, index) => {
      const line = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "plain";
      button.dataset.file = String(index);
      button.textContent = this.text("file-remove", { name: file.name });
      line.append(this.text("file", { name: file.name, size: this.size(file.size) }), " ", button);
      return line;
    });
    $("list").replaceChildren(...lines);
    $("chosen").hidden = lines.length === 0;
  }

  /** Whether these files can be verified here; says what stands against it. */
  fits() {
    this.fault();
    const [many, most] = [Number(this.dataset.files), Number(this.dataset.bytes)];
    const found = this.files.reduce((sum, file) => sum + file.size, 0);
    if (this.files.length > many) return this.fault(this.text("many", { max: many, found: this.files.length }));
    if (found > most) {
      const [largest] = [...this.files].sort((one, other) => other.size - one.size);
      // Rounded up: what is too large never looks as if it were not.
      const [max, size] = [most / MEBIBYTE, (Math.ceil((found / MEBIBYTE) * 10) / 10).toFixed(1)];
      return this.fault(this.text("large", { max, found: size, name: largest?.name }));
    }
    return true;
  }

  /** Says why nothing was checked; without a reason, that nothing stands against it. @param {string} [why] */
  fault(why) {
    $("fault").hidden = why === undefined;
    $("fault-why").textContent = why ?? "";
    if (why === undefined) return;
    this.state("");
    $("answer").hidden = true;
    $("fault").focus();
    return false;
  }

  /** @param {string} text */
  state(text) {
    $("state").textContent = text;
  }

  async start() {
    if (this.worker) return;
    if (this.files.length === 0) return this.fault(this.text("need-file"));
    if (!this.fits()) return;
    $("answer").hidden = true;
    const begun = performance.now();
    const worker = new Worker(this.dataset.worker ?? "", { type: "module" });
    this.busy(worker);
    try {
      const answer = await this.run(worker);
      if (this.worker === worker) this.answered(answer, performance.now() - begun);
    } catch (error) {
      if (this.worker !== worker) return;
      const { network, message } = /** @type {any} */ (error);
      this.fault(network ? this.text("network") : this.text("browser", { detail: message ?? error }));
    } finally {
      if (this.worker === worker) this.busy(undefined);
    }
  }

  /** @param {Worker} worker @returns {Promise<any>} */
  async run(worker) {
    this.state(this.text("loading"));
    this.module ??= await this.fetched();
    if (this.worker !== worker) return undefined;
    this.state(this.text("reading"));
    return new Promise((resolve, reject) => {
      worker.addEventListener("error", (event) => reject(new Error(event.message || "Worker")));
      worker.addEventListener("message", ({ data: { done, total, ok, error } }) => {
        if (ok) return resolve(ok);
        if (error) return reject(new Error(error));
        if (done < total) return void ($("progress").value = done / total);
        // From here on nobody knows how far it is.
        $("progress").removeAttribute("value");
        this.state(this.text("checking"));
      });
      const language = this.dataset.lang;
      worker.postMessage({ module: this.module, files: this.files, policy: $("typed").value, language });
    });
  }

  /** The module, as the page names it. */
  async fetched() {
    const answer = await fetch(this.dataset.module ?? "").catch(() => undefined);
    if (!answer?.ok) throw Object.assign(new Error("network"), { network: true });
    return answer.arrayBuffer();
  }

  /** @param {Worker | undefined} worker what works, or that nothing does any more */
  busy(worker) {
    // Its memory goes with it.
    this.worker?.terminate();
    this.worker = worker;
    const works = worker !== undefined;
    for (const id of ["start", "files", "typed"]) $(id).disabled = works;
    for (const button of this.querySelectorAll("#list button")) /** @type {any} */ (button).disabled = works;
    for (const id of ["stop", "progress"]) $(id).hidden = !works;
    $("progress").value = 0;
  }

  stop() {
    if (!this.worker) return;
    this.busy(undefined);
    this.state(this.text("stopped"));
    $("start").focus();
  }

  /** What was given as a report is none, or carries what is not its own. @param {{code: string, detail: string}} answer */
  no_paper({ code, detail }) {
    const meaning = this.text(`code-${code}`);
    const finding = { code, detail, meaning, advice: this.text(`code-${code}-do`), entry: "report", more: 0 };
    const verdict = code === "report_foreign" ? "unread" : "false";
    return { checks: [], failures: [finding], notes: [], policy: null, rehearsal: false, undisclosed: [], verdict };
  }

  /** @param {any} answer @param {number} ms */
  answered(answer, ms) {
    if (answer.is === "wants") {
      if (answer.what === "fingerprint") $("typed").setAttribute("aria-invalid", "true");
      this.fault(this.text(`want-${answer.what}`));
      return;
    }
    this.state(this.text("took", { seconds: (ms / 1000).toFixed(1) }));
    const told = answer.is === "no-paper" ? this.no_paper(answer) : answer.told;
    new Answer(this, told, answer.paper).show($("answer"));
    $("answer").hidden = false;
    $("answer").focus();
  }
}

customElements.define("ximu-verify", XimuVerify);
