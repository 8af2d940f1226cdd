// @ts-check
/**
 * `<ximu-countdown until="ms">` counts down by the centre's clock: the difference between that clock and
 * this computer's is taken when the page arrives and again with every `ximu-time`. It only shows; the deadline is
 * decided by cosigned time.
 */

/** Milliseconds to add to this computer's clock to get the centre's. */
let offset = 0;
let known = false;

document.addEventListener("ximu-time", (event) => {
  offset = /** @type {CustomEvent<number>} */ (event).detail - Date.now();
  known = true;
});

class XimuCountdown extends HTMLElement {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  timer;

  connectedCallback() {
    if (!known) {
      const [page] = performance.getEntriesByType("navigation");
      const arrived = performance.timeOrigin + /** @type {PerformanceNavigationTiming} */ (page).responseStart;
      offset = Number(document.getElementById("main")?.dataset.now) - arrived;
      known = true;
    }
    this.setAttribute("role", "timer");
    this.setAttribute("aria-live", "off");
    this.show();
    this.timer = setInterval(() => this.show(), 250);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  show() {
    const left = Number(this.getAttribute("until")) - (Date.now() + offset);
    const { over = "", left: prefix = "", days = "" } = this.dataset;
    const word = left <= 0 ? over : `${prefix} ${XimuCountdown.words(left, days)}`;
    if (this.textContent !== word) this.replaceChildren(word);
  }

  /**
   * @param {number} ms
   * @param {string} unit the word for days
   */
  static words(ms, unit) {
    const seconds = Math.ceil(ms / 1000);
    const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
    const days = Math.floor(seconds / 86400);
    const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
    return days > 0 ? `${days} ${unit} ${clock}` : clock;
  }
}

customElements.define("ximu-countdown", XimuCountdown);
