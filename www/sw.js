// @ts-check
// The service worker: keeps one whole build of the site for when there is no connection. `cargo xtask dist` puts
// it at the site's root and fills in the next two lines. A classic script: modules here are not known everywhere.
const VERSION = "unbuilt";
/** Every file the page may ask for, relative to the site, with its hash. @type {Record<string, string>} */
const FILES = {};

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
/** The address of the site. */
const site = worker.registration.scope;
/** Other sites of this origin have caches too. */
const PREFIX = `auxilearn ${site} `;
const NAME = PREFIX + VERSION;
/** Files fetched at the same time, so that the page's own requests are not kept waiting. */
const ABREAST = 4;

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(Promise.all([tidy(), worker.clients.claim()])));
worker.addEventListener("message", (event) => {
  if (event.data === "take over") event.waitUntil(worker.skipWaiting());
  if (event.data === "tidy") event.waitUntil(tidy());
});
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = pathOf(request);
  if (path !== undefined) event.respondWith(answer(path, request));
});

/** All files or nothing: the page is served from this cache only when each one is there and is the one that was built. */
async function install() {
  try {
    const cache = await caches.open(NAME);
    const left = Object.entries(FILES);
    const work = async () => {
      for (let next = left.shift(); next; next = left.shift()) await keep(cache, ...next);
    };
    await Promise.all(Array.from({ length: ABREAST }, work));
  } catch (error) {
    await caches.delete(NAME).catch(() => {});
    throw error;
  }
}

/** @param {Cache} cache @param {string} path @param {string} integrity */
async function keep(cache, path, integrity) {
  const address = new URL(path, site);
  // What stands in the folder of a version never changes; everything else may be old.
  const response = await fetch(address, { integrity, cache: path.startsWith("v/") ? "default" : "no-cache" });
  // A redirected answer may not be given to a navigation.
  if (!response.ok || response.redirected) throw new Error(`${address} could not be fetched (${response.status})`);
  await cache.put(address, response);
}

/** Which file of a build is asked for, if it is one. @param {Request} request */
function pathOf({ url, method, headers }) {
  if (method !== "GET" || headers.has("range") || !url.startsWith(site)) return undefined;
  const path = new URL(url).pathname.slice(new URL(site).pathname.length);
  // The page of a folder goes by the folder: "./" and "zh/".
  const known = path.replace(/(^|\/)index\.html$/, "$1") || "./";
  if (Object.hasOwn(FILES, known)) return known;
  // A page that is still open may ask for its own build.
  return path.startsWith("v/") ? path : undefined;
}

/** @param {string} path @param {Request} request */
async function answer(path, request) {
  const address = new URL(path, site);
  try {
    const names = Object.hasOwn(FILES, path) ? [NAME] : (await caches.keys()).filter((name) => name.startsWith(PREFIX));
    for (const name of names) {
      const found = await (await caches.open(name)).match(address);
      if (found) return found;
    }
  } catch {
    // Without storage the site is as it was before it was kept.
  }
  return fetch(request);
}

/** Removes the caches of other builds, unless another window may still live on one of them. */
async function tidy() {
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (windows.filter(({ url }) => url.startsWith(site)).length > 1) return;
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(names.map((name) => caches.delete(name)));
}
