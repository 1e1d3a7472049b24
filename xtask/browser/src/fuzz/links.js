// Hostile links, one after the other on a living page: each ends in a run, or in a message with the present run kept.
(() => {
  const { fuzz } = globalThis;
  if (!fuzz || fuzz.links) return;
  const HOSTILE = ["%", "%ff", "&", "=", "#", "+", "\u0000", "\ud800", "__proto__", "constructor", "<img src=x onerror=fuzz.harm()>", "javascript:fuzz.harm()", "-1", "1e999", "9007199254740993", "0", "z", "j", ".", ",", "v=2", "é", "&d=", "&e="];
  const NAMES = ["v", "preset", "seed", "d", "e", "step", "t", "overlay", "lane", "pair", "turn", "series", "theme", "hide", "lesson", "__proto__"];
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  /** Links that are long to make and to read are not bent, and come once. */
  const SHORT = 6000;

  /** A link of the corpus: `@x*3` stands for xxx, at the beginning for a document of that, packed. */
  async function made(link) {
    const [, first, times] = /^@([^*]+)\*(\d+)$/s.exec(link) ?? [];
    if (first === undefined) return link.replace(/@([^*]+)\*(\d+)/gs, (_, text, count) => text.repeat(Number(count)));
    const count = Number(times);
    const text = first === "deep" ? "[".repeat(count) + "]".repeat(count) : first.repeat(count);
    const { pack } = await import(new URL("pack.js", document.querySelector("script[src]").src));
    return `#v=1&d=${await pack(text)}`;
  }

  /** Every way in which links are bent. @type {((link: string, random: any) => string)[]} */
  const WAYS = [
    (link, random) => link.slice(0, random.below(link.length + 1)),
    (link, random) => at(link, random, (letter) => String.fromCharCode(letter.charCodeAt(0) ^ (1 << random.below(7)))),
    (link, random) => at(link, random, () => LETTERS[random.below(64)]),
    (link, random) => at(link, random, (letter) => letter + random.pick(HOSTILE)),
    (link, random) => at(link, random, () => ""),
    (link, random) => `${link}&${random.pick(NAMES)}=${random.pick(HOSTILE)}`,
    (link, random) => link.replace(new RegExp(`(${random.pick(NAMES)}=)[^&]*`), (_, name) => name + (random.chance(0.5) ? encodeURIComponent(random.pick(HOSTILE).replace("\ud800", "")) : random.pick(HOSTILE))),
    (link, random) => `#${link.slice(1).split("&").sort(() => random.real() - 0.5).join("&")}`,
    (link, random) => `${link}&${random.pick(fuzz.corpus)[1].slice(1)}`,
    (link, random) => link.slice(0, random.below(link.length)) + random.pick(fuzz.corpus)[1].slice(random.below(40)),
    (link, random) => link.replace(/([de])=([^&]*)/, (_, name, text) => `${name}=${text.split("").reverse().join("")}${random.pick(HOSTILE)}`),
  ];

  function at(link, random, how) {
    const place = random.below(Math.max(link.length, 1));
    return link.slice(0, place) + how(link[place] ?? "#") + link.slice(place + 1);
  }

  /** The link of an index: those of the corpus first, then bent ones. */
  async function chosen(seed, index) {
    if (index < fuzz.corpus.length) return made(fuzz.corpus[index][1]);
    const random = fuzz.random(seed, index);
    let link = await made(random.pick(fuzz.corpus.filter(([, text]) => !text.includes("@")))[1]);
    for (let times = 1 + random.below(3); times > 0; times -= 1) link = random.pick(WAYS)(link, random);
    return link.slice(0, SHORT);
  }

  /** Whether the page is to be loaded anew by a link, which is another matter. */
  const reloads = (link) => !(new URLSearchParams(link.replace(/^#/, "")).get("lang") ?? "en").startsWith("en");

  /** What a page shows that is to be kept: a run that goes on may go on. */
  const shown = () => JSON.stringify([fuzz.run.document, fuzz.text("[data-seed]"), document.querySelector("[data-control=preset]").value]);

  /** Opens one link: what is wrong. @returns {Promise<string | undefined>} */
  async function opened(link, counts) {
    if (!(await fuzz.until(() => fuzz.phase() !== "loading", 40_000))) return `the page stays loading`;
    const { taken } = fuzz.run;
    const before = shown();
    document.querySelector("[data-message]").textContent = "";
    const hash = location.hash;
    location.replace(link === "" ? "#" : link.startsWith("#") ? link : `#${link}`);
    // The same address is no other link, and an anchor none at all.
    if (location.hash === hash || /^#[\w-]+$/.test(location.hash)) return void (counts.none += 1);
    const said = () => fuzz.text("[data-message]");
    const ended = () => (said() || fuzz.run.taken !== taken) && fuzz.phase() !== "loading";
    if (!(await fuzz.until(ended, 40_000))) return `nothing came of it: the phase is ${fuzz.phase()}`;
    if (fuzz.run.taken !== taken) counts.runs += 1;
    else {
      counts.messages += 1;
      if (shown() !== before) return `it changed what is shown: ${before} to ${shown()}; ${said()}`;
    }
    if (said().length > 600) return `a message of ${said().length} characters`;
  }

  /** Opens links from one index up to another, for a while. */
  fuzz.links = async (seed, from, until, budget) => {
    const end = performance.now() + budget;
    const counts = { runs: 0, messages: 0, none: 0 };
    for (let index = from; index < until && performance.now() < end; index += 1) {
      const link = await chosen(seed, index);
      counts.next = index + 1;
      if (reloads(link)) continue;
      const settles = index % 100 === 99 || index === until - 1;
      const wrong = (await opened(link, counts)) ?? fuzz.broken() ?? (settles ? await fuzz.settle({ solves: true }) : undefined);
      if (wrong) return { ...counts, wrong, link: link.slice(0, 2000), index };
    }
    return counts;
  };
})();
