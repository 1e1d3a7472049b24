// @ts-check
// What the page says when it does not open.
// Asked for by start.js, and by browsers that know no modules: nothing in here is newer than those.
(function () {
  var root = document.documentElement;
  var here = /** @type {HTMLScriptElement} */ (document.currentScript).src;
  /** @type {Record<string, string>} */
  var catalogue = {};
  var slow = /* t */ "The page is still loading: the connection may be slow.";
  var old = /* t */ "This browser cannot run the page: it has no {what}. Browsers from the end of 2023 on can.";
  var blocked = /* t */ "The page could not start: WebAssembly is blocked here.";
  var other = /* t */ "The page could not start: {error}";
  var part = /* t */ "A part of the page could not be fetched ({why}).";
  var picture = /* t */ "The picture shows how the first run ends.";
  var again = /* t */ "Try again";

  /** @param {string} text */
  function say(text) {
    return catalogue[text] || text;
  }

  /** What this browser lacks. */
  function lack() {
    if (!("noModule" in HTMLScriptElement.prototype)) return "JavaScript modules";
    if (!("WebAssembly" in window)) return "WebAssembly";
    if (!("Worker" in window)) return "Worker";
    return "";
  }

  function words() {
    var why = root.dataset.failed || "";
    if (lack()) return say(old).replace("{what}", lack());
    if (/Content Security Policy|unsafe-eval/.test(why)) return say(blocked);
    // What the page itself has said of it stays.
    if (why && root.dataset.state === "error") return why;
    if (undressed()) return say(part).replace("{why}", why);
    return why ? say(other).replace("{error}", why) : say(slow);
  }

  function show() {
    var message = document.querySelector("[data-message]");
    if (!message) return;
    offer(message, words() + (root.dataset.awaited === undefined ? " " + say(picture) : ""));
  }

  /** @param {Element} message @param {string} text */
  function offer(message, text) {
    message.textContent = text + " ";
    var button = document.createElement("button");
    button.type = "button";
    button.dataset.action = "try-again";
    button.textContent = say(again);
    button.onclick = repair;
    message.appendChild(button);
  }

  /** A page without one of its style sheets is said to be so. */
  function undressed() {
    return /\.css$/.test(root.dataset.failed || "");
  }

  /** The page has opened all the same. */
  function leave() {
    var message = document.querySelector("[data-message]");
    if (message && message.querySelector("[data-action=try-again]")) message.textContent = "";
    watch.disconnect();
    if (message && undressed()) offer(message, say(part).replace("{why}", root.dataset.failed || ""));
  }

  /** Fetches what stands in caches anew, if there is a connection, and loads the page. */
  function repair() {
    var reload = function () {
      location.reload();
    };
    if (!root.dataset.failed || !("fetch" in window)) return reload();
    setTimeout(reload, 10000);
    var site = window.auxilearn.site;
    fetch(new URL("sw.js", site), { cache: "no-store" }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return forget(site);
    }).then(refetch).then(reload, reload);
  }

  /** The cache of the service worker may be what is broken. @param {URL} site */
  function forget(site) {
    var workers = navigator.serviceWorker;
    if (!workers) return undefined;
    return workers.getRegistration(site.href).then(function (found) {
      return found && found.unregister();
    }).then(function () {
      return caches.keys();
    }).then(function (names) {
      return Promise.all(names.map(function (name) {
        return name.indexOf("auxilearn " + site.href) === 0 && caches.delete(name);
      }));
    });
  }

  /** What the browser keeps for ever may have come from something on the way. */
  function refetch() {
    var names = performance.getEntriesByType("resource").map(function (entry) {
      return entry.name;
    });
    // Workers are not always among them.
    return Promise.all(names.concat(here.replace("failed.js", "worker.js")).map(function (name) {
      return fetch(name, { cache: "reload" }).catch(function () {});
    }));
  }

  var watch = new MutationObserver(function () {
    if (root.dataset.state === "loading" || root.dataset.state === "error") show();
    else leave();
  });

  function begin() {
    // In a browser as old start.js has not run.
    if (lack() && !root.hasAttribute("data-failed")) root.setAttribute("data-failed", lack());
    if (root.dataset.state !== "loading" && root.dataset.state !== "error") return undressed() && leave();
    show();
    watch.observe(root, { attributes: true, attributeFilter: ["data-state", "data-failed"] });
    if (root.lang.slice(0, 2) !== "zh" || !("fetch" in window)) return;
    fetch(here.replace("failed.js", "lang/zh.json")).then(function (answer) {
      return answer.json();
    }).then(function (texts) {
      catalogue = texts;
      if (document.querySelector("[data-action=try-again]")) show();
    }, function () {});
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
