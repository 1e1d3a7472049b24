// Chooses what a user does next, by the seed and what the page offers, does it, and keeps a log that outlives a reload.
(() => {
  const { fuzz } = globalThis;
  if (!fuzz || fuzz.go) return;
  const KEPT = "fuzz-session";
  const store = sessionStorage;

  /** @returns {{ next: number, entries: number, log: any[] }} */
  fuzz.session = () => JSON.parse(store.getItem(KEPT) ?? '{"next":0,"entries":1,"log":[]}');
  const keep = (session) => store.setItem(KEPT, JSON.stringify(session));
  /** Actions that make an entry in the history. */
  fuzz.navigated = () => {
    const session = fuzz.session();
    keep({ ...session, entries: session.entries + 1 });
  };

  /** A selector by which an element is found again. */
  fuzz.name = (element) => {
    if (element === document.body) return "body";
    const alone = (selector) => document.querySelectorAll(selector).length === 1 && selector;
    const { id, dataset } = element;
    for (const [name, value] of [["action", dataset.action], ["control", dataset.control], ["problem", dataset.problem], ["path", dataset.path], ["handle", dataset.handle], ["event", dataset.event]]) {
      const found = value !== undefined && alone(`[data-${name}="${CSS.escape(value)}"]`);
      if (found) return found;
    }
    if (id && alone(`#${CSS.escape(id)}`)) return `#${CSS.escape(id)}`;
    const { parentElement } = element;
    if (!parentElement) return element.localName;
    return `${fuzz.name(parentElement)} > :nth-child(${[...parentElement.children].indexOf(element) + 1})`;
  };

  /** What a person could reach now: shown, enabled, and in the dialog if one is open. */
  fuzz.reach = (selector) => {
    const modal = document.querySelector("dialog:modal");
    return [...(modal ?? document.body).querySelectorAll(selector)].filter(
      (element) => !element.disabled && element.checkVisibility({ visibilityProperty: true }) && !element.closest("[inert], noscript"),
    );
  };

  /** Does one action; what is not there any more is passed over. */
  fuzz.act = async (action) => {
    const target = action.at ? document.querySelector(action.at) : document.body;
    if (target) await fuzz.perform[action.kind]?.(target, action);
  };

  /** Every so many actions the page comes to rest and is looked at; every so many its address is opened anew. */
  const SETTLE = 25;
  const REOPEN = 200;

  /** What halves of a character become on their way to the driver: it takes whole ones only. */
  const whole = (_, value) => (typeof value === "string" ? value.toWellFormed() : value);
  fuzz.log = () => JSON.parse(JSON.stringify(fuzz.session().log), whole);
  const part = (next) => ({ next, log: fuzz.log(), most: fuzz.most ?? 0, leaving: fuzz.leaving });

  /** The action of an index. */
  function planned(random, index) {
    const at = index + 1;
    if (at % REOPEN === 0) return { kind: "reopen", trusted: true };
    if (at % SETTLE !== 0) return fuzz.choose(random);
    return { kind: "settle", rewinds: random.chance(0.5), applies: random.chance(0.3), solves: random.chance(0.5) };
  }

  /**
   * Does actions from the session's next one on, which the driver knows as `from`, up to `until`, or until one is the driver's.
   * @returns {Promise<{ next: number, log: any[], most: number, wrong?: string, mine?: any }>}
   */
  fuzz.go = async (seed, from, until, budget) => {
    // The driver has what was before.
    const begun = fuzz.session();
    keep({ ...begun, log: begun.log.filter(({ index }) => index >= from) });
    const end = performance.now() + budget;
    for (;;) {
      const session = fuzz.session();
      const index = session.next;
      if (index >= until || performance.now() > end || fuzz.leaving) return part(index);
      const action = planned(fuzz.random(seed, index), index);
      // Written down before it is done: it may be the last.
      keep({ ...session, next: index + 1, log: [...session.log, { index, ...action }] });
      if (action.trusted) return { ...part(index + 1), mine: action };
      const wrong = await fuzz.one(action);
      if (wrong) return { ...part(index + 1), wrong: wrong.toWellFormed() };
    }
  };

  /** One action and what is wrong after it. */
  fuzz.one = async (action) => {
    if (action.kind === "settle") return fuzz.settle(action);
    try {
      await fuzz.act(action);
    } catch (error) {
      return `the action failed: ${error?.stack ?? error}`;
    }
    // What an event sets going is begun before the next.
    await fuzz.pause(0);
    return fuzz.broken();
  };
})();
