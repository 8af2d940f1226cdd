// What a visitor can read of a tender that is over, with its contract and its archive, in both languages and on both screens: the pages of `pages.json`. How pages look
// before is seen where the seats are taken, and in the replay of the hall.
// node pages.mjs TENDER OUT TOOLS CHROME: the tender's own page, and a folder for what is seen.
import { readFileSync } from "node:fs";
import assert from "node:assert/strict";
import { open } from "./chromium.mjs";

const [tender, out, tools, chrome] = process.argv.slice(2);
const { origin, pathname } = new URL(tender);
const id = pathname.split("/")[2];
const PAGES = JSON.parse(readFileSync(new URL("pages.json", import.meta.url), "utf8"));
/** How long the archive may take to come, in milliseconds. */
const ARCHIVED_MS = 120_000;
const LANGUAGES = ["zh-CN", "en"];
/** Between two looks at the stage, in milliseconds. */
const LOOK_MS = 500;

const { page, say, look, walk } = await open({
  out, tools, chrome,
  // The browser itself reports an answer of 404, which is what some of these are.
  expected: (message) => message.text().includes("status of 404"),
});

const archives = async () => (await (await fetch(`${origin}/api/v1/tenders/${id}`)).json()).archives ?? [];
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

await walk(async () => {
  for (const begun = Date.now(); (await archives()).length === 0; await page.waitForTimeout(LOOK_MS)) {
    assert.ok(Date.now() - begun < ARCHIVED_MS, "no archive comes");
  }
  let looked = 0;
  for (const line of PAGES) {
    for (const path of await addresses(line)) {
      for (const language of LANGUAGES) {
        const query = [line.query?.replace("{id}", id), `lang=${language}`].filter(Boolean).join("&");
        const answer = await page.goto(`${origin}${path}?${query}`);
        assert.equal(answer.status(), line.status ?? 200, path);
        assert.match(answer.headers()["content-type"], /^text\/html/);
        assert.equal(await page.getAttribute("html", "lang"), language);
        await look(page, `${named(line, path)}-${language.slice(0, 2)}`);
        looked += 1;
      }
    }
  }
  say(`${looked} pages looked at`);
});
