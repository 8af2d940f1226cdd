// An expert's whole path in Chromium, in Chinese and by keyboard: from the seat's key to the signed report.
// node evaluate.mjs PAGE FOLDER OUT PLAYWRIGHT CHROME: the evaluation desk, the folder with the scores that lie ready, and
// a folder for what is saved and seen.
import { createRequire } from "node:module";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import assert from "node:assert/strict";

const [page_url, folder, out, playwright, chrome] = process.argv.slice(2);
const from = createRequire(`${playwright}/`);
const { chromium } = from("playwright-core");
const AXE = readFileSync(from.resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({
  executablePath: chrome,
  args: [
    "--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});
const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "zh-CN", acceptDownloads: true });
const page = await context.newPage();
const faults = [];
page.on("pageerror", (error) => faults.push(`page: ${error}`));
page.on("console", (message) => {
  // The door and the committee answer whoever may not read them yet like something that does not exist.
  const expected = /\/(panel|seats)$/.test(message.location().url) && message.text().includes("404");
  if (message.type() === "error" && !expected) faults.push(`console: ${message.text()} ${message.location().url}`);
});
const say = (text) => console.log(`browser: ${text}`);
const shot = (name) => page.screenshot({ path: `${out}/${name}.png`, fullPage: true });
const done = (step, ms = 60_000) =>
  page.waitForFunction((id) => document.getElementById(id)?.textContent?.startsWith("✓"), `s-${step}`, { timeout: ms });
const text = async (id) => (await page.textContent(`#${id}`)).trim();
const accessible = async (view, name) => {
  await view.evaluate(AXE);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const { violations } = await view.evaluate((values) => axe.run({ runOnly: { type: "tag", values } }), tags);
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
  assert.deepEqual(found, [], name);
};
/** Presses the button that has the focus after it was reached. */
const press = async (id, ms = 30_000) => {
  await page.waitForSelector(`#${id}:not([disabled])`, { timeout: ms });
  await page.focus(`#${id}`);
  await page.keyboard.press("Enter");
};

try {
  // A visitor before the evaluation: what is public, and no desk.
  await page.goto(page_url);
  assert.equal(await page.getAttribute("html", "lang"), "zh-CN");
  assert.equal(await page.$("ximu-evaluate"), null, "no desk before the committee is drawn");
  await accessible(page, "before");
  say("the page is there; waiting for the committee");
  for (let tries = 0; !(await page.$("ximu-evaluate")); tries += 1) {
    assert.ok(tries < 150, "the committee is drawn");
    await page.waitForTimeout(2000);
    await page.reload();
  }
  await done("computer");
  assert.ok((await text("computer-module")).includes(await text("module-hash")), "the module that runs is the one shown");
  await shot("e1-begin");
  // Nothing can be said without a seat, and the summary says so.
  await press("sit");
  await page.waitForSelector("#errors:not([hidden])");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "errors");
  await accessible(page, "errors");

  const [download] = await Promise.all([page.waitForEvent("download"), press("key-make")]);
  const key = `${out}/${download.suggestedFilename()}`;
  await download.saveAs(key);
  assert.ok(readFileSync(key, "utf8").startsWith("ximu-key/1\npublic "), "a key file like the command line's");
  await done("key");
  await press("sit");
  await page.waitForFunction(() => document.getElementById("seat-note")?.textContent);
  await done("seat");
  say("seated");

  assert.equal(await page.isVisible("#scores"), false);
  await page.focus("#conflict-no");
  await page.keyboard.press("Space");
  await press("declare");
  await done("declare");
  await shot("e2-declared");
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
  await accessible(page, "documents");
  await shot("e3-documents");
  say("opened the documents of a bid");
  assert.ok(existsSync(`${folder}/scores.csv`), "scores lie ready");
  const [head, ...rows] = readFileSync(`${folder}/scores.csv`, "utf8").trim().split("\n").map((row) => row.split(","));
  const ready = new Map(rows.map(([bidder, ...scores]) => [bidder, new Map(scores.map((score, at) => [head[at + 1], score]))]));
  const fields = await page.$$eval("#scores input", (all) => all.map(({ id, dataset }) => ({ id, ...dataset })));
  assert.ok(fields.length >= 9, `${fields.length} scores`);

  // A score that cannot be: it is marked where it stands, and nothing is given.
  await page.focus(`#${fields[0].id}`);
  await page.keyboard.type("99");
  await page.waitForSelector(`#${fields[0].id}[aria-invalid]`);
  await press("sheet-seal");
  await page.waitForSelector("#errors:not([hidden])");
  assert.equal((await page.$$("#errors li")).length, fields.length);
  await shot("e3-errors");
  await page.focus(`#${fields[0].id}`);
  await page.keyboard.press("Control+A");
  const given = [];
  for (const { bidder, criterion } of fields) {
    const score = ready.get(bidder).get(criterion);
    await page.keyboard.type(score);
    await page.keyboard.press("Tab");
    given.push({ bidder, criterion, score });
  }
  await page.waitForFunction((all) => document.getElementById("sheet-count")?.textContent?.includes(`${all} / ${all}`), fields.length);

  // An unfinished sheet survives a reload, and without the key nobody reads it.
  const kept = await page.evaluate(() => JSON.stringify(localStorage));
  assert.ok(kept.includes("ximu-sheet") && !kept.includes("plan"), "what is kept is locked");
  await page.reload();
  await done("computer");
  await page.setInputFiles("#key-file", key);
  await page.waitForSelector("#sheet-form:not([hidden])", { timeout: 60_000 });
  await page.waitForFunction((all) => document.getElementById("sheet-count")?.textContent?.includes(`${all} / ${all}`), fields.length);
  assert.equal(await page.inputValue(`#${fields[0].id}`), given[0].score);
  await shot("e4-sheet");
  await page.setViewportSize({ width: 390, height: 844 });
  await shot("e5-narrow");
  await accessible(page, "narrow");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "no sideways scrolling");
  await page.setViewportSize({ width: 1366, height: 768 });
  await press("sheet-seal");
  await done("sheet");
  say("the sheet is sealed and given");

  await page.waitForSelector("#review-form:not([hidden])", { timeout: 120_000 });
  await page.waitForFunction(() => document.querySelectorAll("#ranks tr").length > 0, undefined, { timeout: 60_000 });
  await shot("e6-review");
  await accessible(page, "review");
  // One score was added up wrongly: half a point less.
  const place = await page.$eval("#correct-place", (select) => select.options[0].value);
  const [, criterion] = place.split(" ");
  const old = given.find((one) => `${one.bidder} ${one.criterion}` === place).score;
  const corrected = (Number(old) - 0.5).toFixed(1);
  assert.equal(criterion, "plan");
  await page.focus("#correct-score");
  await page.keyboard.type(corrected);
  await page.focus("#correct-reason");
  await page.keyboard.type("汇总时多加了零点五分");
  await press("correct");
  await page.waitForFunction(() => document.querySelectorAll("#corrections li").length > 0, undefined, { timeout: 60_000 });
  assert.ok((await text("corrections")).includes(`${old} → ${corrected}`));
  say("corrected a score for a cause");

  // Another member's score is called abnormal, by the second place and the first member that are offered.
  await page.focus("#abnormal-place");
  await page.keyboard.press("ArrowDown");
  const called = { place: await page.inputValue("#abnormal-place"), member: await page.inputValue("#abnormal-member") };
  await press("abnormal-call");
  await page.waitForFunction(() => document.querySelectorAll("#abnormal-list li").length > 0, undefined, { timeout: 60_000 });
  assert.ok((await text("abnormal-list")).includes("1 名成员"), await text("abnormal-list"));
  const left = await page.$$eval("#abnormal-member option", (all) => all.map(({ value }) => value));
  assert.ok(!left.includes(called.member) || (await page.inputValue("#abnormal-place")) !== called.place, "it cannot be called twice");
  assert.equal(await page.isVisible("#justify-form"), false, "no score of this member is called");
  await shot("e6-abnormal");
  say("called a score abnormal");

  // The desk in English, while the committee sits, as the same member sees it.
  const desk = await context.newPage();
  await desk.goto(page_url.replace(/lang=[^&]*/, "lang=en"));
  await desk.waitForFunction(() => document.getElementById("s-computer")?.textContent?.startsWith("✓"));
  await accessible(desk, "english desk");
  await desk.setInputFiles("#key-file", key);
  await desk.waitForSelector("#review-form:not([hidden])", { timeout: 60_000 });
  await desk.waitForSelector("#abnormal-list li");
  await accessible(desk, "english review");
  await desk.screenshot({ path: `${out}/e6-english.png`, fullPage: true });
  await desk.setViewportSize({ width: 390, height: 844 });
  await accessible(desk, "english narrow");
  assert.ok(await desk.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "no sideways scrolling");
  await desk.screenshot({ path: `${out}/e6-english-narrow.png`, fullPage: true });
  await desk.close();

  await page.waitForSelector("#sign:not([disabled])", { timeout: 180_000 });
  const ranks = await page.$$eval("#ranks tr", (all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  await press("sign");
  await done("report", 60_000);
  say("signed");
  await shot("e7-signed");
  await page.waitForFunction(() => document.getElementById("next-note")?.textContent?.includes("9"), undefined, { timeout: 120_000 });
  await press("leave");
  await done("leave");
  assert.ok(!(await page.evaluate(() => JSON.stringify(localStorage))).includes("ximu-sheet"));
  await shot("e8-left");
  say("left");

  // Afterwards the result is there for everybody, in both languages, and it is what the member saw.
  const english = await context.newPage();
  await english.goto(page_url.replace(/lang=[^&]*/, "lang=en"));
  const shown = await english.$$eval("[aria-labelledby=result] tbody tr", (all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  assert.deepEqual(shown, ranks);
  await accessible(english, "english result");
  await english.screenshot({ path: `${out}/e9-result.png`, fullPage: true });
  const chinese = await context.newPage();
  await chinese.goto(page_url);
  assert.equal(await chinese.getAttribute("html", "lang"), "zh-CN");
  await chinese.waitForSelector("#result");
  await accessible(chinese, "chinese result");
  await chinese.screenshot({ path: `${out}/e9-result-zh.png`, fullPage: true });
  await chinese.setViewportSize({ width: 390, height: 844 });
  await accessible(chinese, "chinese result, narrow");
  assert.ok(await chinese.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "no sideways scrolling");
  await chinese.screenshot({ path: `${out}/e9-result-narrow.png`, fullPage: true });
  writeFileSync(`${out}/scores.json`, JSON.stringify({ given, corrected: { place, old, corrected }, called }));
  assert.deepEqual(faults, []);
} catch (error) {
  await shot("e-fault").catch(() => {});
  console.error(`browser: ${error}`);
  console.error(faults.join("\n"));
  console.error(await page.textContent("#errors").catch(() => ""));
  process.exitCode = 1;
} finally {
  await browser.close();
}
