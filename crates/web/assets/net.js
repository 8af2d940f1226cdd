// @ts-check
/**
 * What the desks say to the centre and hear from it. Nothing here sees a key or a plaintext: only signed commands and
 * what is public pass.
 */

/** The centre said no, or was not heard. */
export class Refused extends Error {
  /** @param {string} code @param {string} detail @param {any} [problem] */
  constructor(code, detail, problem) {
    super(detail);
    this.code = code;
    this.problem = problem;
  }
}

/** Pauses between attempts, in seconds; after the last the person is asked. */
export const PAUSES_S = [1, 3, 8, 20];

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {string} address */
export async function get(address) {
  const answer = await fetch(address, { cache: "no-store" }).catch(() => undefined);
  if (!answer) throw new Refused("network", address);
  return answer;
}

/** What the centre says of itself. */
export async function centre() {
  const answer = await get("/api/v1/centre");
  if (!answer.ok) throw new Refused("network", String(answer.status));
  return answer.json();
}

/** The public state of a tender. @param {string} id */
export async function tender(id) {
  const answer = await get(`/api/v1/tenders/${id}`);
  if (!answer.ok) throw new Refused("network", String(answer.status));
  return answer.json();
}

/**
 * Gives a signed command; repeating it is safe. An answer is the centre's word and the bytes it speaks of.
 * @param {string} command
 */
export async function give(command) {
  return post("/api/v1/commands", command);
}

/** Posts canonical JSON; repeating it is safe. @param {string} address @param {string} body */
export async function post(address, body) {
  const answer = await persist(() => fetch(address, {
    method: "POST", body, headers: { "content-type": "application/json" },
  }));
  const said = await answer.json();
  if (!answer.ok) throw new Refused(said.code, said.detail ?? said.title, said);
  return said;
}

/** @param {() => Promise<Response>} ask */
export async function persist(ask) {
  for (const seconds of PAUSES_S) {
    const answer = await ask().catch(() => undefined);
    if (answer && answer.status !== 503) return answer;
    await pause(seconds * 1000);
  }
  throw new Refused("network", "");
}

/** Hands a file to the browser's downloads. @param {string} name @param {Blob} content */
export function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
