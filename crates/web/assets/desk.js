// @ts-check
/**
 * `<ximu-desk>`: every command that a person can give, signed here (desk). The module in the Worker follows the log, says
 * who the key is and what it can do, puts the command together, runs the rules, signs. The form is made from the
 * command's description (`desk-form`); the steps, the key and the Worker are those of every desk (`walk`).
 */
import { record, registered } from "./bid-centre.js";
import { DeskForm, make, place } from "./desk-form.js";
import * as net from "./net.js";
import { $, ASK_MS, Walk } from "./walk.js";

/** How often a log that is not ready yet is asked for again. */
const TRIES_MAX = 8;

/** What is done one after the other, once there is a key. */
const STEPS = ["choose", "fill", "check", "done"];

/** Which event gives the number of something that somebody wrote, by the list it is chosen from. @type {Record<string, [string, string]>} */
const WRITTEN = { questions: ["question_asked", "question"], objections: ["objection_raised", "objection"], complaints: ["complained", "complaint"] };

/** Uploads a file for everybody to read. @param {string} hash @param {File} file @param {string} key @param {string} signature */
async function publish(hash, file, key, signature) {
  const headers = { "ximu-key": key, "ximu-signature": signature };
  const answer = await net.persist(() => fetch(`/api/v1/documents/${hash}`, { method: "PUT", body: file, headers }));
  if (answer.ok) return;
  const said = await answer.json();
  throw new net.Refused(said.code, said.detail ?? said.title, said);
}

class XimuDesk extends Walk {
  /** @type {Map<string, string>} the names of those who wait for their admission */
  applicants = new Map();
  /** @type {any} who the key is and what it can do */
  standing;
  /** @type {string | undefined} the command that is filled in */
  command;
  /** @type {DeskForm | undefined} */
  form;
  /** @type {{file: File, hash: string}[]} */
  files = [];
  /** @type {any} the last answer, to be saved */
  answer;
  /** How many entries the register and the procedure had when the log was read last. */
  seen = "";
  /** Entries of the register so far. */
  registered = 0;
  /** @type {Promise<any>} what is asked for waits for what is being done, for instance while the log is read */
  queue = Promise.resolve();

  /** @param {string} step @param {() => Promise<void>} work */
  work(step, work) {
    this.queue = this.queue.then(() => super.work(step, work));
    return this.queue;
  }

  /** The centre's time. */
  now() {
    return Math.round(Date.now() + this.offset);
  }

  /** A party, by its name where that is public or this key may know it. @param {string} id */
  party(id) {
    const known = this.text(`name-${id}`);
    const name = known === `name-${id}` ? this.applicants.get(id) : known;
    return name === undefined ? id : `${name} (${id})`;
  }

  /** The names of those who wait for their admission, for whoever admits: the centre tells them to its key alone. */
  async knowApplicants() {
    this.applicants.clear();
    if (this.tender !== "registry" || !this.standing?.roles.includes("administrator")) return;
    try {
      const argument = { origin: this.centre.origin, procedure: this.tender, at: this.now() };
      const { panel } = await this.ask("call", { name: "seat_headers", argument });
      const answer = await fetch("/api/v1/register/waiting", { cache: "no-store", headers: panel });
      if (!answer.ok) return;
      for (const { name, party } of (await answer.json()).parties) this.applicants.set(party, name);
    } catch {
      // The ids stand alone.
    }
  }

  /** Calls the module. @param {string} name @param {any} [argument] @param {any} [fresh] */
  call(name, argument, fresh) {
    return this.ask("call", { name: `act_${name}`, argument, fresh });
  }

  async connectedCallback() {
    this.addEventListener("click", (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      if (target instanceof HTMLButtonElement && target.type === "button") void this.pressed(target);
    });
    $("fill-form").addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      void this.check();
    });
    $("key-file").addEventListener("change", () => void this.loadKey());
    $("fill-file").addEventListener("change", () => void this.fillFromFile());
    // The same file may be chosen again, once it was changed.
    $("fill-file").addEventListener("click", () => ($("fill-file").value = ""));
    await this.begin();
    void this.watch();
  }

  /** @param {HTMLButtonElement} button */
  async pressed(button) {
    if (button.dataset.command) return this.choose(button.dataset.command);
    const actions = /** @type {Record<string, () => any>} */ ({
      "computer-again": () => this.begin(),
      "key-make": () => this.makeKey(),
      "fill-other": () => this.other(),
      "check-back": () => this.show("fill"),
      "check-sign": () => this.send(),
      "done-other": () => this.other(),
      "done-save": () => net.save("acknowledgement.json", new Blob([`${JSON.stringify(this.answer)}\n`])),
    });
    await actions[button.id]?.();
  }

  async follow() {
    for (let attempt = 0; ; attempt += 1) {
      try {
        this.log = await this.ask("course", { centre: this.centre, procedure: this.tender, now: this.now() });
        break;
      } catch (error) {
        if (/** @type {any} */ (error).code !== "procedure-unknown" || attempt > TRIES_MAX) throw error;
        await net.pause(ASK_MS);
      }
    }
    const { size, closed, stage, suspended } = this.log;
    if (this.seen) await this.names();
    this.note("computer-log", `✓ ${this.text("log", { size })}${closed ? ` ${this.text("log-close")}` : ""}`);
    const now = stage ? this.text("stage", { stage: this.text(`stage-${stage}`) }) : "";
    this.note("choose-stage", suspended ? `${now} ${this.text("suspended", { time: this.time(suspended) })}` : now);
    if (this.key) await this.who();
  }

  /** The names that are public by now: those that this page would have, were it opened again. */
  async names() {
    const answer = await net.get(location.href);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const name of page.querySelectorAll("#texts [data-text^='name-']")) {
      if (!this.querySelector(`[data-text="${name.getAttribute("data-text")}"]`)) $("texts").append(document.importNode(name, true));
    }
  }

  /** @param {{public: string}} key */
  async keyReady(key) {
    await super.keyReady(key);
    await this.who();
    $("h-choose").tabIndex = -1;
    $("h-choose").focus();
  }

  /** Who the key is, and what it can do now. */
  async who() {
    const standing = await this.call("standing");
    this.standing = standing;
    const { party, roles, retired, seat } = standing;
    const own = roles.filter((/** @type {string} */ role) => role !== "visitor");
    const said = own.map((/** @type {string} */ role) => this.text(`role-${role}`)).join(this.text("comma"));
    const who = seat ? this.text("who-seat")
      : retired ? this.text("who-retired")
      : !party ? this.text("who-stranger")
      : own.length ? this.text("who-party", { party: this.party(party), roles: said })
      : this.text("who-waiting", { party });
    this.note("choose-who", who);
    this.list();
  }

  /** The commands, each with what it does and what it rests on. */
  list() {
    const { commands } = this.standing;
    // What can be done now comes first; what everybody may do comes last.
    const rank = (/** @type {any} */ { command, choosable }) => (choosable ? 0 : 1) + (command === "ask" ? 2 : 0);
    const here = commands.filter((/** @type {any} */ one) => one.place === "desk")
      .sort((/** @type {any} */ one, /** @type {any} */ other) => rank(one) - rank(other));
    const before = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.command;
    $("commands").replaceChildren(...here.map((/** @type {any} */ { command, basis, choosable }) => make("li", {}, [
      make("button", { type: "button", className: "plain", disabled: !choosable, "data-command": command, id: `do-${command}` }, [this.text(`deed-${command}`)]),
      make("p", {}, [`${this.text(`deed-${command}-does`)} `, make("small", {}, [this.basis(basis)]),
        ...(choosable ? [] : [make("span", { className: "tag" }, [this.text("nothing-to-choose")])])]),
    ])));
    const elsewhere = commands.filter((/** @type {any} */ one) => one.place !== "desk");
    $("elsewhere").hidden = elsewhere.length === 0;
    $("elsewhere-list").replaceChildren(...elsewhere.map((/** @type {any} */ { command, place }) => make("li", {}, [
      make("b", {}, [this.text(`deed-${command}`)]), ` ${this.text(`elsewhere-${place}`)}`,
    ])));
    this.note("choose-note", here.length === 0 ? this.text("nothing") : "");
    this.mark("choose", here.length === 0 ? "wait" : this.command ? "done" : "todo");
    if (before) $(`do-${before}`)?.focus();
  }

  /** @param {any[]} basis */
  basis(basis) {
    const each = basis.map((one) => {
      const [kind, of] = /** @type {[string, any]} */ (Object.entries(one)[0]);
      return this.text(kind, kind === "spec" ? { section: of } : { number: of });
    });
    return `${this.text("basis")} ${each.join(this.text("comma"))}`;
  }

  /** One step is open; those before it stand folded, as they were taken. @param {"choose" | "fill" | "check" | "done"} step */
  show(step) {
    const at = STEPS.indexOf(step);
    STEPS.forEach((each, number) => {
      $(each).hidden = number > at;
      $(each).classList.toggle("folded", number < at);
    });
    const head = $(`h-${step}`);
    head.tabIndex = -1;
    head.focus();
  }

  /** @param {string} command */
  choose(command) {
    return this.work("choose", async () => {
      if (command === "admit_party") await this.knowApplicants();
      const form = await this.call("form", { command, now: this.now() });
      this.command = command;
      this.form = new DeskForm(this, form);
      await this.form.told((list) => this.written(list));
      this.mark("choose", "done");
      this.note("fill-what", this.text(`deed-${command}`));
      this.note("fill-does", `${this.text(`deed-${command}-does`)} ${this.basis(form.basis)}`);
      this.note("fill-fresh", command === "ask" ? this.text("ask-fresh") : "");
      $("fill-from").hidden = !this.form.takesFile();
      this.note("fill-file-note", "");
      $("fill-fields").replaceChildren(this.form.body);
      this.mark("fill", "todo");
      this.show("fill");
      if (form.fields.length === 0) await this.checked();
    });
  }

  /** What people wrote, for everybody to read, by its number. @param {string} list @returns {Promise<Map<string, string>>} */
  async written(list) {
    const words = new Map();
    const [type, number] = WRITTEN[list.split("_")[0] ?? ""] ?? [];
    if (!type || !number) return words;
    for (let from = 0; ; ) {
      const lines = (await (await net.get(`/api/v1/tenders/${this.tender}/entries?from=${from}`)).text()).split("\n").filter(Boolean);
      for (const line of lines) {
        const { outcome, signed } = JSON.parse(JSON.parse(line).entry);
        const event = outcome?.events?.find((/** @type {any} */ one) => one.type === type);
        if (event) words.set(String(event[number]), JSON.parse(signed.body).command.text);
      }
      if (lines.length === 0) return words;
      from += lines.length;
    }
  }

  /** Fills the form in from a command that another program wrote. */
  async fillFromFile() {
    const [file] = $("fill-file").files;
    if (!file) return;
    const command = await file.text().then(JSON.parse).catch(() => undefined);
    if (command?.type !== this.command) return this.errors([["fill-file", this.text("command-other", { file: file.name })]]);
    this.errors([]);
    this.form?.fillFrom(command);
    this.note("fill-file-note", `✓ ${this.text("file-taken", { file: file.name })}`);
  }

  /** Goes back to the list, on the newest log. */
  async other() {
    this.command = undefined;
    this.show("choose");
    await this.work("choose", () => this.follow());
  }

  check() {
    return this.work("fill", () => this.checked());
  }

  async checked() {
    const { values, said, files } = await /** @type {DeskForm} */ (this.form).entered();
    const found = await this.call("check", { command: this.command, values, now: this.now() }, { nonce: 16 });
    if (found.faults) {
      this.mark("fill", "failed");
      const name = (/** @type {any} */ path) => this.text(`field-${this.form?.fields.find((field) => field.path === path)?.label ?? ""}`);
      return this.errors(found.faults.map((/** @type {any} */ { path, code }) =>
        [path ? this.target(path) : "h-fill", this.text(`fault-${code}`, { field: name(path) })]));
    }
    this.files = files;
    this.mark("fill", "done");
    $("answers").replaceChildren(...said.flatMap(([name, value]) => [make("dt", {}, [name]), make("dd", {}, [value])]));
    this.note("check-what", this.text(`deed-${this.command}`));
    this.note("check-bytes", found.bytes);
    this.foreseen(found.foreseen);
    this.note("check-kept", found.kept.length ? this.text("kept-why") : "");
    this.mark("check", "todo");
    this.show("check");
  }

  /** Where a fault leads: the first field of its member. @param {string} path */
  target(path) {
    const at = $(place(path));
    return at?.matches("fieldset") ? at.querySelector("input, select")?.id ?? at.id : place(path);
  }

  /** What the rules say will follow. @param {any} foreseen */
  foreseen({ is, events, code, detail }) {
    const box = $("foreseen");
    box.className = `card ${is === "refused" ? "bad" : is === "hidden" ? "warn" : "good"}`;
    const zh = this.dataset.lang?.startsWith("zh");
    const lines = is === "refused" ? [
        [this.text("foreseen-refused", { detail: zh ? this.text(`code-${code}`) : detail }), " ", this.code(code)],
        [this.text("advice", { advice: this.text(`code-${code}-do`) })],
        [this.text("foreseen-anyway")],
      ]
      : [[this.text(is === "hidden" ? "foreseen-hidden" : "foreseen-accepted")]];
    box.replaceChildren(...lines.map((line) => make("p", {}, line)), this.events(events ?? []));
  }

  /** A code, for whoever asks somebody about it. @param {string} code */
  code(code) {
    return make("small", {}, [`[${code}]`]);
  }

  /** Events in words. @param {any[]} events */
  events(events) {
    return make("ul", { className: "bare" }, events.map((event) => {
      const at = event.until ?? event.deadline ?? event.due;
      const number = event.question ?? event.objection ?? event.complaint ?? event.order;
      const more = [number && this.text("event-number", { number }), at && this.time(at)].filter(Boolean).join(" · ");
      return make("li", {}, [`${this.text(`event-${event.type}`)}${more ? ` · ${more}` : ""}`]);
    }));
  }

  send() {
    return this.work("check", async () => {
      this.note("check-note", this.text("signing"));
      const { command, kept, vault } = await this.call("signed");
      for (const { file, hash } of this.files) {
        const { key, signature } = await this.call("document", { sha256: hash, bytes: file.size });
        await publish(hash, file, key, signature);
      }
      // What opens the commitments is with the person before they are with the centre.
      for (const [name, text] of kept) net.save(name, new Blob([text]));
      try {
        const given = await net.give(command);
        if (vault) await record(vault);
        await this.heardOf(given, true);
      } catch (error) {
        await this.refused(error);
      }
      this.note("check-note", "");
    });
  }

  /** The answer is believed once it was checked. @param {any} given @param {boolean} accepted */
  async heardOf(given, accepted) {
    const { acknowledgement, subject, listing } = given;
    const heard = await this.call("answered", { acknowledgement, subject, log_key: this.centre.log_key, accepted });
    this.answer = { acknowledgement, subject };
    const where = heard.is === "entry" ? this.text("entry", { number: heard.number }) : this.text(heard.is);
    if (accepted) this.done("done", this.text("accepted", { time: this.time(acknowledgement.at) }), where, heard.events);
    this.applications(listing);
    return where;
  }

  /** @param {any} error */
  async refused(error) {
    const problem = error?.problem;
    if (!problem?.refusal) throw error;
    const { code, acknowledgement, subject } = problem;
    const signed = acknowledgement && subject;
    const where = signed ? `${await this.heardOf(problem, false)}. ${this.text("refused-signed")}` : "";
    if (!signed) this.answer = undefined;
    const zh = this.dataset.lang?.startsWith("zh");
    const text = this.text("refused", { code, detail: zh ? this.text(`code-${code}`) : problem.detail ?? "" });
    this.done("failed", `${text} ${this.text("advice", { advice: this.text(`code-${code}-do`) })}`, where, []);
  }

  /** @param {"done" | "failed"} state @param {string} what @param {string} where @param {any[]} events */
  done(state, what, where, events) {
    this.mark("check", state);
    this.mark("done", state);
    $("done-what").className = `card ${state === "done" ? "good" : "bad"}`;
    $("done-what").replaceChildren(make("p", {}, [make("b", {}, [this.text(`deed-${this.command}`)]), ` ${what} ${where}`]), this.events(events));
    $("done-save").hidden = !this.answer;
    this.show("done");
  }

  /** What an officer asked to see, once. @param {string | undefined} listing */
  applications(listing) {
    $("applications").hidden = !listing;
    if (!listing) return;
    const all = JSON.parse(listing);
    $("applications-list").replaceChildren(...all.map((/** @type {any} */ { applicant, number, state, credentials, members }) =>
      make("li", {}, [
        this.text("apply-line", { party: this.party(applicant), number, state: this.text(`word-${state}`) }),
        make("br"),
        make("code", {}, [[...credentials, ...members].join(" ")]),
      ])));
    this.note("applications-none", all.length === 0 ? this.text("applications-none") : "");
  }

  /** Reads the log again when the public state has changed and nothing is being filled in. */
  async watch() {
    while (this.isConnected) {
      await net.pause(ASK_MS);
      try {
        const [register, entries] = await this.state();
        const seen = `${register} ${entries}`;
        if (seen === this.seen || this.busy || this.command) continue;
        await this.follow();
        // The cosigned log may be a moment behind the entries: then the next round reads it again.
        if (this.log.entries >= (entries ?? 0)) this.seen = seen;
      } catch {
        // The next round asks again.
      }
    }
  }

  /** What of the public state the list depends on: entries of the register, and of the procedure. @returns {Promise<number[]>} */
  async state() {
    this.registered += await registered(this.registered);
    if (this.tender === "registry") return [this.registered, this.registered];
    return [this.registered, (await net.tender(this.tender)).entries];
  }
}

customElements.define("ximu-desk", XimuDesk);
