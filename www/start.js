// @ts-check
// A classic script, the first on the page: it chooses the language and what is hidden before anything is seen. After the
// first picture it has the program fetched and compiled, and starts the worker's thread and the page's modules.
(() => {
  const here = /** @type {HTMLScriptElement} */ (document.currentScript).src;
  // The site's own folder: scripts stand in www/ below it, in a build in v/VERSION/www/.
  const site = new URL(here.replace(/(v\/\w+\/)?www\/start\.js.*$/, ""));
  const root = document.documentElement;
  const { search, hash, protocol } = location;
  /** @param {() => string | null} read */
  const stored = (read) => {
    try {
      return read() ?? undefined;
    } catch {
      return undefined; // denied
    }
  };

  // A host may demand that texts are called trusted before they become elements or addresses of scripts: those that
  // reach such places here are the page's own.
  const own = (/** @type {string} */ text) => text;
  const ownAddress = (/** @type {string} */ address) => {
    if (!new URL(address, here).href.startsWith(site.href)) throw new TypeError(`not an address of this site: ${address}`);
    return address;
  };
  try {
    globalThis.trustedTypes?.createPolicy("default", { createHTML: own, createScriptURL: ownAddress });
  } catch {
    // The host names the policies that there may be, and this is none of them.
  }

  // Programs that links travel through change them. Here is recognised what they ask for, before anything is seen; mended.js
  // reads them.
  const plain = (/** @type {string} */ text) => {
    let read = text;
    for (let round = 0; round < 6 && read.includes("%"); round += 1) {
      read = read.replace(/(%[\da-f]{2})+/gi, (run) => {
        try {
          return decodeURIComponent(run);
        } catch {
          return run;
        }
      });
    }
    return read.normalize("NFKC").replace(/[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, "").replace(/=3D/g, "=").toLowerCase();
  };
  const wholly = plain(search + hash);

  // Each language is a page of its own: chosen by the link, else by the address; on the page at the site's root before,
  // else by the browser.
  /** @type {Record<string, string>} */
  const pages = { en: "", zh: "zh/" };
  const present = root.lang.slice(0, 2);
  const asked = (/** @type {string} */ fragment) => /[?#&;!/]lang=([a-z]{2})/.exec(plain(fragment))?.[1];
  let language = asked(search + hash);
  // Who goes back to this page, or loads it anew, wants this one.
  const way = /** @type {PerformanceNavigationTiming | undefined} */ (performance.getEntriesByType("navigation")[0])?.type ?? "";
  if (!language && present === "en" && !["back_forward", "reload"].includes(way)) language = stored(() => localStorage.getItem("auxilearn-language")) ?? navigator.language.slice(0, 2);
  const page = language && language !== present ? pages[language] : undefined;
  if (page !== undefined && protocol !== "file:") {
    root.hidden = true;
    location.replace(new URL(page + search + hash, site));
    return;
  }
  /** What was pressed and chosen before the page could do it. @type {{ control: HTMLElement, type: string, value: string | undefined }[]} */
  const held = [];
  // The link to the other language keeps what the address says, and is remembered.
  addEventListener("click", ({ target }) => {
    const link = target instanceof Element && /** @type {HTMLAnchorElement | null} */ (target.closest("a[data-language]"));
    if (!link) return;
    const chosen = link.dataset.language ?? "en";
    stored(() => (localStorage.setItem("auxilearn-language", chosen), null));
    const fields = new URLSearchParams(location.hash.slice(1));
    const spoken = fields.has("lang");
    if (spoken) fields.set("lang", chosen);
    for (const { control, value } of held) {
      if (control.dataset.control === "preset") fields.set("preset", value ?? "");
      if (control.dataset.action === "new-seed") fields.set("seed", String(Math.floor(Math.random() * 100_000)));
    }
    link.hash = spoken || held.length ? fields.toString().replaceAll("%2C", ",") : location.hash;
    link.search = location.search;
  }, true);

  // Hidden before anything is seen; groups.js says what.
  const hide = /[?#&;!/]hide=([^&#?;.。、"'”’）)】》>\]]*)/.exec(wholly);
  const embed = /[?#&;!/]embed\b/.test(wholly);
  if (embed) root.dataset.embed = "";
  if (hide) root.dataset.hide = hide[1].replaceAll(",", " ");
  if (hide || embed) {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = here.replace("start.js", "hide.css");
    link.setAttribute("blocking", "render");
    document.head.append(link);
  }
  const theme = /[?#&;!/]theme=(light|dark|projector)\b/.exec(wholly)?.[1] ?? stored(() => localStorage.getItem("auxilearn-theme"));
  if (theme && /^(light|dark|projector)$/.test(theme)) root.dataset.theme = theme;
  if (protocol === "file:") {
    // Browsers block modules, workers and fetch there: parts.css shows what to do instead.
    root.dataset.origin = "file";
    return;
  }
  // The picture in the page is that of the first experiment: where another run is wanted, its place is kept.
  const names = (/** @type {string} */ fragment) => /[#?&;!/](preset|seed|v|d|e|step|t|lesson)=/.test(plain(fragment));
  const other = names(hash) || /[?&;#](preset|seed|lesson|v)=/.test(plain(search)) || stored(() => sessionStorage.getItem("auxilearn-kept"));
  if (other) root.dataset.awaited = "";
  // A link that is followed on the page itself: main.js opens it, once it can.
  addEventListener("hashchange", () => {
    const wanted = asked(location.hash) ?? present;
    if (wanted !== present && wanted in pages) return location.reload();
    if (root.dataset.picture === undefined) return;
    if (names(location.hash)) root.dataset.awaited = "";
    once();
  });

  // Says what cannot go on. It takes itself away where the page opens all the same.
  const failed = (/** @type {string} */ why) => {
    // Once the program has drawn, what does not come is said by whoever asked for it.
    if (root.dataset.picture === undefined) return;
    // Sizes that are looked at again in the next frame: nothing has failed.
    if (why.startsWith("ResizeObserver loop")) return;
    root.dataset.failed ||= why;
    if (spoken) return;
    spoken = true;
    document.head.append(Object.assign(document.createElement("script"), { src: here.replace("start.js", "failed.js") }));
  };
  let spoken = false;
  // Milliseconds that the page waits: for its start, for a document to be read, between two looks at its threads, for a
  // chart of the problem. Every module reads them here, so tests shorten them here.
  const patience = { start: 15e3, document: 20e3, look: 5e3, chart: 10e3 };
  globalThis.auxilearn = /** @type {typeof auxilearn} */ ({ site, failed, patience, language: present, release: holdActions() });
  addEventListener("error", ({ message, target }) => failed(message || /** @type {HTMLScriptElement} */ (target).src || /** @type {HTMLLinkElement} */ (target).href), true);

  /** Holds back what is pressed and chosen before the page can do it; main.js calls what this returns, once it can. */
  function holdActions() {
    const hold = (/** @type {Event} */ event) => {
      const control = event.target instanceof Element && event.target.closest(event.type === "click" ? "button[data-action]" : "select[data-control], input[data-control]");
      // What a message offers is about what has gone wrong.
      if (!control || control.closest("[data-message]")) return;
      event.stopImmediatePropagation();
      once();
      if (control instanceof HTMLSelectElement && control.dataset.control === "theme") {
        root.dataset.theme = control.value;
        stored(() => (localStorage.setItem("auxilearn-theme", control.value), null));
      }
      held.push({ control: /** @type {HTMLElement} */ (control), type: event.type, value: /** @type {HTMLSelectElement} */ (control).value });
    };
    const types = ["click", "input", "change"];
    for (const type of types) addEventListener(type, hold, true);
    addEventListener("toggle", () => once(), { capture: true, once: true });
    return () => {
      for (const type of types) removeEventListener(type, hold, true);
      for (const { control, type, value } of held.splice(0)) {
        if (type === "click") {
          control.click();
          continue;
        }
        if (control instanceof HTMLSelectElement) control.value = value ?? "";
        control.dispatchEvent(new Event(type, { bubbles: true }));
      }
    };
  }

  // t: "the program's code could not be loaded ({0})"
  async function compile() {
    const response = await fetch(new URL("pkg/auxilearn_lab_bg.wasm", here));
    if (!response.ok) throw new Error(`the program's code could not be loaded (${response.status})`);
    // Some hosts do not know the type, without which nothing is compiled while it comes.
    const known = /^application\/wasm\b/i.test(response.headers.get("content-type") ?? "");
    return known ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
  }

  const spawn = () => new Worker(new URL("worker.js", here), { type: "module" });

  function begin() {
    const compiled = compile();
    const worker = spawn();
    // Without a link the first experiment is certain: the worker runs it while the modules come, and what it says is kept
    // until the page can hear it.
    /** @type {(typeof auxilearn)["early"]} */
    const early = hash.length > 1 || other ? undefined : [];
    worker.onmessage = ({ data }) => early?.push(data);
    worker.onerror = ({ message }) => {
      globalThis.auxilearn.lost = message || "its thread could not be started";
      early?.push({ kind: "crashed", message: globalThis.auxilearn.lost });
    };
    compiled.then((module) => worker.postMessage({ kind: "init", module, first: !!early }), () => {});
    Object.assign(globalThis.auxilearn, { compiled, worker, spawn, early });
    delete root.dataset.sparing;
    setTimeout(failed, patience.start, "");
    import(here.replace("start.js", "main.js")).catch((error) => failed(String(error?.message ?? error)));
  }

  // After the first picture, which would wait for the processor; a page that is not seen has none.
  let begun = false;
  const once = () => {
    if (begun) return;
    begun = true;
    begin();
  };
  // Whoever saves data reads the picture; what is pressed, or asked for by a link, fetches the program.
  if (navigator.connection?.saveData && hash.length < 2 && !other && window.parent === window) {
    root.dataset.sparing = "";
    return;
  }
  requestAnimationFrame(() => setTimeout(once));
  setTimeout(once, 1000);
})();
