// Runs the module in node on one case (a JSON file) and writes what it makes into a folder.
import { readFileSync, writeFileSync } from "node:fs";

const [wasm, casePath, out] = process.argv.slice(2);
const given = JSON.parse(readFileSync(casePath, "utf8"));
const { instance } = await WebAssembly.instantiate(readFileSync(wasm), {});
const e = instance.exports;

/** Calls an export with bytes. */
function bytes(name, argument = new Uint8Array()) {
  const at = e.ximu_input(argument.length);
  new Uint8Array(e.memory.buffer).set(argument, at);
  const status = e[name]();
  const start = e.ximu_output();
  const answer = new Uint8Array(e.memory.buffer).slice(start, start + e.ximu_output_length());
  if (status !== 0) throw new Error(`${name}: ${Buffer.from(answer)}`);
  return answer;
}
/** Calls an export with JSON. */
function call(name, argument) {
  const text = argument === undefined ? "" : JSON.stringify(argument);
  const answer = Buffer.from(bytes(name, new TextEncoder().encode(text))).toString();
  return answer === "" ? undefined : JSON.parse(answer);
}
const made = {};

call("ximu_key_open", { text: given.key });
const { bundles } = call("ximu_follow", {
  origin: given.origin, procedure: given.procedure, policy: given.policy, note: given.note,
});
made.bundles = bundles;
for (const bundle of given.bundles) bytes("ximu_follow_bundle", Buffer.from(bundle, "base64"));
made.tender = call("ximu_followed");
made.standing = call("ximu_standing");

const files = given.files.map(({ name, text }) => ({ name, bytes: Buffer.from(text, "base64") }));
const entries = files.map((file) => {
  bytes("ximu_hash_begin");
  bytes("ximu_hash_data", file.bytes);
  return { name: file.name, size_bytes: file.bytes.length, ...call("ximu_hash_end") };
});
const begun = call("ximu_body_begin", { version: given.version, files: entries, seed: given.seeds.body });
const parts = [];
for (const file of files) {
  parts.push(bytes("ximu_body_file"));
  for (let from = 0; from < file.bytes.length; from += 65_000) {
    parts.push(bytes("ximu_body_data", file.bytes.subarray(from, from + 65_000)));
  }
}
for (let part = bytes("ximu_body_finish"); part.length > 0; part = bytes("ximu_body_finish")) parts.push(part);
const body = Buffer.concat(parts);
if (body.length !== begun.bytes) throw new Error(`expected ${begun.bytes} bytes, found ${body.length}`);
made.body = call("ximu_body_sealed");
for (let from = 0; from < body.length; from += 50_000) bytes("ximu_check_data", body.subarray(from, from + 50_000));
bytes("ximu_check_end");
const form = call("ximu_form_seal", { draft: given.draft, seed: given.seeds.form });
made.rehearsed = call("ximu_rehearse", { envelope: form.envelope, recovery: form.recovery });
made.uploads = Buffer.from(bytes("ximu_uploads", new TextEncoder().encode(form.submission))).toString();

const write = (name, data) => writeFileSync(`${out}/${name}`, data);
write("body.age", body);
write("body.key", begun.recovery);
write("form.age", Buffer.from(form.envelope, "base64"));
write("form.key", form.recovery);
write("form.json", form.form);
write("submission.json", form.submission);
const { submission } = form;
const { nonce } = given;
write("submit", call("ximu_submit", { submission, custody: given.custody }).command);
write("withdraw", call("ximu_withdraw", { submission, nonce }).command);
write("rescue", call("ximu_rescue", { submission, nonce }).command);
const release = { submission, recovery: form.recovery, seed: given.seeds.release, nonce };
write("release", call("ximu_release", release).command);
write("register", call("ximu_register", { name: "江城", salt: given.seeds.form, nonce }).command);
write("made.json", JSON.stringify(made));

// What must not go on does not.
const refused = (name, argument) => {
  try {
    call(name, argument);
  } catch (error) {
    return JSON.parse(error.message.slice(error.message.indexOf("{"))).code;
  }
  return "";
};
write("refused.json", JSON.stringify({
  broken: refused("ximu_rehearse", { envelope: "AAAA", recovery: form.recovery }),
  order: refused("ximu_body_file"),
  argument: refused("ximu_draft", { price: 1 }),
  differs: refused("ximu_draft", { ...given.draft, price: "1.00" }),
  key: refused("ximu_key_open", { text: "no key" }),
  note: refused("ximu_follow", { origin: given.origin, procedure: given.procedure, policy: given.policy, note: "x" }),
  room: e.ximu_input(64 * 1024 * 1024) === 0 ? "none" : "",
}));
