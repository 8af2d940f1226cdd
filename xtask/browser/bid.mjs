// A bidder's whole path in Chromium, in Chinese: by keyboard where people type, by clicks where they choose files.
// node bid.mjs PAGE PAPERS OUT TOOLS CHROME: the page of bids, the folder with papers, and a folder for what is saved and
// seen.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import assert from "node:assert/strict";
import { open } from "./chromium.mjs";

const [page_url, papers, out, tools, chrome] = process.argv.slice(2);
const { page, say, look, text, done, focused, press, type, missing, saved, in_english, walk } = await open({ out, tools, chrome });

await walk(async () => {
  await page.goto(page_url);
  assert.equal(await page.getAttribute("html", "lang"), "zh-CN");
  await done("computer");
  const hash = await text("module-hash");
  assert.ok((await text("computer-module")).includes(hash), "the module that runs is the one whose hash is shown");

  // Nothing is filled in: the summary names it and takes the focus, and each field says it in words.
  await press("seal-start");
  const before_all = await missing();
  assert.ok(before_all >= 5);
  assert.ok((await text("fault-manager")).startsWith("✗ 请填写"), await text("fault-manager"));
  await look(page, "errors");
  // What is mended is told no longer.
  await type("manager", "某项目经理");
  assert.equal(await page.$("#fault-manager"), null);
  assert.equal((await page.$$("#errors li")).length, before_all - 1);
  await page.fill("#manager", "");

  const key = await saved(() => press("key-make"));
  await done("key");
  say("the key is made");
  await type("name", "徙木园林绿化有限公司");
  await page.keyboard.press("Enter");
  await done("register");
  say("registered and admitted");

  assert.equal(await page.inputValue("#bidder_name"), "徙木园林绿化有限公司");
  // The papers of the seat bear the name that was registered.
  for (const name of ["投标函.md", "施工组织设计.md"]) {
    const [, firm] = readFileSync(`${papers}/${name}`, "utf8").match(/^投标人：(.*)$/m);
    assert.equal(firm, "徙木园林绿化有限公司", name);
  }
  await page.focus("#bidder_name");
  for (const value of [null, "某项目经理", "合格", "120", "100000.00"]) {
    if (value !== null) await page.keyboard.type(value);
    await page.keyboard.press("Tab");
  }
  const bill = readdirSync(papers).find((name) => name.endsWith(".csv"));
  await page.setInputFiles("#bill-file", `${papers}/${bill}`);
  await page.waitForFunction(() => document.getElementById("words")?.textContent?.includes("元"));
  assert.ok(await page.isDisabled("#index-add"), "without a file nothing can answer");
  await page.setInputFiles("#files", readdirSync(papers).map((name) => `${papers}/${name}`));
  await done("files");
  const index = await answers();
  await press("seal-start");
  await page.waitForSelector("#save:not([hidden])");
  assert.ok((await text("seal-note")).includes("徙木园林绿化有限公司"), "the rehearsal reads the form");
  const folder = await saved(() => press("save-recovery"));
  await done("seal");
  say("sealed and saved");

  await press("submit-start");
  await page.waitForSelector("#save-receipt:not([hidden])", { timeout: 30_000 });
  await done("submit");
  const receipt = await saved(() => press("save-receipt"));
  say("the receipt is here");
  await look(page, "receipt");

  // Another day, another tab: everything comes from the saved files.
  const before = await page.evaluate(() => document.getElementById("receipt-note")?.textContent);
  assert.ok(before?.includes("入链凭证"), before);
  await page.reload();
  await done("computer");
  await page.setInputFiles("#key-file", key);
  await done("register");
  await page.setInputFiles("#bid-file", folder);
  // The folder was saved before it was submitted: this browser knows that it was, the folder does not; nothing was changed.
  await shows({ seal: "✓", submit: "◎", change: "○" });
  assert.match(await text("submit-note"), /版本 1 签过提交/);
  await look(page, "opened-here");
  // Where nothing is remembered the folder alone says that nothing was sent; with what the centre signed it is all there again.
  await page.evaluate(() => localStorage.clear());
  await page.setInputFiles("#bid-file", folder);
  await shows({ seal: "✓", submit: "○", change: "○" });
  assert.equal(await text("submit-note"), "");
  await page.setInputFiles("#bid-file", [folder, receipt]);
  await shows({ seal: "✓", submit: "✓", change: "○" });
  assert.match(await text("submit-note"), /^✓/);
  assert.equal(await text("receipt-note"), before);
  assert.ok(await page.isVisible("#save-receipt"), "it can be saved again");
  await look(page, "opened");
  say("the saved bid is here again; waiting for the window");
  // In English too, with nothing filled in.
  const english = await in_english(page_url);
  await done("computer", 60_000, english);
  await press("seal-start", 30_000, english);
  assert.ok((await missing(english)) >= 5);
  await look(english, "errors-en");
  await page.bringToFront();
  await page.waitForSelector("#release:not([disabled])", { timeout: 240_000 });
  assert.equal(await focused(), "release", "the window brings the focus");
  // The opening stands first with its own clock; what was for before is folded, as it ended.
  assert.equal(await page.$eval("#steps > section", (section) => section.getAttribute("aria-labelledby")), "h-open");
  await page.waitForFunction(() => /离解密窗口结束还剩/.test(document.getElementById("clock").textContent));
  assert.equal(await page.isVisible("#seal-start"), false);
  for (const step of ["form", "files", "seal", "submit"]) assert.ok((await text(`s-${step}`)).startsWith("✓"), `${step}: ${await text(`s-${step}`)}`);
  assert.equal(await page.isVisible("#hand"), false, "nothing is released yet");
  const given = page.waitForRequest((request) => request.url().endsWith("/commands") && /\\"type\\":\\"release\\"/.test(request.postData() ?? ""));
  await page.keyboard.press("Enter");
  const command = (await given).postData();
  await done("open");
  say("released");
  // The same bytes are for the holders.
  const release = await saved(() => press("save-command"));
  assert.ok(release.endsWith("/release.json"));
  assert.equal(readFileSync(release, "utf8"), `${command}\n`);
  await look(page, "released");
  // In English too, from the same files: to submit again is answered like the first time, and gives the same receipt.
  await english.waitForSelector("#closed:not([hidden])");
  assert.equal(await english.isVisible("#errors"), false, "after CLOSE nothing of the form is to be corrected");
  await english.setInputFiles("#key-file", key);
  await done("register", 60_000, english);
  await english.setInputFiles("#bid-file", [folder, receipt]);
  await done("submit", 60_000, english);
  await english.focus("#closed > summary");
  await english.keyboard.press("Enter");
  await press("submit-start", 30_000, english);
  await english.waitForSelector("#save-receipt:not([hidden])", { timeout: 30_000 });
  await done("submit", 60_000, english);
  await look(english, "receipt-en");
  writeFileSync(`${out}/party`, (await text("register-note")).match(/p-[0-9a-f]+/)?.[0] ?? "");

  // What was saved is what the command line saves: stock tar and age read it.
  execFileSync("tar", ["-xf", folder, "-C", out]);
  execFileSync("tar", ["-xf", receipt, "-C", out]);
  const body = folder.replace(/\.tar$/, "/body");
  const inside = `age -d -i ${body}.key ${body}.age | tar -xO index.json`;
  assert.equal(execFileSync("bash", ["-o", "pipefail", "-c", inside], { encoding: "utf8" }), JSON.stringify({ criteria: index, v: 1 }));
});

/** Waits until steps show these signs. @param {Record<string, string>} signs */
async function shows(signs) {
  const held = (all) => Object.entries(all).every(([step, sign]) => document.getElementById(`s-${step}`).textContent.startsWith(sign));
  await page.waitForFunction(held, signs, { timeout: 30_000 }).catch(async (error) => {
    for (const step of Object.keys(signs)) say(`${step}: ${await text(`s-${step}`)}`);
    throw error;
  });
}

/** Says by keyboard where two criteria are answered; takes one answer back. Gives what the body's index must say. */
async function answers() {
  const named = await page.$$eval("#index-criterion option", (all) => all.map(({ value }) => value));
  const files = await page.$$eval("#index-file option", (all) => all.map(({ value }) => value));
  assert.deepEqual(named, ["plan", "staff", "record"]);
  assert.equal(files.length, readdirSync(papers).length);
  await type("index-page", "0");
  await press("index-add");
  assert.equal(await missing(), 1);
  assert.equal((await page.$$("#index-list li")).length, 0);
  await page.fill("#index-page", "12");
  await press("index-add");
  for (const steps of [1, 1]) {
    assert.equal(await focused(), "index-criterion", "the next answer can be typed at once");
    for (let step = 0; step < steps; step += 1) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await press("index-add");
  }
  assert.equal((await page.$$("#index-list li")).length, 3);
  await page.focus("#index-list li:nth-child(2) button");
  await page.keyboard.press("Enter");
  const lines = await page.$$eval("#index-list li", (all) => all.map((line) => line.textContent));
  assert.equal(lines.length, 2);
  assert.ok(lines[0].includes("第 12 页"), lines[0]);
  return { plan: [{ file: files[0], page: 12 }], record: [{ file: files[2], page: null }] };
}
