// A reader verifies in the page: an honest bundle, without a fingerprint and with it, one with a changed byte, one that is
// cut, a wrong fingerprint, and beside the bundle a checkpoint, a receipt and a report; by dropping, by the file button and by
// keyboard. What was found is written down, to be compared with the command line. Nothing of a file may leave the browser.
// node verify.mjs PAGE BUNDLE FINGERPRINT RECEIPT REPORT OUT TOOLS CHROME: a page of the centre, a bundle with its policy's
// fingerprint, a bid's receipt and an opening record of the same log, and a folder for what is seen.
import { readFileSync, writeFileSync } from "node:fs";
import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { open } from "./chromium.mjs";

const [centre, path, fingerprint, receipt_path, report_path, out, tools, chrome] = process.argv.slice(2);
const { origin } = new URL(centre);
/** How long a verification may take, in milliseconds. */
const VERIFY_MS = 120_000;
/** A verifier of 64 bits reads more; the page names this limit. */
const MEBIBYTES_MAX = 256;

const [bundle, receipt, report] = [path, receipt_path, report_path].map((path) => readFileSync(path));
/** The same container with one letter of its first file changed, and the checksums as they must then be. */
const change = () => {
  const made = Buffer.from(bundle);
  const [size, name] = [made.readUInt32LE(18), made.readUInt16LE(26)];
  const text = made.subarray(30 + name, 30 + name + size);
  text[0] ^= 1;
  made.writeUInt32LE(crc32(text), 14);
  // Where the directory begins stands in the last 22 bytes.
  made.writeUInt32LE(crc32(text), made.readUInt32LE(made.length - 22 + 16) + 16);
  return made;
};
const changed = change();
/** A file of the container. */
const file = (wanted) => {
  for (let from = 0; bundle.readUInt32LE(from) === 0x04034b50; ) {
    const [size, name] = [bundle.readUInt32LE(from + 18), bundle.readUInt16LE(from + 26)];
    const begin = from + 30 + name;
    if (bundle.toString("utf8", from + 30, begin) === wanted) return bundle.subarray(begin, begin + size);
    from = begin + size;
  }
  throw new Error(`no ${wanted} in the bundle`);
};
const checkpoint = file("checkpoint");
const cut = bundle.subarray(0, bundle.length / 2);

const { page, say, look, focused, press, type, walk } = await open({
  out, tools, chrome,
  // What the Worker's policy forbids, and a centre that does not answer: both are tried once.
  expected: (message) => /Content Security Policy|net::ERR_FAILED/.test(message.text()),
});

/** Every request of the page and its Workers. */
const sent = [];
page.on("request", (request) => sent.push(request));

/** Drops files as a person does, with a real transfer. */
const drop = async (...files) => {
  const given = files.map(({ name, bytes }) => ({ name, text: Buffer.from(bytes).toString("base64") }));
  const transfer = await page.evaluateHandle((given) => {
    const transfer = new DataTransfer();
    for (const { name, text } of given) {
      transfer.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
    }
    return transfer;
  }, given);
  await page.dispatchEvent("#drop", "dragover", { dataTransfer: transfer });
  await page.dispatchEvent("#drop", "drop", { dataTransfer: transfer });
};
/** A fresh page. */
const begin = async (language) => {
  await page.goto(`${origin}/verify?lang=${language}`);
  await page.waitForSelector("ximu-verify:not([hidden])");
};
/** Presses the button; what was found has the focus. Gives the word of the answer and the codes, in their order. */
const verified = async () => {
  await press("start");
  await page.waitForSelector("#answer:not([hidden])", { timeout: VERIFY_MS });
  assert.equal(await focused(), "answer");
  const tag = (await page.textContent("#verdict .tag")).trim();
  const codes = await page.$$eval("#answer details code", (codes) => codes.map((code) => code.textContent));
  return { tag, codes };
};
/** Why nothing was checked. */
const refused = async () => {
  await page.waitForSelector("#fault:not([hidden])", { timeout: VERIFY_MS });
  assert.equal(await focused(), "fault");
  return page.textContent("#fault-why");
};

await walk(async () => {
  const found = {};

  await begin("zh-CN");
  await press("start");
  assert.match(await refused(), /请先选择/);
  await look(page, "verify-nothing-chosen-zh");

  // By the file button, as somebody does who uses no mouse.
  await page.setInputFiles("#files", { name: "out.zip", mimeType: "application/zip", buffer: bundle });
  found.consistent = await verified();
  assert.equal(found.consistent.tag, "◎ 仅自洽");
  await look(page, "verify-consistent-zh");

  await type("typed", "1234");
  await press("start");
  assert.match(await refused(), /64 位/);
  assert.equal(await page.getAttribute("#typed", "aria-invalid"), "true");
  await look(page, "verify-no-fingerprint-zh");

  for (const [language, word] of [["zh-CN", "✓ 成立"], ["en", "✓ Holds"]]) {
    await begin(language);
    await drop({ name: "out.zip", bytes: bundle });
    // As a person copies it: in capitals, with a blank.
    await type("typed", ` ${fingerprint.toUpperCase()}`);
    const begun = Date.now();
    found.holds = await verified();
    say(`${bundle.length} bytes verified in ${Date.now() - begun} ms: ${await page.textContent("#state")}`);
    assert.deepEqual(found.holds, { ...found.holds, tag: word });
    await page.click("#answer > details > summary");
    assert.ok((await page.$$("#answer tbody tr")).length > 10);
    await look(page, `verify-holds-${language.slice(0, 2)}`);
  }

  for (const [language, name, bytes, word] of [
    ["zh-CN", "changed", changed, /^✗/], ["en", "changed", changed, /^✗/], ["en", "cut", cut, /^✗ Unreadable/],
  ]) {
    await begin(language);
    await drop({ name: `${name}.zip`, bytes });
    await type("typed", fingerprint);
    found[name] = await verified();
    assert.match(found[name].tag, word);
    assert.ok(found[name].codes.length > 0);
    writeFileSync(`${out}/${name}.zip`, bytes);
    await look(page, `verify-${name}-${language.slice(0, 2)}`);
    // The folded code leads to what it means.
    await page.click("#answer li summary");
    await look(page, `verify-${name}-unfolded-${language.slice(0, 2)}`);
  }
  await page.click("#answer li details a");
  assert.match(page.url(), /\/codes.*#container-broken$/);

  await begin("en");
  await drop({ name: "out.zip", bytes: bundle });
  await type("typed", "00".repeat(32));
  found.pinned = await verified();
  assert.equal(found.pinned.tag, "✗ Does not hold");
  assert.ok(found.pinned.codes.includes("policy-pin"), String(found.pinned.codes));

  // A checkpoint says nothing alone; beside a bundle it does, and either may come first.
  await begin("en");
  await drop({ name: "checkpoint", bytes: checkpoint });
  await press("start");
  assert.match(await refused(), /nothing alone/);
  await drop({ name: "out.zip", bytes: bundle });
  found.compared = await verified();
  await drop({ name: "third.zip", bytes: cut });
  assert.match(await refused(), /at most 2 files, found 3/);
  await page.focus("#list li:last-child button");
  await page.keyboard.press("Enter");
  assert.equal((await page.$$("#list li")).length, 2);
  assert.equal(await focused(), "files");

  await begin("en");
  await drop({ name: "receipt.json", bytes: receipt }, { name: "out.zip", bytes: bundle });
  await type("typed", fingerprint);
  found.receipt = await verified();
  assert.equal(found.receipt.tag, "✓ Holds");
  assert.match(await page.textContent("#answer"), /checkpoints or bundles of another source/);

  for (const [name, bytes, words] of [["archive.age", "age-encryption.org/v1\n", /--identity/], ["report.pdf", report, /nothing alone/]]) {
    await begin("en");
    await drop({ name, bytes });
    await press("start");
    assert.match(await refused(), words);
  }

  // A report: the record in it is the log's, of its pages the page says that it did not look; and one that is cut.
  for (const [language, bytes, word, words] of [
    ["zh-CN", report, "✓ 成立", /报告中的开标记录与日志一致.*页面未核验/s],
    ["en", report.subarray(0, report.length / 2), "✗ Unreadable", /no report as ximu report writes it.*report_foreign/s],
  ]) {
    await begin(language);
    await drop({ name: "opening.pdf", bytes }, { name: "out.zip", bytes: bundle });
    await type("typed", fingerprint);
    assert.equal((await verified()).tag, word);
    assert.match(await page.textContent("#answer"), words);
    await look(page, `verify-report-${language.slice(0, 2)}`);
  }

  // A file that is too large is named before it is read.
  await begin("en");
  await page.evaluate((bytes) => {
    const file = new File([], "large.zip");
    Object.defineProperty(file, "size", { value: bytes });
    /** @type {any} */ (document.querySelector("ximu-verify")).add([file]);
  }, MEBIBYTES_MAX * 1024 * 1024 + 1);
  const large = await refused();
  assert.ok(large.includes(`at most ${MEBIBYTES_MAX} MiB`) && large.includes("found 256.1 MiB") && large.includes("ximu verify large.zip"), large);
  await look(page, "verify-too-large-en");

  // What was stopped says nothing, and the same files can be verified again; so they can when the centre did not answer.
  await begin("en");
  await drop({ name: "out.zip", bytes: bundle });
  await page.evaluate(() => ["start", "stop"].forEach((id) => document.getElementById(id)?.click()));
  assert.match(await page.textContent("#state"), /^Stopped/);
  assert.equal(await focused(), "start");
  assert.equal(page.workers().length, 0);
  await verified();
  await begin("en");
  await drop({ name: "out.zip", bytes: bundle });
  await page.route("**/*.wasm", (route) => route.abort());
  await press("start");
  assert.match(await refused(), /could not be loaded/);
  await page.unroute("**/*.wasm");
  await verified();

  // The narrowest screen.
  await begin("zh-CN");
  await drop({ name: "changed.zip", bytes: changed });
  await verified();
  await page.setViewportSize({ width: 320, height: 700 });
  const beside = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(beside <= 0, `${beside} pixels stand beside the edge of 320`);
  await page.screenshot({ path: `${out}/verify-changed-320.png`, fullPage: true });

  // What left: no body at all, and nothing but addresses of this centre that the page itself names.
  for (const request of sent) {
    assert.equal(request.method(), "GET", request.url());
    assert.ok(new URL(request.url()).origin === origin && !request.postData(), request.url());
  }
  // What runs under the Worker's policy reaches nobody, not even its own centre.
  assert.equal(page.workers().length, 0, "a Worker that is done is ended");
  const policy_of = async (url) => (await fetch(origin + url)).headers.get("content-security-policy");
  const worker = await page.getAttribute("ximu-verify", "data-worker");
  assert.doesNotMatch(await policy_of(worker), /connect-src/);
  assert.match(await policy_of(worker), /default-src 'none'/);
  const begun = page.waitForEvent("worker");
  await page.evaluate((address) => void (self.tried = new Worker(address, { type: "module" })), worker);
  const said = await (await begun).evaluate((address) => fetch(address).then(() => "reached", () => "refused"), `${origin}/healthz`);
  assert.equal(said, "refused");
  for (const [name, { codes }] of Object.entries(found)) writeFileSync(`${out}/${name}.codes`, codes.join("\n"));
  say(`${sent.length} requests, all of them reads; found ${JSON.stringify(found.changed)}`);
});
