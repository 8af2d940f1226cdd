// @ts-check
/**
 * What the page of bids says to the centre beside commands, and the files it keeps. Nothing here sees a key or a
 * plaintext: only commitments, ciphertext and names.
 */
import { PAUSES_S, Refused, get, pause, persist } from "./net.js";

/** How many entries the register has now. @param {number} from */
export async function registered(from) {
  const lines = await (await get(`/api/v1/tenders/registry/entries?from=${from}`)).text();
  return lines.split("\n").filter(Boolean).length;
}

/** Leaves the record of a name. @param {string} record */
export async function record(record) {
  const answer = await persist(() => fetch("/api/v1/records", { method: "POST", body: record }));
  if (!answer.ok) {
    const said = await answer.json();
    throw new Refused(said.code, said.detail ?? said.title, said);
  }
}

/**
 * Uploads a ciphertext; what is there already is answered like the first time, so that a broken upload is begun again.
 * @param {{procedure: string, commitment: string, key: string, signature: string, body: Blob}} what
 * @param {(done: number) => void} told
 * @param {(seconds: number, number: number) => void} again
 * @returns {Promise<string>} the custody centre's signature
 */
export async function upload(what, told, again) {
  for (let number = 0; ; number += 1) {
    try {
      return await once(what, told);
    } catch (error) {
      const passing = error instanceof Refused && (error.code === "network" || error.problem?.status === 503);
      const seconds = PAUSES_S[number];
      if (!passing || seconds === undefined) throw error;
      again(seconds, number + 1);
      await pause(seconds * 1000);
    }
  }
}

/**
 * @param {{procedure: string, commitment: string, key: string, signature: string, body: Blob}} what
 * @param {(done: number) => void} told
 * @returns {Promise<string>}
 */
function once(what, told) {
  return new Promise((resolve, reject) => {
    // Not fetch: only this tells how far an upload is.
    const request = new XMLHttpRequest();
    request.open("PUT", `/api/v1/uploads/${what.procedure}/${what.commitment}`);
    request.setRequestHeader("ximu-key", what.key);
    request.setRequestHeader("ximu-signature", what.signature);
    request.upload.onprogress = (event) => told(event.loaded);
    request.onerror = () => reject(new Refused("network", ""));
    request.onload = () => {
      /** @type {any} */
      let said = {};
      try {
        said = JSON.parse(request.responseText);
      } catch {
        return reject(new Refused("network", String(request.status)));
      }
      if (request.status === 201) return resolve(said.custody);
      reject(new Refused(said.code, said.detail ?? said.title, said));
    };
    request.send(what.body);
  });
}

/** The receipt's text, or what it waits for. @param {string} id */
export async function receipt(id) {
  const answer = await get(`/api/v1/receipts/${id}`);
  const text = await answer.text();
  if (answer.status === 200) return { text };
  if (answer.status === 202) return { waits: JSON.parse(text) };
  throw new Refused("network", String(answer.status));
}

/**
 * A folder as a tar file: what `tar -x` unpacks is what `ximu bid seal` writes.
 * @param {string} folder
 * @param {Record<string, Blob | string>} files
 */
export function pack(folder, files) {
  const parts = /** @type {BlobPart[]} */ ([]);
  for (const [name, content] of Object.entries(files)) {
    const blob = new Blob([content]);
    const head = new Uint8Array(512);
    const put = (/** @type {number} */ at, /** @type {string} */ text) => head.set(new TextEncoder().encode(text), at);
    put(0, `${folder}/${name}`);
    put(100, "0000600\0" + "0000000\0" + "0000000\0");
    put(124, `${blob.size.toString(8).padStart(11, "0")}\0`);
    put(136, "07033241600\0");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\0" + "00");
    const sum = head.reduce((sum, byte) => sum + byte, 0);
    put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
    parts.push(head, blob, new Uint8Array((512 - (blob.size % 512)) % 512));
  }
  parts.push(new Uint8Array(1024));
  return new Blob(parts, { type: "application/x-tar" });
}

/**
 * The files of such a folder, by their last name.
 * @param {Blob} tar
 */
export async function unpack(tar) {
  /** @type {Record<string, Blob>} */
  const files = {};
  for (let at = 0; at + 512 <= tar.size; ) {
    const head = new Uint8Array(await tar.slice(at, at + 512).arrayBuffer());
    const field = (/** @type {number} */ from, /** @type {number} */ to) =>
      new TextDecoder().decode(head.subarray(from, to)).replace(/\0.*$/s, "");
    const name = field(0, 100);
    if (!name) break;
    const size = parseInt(field(124, 136), 8);
    if (!(size >= 0)) break;
    files[name.split("/").pop() ?? name] = tar.slice(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
