// @ts-check
/** Between one entry and the next, in milliseconds. */
const STEP_MS = 700;

/**
 * `<ximu-replay data-play="..." data-pause="..." data-first="...">` is the button that plays a replay of the hall: it asks
 * for the page of the next entry, as the link beside it does, and puts its parts in the place of those with the same id.
 * It begins when somebody presses it and at no other time, so nothing moves for whoever wants less motion, and ends at the
 * newest entry; pressed there it begins with the first.
 */
class XimuReplay extends HTMLElement {
  #button = document.createElement("button");

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #later;

  #plays = false;

  connectedCallback() {
    this.#button.type = "button";
    this.#button.addEventListener("click", () => (this.#plays ? this.#pause() : this.#play()));
    this.replaceChildren(this.#button);
    this.#pause();
  }

  disconnectedCallback() {
    this.#pause();
  }

  /** The page of the next entry; none at the newest. */
  get #next() {
    return document.querySelector('#hall-replay a[rel="next"]')?.getAttribute("href") ?? undefined;
  }

  #play() {
    this.#plays = true;
    this.#button.textContent = this.dataset.pause ?? "";
    void this.#step(this.#next ?? this.dataset.first);
  }

  #pause() {
    this.#plays = false;
    clearTimeout(this.#later);
    this.#button.textContent = this.dataset.play ?? "";
  }

  /** @param {string | undefined} next the page of the entry that is shown next */
  async #step(next) {
    if (next === undefined) return this.#pause();
    const begun = performance.now();
    const answer = await fetch(next, { headers: { accept: "text/html" } }).catch(() => undefined);
    const html = answer?.ok ? await answer.text() : undefined;
    if (!this.#plays) return;
    if (html === undefined) return this.#pause();
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const part of page.querySelectorAll('main [id^="hall-"]')) document.getElementById(part.id)?.replaceWith(part);
    // Who reads the page again stays at this entry.
    history.replaceState(null, "", next);
    if (this.#next === undefined) return this.#pause();
    this.#later = setTimeout(() => void this.#step(this.#next), Math.max(0, STEP_MS - (performance.now() - begun)));
  }
}

customElements.define("ximu-replay", XimuReplay);
