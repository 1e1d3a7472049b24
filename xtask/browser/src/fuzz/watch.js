// Watches the page from before its first script on, and keeps what would leave it inside. Installed by the driver,
// no part of the site. What must never happen is kept in `seen`.
(() => {
  // Blank pages and the like have nothing to be watched.
  if (globalThis.fuzz || !location.protocol.startsWith("http")) return;
  /** @type {string[]} */
  const seen = [];
  const live = new Set();
  const fuzz = (globalThis.fuzz = {
    seen,
    /** Workers that have not been ended. */
    get workers() {
      return live.size;
    },
    /** Document that the solver took last, whether its run was changed on its way, when it came, was last asked for something, and rested, and the step that it was last sent to. */
    run: { document: "", changed: false, taken: 0, asked: 0, rested: 0, goal: 0 },
    /** Files that would have been saved, and calls that would have left the page. */
    kept: 0,
    denied: false,
    /** The page is being loaded anew. */
    leaving: false,
    perform: {},
  });
  const say = (what) => seen.push(String(what).slice(0, 400));
  const reason = (error) => `${error?.stack ?? error?.message ?? error}`;

  addEventListener("error", (event) => {
    // What a browser says of its own postponed notices is no fault of the page.
    if (!event.message?.startsWith("ResizeObserver loop")) say(`error: ${event.message ?? event.target?.src} ${reason(event.error)}`);
  });
  addEventListener("unhandledrejection", (event) => say(`unhandled rejection: ${reason(event.reason)}`));
  addEventListener("securitypolicyviolation", (event) => say(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  for (const name of ["error", "assert"]) {
    const said = console[name];
    console[name] = (...what) => {
      if (name === "error" || !what[0]) say(`console: ${what.map(reason).join(" ")}`);
      said.apply(console, what);
    };
  }

  // Nothing on the page opens a window of the browser's own: whoever does is a script that got in.
  for (const name of ["alert", "confirm", "prompt", "open"]) globalThis[name] = (what) => void say(`${name}(${what})`);
  fuzz.harm = () => say("a script that got in was run");
  globalThis.print = () => {
    dispatchEvent(new Event("beforeprint"));
    dispatchEvent(new Event("afterprint"));
  };
  const followed = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function () {
    if (this.download || !this.isConnected) fuzz.kept += 1;
    else followed.call(this);
  };
  const answer = async () => {
    fuzz.kept += 1;
    if (fuzz.denied) throw new DOMException("denied", "NotAllowedError");
  };
  Element.prototype.requestFullscreen = answer;
  document.exitFullscreen = answer;
  const clipboard = { writeText: answer, write: answer, readText: async () => "", addEventListener() {} };
  Object.defineProperty(navigator, "clipboard", { get: () => clipboard });
  Object.defineProperty(navigator, "share", { value: answer });

  // A pointer that was made up cannot be captured.
  const captured = Element.prototype.setPointerCapture;
  Element.prototype.setPointerCapture = function (id) {
    try {
      captured.call(this, id);
    } catch {
      // Moves are sent to where they would have gone.
    }
  };

  const Native = Worker;
  globalThis.Worker = class extends Native {
    constructor(...args) {
      super(...args);
      live.add(this);
      this.addEventListener("message", ({ data }) => heard(data));
      this.addEventListener("error", (event) => say(`worker: ${event.message}`));
    }

    postMessage(data, ...rest) {
      // What is asked with a goal, or for a half of a step, is answered by rows that say that no more will come.
      if (data?.goal !== undefined || data?.part !== undefined) fuzz.run.asked = performance.now();
      if (data?.goal !== undefined) fuzz.run.goal = data.goal;
      super.postMessage(data, ...rest);
    }

    terminate() {
      live.delete(this);
      super.terminate();
    }
  };

  /** What the solver's thread says passes here as well. */
  function heard(data) {
    const { run } = fuzz;
    if (data.kind === "crashed") say(`a worker crashed: ${data.message}`);
    if (data.kind === "loaded") Object.assign(run, { document: data.document, taken: performance.now(), rested: 0 });
    if (data.kind === "rows") {
      run.changed = data.changed !== undefined;
      if (data.idle) run.rested = performance.now();
    }
    // The run before goes on, and is at rest if it was.
    if (["refused", "unreachable"].includes(data.kind)) run.rested = performance.now();
  }

  // From then on this document does nothing more.
  globalThis.navigation?.addEventListener("navigate", ({ navigationType, destination }) => {
    if (navigationType !== "reload" && destination.sameDocument) return;
    fuzz.leaving = true;
    sessionStorage.setItem("fuzz-left", `${navigationType} to ${destination.url}: ${new Error().stack}`);
  });

  let hidden = false;
  Object.defineProperty(document, "hidden", { get: () => hidden });
  Object.defineProperty(document, "visibilityState", { get: () => (hidden ? "hidden" : "visible") });
  fuzz.hide = (wanted) => {
    hidden = wanted;
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    dispatchEvent(new Event(wanted ? "blur" : "focus"));
  };

  /** Numbers of a seed, the same everywhere: splitmix32. */
  fuzz.random = (seed, index) => {
    let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) + Math.imul(index + 1, 0xc2b2ae35)) | 0;
    const real = () => {
      state = (state + 0x9e3779b9) | 0;
      let z = state ^ (state >>> 16);
      z = Math.imul(z, 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return ((z ^ (z >>> 15)) >>> 0) / 4294967296;
    };
    const below = (n) => Math.floor(real() * n);
    return { real, below, pick: (list) => list[below(list.length)], chance: (share) => real() < share };
  };
  fuzz.pause = (time) => new Promise((go) => setTimeout(go, time));
  /** Waits until something holds; whether it came to hold. */
  fuzz.until = async (holds, patience) => {
    const end = performance.now() + patience;
    while (!(await holds())) {
      if (performance.now() > end) return false;
      await fuzz.pause(15);
    }
    return true;
  };
})();
