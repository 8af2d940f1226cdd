// An expert's whole path in Chromium, in Chinese and by keyboard: from the seat's key to the signed report.
// node evaluate.mjs PAGE FOLDER OUT TOOLS CHROME: the evaluation desk, the folder with the scores that lie ready, and
// a folder for what is saved and seen.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import assert from "node:assert/strict";
import { open } from "./chromium.mjs";

const [page_url, folder, out, tools, chrome] = process.argv.slice(2);
const { context, page, say, look, text, done, focused, press, type, tick, missing, saved, in_english, walk } = await open({
  out, tools, chrome,
  // The door and the committee answer whoever may not read them yet like something that does not exist.
  expected: (message) => /\/(panel|seats)$/.test(message.location().url) && message.text().includes("404"),
});
/** Asks for the seat; gives how identity shall be checked, as the member signed it. */
const sit = async () => {
  const asked = page.waitForResponse((answer) => answer.url().endsWith("/seats") && answer.request().method() === "POST");
  await press("sit");
  const answer = await asked;
  assert.ok(answer.ok(), `${answer.status()}`);
  return answer.request().postDataJSON().choice;
};
const listed = (id) => page.waitForFunction((list) => document.querySelectorAll(`#${list} li`).length > 0, id, { timeout: 60_000 });

/** What is signed stands on the page before: the whole, its hash, and all of it in words. What reads otherwise is not signed. */
const read_before_signing = async () => {
  await page.waitForFunction(() => document.getElementById("reading-title").textContent.includes("您要签署"));
  assert.equal(await focused(), "reading-title", "it is read first");
  const [whole, hash] = [await text("reading-text"), await text("reading-hash")];
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(Buffer.byteLength(whole)));
  const made = createHash("sha256").update("ximu-report/1\0").update(length).update(whole).digest("hex");
  assert.equal(hash, made, "the hash is that of the text beside it");
  assert.ok((await text("report-note")).includes(hash), "and that of the draft");
  const report = JSON.parse(whole);
  const named = (party) => page.textContent(`[data-party="${party}"]`);
  const rows = await page.$$eval("#reading-lines tr", (all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  assert.equal(rows.length, report.lines.length);
  for (const [at, line] of report.lines.entries()) {
    const [rank, bidder, price, ...scores] = rows[at];
    assert.deepEqual([rank, bidder, price.replaceAll(",", "")], [String(line.rank), await named(line.bidder), line.price.amount]);
    assert.deepEqual(scores.slice(-3), [line.criteria_score, line.price_score, line.total]);
    assert.deepEqual(scores.slice(0, -3).sort(), Object.values(line.criteria).sort());
  }
  assert.equal((await page.$$("#reading-corrections li")).length, report.corrections.length);
  const [{ old, new: corrected }] = report.corrections;
  assert.ok((await text("reading-corrections")).includes(`${old} → ${corrected}`));
  assert.equal((await text("reading-members")).split(",").length, report.members.length);
  assert.ok(await page.evaluate(() => Boolean(
    document.getElementById("reading").compareDocumentPosition(document.getElementById("sign")) & Node.DOCUMENT_POSITION_FOLLOWING)));
  await page.focus("#reading summary");
  await page.keyboard.press("Enter");
  await look(page, "to-sign");
  await page.keyboard.press("Enter");
  // What stands there is not the draft: nothing is signed.
  const other = await page.evaluate(() => {
    const desk = document.querySelector("ximu-evaluate");
    const hash = desk.reading.hash;
    desk.reading.hash = hash.replace(/./g, "0");
    return hash;
  });
  let sent = 0;
  const count = (request) => (sent += Number(request.url().endsWith("/commands")));
  page.on("request", count);
  await press("sign");
  assert.equal(await missing(), 1);
  assert.match(await text("errors"), /不要签名/);
  page.off("request", count);
  assert.equal(sent, 0, "nothing was sent");
  await page.evaluate((hash) => (document.querySelector("ximu-evaluate").reading.hash = hash), other);
  say("read what is to be signed");
};

/** The page that the browser's viewer shows, and of how many: what stands in its bar. */
const shown_page = async (viewer, wanted) => {
  let last = "no viewer";
  for (let tries = 0; last !== wanted && tries < 100; tries += 1) {
    const bar = viewer.frames().find((frame) => frame.url().startsWith("chrome-extension:"));
    const said = await bar?.evaluate(() => {
      const shown = document.querySelector("pdf-viewer")?.shadowRoot.querySelector("viewer-toolbar")?.shadowRoot.querySelector("viewer-page-selector")?.shadowRoot;
      return shown ? `${shown.querySelector("input").value} / ${shown.querySelector("#pagelength").textContent.trim()}` : "";
    }).catch(() => "");
    // It loads, shows the first page, and then goes to the one that it was asked for.
    last = said || last;
    if (last !== wanted) await page.waitForTimeout(100);
  }
  return last;
};

await walk(async () => {
  // A visitor before the evaluation: what is public, and no desk.
  await page.goto(page_url);
  assert.equal(await page.getAttribute("html", "lang"), "zh-CN");
  assert.equal(await page.$("ximu-evaluate"), null, "no desk before the committee is drawn");
  say("the page is there; waiting for the committee");
  for (let tries = 0; !(await page.$("ximu-evaluate")); tries += 1) {
    assert.ok(tries < 150, "the committee is drawn");
    await page.waitForTimeout(2000);
    await page.reload();
  }
  await done("computer");
  assert.ok((await text("computer-module")).includes(await text("module-hash")), "the module that runs is the one shown");
  // Nothing can be said without a seat, and the summary says so.
  await press("sit");
  assert.equal(await missing(), 1);
  await look(page, "errors");

  const key = await saved(() => press("key-make"));
  assert.ok(readFileSync(key, "utf8").startsWith("ximu-key/1\npublic "), "a key file like the command line's");
  await done("key");
  // The centre offers a match of faces: nothing is chosen beforehand, and without a choice nothing is asked.
  await press("sit");
  assert.equal(await missing(), 1);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await focused(), "identity-officer", "the summary leads to the choice");
  await look(page, "no-choice");
  // The officer alone; whoever thinks better of it before it sits asks again, and consents.
  await tick("identity-officer");
  assert.equal(await sit(), "officer");
  await page.reload();
  await done("computer");
  await page.setInputFiles("#key-file", key);
  await done("key");
  assert.equal(await page.$("input[name=identity]:checked"), null, "no choice outlives the page");
  await tick("identity-officer");
  await page.keyboard.press("ArrowDown");
  assert.ok(await page.isChecked("#identity-face"), "the arrow chooses the other answer");
  assert.equal(await sit(), "face");
  await page.waitForFunction(() => document.getElementById("seat-note")?.textContent);
  await look(page, "at-the-door");
  await done("seat");
  say("seated, by consent");

  assert.equal(await page.isVisible("#scores"), false);
  await tick("conflict-no");
  await press("declare");
  await done("declare");
  // The others may have chosen already: then there is nothing to vote on.
  await page.waitForFunction(() => !document.getElementById("chair-vote").disabled || document.getElementById("s-chair").textContent.startsWith("✓"), undefined, { timeout: 60_000 });
  if (await page.isEnabled("#chair-vote")) {
    await page.focus("#chair");
    await page.keyboard.press("Home");
    await press("chair-vote").catch(() => say("the others have chosen meanwhile"));
  }
  await done("chair", 90_000);
  say("declared, and there is a chair");

  await page.waitForSelector("#sheet-form:not([hidden])", { timeout: 120_000 });
  // The documents of a bid, opened in the Worker with the key of this seat: text is shown, and each criterion has its places.
  await page.waitForSelector("#papers-open:not([disabled])", { timeout: 60_000 });
  await press("papers-open");
  await page.waitForSelector("#papers-files button", { timeout: 60_000 });
  assert.equal((await page.$$("#papers-answers li")).length, 3, "a line for each criterion");
  await page.waitForFunction(() => document.activeElement?.closest("#papers-files"));
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.getElementById("papers-text").textContent.length > 100);
  // A page of a PDF: the browser's own viewer opens there, in a tab that has no way back, under the pages' own policy.
  await page.focus("#papers-answers a");
  const [viewer] = await Promise.all([context.waitForEvent("page"), page.keyboard.press("Enter")]);
  await viewer.waitForURL(/^blob:.*#page=2$/, { waitUntil: "commit" });
  assert.equal(await viewer.evaluate(() => opener), null);
  assert.equal(await shown_page(viewer, "2 / 3"), "2 / 3");
  await viewer.close();
  await look(page, "documents");
  say("opened the documents of a bid");
  assert.ok(existsSync(`${folder}/scores.csv`), "scores lie ready");
  const [head, ...rows] = readFileSync(`${folder}/scores.csv`, "utf8").trim().split("\n").map((row) => row.split(","));
  const ready = new Map(rows.map(([bidder, ...scores]) => [bidder, new Map(scores.map((score, at) => [head[at + 1], score]))]));
  const fields = await page.$$eval("#scores input", (all) => all.map(({ id, dataset }) => ({ id, ...dataset })));
  assert.ok(fields.length >= 9, `${fields.length} scores`);

  // A score that cannot be: it is marked where it stands, and nothing is given.
  await type(fields[0].id, "99");
  await page.waitForSelector(`#${fields[0].id}[aria-invalid]`);
  await press("sheet-seal");
  // One line for the score that cannot be, one for all that are missing; each field says which it is.
  assert.equal(await missing(), 2);
  assert.match(await text(`fault-${fields[0].id}`), /应为 0 到/);
  assert.match(await text(`fault-${fields[1].id}`), /未填/);
  await look(page, "sheet-errors");
  await page.focus(`#${fields[0].id}`);
  await page.keyboard.press("Control+A");
  const given = [];
  for (const { bidder, criterion } of fields) {
    // The last bid gets one score that nobody else will understand.
    const far = bidder === fields.at(-1).bidder && criterion === "plan";
    const score = far ? "2.0" : ready.get(bidder).get(criterion);
    await page.keyboard.type(score);
    await page.keyboard.press("Tab");
    given.push({ bidder, criterion, score });
  }
  await page.waitForFunction((all) => document.getElementById("sheet-count")?.textContent?.includes(`${all} / ${all}`), fields.length);
  assert.equal(await page.isVisible("#errors"), false, "everything that was told is mended");

  // An unfinished sheet survives a reload, and without the key nobody reads it.
  const kept = await page.evaluate(() => JSON.stringify(localStorage));
  assert.ok(kept.includes("ximu-sheet") && !kept.includes("plan"), "what is kept is locked");
  await page.reload();
  await done("computer");
  await page.setInputFiles("#key-file", key);
  await page.waitForSelector("#sheet-form:not([hidden])", { timeout: 60_000 });
  await page.waitForFunction((all) => document.getElementById("sheet-count")?.textContent?.includes(`${all} / ${all}`), fields.length);
  assert.equal(await page.inputValue(`#${fields[0].id}`), given[0].score);
  await look(page, "sheet");

  // The desk in English, as the same member sees it.
  const english = await in_english(page_url);
  await done("computer", 60_000, english);
  await press("sit", 30_000, english);
  assert.equal(await missing(english), 1);
  await look(english, "errors-en");
  await english.setInputFiles("#key-file", key);
  await english.waitForSelector("#sheet-form:not([hidden])", { timeout: 60_000 });
  await press("papers-open", 60_000, english);
  await english.waitForSelector("#papers-files button", { timeout: 60_000 });
  await look(english, "sheet-en");

  await press("sheet-seal");
  await done("sheet");
  say("the sheet is sealed and given");

  await page.waitForSelector("#review-form:not([hidden])", { timeout: 120_000 });
  await page.waitForFunction(() => document.querySelectorAll("#ranks tr").length > 0, undefined, { timeout: 60_000 });
  await look(page, "review");
  // One score was added up wrongly: half a point less.
  const place = await page.$eval("#correct-place", (select) => select.options[0].value);
  const [, criterion] = place.split(" ");
  const old = given.find((one) => `${one.bidder} ${one.criterion}` === place).score;
  const corrected = (Number(old) - 0.5).toFixed(1);
  assert.equal(criterion, "plan");
  await type("correct-score", corrected);
  await type("correct-reason", "汇总时多加了零点五分");
  await press("correct");
  await listed("corrections");
  assert.ok((await text("corrections")).includes(`${old} → ${corrected}`));
  say("corrected a score for a cause");

  // Most members call the member's one low score abnormal, and it gives the reasons: without them nothing is sent.
  await page.waitForSelector("#justify-form:not([hidden])", { timeout: 60_000 });
  await page.waitForFunction(() => document.getElementById("next-note").textContent.includes("请在"));
  assert.match(await text("next-note"), /畸高、畸低.*第 7 步/, "what is to do next");
  const far = given.find(({ score }) => score === "2.0");
  assert.equal(await page.inputValue("#justify-place"), `${far.bidder} ${far.criterion}`);
  assert.equal((await page.$$("#justify-place option")).length, 1, "the only score that is far from the others");
  await press("abnormal-justify");
  assert.equal(await missing(), 1);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await focused(), "justify-reason");
  await look(page, "justify");
  await type("justify-reason", "施工组织设计没有写栽植顺序。");
  await press("abnormal-justify");
  await page.waitForFunction(() => document.getElementById("abnormal-list").textContent.includes("没有写栽植顺序"), undefined, { timeout: 60_000 });
  await page.waitForSelector("#justify-form", { state: "hidden" });
  say("gave the reasons for a score");

  // Another member's score is called abnormal, by the second place and the first member that are offered.
  await page.focus("#abnormal-place");
  await page.keyboard.press("ArrowDown");
  const called = { place: await page.inputValue("#abnormal-place"), member: await page.inputValue("#abnormal-member") };
  await press("abnormal-call");
  await page.waitForFunction(() => document.querySelectorAll("#abnormal-list li").length > 1, undefined, { timeout: 60_000 });
  assert.ok((await text("abnormal-list")).includes("1 名成员"), await text("abnormal-list"));
  const left = await page.$$eval("#abnormal-member option", (all) => all.map(({ value }) => value));
  assert.ok(!left.includes(called.member) || (await page.inputValue("#abnormal-place")) !== called.place, "it cannot be called twice");
  await look(page, "abnormal");
  say("called a score abnormal");

  await english.waitForFunction(() => document.querySelectorAll("#abnormal-list li").length > 1, undefined, { timeout: 60_000 });
  await look(english, "review-en");

  await page.waitForSelector("#sign:not([disabled])", { timeout: 180_000 });
  await read_before_signing();
  const ranks = await page.$$eval("#ranks tr", (all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  await press("sign");
  await done("report", 60_000);
  say("signed");
  await look(page, "signed");
  await look(english, "signed-en");
  await english.close();
  await page.waitForFunction(() => document.getElementById("next-note")?.textContent?.includes("9"), undefined, { timeout: 120_000 });
  assert.match(await text("stage-now"), /评标已经结束/);
  assert.ok(await page.isVisible("#result-link a"));
  assert.match(await text("members"), /（您）/, "one's own place stays known");
  for (const id of ["correct", "abnormal-call", "more-time", "sign"]) assert.ok(await page.isDisabled(`#${id}`), id);
  await press("leave");
  await done("leave");
  assert.ok(!(await page.evaluate(() => JSON.stringify(localStorage))).includes("ximu-sheet"));
  assert.equal((await text("reading-text")) + (await text("reading-lines")), "", "the report is gone from the page");
  await look(page, "left");
  say("left");

  // Afterwards the result is there for everybody, in both languages, and it is what the member saw.
  const result = await in_english(page_url);
  const shown = await result.$$eval("[aria-labelledby=result] tbody tr", (all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  assert.deepEqual(shown, ranks);
  // How identity was checked: the member consented and no match was made; of the others an officer's word is all there is.
  const checked = await result.$$eval("[aria-labelledby=seats] tbody tr", (all) => all.map((row) => row.cells[3].textContent));
  assert.equal(checked.filter((words) => words.includes("consented")).length, 1, checked.join(" | "));
  await look(result, "result-en");
  const chinese = await context.newPage();
  await chinese.goto(page_url);
  assert.equal(await chinese.getAttribute("html", "lang"), "zh-CN");
  await chinese.waitForSelector("#result");
  await look(chinese, "result");
  writeFileSync(`${out}/scores.json`, JSON.stringify({ given, corrected: { place, old, corrected }, called, far }));
});
