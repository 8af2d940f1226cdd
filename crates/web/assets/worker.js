// @ts-check
/**
 * The Worker behind the desks: it runs the module (`crates/wasm`) and holds the key. The page sends
 * `{id, ask, ...}` and gets `{id, ok}` or `{id, error: {code, detail}}`, and meanwhile `{id, done, total, stage}`.
 *
 * Files are read twice, a mebibyte at a time: once for their hashes, which stand at the front of the envelope, and once
 * to seal them. Ciphertext goes into blobs, which the browser keeps on its disk. Nothing here speaks to the network but
 * to fetch the module and the log.
 */

/** Bytes of a file in one piece. */
const PIECE = 1024 * 1024;
/** Ciphertext gathered before it becomes a blob, in bytes. */
const BLOB = 8 * PIECE;

/** @type {any} */
let e;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A refusal of the module or of the centre. */
class Refused extends Error {
  /** @param {string} code @param {string} detail */
  constructor(code, detail) {
    super(detail);
    this.code = code;
  }
}

/**
 * Calls an export with bytes and gives bytes.
 * @param {string} name
 * @param {Uint8Array} [argument]
 */
function bytes(name, argument = new Uint8Array()) {
  const at = e.ximu_input(argument.length);
  new Uint8Array(e.memory.buffer).set(argument, at);
  const status = e[`ximu_${name}`]();
  const start = e.ximu_output();
  const answer = new Uint8Array(e.memory.buffer).slice(start, start + e.ximu_output_length());
  if (status !== 0) {
    const { code, detail } = JSON.parse(decoder.decode(answer));
    throw new Refused(code, detail);
  }
  return answer;
}

/**
 * Calls an export with JSON and gives JSON.
 * @param {string} name
 * @param {unknown} [argument]
 */
function call(name, argument) {
  const text = argument === undefined ? "" : JSON.stringify(argument);
  const answer = decoder.decode(bytes(name, encoder.encode(text)));
  return answer === "" ? undefined : JSON.parse(answer);
}

/** @param {number} length fresh random bytes in hexadecimal */
function random(length) {
  const fresh = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(fresh, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
const seed = () => random(32);
const nonce = () => random(16);

/** @param {string} address */
async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Refused("network", `${address}: ${answer.status}`);
  return answer;
}

/** @typedef {(done: number, total: number, stage: string) => void} Tell */

/** Reads a file piece by piece. @param {Blob} file @param {(piece: Uint8Array) => void} take */
async function pieces(file, take) {
  for (let from = 0; from < file.size; from += PIECE) {
    take(new Uint8Array(await file.slice(from, from + PIECE).arrayBuffer()));
  }
}

/** @type {Record<string, (ask: any, tell: Tell) => any>} */
const ASKS = {
  /**
   * Calls an export of the module by its name. What is fresh is made here: `fresh` names members and their bytes.
   * @param {{name: string, argument?: any, fresh?: Record<string, number>}} ask
   */
  call({ name, argument, fresh }) {
    if (!fresh) return call(name, argument);
    const made = Object.fromEntries(Object.entries(fresh).map(([member, length]) => [member, random(length)]));
    return call(name, { ...argument, ...made });
  },

  /**
   * Fetches what an export takes, piece by piece; `undefined` for what is not there.
   * @param {{name: string, address: string, headers?: Record<string, string>}} ask
   */
  async take({ name, address, headers }) {
    const answer = await fetch(address, { cache: "no-store", headers });
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Refused("network", `${address}: ${answer.status}`);
    const body = await answer.blob();
    await pieces(body, (piece) => void bytes(name, piece));
    return { bytes: body.size };
  },

  /**
   * Reads the documents of a bid to their end, and only then gives them.
   * @param {{bidder: string, address: string, headers: Record<string, string>}} ask
   */
  async papers({ bidder, address, headers }) {
    const answer = await fetch(address, { cache: "no-store", headers });
    if (!answer.ok) throw new Refused("network", `${address}: ${answer.status}`);
    const body = await answer.blob();
    call("paper_begin", { bidder });
    /** @type {{name: string, parts: Uint8Array<ArrayBuffer>[], blob?: Blob}[]} */
    const files = [];
    const take = (/** @type {Uint8Array<ArrayBuffer>} */ frames) => {
      const view = new DataView(frames.buffer);
      for (let at = 0; at < frames.length; ) {
        const [kind, length] = [frames[at], view.getUint32(at + 1)];
        const part = frames.slice(at + 5, at + 5 + length);
        at += 5 + length;
        const file = files.at(-1);
        if (kind === 1) files.push({ name: decoder.decode(part), parts: [] });
        else if (kind === 2) file?.parts.push(part);
        else if (file) file.blob = new Blob(file.parts);
      }
    };
    await pieces(body, (piece) => take(bytes("paper_data", piece)));
    take(bytes("paper_last"));
    const { answers, untrue } = call("paper_end");
    return { files: files.map(({ name, blob }) => ({ name, blob })), answers, untrue };
  },

  /** Starts the module; says its hash and the time that this took. */
  async start({ module }) {
    const code = await (await read(module)).arrayBuffer();
    const { instance } = await WebAssembly.instantiate(code, {});
    e = instance.exports;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", code));
    return { hash: Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") };
  },

  /** Follows the log to the tender, under the policy the centre names. */
  async follow({ centre, procedure }) {
    const note = await (await read("/log/checkpoint")).text();
    const { bundles, size } = call("follow", { origin: centre.origin, procedure, policy: centre.policy, note });
    for (const path of bundles) bytes("follow_bundle", new Uint8Array(await (await read(`/log/${path}`)).arrayBuffer()));
    return { ...call("followed"), size };
  },

  /** Follows the log through the whole course of a procedure, or of the register. */
  async course({ centre, procedure, now }) {
    const note = await (await read("/log/checkpoint")).text();
    const { bundles, size } = call("act_follow", { origin: centre.origin, procedure, policy: centre.policy, note });
    for (const path of bundles) bytes("act_bundle", new Uint8Array(await (await read(`/log/${path}`)).arrayBuffer()));
    return { ...call("act_followed", { now }), size };
  },

  /** What stands for a file that stays with the person: its hash, and a fresh salt. */
  async held({ file }) {
    call("hash_begin");
    await pieces(file, (piece) => void bytes("hash_data", piece));
    return { name: file.name, size: file.size, salt: seed(), ...call("hash_end") };
  },
  salt() {
    return seed();
  },

  key_new({ passphrase }) {
    return call("key_new", { secret: seed(), passphrase: passphrase || null, salt: nonce() });
  },
  key_open({ text, passphrase }) {
    return call("key_open", { text, passphrase: passphrase || null });
  },
  standing() {
    return call("standing");
  },
  register({ name }) {
    return call("register", { name, salt: seed(), nonce: nonce() });
  },
  amounts({ typed }) {
    return call("amounts", typed);
  },
  draft({ draft }) {
    return call("draft", draft);
  },

  /** Seals body and form, opens both again, and gives everything the bidder keeps. */
  async seal({ draft, files, version }, tell) {
    const total = files.reduce((/** @type {number} */ sum, /** @type {File} */ file) => sum + file.size, 0);
    let done = 0;
    const entries = [];
    for (const file of files) {
      call("hash_begin");
      await pieces(file, (piece) => {
        bytes("hash_data", piece);
        tell((done += piece.length), total, "hash");
      });
      entries.push({ name: file.name, size_bytes: file.size, ...call("hash_end") });
    }
    const begun = call("body_begin", { version, files: entries, seed: seed() });
    /** @type {Blob[]} */
    const blobs = [];
    /** @type {Uint8Array[]} */
    let gathered = [];
    let held = 0;
    const put = (/** @type {Uint8Array} */ part, end = false) => {
      gathered.push(part);
      held += part.length;
      if (end || held >= BLOB) {
        blobs.push(new Blob(/** @type {BlobPart[]} */ (gathered)));
        [gathered, held] = [[], 0];
      }
    };
    done = 0;
    for (const file of files) {
      put(bytes("body_file"));
      await pieces(file, (piece) => {
        put(bytes("body_data", piece));
        tell((done += piece.length), total, "seal");
      });
    }
    for (let part = bytes("body_finish"); part.length > 0; part = bytes("body_finish")) put(part);
    put(new Uint8Array(), true);
    const body = new Blob(blobs);
    if (body.size !== begun.bytes) throw new Refused("seal-self-check", `${begun.bytes} / ${body.size}`);
    call("body_sealed");
    done = 0;
    await pieces(body, (piece) => {
      bytes("check_data", piece);
      tell((done += piece.length), body.size, "check");
    });
    call("check_end");
    const form = call("form_seal", { draft, seed: seed() });
    const rehearsed = call("rehearse", { envelope: form.envelope, recovery: form.recovery });
    const envelope = Uint8Array.from(atob(form.envelope), (letter) => letter.charCodeAt(0));
    return {
      rehearsed,
      files: {
        "form.age": new Blob([envelope]),
        "body.age": body,
        "form.key": form.recovery,
        "body.key": begun.recovery,
        "form.json": form.form,
        "submission.json": form.submission,
      },
    };
  },

  uploads({ submission }) {
    return JSON.parse(decoder.decode(bytes("uploads", encoder.encode(submission))));
  },
  submit({ submission, custody }) {
    return call("submit", { submission, custody });
  },
  withdraw({ submission }) {
    return call("withdraw", { submission, nonce: nonce() });
  },
  rescue({ submission }) {
    return call("rescue", { submission, nonce: nonce() });
  },
  release({ submission, recovery }) {
    return call("release", { submission, recovery, seed: seed(), nonce: nonce() });
  },
  sign({ origin, procedure, command }) {
    return call("sign", { origin, procedure, command, nonce: nonce() });
  },
  acknowledged(ask) {
    const { acknowledgement, subject, log_key, command, signed } = ask;
    return call("acknowledged", { acknowledgement, subject, log_key, id: command, signed });
  },
  receipt({ receipt, policy, subject, command }) {
    return call("receipt", { receipt, policy, subject, id: command });
  },
};

/** One request after the other: the module holds one envelope at a time. */
let last = Promise.resolve();

self.addEventListener("message", (event) => {
  const { id, ask } = event.data;
  const tell = (/** @type {number} */ done, /** @type {number} */ total, /** @type {string} */ stage) =>
    self.postMessage({ id, done, total, stage });
  last = last.then(async () => {
    try {
      self.postMessage({ id, ok: await ASKS[ask]?.(event.data, tell) });
    } catch (error) {
      const code = error instanceof Refused ? error.code : "browser";
      self.postMessage({ id, error: { code, detail: String(/** @type {Error} */ (error)?.message ?? error) } });
    }
  });
});
