// A bidder's whole path in Chromium, in Chinese: by keyboard where people type, by clicks where they choose files.
// node bid.mjs PAGE PAPERS OUT: the page of bids, the folder with papers, and a folder for what is saved and seen.
import { createRequire } from "node:module";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import assert from "node:assert/strict";

const [page_url, papers, out, playwright, chrome] = process.argv.slice(2);
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
  if (message.type() === "error") faults.push(`console: ${message.text()}`);
});
const say = (text) => console.log(`browser: ${text}`);
const shot = (name) => page.screenshot({ path: `${out}/${name}.png`, fullPage: true });
/** Waits until a step shows a tick. */
const done = (step, ms = 30_000) =>
  page.waitForFunction((id) => document.getElementById(id)?.textContent?.startsWith("✓"), `s-${step}`, { timeout: ms });
const text = async (id) => (await page.textContent(`#${id}`)).trim();
/** No violation of WCAG 2.2 AA that axe can find. */
const accessible = async (view, name) => {
  await view.evaluate(AXE);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const { violations } = await view.evaluate((values) => axe.run({ runOnly: { type: "tag", values } }), tags);
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
  assert.deepEqual(found, [], name);
};
/** Presses the button that has the focus after it was reached. */
const press = async (id) => {
  await page.focus(`#${id}`);
  await page.keyboard.press("Enter");
};
/** Does something that saves a file; gives its path. */
const saved = async (act) => {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  const path = `${out}/${download.suggestedFilename()}`;
  await download.saveAs(path);
  return path;
};

try {
  await page.goto(page_url);
  assert.equal(await page.getAttribute("html", "lang"), "zh-CN");
  await done("computer");
  const hash = await text("module-hash");
  assert.ok((await text("computer-module")).includes(hash), "the module that runs is the one whose hash is shown");
  await shot("1-begin");

  // Nothing is filled in: the summary names it and takes the focus.
  await press("seal-start");
  await page.waitForSelector("#errors:not([hidden])");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "errors");
  assert.ok((await page.$$("#errors li")).length >= 5);
  await shot("2-errors");
  await accessible(page, "errors");

  const key = await saved(() => press("key-make"));
  await done("key");
  say("the key is made");
  await page.focus("#name");
  await page.keyboard.type("徙木园林绿化有限公司");
  await page.keyboard.press("Enter");
  await done("register");
  say("registered and admitted");

  assert.equal(await page.inputValue("#bidder_name"), "徙木园林绿化有限公司");
  await page.focus("#bidder_name");
  for (const value of [null, "某项目经理", "合格", "120", "100000.00"]) {
    if (value !== null) await page.keyboard.type(value);
    await page.keyboard.press("Tab");
  }
  const bill = readdirSync(papers).find((name) => name.endsWith(".csv"));
  await page.setInputFiles("#bill-file", `${papers}/${bill}`);
  await page.waitForFunction(() => document.getElementById("words")?.textContent?.includes("元"));
  await page.setInputFiles("#files", readdirSync(papers).map((name) => `${papers}/${name}`));
  await done("files");
  await press("seal-start");
  await page.waitForSelector("#save:not([hidden])");
  assert.ok((await text("seal-note")).includes("徙木园林绿化有限公司"), "the rehearsal reads the form");
  const folder = await saved(() => press("save-recovery"));
  await done("seal");
  await shot("3-sealed");
  say("sealed and saved");

  await press("submit-start");
  await page.waitForSelector("#save-receipt:not([hidden])", { timeout: 30_000 });
  await shot("4-acknowledged");
  await done("submit", 60_000);
  const receipt = await saved(() => press("save-receipt"));
  say("the receipt is here");
  await shot("5-receipt");

  // The page is small, and still usable.
  await page.setViewportSize({ width: 390, height: 844 });
  await shot("6-narrow");
  await accessible(page, "narrow");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "no sideways scrolling");
  await page.setViewportSize({ width: 1366, height: 768 });

  // Another day, another tab: everything comes from the saved files.
  const before = await page.evaluate(() => document.getElementById("receipt-note")?.textContent);
  assert.ok(before?.includes("入链凭证"), before);
  await page.reload();
  await done("computer");
  await page.setInputFiles("#key-file", key);
  await done("register");
  await page.setInputFiles("#bid-file", folder);
  await done("change");
  say("the saved bid is here again; waiting for the window");
  await page.waitForSelector("#release:not([disabled])", { timeout: 240_000 });
  assert.equal(await page.evaluate(() => document.activeElement?.id), "release", "the window brings the focus");
  await page.keyboard.press("Enter");
  await done("open");
  await shot("7-released");
  say("released");
  writeFileSync(`${out}/party`, (await text("register-note")).match(/p-[0-9a-f]+/)?.[0] ?? "");

  // What was saved is what the command line saves: stock tar and age read it.
  execFileSync("tar", ["-xf", folder, "-C", out]);
  execFileSync("tar", ["-xf", receipt, "-C", out]);
  const english = await context.newPage();
  await english.goto(page_url.replace(/lang=[^&]*/, "lang=en"));
  await english.waitForFunction(() => document.getElementById("s-computer")?.textContent?.startsWith("✓"));
  await accessible(english, "english");
  await english.screenshot({ path: `${out}/8-english.png`, fullPage: true });
  assert.deepEqual(faults, []);
} catch (error) {
  await shot("fault").catch(() => {});
  console.error(`browser: ${error}`);
  console.error(faults.join("\n"));
  console.error(await page.textContent("#errors").catch(() => ""));
  process.exitCode = 1;
} finally {
  await browser.close();
}
