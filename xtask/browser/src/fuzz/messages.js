// Hostile messages from a page that frames the real one: each command is answered once, nothing else at all.
(() => {
  const { fuzz } = globalThis;
  if (!fuzz || fuzz.messages) return;
  const CODES = ["version", "command", "field", "size", "preset", "refused", "superseded", "over", "range", "empty", "private", "failed"];
  const COMMANDS = ["hello", "load", "play", "pause", "rewind", "step", "seek", "get", "constructor", "__proto__", "eval", "", "Load", "hasOwnProperty"];
  const FIELDS = ["document", "preset", "seed", "part", "step", "what", "id", "auxilearn", "__proto__", "constructor", "answer", "event", "x".repeat(300)];

  /** @type {((random: any) => any)[]} */
  const VALUES = [
    () => undefined, () => null, () => NaN, () => -0, () => Infinity, () => 1e300, () => 10n ** 30n, () => true,
    (random) => random.below(400), (random) => -random.below(5), (random) => random.real(),
    () => "", () => "w", () => "phi", () => "noisy-main", () => "sign-flip", () => "../../secret", () => "__proto__", () => "<img src=x onerror=fuzz.harm()>",
    () => "{}", () => "{\"schema\":1", () => "x".repeat(70_000), () => "\ud800", () => [], () => ["state"], () => ["state", "digests", "document", "trace"],
    () => ["state", "cookies"], () => ["__proto__"], () => Array(5).fill("state"), () => [[["state"]]], () => ({}), () => ({ toString: 1, valueOf: 2, toJSON: 3 }),
    () => JSON.parse('{"__proto__":{"harmed":1}}'), () => new Date(NaN), () => new Map([["a", 1]]), () => new Set([1]), () => /x/g, () => new Error("x"),
    () => new Uint8Array(9), () => new Blob(["x"]), () => circle(), () => Object.assign([1], { auxilearn: 1, command: "play" }), () => new String("play"), () => new ImageData(1, 1),
    () => small(), () => JSON.stringify(small()), () => ({ ...small(), lanes: [] }), () => ({ ...small(), seed: 5n }), () => ({ ...small(), title: "<b>x</b><img src=x onerror=fuzz.harm()>" }),
  ];
  const circle = () => {
    const made = {};
    return Object.assign(made, { made });
  };
  const small = () => structuredClone(fuzz.small);

  /** A message by a seed: some are as documented, most are not. */
  function made(random, index) {
    if (random.chance(0.1)) return random.pick(VALUES)(random);
    const message = { auxilearn: random.chance(0.92) ? 1 : random.pick(VALUES)(random), command: random.chance(0.9) ? random.pick(COMMANDS) : random.pick(VALUES)(random), id: index };
    if (random.chance(0.1)) message.id = random.pick(VALUES)(random);
    for (let fields = random.below(3); fields > 0; fields -= 1) Object.defineProperty(message, random.pick(FIELDS), { value: random.pick(VALUES)(random), enumerable: true, configurable: true, writable: true });
    if (message.command === "load" && random.chance(0.5)) Object.assign(message, random.chance(0.5) ? { document: small() } : { preset: "sign-flip" });
    return message;
  }

  const plain = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  /** How an id comes back. */
  const echo = (id) => ((typeof id === "string" && id.length <= 64) || Number.isFinite(id) ? id : null);

  function wrongAnswer({ auxilearn, ok, error, value, answer }, id) {
    if (auxilearn !== 1 || typeof ok !== "boolean" || !Object.is(answer, id)) return "it has no form";
    if (!ok && !CODES.includes(error?.code)) return `its code is ${error?.code}`;
    if (!ok && (error.code === "failed" || typeof error.message !== "string" || error.message.length > 2000)) return `it says ${error.code}: ${String(error.message).slice(0, 200)}`;
    if (ok && value === undefined) return "it holds nothing";
  }

  /** Sends messages and waits for what they are answered: what is wrong, and counts. */
  fuzz.messages = async (seed, from, until) => {
    const frame = document.querySelector("iframe").contentWindow;
    const heard = [];
    const hear = ({ source, data }) => source === frame && Object.hasOwn(data, "answer") && heard.push(data);
    addEventListener("message", hear);
    const due = [];
    const counts = { sent: 0, answered: 0, ignored: 0, refused: 0 };
    for (let index = from; index < until; index += 1) {
      const random = fuzz.random(seed, index);
      const message = made(random, index);
      frame.postMessage(message, "*");
      counts.sent += 1;
      if (plain(message) && Object.hasOwn(message, "auxilearn") && !(message instanceof String)) due.push(echo(message.id));
      else counts.ignored += 1;
      if (random.chance(0.1)) await fuzz.pause(random.below(30));
    }
    const all = await fuzz.until(() => heard.length >= due.length, 60_000);
    await fuzz.pause(100);
    removeEventListener("message", hear);
    counts.answered = heard.length;
    counts.refused = heard.filter(({ ok }) => !ok).length;
    if (!all || heard.length !== due.length) return { ...counts, wrong: `${heard.length} answers to ${due.length} commands` };
    const left = due.map((id) => JSON.stringify(id));
    for (const answer of heard) {
      const place = left.indexOf(JSON.stringify(answer.answer));
      const wrong = place < 0 ? "nobody asked" : wrongAnswer(answer, due[place]);
      if (wrong) return { ...counts, wrong: `${JSON.stringify(answer).slice(0, 300)}: ${wrong}` };
      left.splice(place, 1);
      due.splice(place, 1);
    }
    return { ...counts, wrong: fuzz.seen[0] };
  };
})();
