// A seat at the desk in Chromium, in Chinese, by keyboard: the supervising authority suspends a tender and lets it go on; the
// host's administrator admits the firms that wait. node desk.mjs SEAT PAGE KEY OUT TOOLS CHROME.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import assert from "node:assert/strict";

const [seat, page_url, key, out, playwright, chrome] = process.argv.slice(2);
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
  // The browser itself reports an answer of 4xx, which is how a refusal comes.
  if (message.type() === "error" && !message.text().includes("status of 4")) faults.push(`console: ${message.text()}`);
});
const say = (text) => console.log(`browser: ${text}`);
const shot = (name) => page.screenshot({ path: `${out}/${seat}-${name}.png`, fullPage: true });
const text = async (id) => (await page.textContent(`#${id}`)).trim();
const shown = (id) => page.waitForSelector(`#${id}:not([hidden])`);
const accessible = async (view, name) => {
  await view.evaluate(AXE);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const { violations } = await view.evaluate((values) => axe.run({ runOnly: { type: "tag", values } }), tags);
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
  assert.deepEqual(found, [], name);
};
const press = async (id) => {
  await page.focus(`#${id}`);
  await page.keyboard.press("Enter");
};
const type = async (id, words) => {
  await page.focus(`#${id}`);
  await page.keyboard.type(words);
};
/** Chooses the line so far below the first of a list. */
const choose = async (id, steps) => {
  await page.focus(`#${id}`);
  for (let step = 0; step < steps; step += 1) await page.keyboard.press("ArrowDown");
};
/** An instant as the form writes it, so many seconds later. */
const later = (instant, seconds) => {
  const [date, time] = instant.split(/[ T]/);
  const moved = new Date(Date.parse(`${date}T${time}Z`) + seconds * 1000).toISOString();
  return moved.slice(0, instant.length).replace("T", instant[10]);
};
/** Opens a command's form from the list. */
const begin = async (command) => {
  await page.waitForSelector(`#do-${command}:not([disabled])`, { timeout: 60_000 });
  await press(`do-${command}`);
  await shown("fill");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "h-fill");
};
/** Checks what was entered; the rules say yes; signs; the answer is here. */
const give = async (event) => {
  await press("fill-check");
  await shown("check");
  assert.match(await page.getAttribute("#foreseen", "class"), /good/);
  assert.ok((await text("foreseen")).includes(event), await text("foreseen"));
  await press("check-sign");
  await shown("done");
  assert.ok((await text("done-what")).includes("已接受"), await text("done-what"));
};

/** The authority: suspends, sees it, lets go on; what the rules refuse is told before it is sent. */
async function supervisor() {
  assert.ok((await text("choose-who")).includes("行政监督部门"));
  await begin("order");
  // Nothing is filled in: the summary names it and takes the focus.
  await press("fill-check");
  await page.waitForSelector("#errors:not([hidden])");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "errors");
  assert.equal((await page.$$("#errors li")).length, 3);
  await shot("2-errors");
  await accessible(page, "errors");
  await choose("f-measure-kind", 1);
  assert.ok(await page.isVisible("#f-measure-until"), "the end is asked for");
  // The end that is proposed gives a person time, also in the rehearsal's days; a slow machine may need more.
  const proposed = await page.inputValue("#f-measure-until");
  const seconds = (Date.parse(`${proposed.replace(" ", "T")}+08:00`) - Date.now()) / 1000;
  assert.ok(seconds > 45, `${proposed} is ${seconds} s away`);
  await page.fill("#f-measure-until", later(proposed, 30));
  await type("f-article", "《招标投标法实施条例》第六十二条");
  await type("f-reason", "核查投诉反映的问题，暂停招标投标活动。");
  await shot("3-filled");
  await accessible(page, "filled");
  await press("fill-check");
  await shown("check");
  await page.focus("#check summary");
  await page.keyboard.press("Enter");
  assert.ok((await text("check-bytes")).includes('"kind":"suspend"'), "the exact bytes can be read");
  await shot("4-check");
  await accessible(page, "check");
  await press("check-back");
  await give("项目暂停");
  await shot("5-suspended");
  say("suspended");
  const hall = await context.newPage();
  await hall.goto(page_url.replace("/desk", "/hall"));
  await hall.waitForFunction(() => document.body.textContent?.includes("暂停"));
  await hall.screenshot({ path: `${out}/${seat}-6-hall.png` });
  await hall.close();

  await press("done-other");
  await page.waitForFunction(() => document.getElementById("choose-stage")?.textContent?.includes("已暂停"));
  await begin("order");
  await choose("f-measure-kind", 2);
  await type("f-article", "《招标投标法实施条例》第六十二条");
  await type("f-reason", "核查完毕，恢复招标投标活动。");
  await give("项目恢复");
  say("resumed");

  await press("done-other");
  await page.waitForFunction(() => document.getElementById("choose-stage")?.textContent?.includes("已暂停") === false);
  await begin("order");
  await choose("f-measure-kind", 2);
  await type("f-article", "《招标投标法实施条例》第六十二条");
  await type("f-reason", "再次恢复。");
  await press("fill-check");
  await shown("check");
  assert.match(await page.getAttribute("#foreseen", "class"), /bad/, "nothing is suspended");
  await shot("7-refused");
  await accessible(page, "refused");
  await press("check-back");
  await press("fill-other");
  await complaint();
}

/** A firm complains of what the tenderer answered: the authority takes the complaint up, and decides it. */
async function complaint() {
  say("waiting for a complaint");
  await page.waitForSelector("#do-accept_complaint:not([disabled])", { timeout: 400_000 });
  await begin("accept_complaint");
  // There is one complaint, and it is chosen.
  assert.notEqual(await page.inputValue("#f-complaint"), "");
  await shot("10-accept");
  await accessible(page, "accept");
  await give("投诉已受理");
  say("took the complaint up");
  await press("done-other");
  await begin("decide_complaint");
  await press("fill-check");
  await page.waitForSelector("#errors:not([hidden])");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "errors");
  if ((await page.inputValue("#f-complaint")) === "") await choose("f-complaint", 1);
  // Upheld or not: the second answer.
  await page.focus("#f-upheld-1");
  await page.keyboard.press("Space");
  await type("f-article", "《招标投标法实施条例》第六十一条");
  await type("f-text", "经查，工期承诺有复核记录，投诉不成立。");
  await shot("11-decide");
  await accessible(page, "decide");
  await give("投诉已处理");
  await shot("12-decided");
  say("decided the complaint");
  await press("done-other");
  await shown("choose");
}

/** The administrator: admits both firms that wait. */
async function host() {
  assert.ok((await text("choose-who")).includes("系统管理员"));
  for (let number = 1; number <= 2; number += 1) {
    await begin("admit_party");
    if ((await page.inputValue("#f-party")) === "") await choose("f-party", 1);
    await press("fill-check");
    await page.waitForSelector("#errors:not([hidden])");
    assert.equal((await page.$$("#errors li")).length, 1, "a role must be chosen");
    await page.focus("#f-roles-4");
    await page.keyboard.press("Space");
    await shot(`${number + 1}-filled`);
    await accessible(page, "filled");
    await give("单位已准入");
    say(`admitted ${number}`);
    await shot(`${number + 3}-admitted`);
    await press("done-other");
  }
}

try {
  await page.goto(page_url);
  assert.equal(await page.getAttribute("html", "lang"), "zh-CN");
  await page.waitForFunction(() => document.getElementById("s-computer")?.textContent?.startsWith("✓"));
  await accessible(page, "begin");
  await page.setInputFiles("#key-file", key);
  await page.waitForFunction(() => document.getElementById("s-choose")?.textContent?.startsWith("✓"));
  assert.equal(await page.evaluate(() => document.activeElement?.id), "h-choose", "the list has the focus");
  await shot("1-list");
  await accessible(page, "list");
  await { supervisor, host }[seat]();
  await page.setViewportSize({ width: 390, height: 844 });
  await shot("8-narrow");
  await accessible(page, "narrow");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "no sideways scrolling");
  await page.setViewportSize({ width: 1366, height: 768 });

  const english = await context.newPage();
  await english.goto(page_url.replace(/lang=[^&]*/, "lang=en"));
  await english.waitForFunction(() => document.getElementById("s-computer")?.textContent?.startsWith("✓"));
  await english.setInputFiles("#key-file", key);
  await english.waitForSelector("#commands button");
  await english.click("#commands button:not([disabled])");
  await english.waitForSelector("#fill:not([hidden])");
  await accessible(english, "english");
  await english.screenshot({ path: `${out}/${seat}-9-english.png`, fullPage: true });
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
