// @ts-check
/**
 * Beside step 5 of `<ximu-bid>`: where the bid answers a criterion, as the file `index.json` of its body (evaluation
 * 12.9). The section stands on the page only where the rules have criteria; who says nothing adds no file.
 */
import { $ } from "./walk.js";

/** Name of the file. */
const NAME = "index.json";

/** @typedef {{criterion: string, file: string, page: number | null}} Answer */

export class AnswerIndex {
  /** @param {any} desk the element whose step this is */
  constructor(desk) {
    this.desk = desk;
    /** @type {Answer[]} */
    this.answers = [];
    this.here = $("index") !== null;
  }

  /** The files that can answer are those of the bid; what was said of others is gone with them. @param {File[]} files */
  show(files) {
    if (!this.here) return;
    this.answers = this.answers.filter((answer) => files.some((file) => file.name === answer.file));
    const chosen = $("index-file").value;
    $("index-file").replaceChildren(...files.map(({ name }) => new Option(name, name, false, name === chosen)));
    $("index-add").disabled = files.length === 0;
    this.list();
  }

  list() {
    const titles = [...$("index-criterion").options];
    $("index-list").replaceChildren(...this.answers.map(({ criterion, file, page }, number) => {
      const line = document.createElement("li");
      const title = titles.find(({ value }) => value === criterion)?.textContent ?? criterion;
      const said = this.desk.text(page === null ? "index-whole" : "index-page", { title, file, page });
      const button = document.createElement("button");
      button.type = "button";
      button.className = "plain";
      button.dataset.answer = String(number);
      button.textContent = "×";
      button.setAttribute("aria-label", this.desk.text("remove-file", { name: said }));
      line.append(`${said} `, button);
      return line;
    }));
  }

  add() {
    const [criterion, file, typed] = ["criterion", "file", "page"].map((name) => $(`index-${name}`).value.trim());
    const page = typed === "" ? null : Number(typed);
    if (page !== null && !(/^[1-9]\d{0,4}$/.test(typed))) return this.desk.errors([["index-page", this.desk.text("need-page")]]);
    this.desk.errors([]);
    const same = (/** @type {Answer} */ one) => one.criterion === criterion && one.file === file && one.page === page;
    if (!this.answers.some(same)) this.answers.push({ criterion, file, page });
    $("index-page").value = "";
    this.list();
    $("index-criterion").focus();
  }

  /** @param {number} number */
  remove(number) {
    this.answers.splice(number, 1);
    this.list();
    $("index-criterion").focus();
  }

  /** What does not fit: a file of the bidder's own that has this name. @param {File[]} files @returns {[string, string][]} */
  faults(files) {
    const own = this.answers.length > 0 && files.some(({ name }) => name === NAME);
    return own ? [["files", this.desk.text("files-double", { name: NAME })]] : [];
  }

  /** The file, in the canonical form; none when nothing is said. */
  files() {
    if (this.answers.length === 0) return [];
    /** @type {Record<string, {file: string, page: number | null}[]>} */
    const criteria = {};
    for (const criterion of [...new Set(this.answers.map((one) => one.criterion))].sort()) {
      const own = this.answers.filter((one) => one.criterion === criterion);
      criteria[criterion] = own.map(({ file, page }) => ({ file, page }));
    }
    return [new File([JSON.stringify({ criteria, v: 1 })], NAME, { type: "application/json" })];
  }
}
