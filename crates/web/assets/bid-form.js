// @ts-check
/**
 * Step 4 of `<ximu-bid>`: the form and its bill of quantities. Amounts are computed and checked by the module; here the
 * fields are read, and what is missing is named at its place.
 */

import { amount } from "./walk.js";

/** @typedef {{item: string, unit: string, quantity: string, unit_price: string}} Line */

const $ = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

export class BidForm {
  /** @param {any} desk the element whose step this is: it asks the Worker and says things in the page's language */
  constructor(desk) {
    this.desk = desk;
  }

  /** Step 4: lines of the bill. @param {Partial<Line>} [line] */
  addLine(line = {}) {
    const row = document.createElement("tr");
    for (const name of ["item", "unit", "quantity", "unit_price"]) {
      const cell = row.insertCell();
      cell.dataset.label = this.desk.text(name);
      const field = document.createElement("input");
      field.dataset.name = name;
      field.setAttribute("aria-label", this.desk.text(name));
      if (name === "quantity" || name === "unit_price") field.inputMode = "decimal";
      field.value = /** @type {any} */ (line)[name] ?? "";
      cell.append(field);
    }
    const total = row.insertCell();
    total.className = "num";
    total.dataset.label = this.desk.text("total");
    total.textContent = "—";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = "×";
    button.dataset.line = "1";
    row.insertCell().append(button);
    $("lines").append(row);
    this.numberLines();
    return row;
  }

  numberLines() {
    [...$("lines").rows].forEach((/** @type {any} */ row, number) => {
      row.querySelector("button").setAttribute("aria-label", this.desk.text("remove-line", { number: number + 1 }));
      for (const field of row.querySelectorAll("input")) field.id = `line-${number + 1}-${field.dataset.name}`;
    });
  }

  /** @param {HTMLButtonElement} button */
  removeLine(button) {
    button.closest("tr")?.remove();
    this.numberLines();
    $("line-add").focus();
    void this.typed(false);
  }

  async importBill() {
    const [file] = $("bill-file").files;
    if (!file) return;
    const rows = (await file.text()).replace(/^\uFEFF/, "").split(/\r?\n/).filter((row) => row.trim());
    const cells = rows.map((row) => row.split(/[,，\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1")));
    const head = cells.shift() ?? [];
    const find = (/** @type {RegExp} */ name) => head.findIndex((cell) => name.test(cell));
    const at = { item: find(/名称|item/i), unit: find(/^(计量)?单位|^unit$/i), quantity: find(/工程量|数量|quantity/i), unit_price: find(/单价|unit.?price/i) };
    const lines = cells.filter((row) => row[at.item] && row[at.quantity]);
    $("lines").replaceChildren();
    for (const row of lines) {
      this.addLine({ item: row[at.item], unit: row[at.unit] ?? "", quantity: row[at.quantity], unit_price: row[at.unit_price] ?? "" });
    }
    this.desk.note("form-note", this.desk.text("imported", { count: lines.length }));
    $("bill-file").value = "";
    await this.typed(false);
  }

  /** @returns {Line[]} lines in which anything stands */
  lines() {
    const lines = [...$("lines").rows].map((/** @type {any} */ row) => {
      const fields = [...row.querySelectorAll("input")];
      return Object.fromEntries(fields.map((field) => [field.dataset.name, field.value.trim()]));
    });
    return /** @type {any} */ (lines.filter((line) => Object.values(line).some(Boolean)));
  }

  /**
   * Computes what can be computed; with `all`, says what is missing and gives the draft.
   * @param {boolean} all
   */
  async typed(all) {
    const rows = [...$("lines").rows].filter((/** @type {any} */ row) => [...row.querySelectorAll("input")].some((field) => field.value.trim()));
    const lines = this.lines();
    const price = $("price");
    price.readOnly = lines.length > 0;
    const typed = { price: price.value.trim(), bond: $("bond").value.trim(), lines };
    const sums = await this.desk.ask("amounts", { typed });
    rows.forEach((row, number) => {
      row.cells[4].textContent = amount(sums.lines[number]?.total ?? "—");
    });
    if (lines.length > 0) price.value = sums.price ?? "";
    this.desk.note("words", sums.words ?? "—");
    const above = sums.price && Number(sums.price) > Number(this.desk.dataset.ceiling);
    $("above").hidden = !above;
    if (above) $("above").textContent = this.desk.text("above", { ceiling: amount(this.desk.dataset.ceiling) });
    if (!all) {
      // What is written anew is looked at anew.
      this.desk.mark("form", "todo");
      return undefined;
    }
    /** @type {[string, string][]} */
    const faults = [];
    const fault = (/** @type {string} */ id, /** @type {string} */ text) =>
      faults.push([id, this.desk.text(text, { field: this.desk.label(id) })]);
    for (const id of ["bidder_name", "manager", "quality"]) if (!$(id).value.trim()) fault(id, "need");
    if (!/^[1-9][0-9]{0,3}$/.test($("duration_days").value.trim())) fault("duration_days", "need-days");
    if (!sums.bond) fault("bond", "need-amount");
    if (lines.length === 0 && !sums.price) fault("price", "need-amount");
    rows.forEach((row) => {
      const number = [...$("lines").rows].indexOf(row);
      for (const name of ["item", "unit"]) {
        const id = `line-${number + 1}-${name}`;
        if (!$(id).value.trim()) fault(id, "need");
      }
      const line = sums.lines[rows.indexOf(row)];
      for (const name of ["quantity", "unit_price"]) if (!line?.[name]) fault(`line-${number + 1}-${name}`, "need-number");
    });
    this.desk.mark("form", faults.length ? "failed" : "done");
    if (this.desk.files.length === 0) faults.push(["files", this.desk.text("need-files")]);
    const draft = {
      bidder_name: $("bidder_name").value.trim(),
      bond: typed.bond,
      quality: $("quality").value.trim(),
      duration_days: Number($("duration_days").value.trim()),
      manager: $("manager").value.trim(),
      lines,
      ...(lines.length === 0 ? { price: typed.price } : {}),
    };
    return { draft, faults };
  }
}
