// @ts-check
// Keeps the site for when there is no connection, and says when there is a newer one. The page never reloads by
// itself, and what is being edited comes along.
/** @import { Host } from "./types.js" */
import { button } from "./dialog.js";
import { element } from "./elements.js";
import { keep, notKept } from "./kept.js";
import { reason, t } from "./lang.js";

/** Milliseconds between two looks for a newer site, when the page comes back into view. */
const HOUR = 3_600_000;

/** Registers the service worker, or offers it where data are saved; where it cannot be had, the page is as it was. @param {Host} host */
export function keepOffline(host) {
  const begin = () => register(host).catch(() => {});
  if (navigator.connection?.saveData && !controlled()) {
    const offer = element("p", {}, button(t("Keep the page on this device (about 1 MB)"), "keep-offline", () => {
      offer.remove();
      register(host).catch((error) => host.controls.complain(t("The page could not be kept ({why}).", { why: reason(error) })));
    }));
    document.querySelector("footer")?.append(offer);
    return;
  }
  (globalThis.requestIdleCallback ?? setTimeout)(begin);
}

/** The page is kept already. Where storage is denied, asking may throw. */
function controlled() {
  try {
    return !!navigator.serviceWorker?.controller;
  } catch {
    return false;
  }
}

/** @param {Host} host */
async function register(host) {
  // Not there in insecure contexts; where storage is denied it may also throw.
  const workers = navigator.serviceWorker;
  if (!workers) return;
  const site = globalThis.auxilearn.site;
  const registration = await workers.register(new URL("sw.js", site), { scope: site.pathname, updateViaCache: "none" });
  workers.ready.then(tell);
  // Whoever frames the page decides when it is loaded anew.
  if (window !== window.top) return;
  const offer = () => registration.waiting && workers.controller && prompt(host, registration.waiting);
  registration.addEventListener("updatefound", () => {
    // The first version is no newer one, in whatever order a browser tells its states.
    if (registration.active) registration.installing?.addEventListener("statechange", offer);
  });
  offer();
  // Another window has taken the new one over: this one goes on with its own files, for as long as they are kept.
  let controlled = !!workers.controller;
  workers.addEventListener("controllerchange", () => {
    if (controlled) prompt(host);
    controlled = true;
  });
  workers.controller?.postMessage("tidy");
  let looked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() - looked < HOUR) return;
    looked = Date.now();
    registration.update().catch(() => {});
  });
}

/** Says at the end of the page that it is kept. */
function tell() {
  document.documentElement.dataset.offline = "ready";
  const words = document.createElement("p");
  words.textContent = t("The page is kept on this device and works without a connection.");
  document.querySelector("footer")?.append(words);
}

/** Offers the new version. @param {Host} host @param {ServiceWorker} [waiting] to take over first */
function prompt(host, waiting) {
  document.querySelector(".update")?.remove();
  const box = document.createElement("div");
  box.className = "update";
  box.setAttribute("role", "status");
  const words = document.createElement("span");
  // Screen readers tell what changes in a status, not what comes with it.
  setTimeout(() => (words.textContent = t("A new version is ready. Reloading keeps your experiment.")), 100);
  box.append(words, button(t("Reload"), "reload", () => reload(host, waiting)), button(t("Later"), "later", () => box.remove()));
  document.body.append(box);
}

/** @param {Host} host @param {ServiceWorker} [waiting] */
function reload(host, waiting) {
  if (!keep(host.state)) return host.controls.complain(notKept());
  const again = () => location.reload();
  if (!waiting || waiting.state === "activated") return again();
  // Not before: the old one would answer.
  waiting.addEventListener("statechange", () => waiting.state === "activated" && again());
  waiting.postMessage("take over");
}
