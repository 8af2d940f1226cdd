// @ts-check
/**
 * The form of one command, made from its description (desk 2): which fields there are, what is asked for when, and what
 * was entered. Texts come from the page, choices from the module; nothing here knows a command by name.
 */

/** @typedef {{path: string, label: string, kind: any, optional: boolean, when: any}} Field */
/** @typedef {{value: string, party: string | null, words: string[]}} Offer */

/** @param {string} name @param {Record<string, any>} [properties] @param {(Node | string)[]} [children] */
export function make(name, properties = {}, children = []) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element && key !== "list") /** @type {any} */ (element)[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** Texts of so many bytes at most are reasons, articles, questions: a few lines. */
const SHORT = 2000;

/** The id of a member's field. @param {string} path */
export const place = (path) => `f-${path.replace(".", "-")}`;

/** What kind it is, and what belongs to the kind. @param {any} kind @returns {[string, any]} */
const of = (kind) => (typeof kind === "string" ? [kind, undefined] : /** @type {any} */ (Object.entries(kind)[0]));

export class DeskForm {
  /** @param {any} desk the element whose form this is @param {any} form what the module says of the command */
  constructor(desk, form) {
    this.desk = desk;
    /** @type {Field[]} */
    this.fields = form.fields;
    this.form = form;
    this.body = make("div");
    for (const field of this.fields) this.body.append(this.row(field));
    this.body.addEventListener("input", () => this.ask());
    this.body.addEventListener("change", () => this.ask());
    this.ask();
  }

  /** @param {Field} field */
  name(field) {
    return this.desk.text(`field-${field.label}`);
  }

  /** A line of a list, as people read it: names and words first, then the number or identifier. @param {Offer} offer */
  line(offer) {
    const words = offer.words.map((word) => this.desk.text(`word-${word}`));
    const party = offer.party ? this.desk.party(offer.party) : "";
    const value = offer.party === offer.value || words.length > 0 && !offer.party ? "" : offer.value;
    const said = /^\d+$/.test(value) ? this.desk.text("event-number", { number: value }) : value;
    return [party, ...words, said].filter(Boolean).join(" · ");
  }

  /**
   * Shows what somebody wrote at the field in which it is chosen: an answer or a decision is about these words.
   * @param {(list: string) => Promise<Map<string, string>>} written
   */
  async told(written) {
    for (const field of this.fields) {
      const [kind, list] = of(field.kind);
      if (kind !== "pick") continue;
      const words = await written(list);
      if (words.size === 0) continue;
      const place = make("blockquote", { className: "words" });
      const select = this.at(field.path);
      const show = () => {
        place.textContent = words.get(select.value) ?? "";
        place.hidden = !place.textContent;
      };
      select.after(place);
      this.body.addEventListener("change", show);
      show();
    }
  }

  /** @param {Field} field */
  row(field) {
    const [kind, more] = of(field.kind);
    const id = place(field.path);
    const hint = make("small", { id: `${id}-hint` }, [this.hint(field, kind)]);
    const preset = this.form.presets[field.path];
    const said = `${this.name(field)}${field.optional ? this.desk.text("optional") : ""}`;
    const many = ["yes_no", "words", "picks", "grounds", "credentials"].includes(kind);
    const row = many
      ? make("fieldset", { id, "aria-describedby": hint.id }, [make("legend", {}, [said]), hint])
      : make("p", {}, [make("label", { htmlFor: id }, [said]), hint]);
    row.dataset.path = field.path;
    const control = (/** @type {string} */ name, /** @type {any} */ properties = {}, /** @type {any[]} */ children = []) =>
      make(name, { id, "aria-describedby": hint.id, ...properties }, children);
    const select = (/** @type {[string, string][]} */ options) => {
      const chosen = preset ?? (options.length === 1 && !field.optional ? options[0]?.[0] : "");
      const first = make("option", { value: "" }, [this.desk.text("none")]);
      return control("select", {}, [first, ...options.map(([value, text]) =>
        make("option", { value, selected: String(chosen) === value }, [text]))]);
    };
    const words = (/** @type {string[]} */ list, /** @type {string} */ of) =>
      /** @type {[string, string][]} */ (list.map((word) => [word, this.desk.text(`${of}-${word}`)]));
    const offers = (/** @type {string} */ list) =>
      /** @type {[string, string][]} */ ((this.form.offers[list] ?? []).map((/** @type {Offer} */ offer) => [offer.value, this.line(offer)]));
    const boxes = (/** @type {[string, string][]} */ options, /** @type {string} */ type, /** @type {string[]} */ chosen) =>
      options.map(([value, text], number) => make("div", { className: "box" }, [
        make("input", { type, name: id, value, id: `${id}-${number}`, checked: chosen.includes(value) }),
        make("label", { htmlFor: `${id}-${number}` }, [text]),
      ]));
    /** @type {Record<string, () => Node[]>} */
    const controls = {
      text: () => [control("textarea", { rows: more > SHORT ? 5 : 2 })],
      // Keys and proofs are longer than a line of the page.
      line: () => [control("textarea", { rows: 2, spellcheck: false, autocomplete: "off" })],
      number: () => [control("input", { inputMode: "numeric" })],
      amount: () => [control("input", { inputMode: "decimal", value: preset ?? "" })],
      instant: () => [control("input", { type: "datetime-local", step: "1", value: preset ?? "" })],
      yes_no: () => boxes([["yes", this.desk.text("yes")], ["no", this.desk.text("no")]], "radio", []),
      word: () => [select(words(more, "word"))],
      words: () => boxes(words(more, "role"), "checkbox", []),
      pick: () => [select(offers(more))],
      picks: () => boxes(offers(more), "checkbox", preset ?? []),
      grounds: () => offers(more[0]).map(([value, text], number) => make("div", { className: "box" }, [
        make("label", { htmlFor: `${id}-${number}` }, [text]),
        make("select", { id: `${id}-${number}`, name: value }, [make("option", { value: "" }, [this.desk.text("none")]),
          ...words(more[1], "word").map(([word, said]) => make("option", { value: word }, [said]))]),
      ])),
      file_hash: () => [control("input", { type: "file" })],
      contract: () => [control("input", { type: "file" })],
      documents: () => [control("input", { type: "file", multiple: true })],
      credentials: () => (this.form.credentials ?? []).map((/** @type {string} */ credential, /** @type {number} */ number) =>
        make("div", { className: "box" }, [
          make("label", { htmlFor: `${id}-${number}` }, [this.desk.text(`credential-${credential}`)]),
          make("input", { type: "file", id: `${id}-${number}`, name: credential }),
        ])),
      account: () => [control("input", { autocomplete: "off" })],
      name: () => [control("input", { autocomplete: "organization", maxLength: 100 })],
    };
    row.append(...(controls[kind]?.() ?? []));
    return row;
  }

  /** @param {Field} field @param {string} kind */
  hint(field, kind) {
    const hint = this.desk.text(`field-${field.label}-hint`);
    if (kind === "instant") return `${hint} ${this.desk.text("now", { time: this.desk.time(this.desk.now()) })}`;
    if (["file_hash", "contract", "credentials"].includes(kind)) return `${hint} ${this.desk.text("file-local")}`;
    return hint;
  }

  /** Whether it asks for what only another program can make: then its file may fill the form in. */
  takesFile() {
    return this.fields.some((field) => of(field.kind)[0] === "line");
  }

  /** Fills in what is typed or chosen from a command as `ximu act` takes it. @param {any} command */
  fillFrom(command) {
    for (const field of this.fields) {
      const value = field.path.split(".").reduce((/** @type {any} */ inner, name) => inner?.[name], command);
      const control = this.at(field.path);
      const typed = ["line", "text", "pick", "word", "number"].includes(of(field.kind)[0]);
      if (typed && ["string", "number"].includes(typeof value)) control.value = String(value);
    }
    this.ask();
  }

  /** @param {string} path @returns {any} */
  at(path) {
    return this.body.querySelector(`#${place(path)}`);
  }

  /** Whether a field is asked for now. @param {Field} field */
  isAsked(field) {
    if (field.when === "always") return true;
    if (field.when.is) return this.at(field.when.is[0])?.value === field.when.is[1];
    return Boolean(this.at(field.when.entered)?.value);
  }

  /** Shows what is asked for and hides the rest. */
  ask() {
    for (const field of this.fields) {
      const row = /** @type {HTMLElement} */ (this.body.querySelector(`[data-path="${field.path}"]`));
      const empty = of(field.kind)[0] === "pick" && field.optional && row.querySelectorAll("option").length < 2;
      row.hidden = !this.isAsked(field) || empty;
    }
  }

  /**
   * What was entered: for the module, and for people to check.
   * @returns {Promise<{values: Record<string, any>, said: [string, string][], files: {file: File, hash: string}[]}>}
   */
  async entered() {
    /** @type {Record<string, any>} */
    const values = {};
    /** @type {[string, string][]} */
    const said = [];
    /** @type {{file: File, hash: string}[]} */
    const files = [];
    for (const field of this.fields) {
      if (!this.isAsked(field)) continue;
      const [value, text] = await this.value(field, files);
      values[field.path] = value;
      said.push([this.name(field), text || "—"]);
    }
    return { values, said, files };
  }

  /** @param {Field} field @param {{file: File, hash: string}[]} files @returns {Promise<[any, string]>} */
  async value(field, files) {
    const [kind] = of(field.kind);
    const control = this.at(field.path);
    const checked = /** @type {any[]} */ ([...control.querySelectorAll("input:checked")]);
    const labels = checked.map((box) => this.desk.label(box.id)).join(", ");
    const held = async (/** @type {File | undefined} */ file) => (file ? this.desk.ask("held", { file }) : null);
    switch (kind) {
      case "yes_no":
        return [checked[0]?.value ?? "", labels];
      case "words":
      case "picks":
        return [checked.map((box) => box.value), labels];
      case "word":
      case "pick":
        return [control.value, control.value ? control.selectedOptions[0].textContent : ""];
      case "grounds": {
        const chosen = [...control.querySelectorAll("select")].filter((select) => select.value);
        return [
          Object.fromEntries(chosen.map((select) => [select.name, select.value])),
          chosen.map((select) => `${this.desk.label(select.id)}: ${select.selectedOptions[0].textContent}`).join(", "),
        ];
      }
      case "file_hash":
      case "contract": {
        const file = await held(control.files[0]);
        return [file, file ? `${file.name} · SHA-256 ${file.sha256}` : ""];
      }
      case "documents": {
        const all = [];
        for (const file of control.files) {
          const { name, sha256, size } = await held(file);
          all.push({ name, hash: sha256, bytes: size });
          files.push({ file, hash: sha256 });
        }
        return [all, all.map(({ name, hash }) => `${name} · SHA-256 ${hash}`).join(", ")];
      }
      case "credentials": {
        const inputs = [...control.querySelectorAll("input")];
        const all = [];
        for (const input of inputs) {
          const file = await held(input.files[0]);
          if (file) all.push({ credential: input.name, ...file });
        }
        const whole = all.length === inputs.length;
        return [whole ? all : null, all.map(({ name, sha256 }) => `${name} · SHA-256 ${sha256}`).join(", ")];
      }
      case "account":
      case "name":
        return [control.value.trim() ? { text: control.value, salt: await this.desk.ask("salt") } : null, control.value];
      case "line": {
        const line = control.value.replace(/\s+/g, "");
        return [line, line];
      }
      case "instant": {
        const at = Date.parse(`${control.value}+08:00`);
        return [control.value, at ? this.desk.time(at) : control.value];
      }
      default:
        return [control.value, control.value];
    }
  }
}
