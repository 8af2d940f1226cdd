// @ts-check
/** Until a refused stream is asked for again. */
const AGAIN_MS = 15_000;

/**
 * `<ximu-live src="...">` keeps a page current: it listens to server-sent events and puts each fragment the server
 * rendered in the place of the element with the same id. It decides nothing and keeps nothing.
 *
 * Events: `swap` carries a JSON object of id and HTML; `time` carries the centre's clock in milliseconds. The id of
 * an event is the number of the newest entry in it, so a broken connection resumes exactly. When a hidden tab
 * returns, the page is read again.
 */
class XimuLive extends HTMLElement {
  /** @type {EventSource | undefined} */
  source;

  /** Whether the tab was hidden so long that the connection may have been put to sleep. */
  #hidden = false;

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #later;

  connectedCallback() {
    this.setAttribute("role", "status");
    this.open();
    document.addEventListener("visibilitychange", this.onVisibility);
  }

  disconnectedCallback() {
    this.source?.close();
    clearTimeout(this.#later);
    document.removeEventListener("visibilitychange", this.onVisibility);
  }

  onVisibility = () => {
    if (document.hidden) {
      this.#hidden = true;
    } else if (this.#hidden) {
      this.#hidden = false;
      void this.reread();
    }
  };

  open() {
    const src = this.getAttribute("src");
    if (!src) return;
    const source = new EventSource(src);
    this.source = source;
    source.onopen = () => this.say("on");
    source.onerror = () => {
      this.say("off");
      // A refusal ends a source for good: as many watch as the centre can serve. Then the page is read now and again.
      if (source.readyState === EventSource.CLOSED) this.#later = setTimeout(() => void this.reread().then(() => this.open()), AGAIN_MS);
    };
    source.addEventListener("time", (event) => {
      document.dispatchEvent(new CustomEvent("ximu-time", { detail: Number(event.data) }));
    });
    source.addEventListener("swap", (event) => {
      /** @type {Record<string, string>} */
      const fragments = JSON.parse(event.data);
      for (const [id, html] of Object.entries(fragments)) XimuLive.swap(id, html);
    });
  }

  /** @param {"on" | "off"} state */
  say(state) {
    const word = this.dataset[state] ?? "";
    if (this.textContent === word) return;
    this.replaceChildren(word);
    this.className = state === "on" ? "tag good" : "tag warn";
  }

  /** Reads the whole page again and swaps every part of the hall, and how far the log is. */
  async reread() {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => undefined);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of page.querySelectorAll('main [id^="hall-"], #log-height')) XimuLive.swap(part.id, part.outerHTML);
  }

  /**
   * @param {string} id
   * @param {string} html what the server rendered; scripts in it would not run, and the page's policy forbids them
   */
  static swap(id, html) {
    const old = document.getElementById(id);
    if (!old || old.outerHTML === html) return;
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    const fresh = template.content.firstElementChild;
    if (!fresh) return;
    const held = old.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : undefined;
    old.replaceWith(fresh);
    if (held) /** @type {HTMLElement | null} */ (fresh.querySelector(`a[href="${CSS.escape(held)}"]`))?.focus();
  }
}

customElements.define("ximu-live", XimuLive);
