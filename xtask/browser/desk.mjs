// A seat at the desk in Chromium, in Chinese, by keyboard: the supervising authority suspends a tender and lets it go on; the
// host's administrator admits the firms that wait, and fills a form in from a file. node desk.mjs XIMU SEAT PAGE KEY OUT TOOLS
// CHROME.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import assert from "node:assert/strict";
import { open } from "./chromium.mjs";

const [ximu, seat, page_url, key, out, tools, chrome] = process.argv.slice(2);
const { context, page, say, look, text, done, focused, press, type, tick, missing, in_english, walk } = await open({
  out, tools, chrome,
  // The browser itself reports an answer of 4xx, which is how a refusal comes.
  expected: (message) => message.text().includes("status of 4"),
});
const shown = (id) => page.waitForSelector(`#${id}:not([hidden])`);
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
/** Opens a command's form from the list; again when the list was drawn anew between the focus and the key. */
const begin = async (command) => {
  for (let tries = 1; (await page.isHidden("#fill")); tries += 1) {
    await press(`do-${command}`, 60_000);
    await page.waitForSelector("#fill:not([hidden])", { timeout: 3_000 }).catch((error) => assert.ok(tries < 10, error));
  }
  assert.equal(await focused(), "h-fill");
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
  assert.equal(await missing(), 3);
  await look(page, "errors");
  await choose("f-measure-kind", 1);
  assert.ok(await page.isVisible("#f-measure-until"), "the end is asked for");
  // The end that is proposed gives a person time, also in the rehearsal's days; a slow machine may need more.
  const proposed = await page.inputValue("#f-measure-until");
  const seconds = (Date.parse(`${proposed.replace(" ", "T")}+08:00`) - Date.now()) / 1000;
  assert.ok(seconds > 45, `${proposed} is ${seconds} s away`);
  await page.fill("#f-measure-until", later(proposed, 30));
  await type("f-article", "《招标投标法实施条例》第六十二条");
  await type("f-reason", "核查投诉反映的问题，暂停招标投标活动。");
  assert.equal(await page.isVisible("#errors"), false, "everything that was told is mended");
  await look(page, "filled");
  await press("fill-check");
  await shown("check");
  await page.focus("#check summary");
  await page.keyboard.press("Enter");
  assert.ok((await text("check-bytes")).includes('"kind":"suspend"'), "the exact bytes can be read");
  await look(page, "check");
  await press("check-back");
  await give("项目暂停");
  await look(page, "suspended");
  say("suspended");
  const hall = await context.newPage();
  await hall.goto(page_url.replace("/desk", "/hall"));
  await hall.waitForFunction(() => document.body.textContent?.includes("暂停"));
  await look(hall, "hall");
  await hall.close();
  const stopped = await in_english(page_url.replace("/desk", "/hall"));
  await look(stopped, "hall-en");
  await stopped.close();

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
  assert.match(await text("foreseen"), /项目现在没有暂停/);
  await look(page, "refused");
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
  const words = await page.textContent("#fill-fields blockquote.words");
  assert.ok(words.length > 10, `the complaint's own words: ${words}`);
  assert.doesNotMatch(await page.$eval("#f-complaint", (select) => select.selectedOptions[0].textContent), /^p-/, "its author by name");
  await look(page, "accept");
  await give("投诉已受理");
  say("took the complaint up");
  await press("done-other");
  await begin("decide_complaint");
  await press("fill-check");
  assert.ok((await missing()) > 0);
  if ((await page.inputValue("#f-complaint")) === "") await choose("f-complaint", 1);
  // Upheld or not: the second answer.
  await tick("f-upheld-1");
  await type("f-article", "《招标投标法实施条例》第六十一条");
  await type("f-text", "经查，工期承诺有复核记录，投诉不成立。");
  await look(page, "decide");
  await give("投诉已处理");
  await look(page, "decided");
  say("decided the complaint");
  await press("done-other");
  await page.waitForFunction(() => document.activeElement?.id === "h-choose");
}

/** The administrator: admits both firms that wait. */
async function host() {
  assert.ok((await text("choose-who")).includes("系统管理员"));
  for (let number = 1; number <= 2; number += 1) {
    await begin("admit_party");
    // The centre tells the administrator who waits; nobody else, and no page, has these names.
    const offered = await page.$$eval("#f-party option", (all) => all.filter(({ value }) => value).map(({ value, textContent }) => ({ value, textContent })));
    for (const { textContent } of offered) {
      assert.match(textContent, /公司 \(p-[0-9a-f]+\)/, textContent);
      const [name] = textContent.split(" (");
      assert.ok(!(await (await context.request.get(page_url)).text()).includes(name), `${name} is no public name`);
    }
    assert.ok(offered.length > 0, "somebody waits");
    assert.equal((await context.request.get(new URL("/api/v1/register/waiting", page_url).href)).status(), 404);
    if (number === 1) say(`who waits: ${offered.map(({ textContent }) => textContent).join(", ")}`);
    if ((await page.inputValue("#f-party")) === "") await choose("f-party", 1);
    await press("fill-check");
    assert.equal(await missing(), 1, "a role must be chosen");
    await tick("f-roles-4");
    if (number === 1) await look(page, "filled");
    await give("单位已准入");
    say(`admitted ${number}`);
    if (number === 2) await look(page, "admitted");
    await press("done-other");
  }
  await from_file();
}

/** What only another program can make comes from its file; what was filled in is checked like everything else. */
async function from_file() {
  await begin("replace_key");
  const person = await page.$eval("#f-person option:nth-child(2)", ({ value }) => value);
  const [fresh, proof, other] = ["new.key", "proof.json", "other.json"].map((name) => `${out}/${name}`);
  execFileSync(ximu, ["key", "new", "--out", fresh]);
  execFileSync(ximu, ["key", "prove", fresh, "--person", person, "--centre", new URL(page_url).origin, "--out", proof]);
  const command = JSON.parse(readFileSync(proof, "utf8"));
  // A command of another kind, and what is none: nothing is filled in.
  for (const wrong of ['{"type":"cancel","reason":"x"}', "nothing"]) {
    writeFileSync(other, wrong);
    await page.setInputFiles("#fill-file", other);
    assert.equal(await missing(), 1);
    assert.ok((await page.textContent("#errors li")).includes("other.json"));
    assert.equal(await page.inputValue("#f-proof"), "");
  }
  await look(page, "wrong-file");
  await page.setInputFiles("#fill-file", proof);
  await page.waitForFunction(() => document.getElementById("fill-file-note").textContent.includes("proof.json"));
  assert.equal(await page.isVisible("#errors"), false, "what was wrong before is gone");
  assert.deepEqual(
    [await page.inputValue("#f-person"), await page.inputValue("#f-key"), await page.inputValue("#f-proof")],
    [command.person, command.key, command.proof],
  );
  await look(page, "from-file");
  await press("fill-check");
  await shown("check");
  assert.match(await page.getAttribute("#foreseen", "class"), /good/, "the proof holds");
  const bytes = await text("check-bytes");
  assert.ok(bytes.includes(command.proof) && bytes.includes('"type":"replace_key"'), bytes);
  await look(page, "from-file-check");
  // A proof of another key is filled in, and the rules refuse it.
  await press("check-back");
  await page.fill("#f-proof", command.proof.replace(/^./, (digit) => (digit === "0" ? "1" : "0")));
  await press("fill-check");
  await page.waitForFunction(() => document.getElementById("foreseen").className.includes("bad"));
  say("filled a form in from a file");
  await press("check-back");
  await press("fill-other");
}

await walk(async () => {
  await page.goto(page_url);
  assert.equal(await page.getAttribute("html", "lang"), "zh-CN");
  await done("computer");
  await look(page, "begin");
  await page.setInputFiles("#key-file", key);
  await page.waitForSelector("#commands li");
  assert.equal(await focused(), "h-choose", "the list has the focus");
  await look(page, "list");
  await { supervisor, host }[seat]();

  const english = await in_english(page_url);
  await done("computer", 60_000, english);
  await look(english, "begin-en");
  await english.setInputFiles("#key-file", key);
  await english.waitForSelector("#commands li");
  await look(english, "list-en");
  // The form of what each of them did before, with nothing filled in.
  await press({ supervisor: "do-order", host: "do-replace_key" }[seat], 30_000, english);
  await english.waitForSelector("#fill:not([hidden])");
  await press("fill-check", 30_000, english);
  assert.ok((await missing(english)) > 0);
  await look(english, "fill-en");
});
