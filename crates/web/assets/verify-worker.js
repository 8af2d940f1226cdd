// @ts-check
/**
 * The Worker that verifies: it runs the module (`crates/wasm`) over files that a reader gave. The page sends one request,
 * `{module, files, policy, language}`, and gets `{done, total}` while files are read, then `{ok}` or `{error}`.
 *
 * It may connect to nothing: the policy that this file is served with says so (`headers.rs`), and the page hands it the
 * module. So nothing of a file can leave.
 */

/** Bytes of a file in one piece. */
const PIECE = 1024 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Calls an export with bytes and gives bytes.
 * @param {any} e the exports @param {string} name @param {Uint8Array} argument
 */
function call(e, name, argument) {
  const at = e.ximu_input(argument.length);
  new Uint8Array(e.memory.buffer).set(argument, at);
  const status = e[name]();
  const start = e.ximu_output();
  const answer = new Uint8Array(e.memory.buffer).slice(start, start + e.ximu_output_length());
  if (status !== 0) throw new Error(JSON.parse(decoder.decode(answer)).detail);
  return answer;
}

/** @param {unknown} value */
const bytes = (value) => encoder.encode(JSON.stringify(value));

/** @param {{module: ArrayBuffer, files: File[], policy: string, language: string}} given */
async function verify({ module, files, policy, language }) {
  const { instance } = await WebAssembly.instantiate(module, {});
  const e = instance.exports;
  const total = files.reduce((sum, file) => sum + file.size, 0);
  let done = 0;
  for (const file of files) {
    call(e, "ximu_verify_file", bytes({ bytes: file.size }));
    for (let from = 0; from < file.size; from += PIECE) {
      const piece = new Uint8Array(await file.slice(from, from + PIECE).arrayBuffer());
      call(e, "ximu_verify_data", piece);
      self.postMessage({ done: (done += piece.length), total });
    }
  }
  return JSON.parse(decoder.decode(call(e, "ximu_verify", bytes({ policy, language }))));
}

self.addEventListener("message", async (event) => {
  try {
    self.postMessage({ ok: await verify(event.data) });
  } catch (error) {
    self.postMessage({ error: String(/** @type {Error} */ (error)?.message ?? error) });
  }
});
