// @ts-check
/**
 * What a verification found, as a page shows it: the answer, what does not hold and what to do, what was looked at. The
 * sentences are the verifier's (`crates/verify/src/told.rs`) and the page's; codes and details stand folded.
 */

/** How each answer looks: an icon and a colour, beside its word. @type {Record<string, [icon: string, colour: string]>} */
const LOOKS = {
  holds: ["✓", "good"],
  consistent: ["◎", "warn"],
  false: ["✗", "bad"],
  unread: ["✗", "bad"],
  rehearsal: ["⚠", "warn"],
  note: ["⚠", "warn"],
  pages: ["⚠", "warn"],
};

/**
 * An element with what stands in it.
 * @param {string} name @param {Record<string, string>} attributes @param {...(Node | string)} content
 */
function element(name, attributes, ...content) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...content);
  return made;
}

/** @typedef {{code: string, detail: string, advice: string | null, entry: string, meaning: string, more: number}} Finding */
/** @typedef {{checks: Count[], failures: Finding[], notes: Finding[], policy: string | null, rehearsal: boolean, subject: Subject | null, undisclosed: Count[], verdict: string}} Told */
/** @typedef {{count: number, name: string}} Count */
/** @typedef {{origin: string, tenders: {id: string, stage: string}[], time: number}} Subject */

/** An instant where tenders are opened, with its zone. */
const INSTANT = new Intl.DateTimeFormat(document.documentElement.lang, {
  dateStyle: "long",
  timeStyle: "long",
  timeZone: "Asia/Shanghai",
});

export class Answer {
  /**
   * @param {{text: (name: string, places?: Record<string, any>) => string, dataset: DOMStringMap}} page
   * @param {Told} told
   * @param {{kind: string, procedure: string, size: number} | null} [paper] the record of a report beside the bundle
   */
  constructor(page, told, paper) {
    this.page = page;
    this.told = told;
    this.paper = paper;
  }

  /** @param {string} name @param {Record<string, any>} [places] */
  text(name, places) {
    return this.page.text(name, places);
  }

  /** @param {string} name */
  tag(name) {
    const [icon, colour] = LOOKS[name] ?? ["", ""];
    return element("span", { class: `tag ${colour}` }, `${icon} ${this.text(`word-${name}`)}`);
  }

  /** @param {HTMLElement} place */
  show(place) {
    const { failures, notes, policy, rehearsal, subject, verdict } = this.told;
    const sentence = this.text(verdict, { policy: policy ?? "?" });
    const parts = [element("h3", { id: "answer-title" }, this.text("answer"))];
    parts.push(element("p", { id: "verdict" }, this.tag(verdict), " ", element("b", {}, sentence)));
    if (verdict === "consistent") parts.push(element("p", {}, this.text("pin-missing")));
    if (subject) parts.push(element("p", { id: "subject" }, this.subject(subject)));
    if (rehearsal) parts.push(element("p", {}, this.tag("rehearsal"), " ", this.text("rehearsal")));
    if (this.paper) parts.push(...this.record(this.paper, verdict === "holds" || verdict === "consistent"));
    // What could not be read is one thing, and is no finding about the log.
    if (verdict === "unread") parts.push(this.findings("unread", failures));
    else if (failures.length > 0) parts.push(this.heading("found-false"), this.findings("false", failures));
    if (notes.length > 0) parts.push(this.heading("found-notes"), this.findings("note", notes));
    if (this.told.checks.length > 0) parts.push(...this.looked());
    place.replaceChildren(...parts);
  }

  /** What was found of a report. @param {{kind: string, procedure: string, size: number}} paper @param {boolean} holds */
  record({ kind, procedure, size }, holds) {
    const title = this.text(kind);
    if (!holds) return [element("p", {}, this.tag("false"), " ", this.text("record-false", { title }))];
    const said = this.text("record-holds", { title, procedure, size });
    const record = element("p", {}, this.tag(this.told.verdict), " ", said);
    return [record, element("p", {}, this.tag("pages"), " ", this.text("pages"))];
  }

  /** What was checked. @param {Subject} subject */
  subject({ origin, tenders, time }) {
    const ids = tenders.map(({ id }) => id).join(", ");
    return this.text("subject", { origin, tenders: ids, time: INSTANT.format(time) });
  }

  /** @param {string} name */
  heading(name) {
    return element("h4", {}, this.text(name));
  }

  /** @param {string} look @param {Finding[]} findings */
  findings(look, findings) {
    return element("ul", { class: "account" }, ...findings.map((finding) => this.finding(look, finding)));
  }

  /** @param {string} look @param {Finding} finding */
  finding(look, { code, detail, advice, entry, meaning, more }) {
    const line = element("li", {});
    line.append(element("p", {}, this.tag(look), " ", meaning));
    line.append(element("p", {}, this.text("where", { place: this.place(entry) })));
    if (more > 0) line.append(element("p", {}, this.text("more", { count: more })));
    if (advice) line.append(element("p", {}, this.text("do", { advice })));
    const link = element("a", { href: `${this.page.dataset.codes}#${code}` }, element("code", {}, code));
    const found = element("p", { lang: "en" }, detail);
    line.append(element("details", {}, element("summary", {}, this.text("code")), element("p", {}, link), found));
    return line;
  }

  /** Where, in words; a place that has none as it stands. @param {string} entry */
  place(entry) {
    const [kind = "", first = "", second = ""] = entry.split(" ");
    const name = entry.slice(kind.length + 1);
    const places = second === "" ? { name, number: first } : { name, tender: first, number: second };
    const said = this.text(`at-${kind}`, places);
    return said === `at-${kind}` ? entry : said;
  }

  /** How many of what was looked at, and what the bundle does not show. */
  looked() {
    const { checks, undisclosed } = this.told;
    const row = (/** @type {number} */ count, /** @type {string} */ what) =>
      element("tr", {}, element("td", { class: "num" }, String(count)), element("td", {}, what));
    const head = ["count", "check"].map((name) => element("th", { scope: "col" }, this.text(name)));
    const closed = this.text("undisclosed");
    const rows = [
      ...checks.map(({ name, count }) => row(count, this.text(`check-${name}`))),
      ...undisclosed.map(({ name, count }) => row(count, `${this.text(`class-${name}`)} (${closed})`)),
    ];
    const table = element("table", { class: "dense" }, element("thead", {}, element("tr", {}, ...head)));
    table.append(element("tbody", {}, ...rows));
    return [element("details", {}, element("summary", {}, this.text("found-checks")), table)];
  }
}
