// What a visitor can read, in both languages and on both screens, at each stage of a tender: the pages of `pages.json`.
// node pages.mjs TENDER OUT TOOLS CHROME: the tender's own page, and a folder for what is seen.
import { readFileSync } from "node:fs";
import assert from "node:assert/strict";
import { open } from "./chromium.mjs";

const [tender, out, tools, chrome] = process.argv.slice(2);
const { origin, pathname } = new URL(tender);
const id = pathname.split("/")[2];
const PAGES = JSON.parse(readFileSync(new URL("pages.json", import.meta.url), "utf8"));
/** The stages at which pages are looked at, in their order, and how long each may take to come, in milliseconds. */
const STAGES = { sealing: 60_000, window: 180_000, evaluating: 120_000, awarded: 600_000 };
const LANGUAGES = ["zh-CN", "en"];
/** Tabs that are open at the same time. */
const TABS = 12;
/** Between two looks at the stage, in milliseconds. */
const LOOK_MS = 500;

const { context, page, say, look, walk } = await open({
  out, tools, chrome,
  // The browser itself reports an answer of 404, which is what some of these are.
  expected: (message) => message.text().includes("status of 404"),
});

const stage = async () => (await (await fetch(`${origin}/api/v1/tenders/${id}`)).json()).stage;
/** Waits for a stage. */
const until = async (wanted, ms) => {
  for (const begun = Date.now(); (await stage()) !== wanted; await page.waitForTimeout(LOOK_MS)) {
    assert.ok(Date.now() - begun < ms, `${wanted} does not come`);
  }
};
/** The addresses of a line of the table: one, or one for each official record. */
const addresses = async (line) => {
  const path = line.route.replace("{id}", line.id ?? id);
  if (!path.includes("{file}")) return [path];
  await page.goto(`${origin}/tenders/${id}/record`);
  const found = await page.$$eval("#papers ~ ul a[href*='.html']", (links) => links.map((link) => new URL(link.href).pathname));
  assert.ok(found.length > 0, "there are official records");
  return found;
};
const named = (line, path) =>
  line.name ?? (path.replace(`/tenders/${id}`, "tender").replace(/^\//, "").replaceAll(/[/.]/g, "-") || "portal");

/** What is looked at in a stage: address, status, name. */
const visits = async (at) => {
  const all = [];
  for (const line of PAGES.filter((one) => one.at.includes(at))) {
    for (const path of await addresses(line)) {
      for (const language of LANGUAGES) {
        const query = [line.query?.replace("{id}", id), `lang=${language}`].filter(Boolean).join("&");
        const name = `${at}-${named(line, path)}-${language.slice(0, 2)}`;
        all.push({ address: `${origin}${path}?${query}`, status: line.status ?? 200, language, name });
      }
    }
  }
  return all;
};

await walk(async () => {
  for (const [at, ms] of Object.entries(STAGES)) {
    await until(at, ms);
    const all = await visits(at);
    for (let from = 0; from < all.length; from += TABS) {
      // All are opened while the stage lasts, and then looked at for as long as that takes.
      const views = [];
      for (const { address, status, language, name } of all.slice(from, from + TABS)) {
        const view = await context.newPage();
        const answer = await view.goto(address);
        assert.equal(answer.status(), status, address);
        assert.match(answer.headers()["content-type"], /^text\/html/);
        assert.equal(await view.getAttribute("html", "lang"), language);
        views.push([view, name]);
      }
      assert.equal(await stage(), at, `the stage ${at} was over before its pages were open`);
      for (const [view, name] of views) {
        await look(view, name);
        await view.close();
      }
    }
    say(`${at}: ${all.length} pages looked at`);
  }
});
