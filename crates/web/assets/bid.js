// @ts-check
/**
 * `<ximu-bid>`: the desk of a bidder. The server rendered the steps; this element walks through them. The key and every
 * plaintext stay in this page and its Worker (`worker`); what is said to the centre is in `net` and `bid-centre`, the form
 * in `bid-form`, the index of answers in `bid-index`, what all desks share in `walk`. What must survive a closed page is saved as files, in the form the
 * command line uses. The browser itself remembers one number: the last version that was submitted, because two bids of
 * one version would void each other.
 */
import { BidForm } from "./bid-form.js";
import { AnswerIndex } from "./bid-index.js";
import * as bids from "./bid-centre.js";
import * as net from "./net.js";
import { $, ASK_MS, Walk, amount } from "./walk.js";

/** The steps that are over with the submissions. */
const BEFORE = ["register", "form", "files", "seal", "submit", "change"];

class XimuBid extends Walk {
  /** @type {string | undefined} */
  party;
  /** @type {File[]} */
  files = [];
  /** @type {Record<string, any>} the bid's folder: names and contents */
  folder = {};
  /** The file of the folder with the command that holders would take; empty when there is none. */
  handing = "";
  /** @type {any} */
  submission;
  version = 1;
  /** The id of the submission that the centre has acknowledged; empty when there is none. */
  submitted = "";
  /** Whether the bid at hand was opened from a file. */
  loaded = false;
  stage = "";
  /** @type {any[]} the opening list, from CLOSE on */
  list = [];
  /** @type {any} */
  form;
  /** @type {AnswerIndex | undefined} */
  index;

  async connectedCallback() {
    this.addEventListener("click", (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      if (target instanceof HTMLButtonElement && target.type === "button") void this.pressed(target);
    });
    $("register-form").addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      void this.register();
    });
    $("key-file").addEventListener("change", () => void this.loadKey());
    $("bill-file").addEventListener("change", () => void this.form.importBill());
    $("bid-file").addEventListener("change", () => void this.loadBid());
    $("files").addEventListener("change", () => this.addFiles($("files").files));
    const drop = $("drop");
    drop.addEventListener("dragover", (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      drop.classList.remove("over");
      this.addFiles(event.dataTransfer?.files ?? []);
    });
    for (const id of ["h-form"]) {
      $(id).parentElement.addEventListener("input", () => void this.form.typed(false));
    }
    this.form = new BidForm(this);
    this.index = new AnswerIndex(this);
    this.listFiles();
    this.form.addLine();
    await this.begin();
    void this.watch();
  }

  /** @param {HTMLButtonElement} button */
  async pressed(button) {
    if (button.dataset.line) return this.form.removeLine(button);
    if (button.dataset.file) return this.removeFile(Number(button.dataset.file));
    if (button.dataset.answer) return this.index?.remove(Number(button.dataset.answer));
    const actions = /** @type {Record<string, () => any>} */ ({
      "computer-again": () => this.begin(),
      "key-make": () => this.makeKey(),
      "line-add": () => this.form.addLine().querySelector("input")?.focus(),
      "index-add": () => this.index?.add(),
      "seal-start": () => this.seal(),
      "save-recovery": () => this.saveFolder(),
      "save-form-key": () => net.save("form.key", new Blob([this.folder["form.key"]])),
      "submit-start": () => this.submit(),
      "save-receipt": () => this.saveReceipt(),
      replace: () => this.replaceBid(),
      withdraw: () => this.withdraw(),
      release: () => this.release(),
      rescue: () => this.rescue(),
      "save-command": () => net.save(this.handing, new Blob([this.folder[this.handing]])),
    });
    await actions[button.id]?.();
  }

  /** Whether submissions are closed. */
  get closed() {
    return this.stage !== "" && this.stage !== "sealing";
  }

  /** A step that was not taken before CLOSE is neither to do nor failed. @param {string} step @param {"todo" | "busy" | "done" | "wait" | "failed" | "closed"} state */
  mark(step, state) {
    const over = this.closed && BEFORE.includes(step) && (state === "todo" || (state === "failed" && step !== "submit"));
    super.mark(step, over ? "closed" : state);
  }

  /** @param {{public: string}} key */
  async keyReady(key) {
    await super.keyReady(key);
    await this.standing();
    this.buttons();
  }

  /** Step 3: what the register knows of this key. */
  async standing() {
    const { party, roles, retired } = await this.ask("standing");
    this.party = party && roles.includes("bidder") ? party : undefined;
    if (this.party) {
      this.mark("register", "done");
      this.note("register-note", this.text("register-known", { party }));
    } else if (party) {
      this.mark("register", "wait");
      this.note("register-note", this.text("register-waiting", { party }));
    } else {
      this.mark("register", retired ? "failed" : "todo");
      this.note("register-note", this.text(retired ? "register-retired" : "register-unknown"));
    }
    $("register-send").disabled = Boolean(party || retired);
    return Boolean(party);
  }

  register() {
    const name = $("name").value.trim();
    if (!this.key) return this.errors([["key-make", this.needStep("key")]]);
    if (!name) return this.errors([["name", this.text("need", { field: this.label("name") })]]);
    return this.work("register", async () => {
      const { record, party, command, id } = await this.ask("register", { name });
      await this.heard(await net.give(command), id);
      await bids.record(record);
      $("register-send").disabled = true;
      if (!$("bidder_name").value) $("bidder_name").value = name;
      this.mark("register", "wait");
      this.note("register-note", this.text("register-waiting", { party }));
      void this.admission();
    });
  }

  /** Goes on by itself when an officer has admitted the party. */
  async admission() {
    let seen = -1;
    while (!this.party) {
      await net.pause(ASK_MS);
      try {
        const now = await bids.registered(0);
        if (now === seen || this.busy) continue;
        await this.follow();
        // A party that the log knows waits for an officer: nothing is read again before the register has another entry.
        // One that it does not know yet waits for the cosigned log, which may be a moment behind the entries.
        const { party } = await this.ask("standing");
        await this.standing();
        if (party) seen = now;
      } catch {
        // The next round asks again.
      }
    }
    this.buttons();
  }

  /** Step 5. @param {Iterable<File>} files */
  addFiles(files) {
    /** @type {[string, string][]} */
    const faults = [];
    for (const file of files) {
      if (this.files.some((other) => other.name === file.name)) faults.push(["files", this.text("files-double", { name: file.name })]);
      else this.files.push(file);
    }
    $("files").value = "";
    this.errors(faults);
    this.listFiles();
  }

  /** @param {number} number */
  removeFile(number) {
    this.files.splice(number, 1);
    this.listFiles();
    $("files").focus();
  }

  listFiles() {
    const lines = this.files.map((file, number) => {
      const line = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "plain";
      button.dataset.file = String(number);
      button.textContent = "×";
      button.setAttribute("aria-label", this.text("remove-file", { name: file.name }));
      line.append(`${file.name} (${file.size.toLocaleString()} B) `, button);
      return line;
    });
    if (lines.length === 0) {
      lines.push(document.createElement("li"));
      lines[0]?.append(this.text("files-none"));
    }
    $("file-list").replaceChildren(...lines);
    this.mark("files", this.files.length > 0 ? "done" : "todo");
    this.index?.show(this.files);
  }

  /** Step 6. */
  async seal() {
    /** @type {[string, string][]} */
    const faults = [];
    if (!this.key) faults.push(["key-make", this.needStep("key")]);
    else if (!this.party) faults.push(["name", this.needStep("register")]);
    const typed = await this.form.typed(true);
    faults.push(...(typed?.faults ?? []));
    faults.push(...(this.index?.faults(this.files) ?? []));
    const bytes = this.files.reduce((sum, file) => sum + file.size, 0);
    const max = this.log?.body_bytes_max ?? Infinity;
    if (bytes > max) faults.push(["files", this.text("files-large", { bytes, max })]);
    if (faults.length > 0) return this.errors(faults);
    await this.work("seal", async () => {
      // What was signed or opened from a file may have been submitted: its number is used up.
      const used = this.folder["submit.json"] || this.loaded ? this.submission.version : 0;
      this.version = Math.max(this.version, used + 1, this.remembered() + 1);
      this.loaded = false;
      const bar = $("seal-bar");
      bar.hidden = false;
      const files = [...this.files, ...(this.index?.files() ?? [])];
      const started = { draft: typed?.draft, files, version: this.version };
      const sealed = await this.ask("seal", started, (/** @type {number} */ done, /** @type {number} */ total, /** @type {string} */ stage) => {
        const percent = Math.floor((100 * done) / Math.max(total, 1));
        bar.value = percent;
        this.note("seal-note", this.text(`stage-${stage}`, { percent }));
      });
      bar.hidden = true;
      this.folder = sealed.files;
      this.submitted = "";
      this.submission = JSON.parse(sealed.files["submission.json"]);
      const { bidder_name: bidder, duration_days: days, price, price_words: words } = sealed.rehearsed;
      this.note("seal-note", `✓ ${this.text("rehearsed", { bidder, days, price: amount(price.amount ?? price), words })}`);
      $("save").hidden = false;
      this.note("save-note", "");
      $("submit-start").disabled = true;
      for (const id of ["submit-note", "receipt-note"]) this.note(id, "");
      $("save-receipt").hidden = true;
      this.mark("submit", "todo");
      this.mark("seal", "wait");
      $("save-recovery").focus();
    });
  }

  /** The last version of a bidder that was submitted from this browser. */
  remembered(bidder = this.party) {
    try {
      return Number(localStorage.getItem(`ximu-bid ${this.log.genesis} ${bidder}`)) || 0;
    } catch {
      return 0;
    }
  }

  /** @param {number} version */
  remember(version) {
    try {
      const highest = Math.max(version, this.remembered(this.submission.bidder));
      localStorage.setItem(`ximu-bid ${this.log.genesis} ${this.submission.bidder}`, String(highest));
    } catch {
      // A browser that keeps nothing: the saved folder says it too.
    }
  }

  folderName() {
    return `bid-${this.tender}-v${this.submission.version}`;
  }

  saveFolder() {
    net.save(`${this.folderName()}.tar`, bids.pack(this.folderName(), this.folder));
    this.note("save-note", this.text("saved"));
    this.mark("seal", "done");
    this.buttons();
    $("submit-start").focus();
  }

  /** Step 7. */
  submit() {
    return this.work("submit", async () => {
      const submission = await this.textOf("submission.json");
      const bar = $("submit-bar");
      if (!this.folder["submit.json"]) {
        bar.hidden = false;
        const signatures = await this.ask("uploads", { submission });
        const total = this.submission.form.bytes + this.submission.body.bytes;
        /** @type {any} */
        const custody = {};
        let before = 0;
        for (const name of ["form", "body"]) {
          const { commitment, bytes } = this.submission[name];
          const what = { procedure: this.tender, commitment, key: this.key?.public, signature: signatures[name], body: new Blob([this.folder[`${name}.age`]]) };
          custody[name] = await this.uploaded(
            what,
            (/** @type {number} */ done) => {
              bar.value = Math.floor((100 * (before + done)) / total);
              this.note("submit-note", this.text("upload", { percent: bar.value }));
            },
            (/** @type {number} */ seconds, /** @type {number} */ number) => this.note("submit-note", this.text("retry", { seconds, number })),
          );
          before += bytes;
        }
        bar.hidden = true;
        this.note("submit-note", this.text("sign"));
        const { command, id } = await this.ask("submit", { submission, custody });
        // Kept before it is sent: a repetition is then the same command.
        this.folder["submit.json"] = `${command}\n`;
        this.submitted = id;
        this.remember(this.submission.version);
      }
      const signed = (await this.textOf("submit.json")).trimEnd();
      const given = await net.give(signed);
      // A bid that was submitted before this page was opened: the id is compared with the signed command.
      await this.heard(given, this.submitted || given.acknowledgement.id, signed);
      this.keep("submit", given);
      this.taken(given);
      this.buttons();
      void this.receipt(given.subject, this.submitted).then((held) => held && $("save-receipt").focus());
    });
  }

  /** The centre's word goes into the folder, as the command line keeps it. @param {string} name @param {any} given */
  keep(name, { acknowledgement, subject }) {
    this.folder[`${name}.acknowledgement.json`] = `${JSON.stringify({ acknowledgement, subject })}\n`;
  }

  /** The centre has it; the receipt is to come. @param {any} given */
  taken({ acknowledgement }) {
    this.submitted = acknowledgement.id;
    this.note("submit-note", `✓ ${this.text("acknowledged", { time: this.time(acknowledgement.at) })}`);
    $("save-receipt").hidden = false;
    this.mark("submit", "wait");
  }

  /**
   * Uploads. When the centre takes no uploads any more, the submission is signed all the same, without the custody
   * centre's word: its refusal is then signed and recorded, which a refused upload is not.
   * @param {any} what @param {any} told @param {any} again
   */
  uploaded(what, told, again) {
    return bids.upload(what, told, again).catch((/** @type {any} */ error) => {
      if (error?.code !== "upload_closed") throw error;
      return "0".repeat(128);
    });
  }

  /**
   * Waits for the receipt of a submission, or looks at the one that was saved; says whether it is here and was checked.
   * @param {string} subject @param {string} id @param {string} [saved]
   */
  async receipt(subject, id, saved) {
    while (this.submitted === id) {
      try {
        /** @type {{text?: string, waits?: any}} */
        const { text, waits } = saved ? { text: saved } : await bids.receipt(id);
        if (text) {
          const argument = { receipt: text, policy: this.centre.policy, subject, command: id };
          let held = await this.ask("receipt", argument);
          if (!held.counts) {
            // The deadline may have moved since the log was read.
            await this.follow();
            held = await this.ask("receipt", argument);
          }
          if (this.submitted !== id) return false;
          this.folder["receipt.json"] = text;
          const places = { time: this.time(held.cosigned_s * 1000), deadline: this.time(held.deadline) };
          const said = this.text(held.counts ? "receipted" : "receipted-late", places);
          this.note("receipt-note", `${held.counts ? "✓" : "✗"} ${said}`);
          this.mark("submit", held.counts ? "done" : "failed");
          if (!held.counts) this.errors([["h-submit", said]]);
          return true;
        }
        const beat = waits.scheduled ? this.text("waits-beat", { time: this.time(waits.scheduled) }) : this.text("waits-close");
        this.note("receipt-note", `◎ ${waits.waits_for === "beat" ? beat : this.text("waits-cosignatures")}`);
      } catch (error) {
        if (/** @type {any} */ (error).code !== "network") {
          if (this.submitted !== id) return false;
          this.mark("submit", "failed");
          this.errors([["h-submit", this.said(error)]]);
          return false;
        }
      }
      await net.pause(ASK_MS / 2);
    }
    return false;
  }

  saveReceipt() {
    const sent = ["submit", "withdraw"].flatMap((name) => [`${name}.json`, `${name}.acknowledgement.json`]);
    const names = [...sent, "receipt.json", "submission.json"];
    const files = Object.fromEntries(names.filter((name) => this.folder[name]).map((name) => [name, this.folder[name]]));
    net.save(`${this.folderName()}-receipt.tar`, bids.pack(this.folderName(), files));
  }

  /** @param {string} name a text of the folder */
  async textOf(name) {
    const content = this.folder[name];
    return typeof content === "string" ? content : await content.text();
  }

  /** Step 8: a bid that was saved is here again. */
  loadBid() {
    const files = [...$("bid-file").files];
    if (files.length === 0) return;
    return this.work("change", async () => {
      const folder = /** @type {Record<string, any>} */ ({});
      for (const file of files) {
        if (file.name.endsWith(".tar")) Object.assign(folder, await bids.unpack(file));
        else folder[file.name] = file;
      }
      $("bid-file").value = "";
      this.folder = folder;
      this.submitted = "";
      this.handing = ["release.json", "rescue.json"].find((name) => folder[name]) ?? "";
      this.submission = JSON.parse(await this.textOf("submission.json"));
      this.loaded = true;
      this.note(this.closed ? "open-note" : "change-note", this.text("loaded", { version: this.submission.version }));
      await this.sent();
      this.ended();
      this.buttons();
    });
  }

  /** Steps 4 to 8 as the files tell: what the centre has signed is checked again, and a receipt too. */
  async sent() {
    const { bidder, version } = this.submission;
    for (const id of ["submit-note", "receipt-note"]) this.note(id, "");
    $("save-receipt").hidden = true;
    if (this.folder["form.age"] && this.folder["body.age"]) for (const step of ["form", "files", "seal"]) this.mark(step, "done");
    for (const step of ["submit", "change"]) this.mark(step, "todo");
    const told = (/** @type {string} */ step, /** @type {string} */ words) => {
      this.mark(step, "wait");
      this.note(`${step}-note`, `◎ ${this.text(words, { version })}`);
    };
    // The command names what was sealed; a withdrawal uses up the next version.
    const submit = await this.word("submit", [this.submission.form.commitment, this.submission.body.commitment]);
    if (submit) {
      this.taken(submit);
      const saved = this.folder["receipt.json"] && (await this.textOf("receipt.json"));
      void this.receipt(submit.subject, this.submitted, saved).then(() => this.ended());
    } else if (this.folder["submit.json"]) told("submit", "unanswered");
    else if (this.remembered(bidder) >= version) told("submit", "submitted-here");
    const withdrawn = await this.word("withdraw", [`"version":${version + 1}`]);
    if (withdrawn) {
      this.mark("change", "done");
      this.note("change-note", `✓ ${this.text("withdrawn")}`);
    } else if (this.folder["withdraw.json"]) told("change", "unanswered");
    else if (this.remembered(bidder) > version) told("change", "changed-here");
  }

  /**
   * What the centre has signed about a command of this bid, checked; nothing when the folder has no such word. Files of
   * another bid, opened together with this one's, are left out.
   * @param {string} name @param {string[]} parts what stands in the command's body
   */
  async word(name, parts) {
    const [file, answer] = [`${name}.json`, `${name}.acknowledgement.json`];
    if (!this.folder[file]) return undefined;
    const signed = (await this.textOf(file)).trimEnd();
    const { body } = JSON.parse(signed);
    if (!parts.every((part) => body.includes(part))) {
      for (const other of [file, answer, ...(name === "submit" ? ["receipt.json"] : [])]) delete this.folder[other];
      return undefined;
    }
    if (!this.folder[answer]) return undefined;
    const given = JSON.parse(await this.textOf(answer));
    await this.heard(given, given.acknowledgement.id, signed);
    return given;
  }

  replaceBid() {
    // The bid that was opened is sealed; the next one is to be written.
    if (this.loaded) for (const step of ["form", "files", "seal"]) this.mark(step, "todo");
    this.version = this.submission.version + 1;
    this.note("change-note", this.text("replace-lead", { version: this.version }));
    $("bidder_name").focus();
  }

  withdraw() {
    return this.work("change", async () => {
      await this.step("withdraw", {});
      this.version = this.submission.version + 2;
      this.remember(this.submission.version + 1);
      this.note("change-note", `✓ ${this.text("withdrawn")}`);
      this.mark("change", "done");
    });
  }

  /** Signs and gives a command about the bid. @param {string} name @param {Record<string, any>} more */
  async step(name, more) {
    const submission = await this.textOf("submission.json");
    const { command, id } = await this.ask(name, { submission, ...more });
    if (name !== "withdraw") {
      // Whatever the centre says or does not say, the holders take the same bytes (opening 3.4).
      this.handing = `${name}.json`;
      this.folder[this.handing] = `${command}\n`;
      this.buttons();
    }
    const given = await net.give(command);
    await this.heard(given, id);
    this.folder[`${name}.json`] = `${command}\n`;
    this.keep(name, given);
  }

  /** Step 9. */
  release() {
    return this.work("open", async () => {
      const recovery = await this.textOf("form.key");
      const present = await this.ask("sign", { origin: this.centre.origin, procedure: this.tender, command: { type: "sign_in" } });
      // Being present is no condition of anything (opening 3): a refusal does not keep the key back.
      await net.give(present.command).catch(() => undefined);
      await this.step("release", { recovery });
      this.note("open-note", `✓ ${this.text("released")}`);
      this.mark("open", "done");
      this.buttons();
    });
  }

  rescue() {
    return this.work("open", async () => {
      await this.step("rescue", {});
      this.note("open-note", `✓ ${this.text("rescue-asked")}`);
      this.mark("open", "done");
      this.buttons();
    });
  }

  /** What can be pressed now. */
  buttons() {
    const bid = Boolean(this.key && this.submission);
    const sealing = this.stage === "sealing";
    const window = this.stage === "window";
    // After CLOSE what was submitted can still be said again, for the receipt.
    const again = this.closed && Boolean(this.folder["submit.json"]);
    $("submit-start").disabled = !(bid && this.folder["form.age"] && this.folder["body.age"] && (sealing || again));
    $("submit-start").textContent = this.text(this.closed ? "submit-again" : "submit-start");
    $("replace").disabled = !(this.submission && sealing);
    $("withdraw").disabled = !(bid && sealing);
    const done = $("s-open").textContent.startsWith("✓");
    $("release").disabled = !(bid && window && this.folder["form.key"]) || done;
    if ($("hand")) $("hand").hidden = !this.handing;
    if ($("rescue")) $("rescue").disabled = !(bid && window) || done;
  }

  /** The opening comes first, with its clock; the steps before it stand folded, as they ended. */
  close() {
    this.errors([]);
    $("steps").prepend($("h-open").parentElement);
    $("open-load").append($("bid-file").parentElement);
    for (const step of BEFORE) $("closed").append($(`h-${step}`).parentElement);
    for (const field of $("closed").querySelectorAll("input, select, button:not(#submit-start, [id^=save-])")) field.disabled = true;
    $("open-clock").append($("clock"));
    $("closed").hidden = false;
    this.ended();
  }

  /** How each of those steps ended, as far as the public list and the saved bid tell. */
  ended() {
    if (!this.closed) return;
    for (const step of BEFORE) {
      const state = $(`s-${step}`).textContent;
      // A receipt that came too late stays what it is; to have opened a saved bid changed nothing.
      const opened = step === "change" && !$("change-note").textContent.startsWith("✓");
      if (state.startsWith("○") || opened || (state.startsWith("✗") && step !== "submit")) this.mark(step, "closed");
    }
    if (!this.submission) return;
    if (this.folder["form.age"]) for (const step of ["form", "files", "seal"]) this.mark(step, "done");
    const { bidder, version } = this.submission;
    // What nobody has acknowledged cannot be given any more.
    if ($("s-submit").textContent.startsWith("◎") && !this.submitted && !this.folder["submit.json"]) {
      this.mark("submit", "closed");
      this.note("submit-note", "");
    }
    if (this.list.some((/** @type {any} */ line) => line.bidder === bidder && line.version === version)) this.mark("submit", "done");
  }

  /** Keeps the opening's step current; the page itself is never read again, since it holds the bid. */
  async watch() {
    while (this.isConnected) {
      try {
        const { stage, deadline, window_until, list } = await net.tender(this.tender);
        const [name, at] = stage === "sealing" ? ["open-before", deadline] : stage === "window" ? ["open-window", window_until] : ["open-over", 0];
        this.note("open-stage", this.text(name, { time: this.time(at) }));
        this.clock(stage, stage === "sealing" ? deadline : window_until);
        if (stage !== this.stage) {
          const begins = stage === "window";
          const open = !this.closed;
          this.stage = stage;
          this.list = list ?? [];
          if (open && this.closed) this.close();
          this.buttons();
          if (begins && !$("release").disabled) $("release").focus();
        }
      } catch {
        // The next round asks again.
      }
      await net.pause(ASK_MS);
    }
  }

  /** What the clock counts to: the deadline, then the end of the window. @param {string} stage @param {number | null} until */
  clock(stage, until) {
    const clock = $("clock");
    if (until) clock.setAttribute("until", String(until));
    if (stage === "sealing") return;
    clock.dataset.left = this.text("clock-window");
    clock.dataset.over = this.text("clock-over");
  }
}

customElements.define("ximu-bid", XimuBid);
