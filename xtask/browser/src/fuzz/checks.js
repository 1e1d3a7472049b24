// What holds on the page at all times, and what holds once it has come to rest. Each answers what is wrong, or nothing.
(() => {
  const { fuzz } = globalThis;
  if (!fuzz || fuzz.broken) return;
  const PHASES = ["loading", "ready", "running", "paused", "finished", "error"];
  const RESTING = ["ready", "paused", "finished"];
  /** The solver's, and as many as run seeds. */
  const WORKERS = 5;
  /** Bytes that the page's modules may hold: three traces of 32 MB with their summaries, and pictures. */
  const MEMORY = 512e6;
  const NO_WORDS = /\b(NaN|Infinity|undefined)\b|\[object|function ?\(/;
  const READ = ["aria-label", "aria-valuetext", "aria-description", "title", "alt"];
  /** Where a text that was typed is repeated, and what is no text. */
  const REPEATS = "[data-message], .wrong, script, style, textarea, option";
  /** What a page that shows text never has. */
  const FOREIGN = "iframe, object, embed, form, base, svg script, [onerror], [onload], [onclick], a[href^='javascript' i], main img:not(noscript img), script:not([src])";

  const all = (selector) => [...document.querySelectorAll(selector)];
  const phase = () => document.documentElement.dataset.state ?? "";
  const text = (selector) => document.querySelector(selector)?.textContent ?? "";
  fuzz.phase = phase;
  fuzz.text = text;
  fuzz.isThere = () => !!document.querySelector("[data-action=lessons]") && !document.querySelector("[data-action=apply]").disabled;

  /** Everything that can be read or heard. */
  function* texts() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) => {
      if (node.nodeType === Node.ELEMENT_NODE) return node.matches(REPEATS) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT;
      return NodeFilter.FILTER_ACCEPT;
    });
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) yield node.data;
      else for (const name of READ) if (node.hasAttribute(name)) yield `${name}: ${node.getAttribute(name)}`;
    }
  }

  function noWords() {
    for (const said of texts()) if (NO_WORDS.test(said)) return `it says ${JSON.stringify(said.trim().slice(0, 160))}`;
  }

  function dialogs() {
    const open = all("dialog:modal");
    if (open.length > 1) return `${open.length} dialogs are open: ${open.map(({ dataset }) => dataset.dialog)}`;
    const { activeElement } = document;
    if (open.length && activeElement !== document.body && !open[0].contains(activeElement)) {
      return `the focus is at ${fuzz.name?.(activeElement) ?? activeElement?.outerHTML.slice(0, 80)}, outside ${open[0].dataset.dialog}`;
    }
  }

  function intruders() {
    if (Object.keys(Object.prototype).length || Object.keys(Array.prototype).length || {}.harmed !== undefined) return "a prototype was changed";
    const found = document.querySelector(FOREIGN);
    if (found) return `an element got in: ${found.outerHTML.slice(0, 160)}`;
  }

  /** At all times. @returns {string | undefined} */
  fuzz.broken = () => {
    if (fuzz.seen.length) return fuzz.seen.join("\n");
    if (!PHASES.includes(phase())) return `the phase is ${JSON.stringify(phase())}`;
    const crash = fuzz.crashes.find((words) => text("[data-message]").includes(words));
    if (crash) return `it says ${text("[data-message]")}`;
    if (text("[data-message]").length > 1500) return `a message of ${text("[data-message]").length} characters`;
    if (fuzz.workers > WORKERS) return `${fuzz.workers} workers`;
    return intruders() ?? dialogs() ?? noWords();
  };

  /** Lets the page come to rest: a run that goes on is paused. */
  async function rest() {
    fuzz.hide(false);
    const still = async () => {
      if (phase() === "running" && fuzz.asks()) document.querySelector("[data-control=play]").click();
      return RESTING.includes(phase());
    };
    // What was asked for before may still be on its way.
    for (let taken = -1; taken !== fuzz.run.taken; await fuzz.pause(120)) {
      taken = fuzz.run.taken;
      if (!(await fuzz.until(still, 60_000))) return `stuck: the phase stays ${phase()}`;
      // On a busy machine the solver may still be at what it was asked; a worker that is gone answers nothing.
      await fuzz.until(() => fuzz.run.rested >= fuzz.run.asked, 10_000);
      // What it answered is written in the next frame.
      await Promise.race([new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go))), fuzz.pause(1000)]);
    }
  }

  let asked = 0;
  /** A pause is asked for a few times a second, so that a short run ends by itself. */
  fuzz.asks = () => performance.now() > asked + 400 && ((asked = performance.now()), true);

  /** Runs every look until none finds a fault, for a while: what is drawn or written follows in a few frames. */
  async function settled(looks) {
    let wrong;
    const none = () => (wrong = looks.map((look) => look()).find(Boolean)) === undefined;
    return (await fuzz.until(none, 8000)) ? undefined : wrong;
  }

  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.clientWidth > 0;

  function controls() {
    if (phase() === "error") return `the page gave up: ${text("[data-message]")}`;
    const off = all(".player button, .top select").find((control) => control.disabled);
    return off && `${fuzz.name(off)} is disabled at rest`;
  }

  const copy = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

  function isBlank(canvas) {
    const { width, height } = Object.assign(copy.canvas, { width: canvas.width, height: canvas.height });
    copy.drawImage(canvas, 0, 0);
    const colours = new Uint32Array(copy.getImageData(0, 0, width, height).data.buffer);
    return colours.every((colour) => colour === colours[0]);
  }

  function canvases() {
    // Where the presenter has made the screen black nothing is drawn.
    if (document.documentElement.dataset.black !== undefined) return;
    for (const canvas of all("canvas[data-chart]").filter(shown)) {
      const { clientWidth, clientHeight, width, height, dataset } = canvas;
      const [w, h] = [clientWidth * devicePixelRatio, clientHeight * devicePixelRatio];
      if (clientHeight < 20 || clientHeight > 6000) return `${dataset.chart} is ${clientHeight} px high`;
      const box = canvas.getBoundingClientRect();
      // Out of view a chart may wait for its picture.
      if (box.bottom < 0 || box.top > innerHeight) continue;
      if (Math.abs(width - w) > 2 || Math.abs(height - h) > 2) return `${dataset.chart} has ${width}×${height} pixels for ${w}×${h}`;
      if (isBlank(canvas)) return `${dataset.chart} is blank`;
    }
  }

  function overflow() {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return;
    // What scrolls by itself widens nothing.
    const free = (element) => element === document.body || (getComputedStyle(element).overflowX === "visible" && free(element.parentElement));
    const right = (element) => element.getBoundingClientRect().right;
    const [widest] = all("body *").filter((element) => shown(element) && free(element.parentElement)).sort((a, b) => right(b) - right(a));
    return `the page is ${scrollWidth} px wide in ${clientWidth} px: ${widest && fuzz.name(widest)} reaches ${widest && right(widest)}`;
  }

  function weights() {
    const { constraint, lanes = [], problem } = JSON.parse(fuzz.run.document.replace(/^\uFEFF/, "") || "{}");
    for (const [lane, { constraint: own, method }] of lanes.entries()) {
      const kind = (own ?? constraint)?.kind ?? (["regression", "quadratics"].includes(problem?.kind) ? "clamp" : undefined);
      // Fixed weights and grids do not go through the constraint.
      if (!kind || kind === "free" || JSON.parse(fuzz.run.document).combination?.kind === "monotone") continue;
      const cells = all(`[data-value^="${lane}:phi_"]`).map(({ dataset }) => dataset.exact).filter(Boolean).map(Number);
      if (cells.some((weight) => !(weight >= 0))) return `lane ${lane} has weights ${cells} under ${kind}`;
      const sum = cells.reduce((a, b) => a + b, 0);
      const through = ["implicit", "unrolled", "darts", "best_response"].includes(method?.kind);
      if (kind === "softmax" && through && cells.length && Math.abs(sum - 1) > 1e-9) return `lane ${lane}: weights sum to ${sum} under softmax`;
    }
  }

  function history() {
    const { entries } = fuzz.session();
    const { length } = globalThis.navigation?.entries() ?? [];
    if (length > entries + 2) return `${length} entries of history for ${entries} navigations`;
  }

  const place = () => new URL(".", document.querySelector("script[src]").src);

  /** The page's own modules, once they are there. */
  fuzz.program = async () => {
    const module = await import(new URL("pkg/auxilearn_lab.js", place()));
    return { ...module, memory: (await module.default()).memory.buffer.byteLength };
  };

  async function memory() {
    const { memory: bytes } = await fuzz.program();
    fuzz.most = Math.max(fuzz.most ?? 0, bytes);
    if (bytes > MEMORY) return `the page's program holds ${bytes} bytes`;
  }

  /** What the page shows of a document that was run to its end is what the package makes of it. */
  async function sameNumbers() {
    const { document: text, changed, taken, rested } = fuzz.run;
    if (phase() !== "finished" || changed || !rested || rested - taken > 400) return;
    const shown = all("[data-digest]").map(({ textContent }) => textContent).join();
    const { solve } = await fuzz.program();
    const solved = solve(text).lanes.map(({ digest }) => digest).join();
    if (phase() === "finished" && text === fuzz.run.document && shown !== solved) return `digests ${shown} shown, ${solved} solved`;
  }

  /** A run at rest goes one step when it is asked to. What is wrong with a run that another took the place of does not count. */
  async function steps(rewinds) {
    for (;;) {
      const { taken } = fuzz.run;
      let wrong = await oneStep(rewinds);
      if (!wrong || taken === fuzz.run.taken) return wrong;
      wrong = await rest();
      if (wrong) return wrong;
    }
  }

  async function oneStep(rewinds) {
    const step = () => Number(text("[data-step]"));
    const press = (action) => document.querySelector(`[data-action=${action}]`).click();
    if (phase() === "finished") {
      if (!rewinds) return;
      press("rewind");
      if (!(await fuzz.until(() => ["ready", "finished"].includes(phase()) && step() === 0, 20_000))) return `rewound, it is ${phase()} at step ${step()}`;
    }
    if (phase() === "finished") return;
    // Halves of steps may still be on their way, which come first; where the step leads, the solver has been told.
    const before = step();
    press("step");
    const { goal } = fuzz.run;
    const arrived = (at) => fuzz.until(() => (step() === at && RESTING.includes(phase())) || phase() === "finished", 20_000);
    if (!(goal > before && (await arrived(goal)))) return `asked for step ${goal} at ${before}, it is ${phase()} at step ${step()}`;
    if (phase() === "finished") return;
    // Now nothing is on its way: one step is one step.
    press("step");
    if (!(await arrived(goal + 1))) return `asked for one step at ${goal}, it is ${phase()} at step ${step()}`;
  }

  /** Applies what stands in the editor: it is run, or it is said why not. */
  async function applies() {
    const area = document.querySelector("[data-document]");
    for (let tries = 0; tries < 3; tries += 1) {
      if (area.readOnly || document.querySelector("dialog:modal")) return;
      const { value } = area;
      const { taken } = fuzz.run;
      document.querySelector("[data-message]").textContent = "";
      document.querySelector("[data-action=apply]").click();
      const answered = () => phase() !== "loading" && (fuzz.run.taken !== taken || text("[data-message]") !== "");
      if (!(await fuzz.until(answered, 40_000))) break;
      // A link that was still on its way may have come in between.
      if (fuzz.run.document === value || text("[data-message]") !== "") return;
      await rest();
    }
    return `applied, the phase is ${phase()} and nothing is said`;
  }

  /** At rest. @param {{ rewinds?: boolean, applies?: boolean, solves?: boolean }} how @returns {Promise<string | undefined>} */
  fuzz.settle = (how) => Promise.race([atRest(how), tooLong()]);

  async function tooLong() {
    await fuzz.pause(90_000);
    return `stuck: not at rest after 90 s, it is ${phase()} at step ${text("[data-step]")} of ${text("[data-steps]")}; ${text("[data-message]")}; ${fuzz.run.document.slice(0, 2000)}`;
  }

  async function atRest(how) {
    const looks = [fuzz.broken, controls, canvases, overflow, weights, history];
    let wrong = await rest();
    wrong ??= await settled(looks);
    if (!wrong && how.applies) wrong = (await applies()) ?? (await rest()) ?? (await settled(looks));
    if (!wrong && how.solves) wrong = await sameNumbers();
    return wrong ?? (await steps(how.rewinds)) ?? (await memory()) ?? fuzz.broken();
  }
})();
