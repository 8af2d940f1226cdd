// Chromium as every script here uses it: a window of a person who reads Chinese, what went wrong in it, what it shows.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import assert from "node:assert/strict";

/** The two screens that every state is looked at on. */
const SCREENS = { wide: { width: 1366, height: 768 }, narrow: { width: 390, height: 844 } };
/** WCAG 2.2 AA, as axe calls its rules. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/**
 * Opens a window. `out` is where pictures go, `tools` what drives the browser, `chrome` the browser; `expected` says which
 * messages of the console are no fault.
 */
export async function open({ out, tools, chrome, expected = () => false }) {
  const from = createRequire(`${tools}/`);
  const { chromium } = from("playwright-core");
  const axe_source = readFileSync(from.resolve("axe-core/axe.min.js"), "utf8");
  const browser = await chromium.launch({
    executablePath: chrome,
    args: [
      "--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
  const context = await browser.newContext({ viewport: SCREENS.wide, locale: "zh-CN", acceptDownloads: true });
  const faults = [];
  context.on("page", (view) => {
    view.on("pageerror", (error) => faults.push(`page: ${error}`));
    view.on("console", (message) => {
      if (message.type() === "error" && !expected(message)) faults.push(`console: ${message.text()} ${message.location().url}`);
    });
  });
  const page = await context.newPage();
  const say = (text) => console.log(`browser: ${text}`);

  /** A picture on each screen; on both nothing that axe finds, nothing beside the edge, and what was in focus still is. */
  const look = async (view, name) => {
    await view.evaluate(axe_source);
    for (const [screen, size] of Object.entries(SCREENS).reverse()) {
      await view.setViewportSize(size);
      const { violations } = await view.evaluate((values) => axe.run({ runOnly: { type: "tag", values } }), RULES);
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
      assert.deepEqual(found, [], `${name}, ${screen}`);
      const beside = await view.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(beside <= 0, `${name}, ${screen}: ${beside} pixels stand beside the edge`);
      await view.screenshot({ path: `${out}/${name}-${screen}.png`, fullPage: true });
    }
  };
  const text = async (id, view = page) => (await view.textContent(`#${id}`)).trim();
  /** Waits until a step shows a tick. */
  const done = (step, ms = 60_000, view = page) =>
    view.waitForFunction((id) => document.getElementById(id)?.textContent?.startsWith("✓"), `s-${step}`, { timeout: ms });
  const focused = (view = page) => view.evaluate(() => document.activeElement?.id);
  /** Presses a button by keyboard, once it can be. */
  const press = async (id, ms = 30_000, view = page) => {
    await view.waitForSelector(`#${id}:not([disabled])`, { timeout: ms });
    await view.focus(`#${id}`);
    await view.keyboard.press("Enter");
  };
  const type = async (id, words) => {
    await page.focus(`#${id}`);
    await page.keyboard.type(words);
  };
  /** Chooses a box or a round button by keyboard. */
  const tick = async (id) => {
    await page.focus(`#${id}`);
    await page.keyboard.press("Space");
  };
  /** The summary of what is missing has the focus; how many lines it has. */
  const missing = async (view = page) => {
    await view.waitForSelector("#errors:not([hidden])");
    assert.equal(await focused(view), "errors");
    return (await view.$$("#errors li")).length;
  };
  /** Does something that saves a file; gives its path. */
  const saved = async (act) => {
    const [download] = await Promise.all([page.waitForEvent("download"), act()]);
    const path = `${out}/${download.suggestedFilename()}`;
    await download.saveAs(path);
    return path;
  };
  /** The same address in English, in a window of its own. */
  const in_english = async (address) => {
    const view = await context.newPage();
    await view.goto(address.replace(/lang=[^&]*/, "lang=en"));
    assert.equal(await view.getAttribute("html", "lang"), "en");
    return view;
  };
  /** Walks a path to its end. Afterwards nothing may have gone wrong in any window. */
  const walk = async (path) => {
    try {
      await path();
      assert.deepEqual(faults, []);
    } catch (error) {
      await page.screenshot({ path: `${out}/fault.png`, fullPage: true }).catch(() => {});
      console.error(`browser: ${error?.stack ?? error}`);
      console.error(faults.join("\n"));
      console.error(await page.textContent("#errors", { timeout: 1000 }).catch(() => ""));
      process.exitCode = 1;
    } finally {
      await browser.close();
    }
  };
  return { context, page, say, look, text, done, focused, press, type, tick, missing, saved, in_english, walk };
}
