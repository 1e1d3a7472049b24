// @ts-check
// A classic script, the first on the page: the worker's thread starts and the program's code is
// fetched and compiled while the page is still being read. runner.js takes both over. This is the
// opening: the first charts, and the lanes of the first experiment. worker.js fetches the rest.
(() => {
  const here = /** @type {HTMLScriptElement} */ (document.currentScript).src;
  // Chosen by the link, else before, else by the browser.
  let language = /[#&]lang=(\w+)/.exec(location.hash)?.[1];
  try {
    language ??= localStorage.getItem("auxilearn-language") ?? undefined;
  } catch {
    // Denied: the browser's setting holds.
  }
  language ??= navigator.language;
  const root = document.documentElement;
  if (/^zh/.test(language)) root.lang = "zh-Hans";
  // Hidden before anything is seen; groups.js says what.
  const { search, hash } = location;
  const hide = /[?#&]hide=([^&#]*)/.exec(search + hash);
  const embed = /[?#&]embed\b/.test(search + hash);
  if (embed) root.dataset.embed = "";
  if (hide) root.dataset.hide = hide[1].replace(/,|%2C/gi, " ");
  if (hide || embed) {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = here.replace("start.js", "hide.css");
    link.setAttribute("blocking", "render");
    document.head.append(link);
  }

  // Says what cannot go on, with a still of the first run. It takes itself away where the page opens all the same.
  const failed = (/** @type {string} */ why) => {
    // Once a run has been shown, what does not come is said by whoever asked for it.
    if (root.dataset.state !== "loading" || document.querySelector("[data-digest]")) return;
    root.dataset.failed ||= why;
    if (spoken) return;
    spoken = true;
    document.head.append(Object.assign(document.createElement("script"), { src: here.replace("start.js", "failed.js") }));
  };
  let spoken = false;
  // Milliseconds that the page waits: for its opening, for a document to be read, for the complete program, between two
  // looks at its threads, for a chart of the problem. Every module reads them here, so tests shorten them here.
  const patience = { opening: 15e3, document: 20e3, program: 120e3, look: 5e3, chart: 10e3 };
  globalThis.auxilearn = /** @type {typeof auxilearn} */ ({ failed, patience });
  addEventListener("error", ({ message, target }) => failed(message || /** @type {HTMLScriptElement} */ (target).src || /** @type {HTMLLinkElement} */ (target).href), true);

  // t: "the program's code could not be loaded ({0})"
  async function compile() {
    // Packed by ourselves: many hosts would send it as it is.
    const { ok, status, body } = await fetch(new URL("pkg/opening.packed", here));
    if (!ok || !body) throw new Error(`the program's code could not be loaded (${status})`);
    const headers = { "content-type": "application/wasm" };
    return WebAssembly.compileStreaming(new Response(body.pipeThrough(new DecompressionStream("gzip")), { headers }));
  }

  const spawn = () => new Worker(new URL("worker.js", here), { type: "module" });
  if (location.protocol === "file:") {
    // Browsers block modules, workers and fetch there: style.css shows what to do instead.
    root.dataset.origin = "file";
    return;
  }
  const compiled = compile();
  const worker = spawn();
  // Without a link the first experiment is certain: the worker runs it while the page is laid out,
  // and what it says is kept until the page can hear it.
  /** @type {(typeof auxilearn)["early"]} */
  const early = hash.length > 1 ? undefined : [];
  worker.onmessage = ({ data }) => early?.push(data);
  worker.onerror = ({ message }) => early?.push({ kind: "crashed", message: message || "its thread could not be started" });
  compiled.then((module) => worker.postMessage({ kind: "init", module, first: !!early }), () => {});
  Object.assign(globalThis.auxilearn, { compiled, worker, spawn, early });
  setTimeout(failed, patience.opening, "");
})();
