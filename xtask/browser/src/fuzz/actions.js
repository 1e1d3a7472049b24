// The actions: what is chosen by the seed from what the page offers, and how each is done.
(() => {
  const { fuzz } = globalThis;
  if (!fuzz || fuzz.choose) return;
  const { perform } = fuzz;
  /** What people and machines type. None holds a word that the page must never say by itself. */
  const TYPED = [
    "", " ", "0", "-1", "1", "2", "3", "0.5", "0.01", "1e-9", "7.25", "40", "1e3", "1e308", "1e999", "-1e999", "4e-324", "9007199254740993", "nan", "1,5", "1, 2, 3", "[1]",
    "−0.25", "0x10", "x", "w1^2 + w2", "sin(w_1) / (w_2 - w_2)", "((((((", "<img src=x onerror=fuzz.harm()>", "\"><script>fuzz.harm()</script>", "javascript:fuzz.harm()", "__proto__",
    "constructor", "${fuzz.harm()}", "{0}", "数据", "\u202e\u0000\ufeff", "💥".repeat(40), "a".repeat(3000), "\ud800",
  ];
  const KEYS = [
    "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", "Escape", "Enter", " ", "Tab", "Backspace", "F5",
    "p", "b", "n", "h", "?", "l", "m", "k", "j", "s", "r", ".", "z", "y", "0", "1",
  ];
  const TABLES = ["a,b,c\n1,2,3\n4,5,6\n7,8,9\n", "x;y\n1,5;2\n3;4,25\n", "\"", "a\n", "1\t2\n3\t4\n5\t6\n", "<b>h</b>,y\nfuzz,1\n2,1e999\n", "name,y\n" + "1,2\n".repeat(400), ""];
  const EVENTS = ["resize", "scroll", "focus", "blur", "pageshow", "online", "offline", "orientationchange", "beforeprint", "afterprint", "languagechange"];
  const fire = (target, type, Kind = Event, more = {}) => target.dispatchEvent(new Kind(type, { bubbles: true, cancelable: true, composed: true, ...more }));

  /** @param {Element} target */
  const middle = (target, x = 0.5, y = 0.5) => {
    const { left, top, width, height } = target.getBoundingClientRect();
    return { clientX: left + x * width, clientY: top + y * height };
  };
  fuzz.place = (at) => {
    const target = document.querySelector(at);
    target?.scrollIntoView({ block: "center" });
    return target && Object.values(middle(target));
  };

  const BUTTONS = "button, summary, a[href^='#'], input[type=checkbox], input[type=radio]";
  const some = (random, selector, more) => {
    const found = fuzz.reach(selector);
    return found.length ? { at: fuzz.name(random.pick(found)), ...more } : undefined;
  };
  const path = (random) => Array.from({ length: 1 + random.below(4) }, () => [random.real() * 1.4 - 0.2, random.real() * 1.4 - 0.2]);

  /** A document made from the one in the editor, by a seed. */
  function edited(text, random) {
    if (random.chance(0.15)) return damaged(text, random);
    let whole;
    try {
      whole = JSON.parse(text.replace(/^\uFEFF/, ""));
    } catch {
      return damaged(text, random);
    }
    const places = [];
    const walk = (of) => Object.keys(of).forEach((key) => (places.push([of, key]), typeof of[key] === "object" && of[key] && places.length < 3000 && walk(of[key])));
    walk(whole);
    for (let left = 1 + random.below(3); left > 0 && places.length; left -= 1) {
      const [of, key] = random.pick(places);
      of[key] = bent(of[key], random);
      if (of[key] === undefined && !Array.isArray(of)) delete of[key];
    }
    return JSON.stringify(whole, null, 2);
  }

  const damaged = (text, random) => {
    const at = random.below(text.length + 1);
    return random.chance(0.5) ? text.slice(0, at) : text.slice(0, at) + random.pick(TYPED) + text.slice(at + random.below(9));
  };

  function bent(value, random) {
    if (typeof value === "number") return random.pick([value * 2, value / 3, -value, 0, 1, Math.round(value) + 1, value * 1e6, 1e308, 4e-324, 0.1, value + 1, value]);
    if (Array.isArray(value)) return random.pick([value.slice(1), [...value, ...value.slice(-1)], value.slice().reverse(), [], value]);
    if (typeof value === "object" && value) return random.pick([value, {}, undefined, { ...value, kind: "clamp" }]);
    return random.pick([random.pick(TYPED), undefined, null, 1, value]);
  }

  /** Links: of experiments with views, those of now with something else, anchors and nonsense. */
  function link(random) {
    const ids = [...document.querySelectorAll("[data-control=preset] option")].map(({ value }) => value).filter(Boolean);
    const fields = new URLSearchParams(random.chance(0.3) ? location.hash.slice(1) : { preset: random.pick(ids) });
    const set = (share, name, value) => random.chance(share) && fields.set(name, value);
    set(0.4, "seed", random.below(1000));
    set(0.3, "step", random.pick(["0", "1", "17", "99999999", "-1", "1e3"]));
    set(0.3, "t", random.pick(["0", "3", "50", "99999999"]));
    set(0.2, "overlay", random.pick(["0", "1", "2"]));
    set(0.2, "lane", random.below(5));
    set(0.1, "pair", random.pick(["0,1", "1,0", "0,", "9,9", ","]));
    set(0.1, "turn", random.pick(["0", "0.5", "1", "7", "x"]));
    set(0.1, "series", random.pick(["3,0.1,0,0", "7,0.05,0.5,1", "1e9,1,1,1", ",,,"]));
    set(0.1, "theme", random.pick(["dark", "light", "projector", "auto", "none"]));
    set(0.08, "lesson", random.pick(["1", "3", "99", "x"]));
    set(0.05, "hide", random.pick(["header", "player,prose", "nothing"]));
    set(0.05, random.pick(["e", "d", "v"]), random.pick(["zAAAA", "1", "2", "x.y"]));
    return random.chance(0.1) ? random.pick(["#main", "#", "", "#%", "#document", "#a=%ff&preset"]) : `#${fields}`;
  }

  /** Weight, name, and what else is chosen; nothing where the page does not offer it. */
  const CHOICES = [
    [26, "press", (random) => some(random, BUTTONS)],
    [6, "press", (random) => some(random, ".player button")],
    [4, "press", (random) => some(random, ".commands button")],
    [8, "choose", (random) => some(random, "select", { share: random.real() })],
    [8, "slide", (random) => some(random, "input[type=range]", { share: random.pick([0, 1, random.real()]), moves: 1 + random.below(3) })],
    [7, "type", (random) => some(random, "input:not([type=range], [type=checkbox], [type=radio], [type=file]), textarea:not([data-document])", { text: random.pick(TYPED), enter: random.chance(0.4) })],
    [3, "edit", (random) => ({ at: "[data-document]", text: edited(document.querySelector("[data-document]").value, random), apply: random.chance(0.8) })],
    [9, "key", (random) => ({ ...(random.chance(0.5) ? some(random, `${BUTTONS}, canvas[tabindex], select, input`) : {}), key: random.pick(KEYS), ctrl: random.chance(0.1), shift: random.chance(0.15), times: 1 + random.below(3) })],
    [8, "drag", (random) => some(random, random.chance(0.6) ? "[data-handle]" : "canvas, .handles, .timeline", { path: path(random), end: random.pick(["up", "up", "up", "cancel", "Escape", "never"]), pointer: random.pick(["mouse", "touch", "pen"]) })],
    [5, "link", (random) => ({ fragment: link(random) })],
    [2, "history", (random) => ({ by: random.pick([-1, -1, 1]) })],
    [2, "bring", (random) => ({ how: random.pick(["paste", "drop", "file"]), ...brought(random) })],
    [2, "hide", (random) => ({ hidden: random.chance(0.5) })],
    [3, "fire", (random) => ({ event: random.pick(EVENTS) })],
    [2, "scroll", (random) => ({ share: random.real() })],
    [2, "deny", (random) => ({ denied: random.chance(0.5) })],
    [3, "wait", (random) => ({ time: random.pick([0, 16, 50, 150, 450]) })],
    // A smaller share comes from the browser itself, as trusted events.
    [2, "tap", (random) => some(random, BUTTONS, { trusted: true, touch: random.chance(0.3) })],
    [1, "stroke", (random) => some(random, "canvas, [data-handle], input[type=range]", { trusted: true, path: path(random) })],
    [1, "stroke key", (random) => ({ trusted: true, key: random.pick(["Tab", "Tab", "Enter", " ", "Escape", "ArrowRight", "ArrowUp", "z"]), shift: random.chance(0.3) })],
    [1, "screen", (random) => ({ trusted: true, width: random.pick([320, 360, 412, 700, 900, 1280]), height: random.pick([500, 740, 900]), ratio: random.pick([1, 1, 2, 1.5]) })],
    [1, "media", (random) => ({ trusted: true, dark: random.chance(0.5), calm: random.chance(0.3) })],
  ];

  function brought(random) {
    if (random.chance(0.4)) return { name: "t.csv", text: random.pick(TABLES) };
    return { name: random.pick(["d.json", "d.txt", "<b>.json"]), text: edited(fuzz.run.document, random) };
  }

  const WEIGHT = CHOICES.reduce((sum, [weight]) => sum + weight, 0);

  /** The next action. What the page does not offer becomes a short wait. */
  fuzz.choose = (random) => {
    // In a dialog there is less to do.
    if (random.chance(0.12) && document.querySelector("dialog:modal")) return some(random, "[data-action=close-dialog]", { kind: "press" });
    let at = random.below(WEIGHT);
    const [, kind, more] = CHOICES.find(([weight]) => (at -= weight) < 0);
    const chosen = more(random);
    return chosen ? { kind, ...chosen } : { kind: "wait", time: 0 };
  };

  perform.press = (target) => {
    fire(target, "pointerdown", PointerEvent, middle(target));
    target.focus({ preventScroll: true });
    fire(target, "pointerup", PointerEvent, middle(target));
    target.click();
    if (target.localName === "a") fuzz.navigated();
  };
  perform.choose = (target, { share }) => {
    target.selectedIndex = Math.floor(share * target.options.length);
    for (const type of ["input", "change"]) fire(target, type);
  };
  perform.slide = async (target, { share, moves }) => {
    const [low, high] = [Number(target.min || 0), Number(target.max || 100)];
    for (let i = 1; i <= moves; i += 1) {
      target.value = String(low + (high - low) * Math.abs(share - (moves - i) / 10));
      fire(target, "input");
      if (i < moves) await fuzz.pause(5);
    }
    fire(target, "change");
  };
  perform.type = (target, { text, enter }) => {
    target.focus({ preventScroll: true });
    if (target.readOnly) return;
    target.value = text;
    for (const type of ["input", "change"]) fire(target, type);
    if (enter) for (const type of ["keydown", "keyup"]) fire(target, type, KeyboardEvent, { key: "Enter" });
  };
  perform.edit = (area, { text, apply }) => {
    if (area.readOnly || document.querySelector("dialog:modal")) return;
    area.value = text;
    fire(area, "input");
    if (apply) document.querySelector("[data-action=apply]").click();
  };
  perform.key = async (target, { at, key, ctrl, shift, times }) => {
    if (at) target.focus({ preventScroll: true });
    const to = document.activeElement ?? document.body;
    for (let i = 0; i < times; i += 1) fire(to, "keydown", KeyboardEvent, { key, ctrlKey: ctrl, shiftKey: shift, repeat: i > 0 });
    fire(document.activeElement ?? to, "keyup", KeyboardEvent, { key, ctrlKey: ctrl, shiftKey: shift });
  };
  perform.drag = async (target, { path, end, pointer }) => {
    target.scrollIntoView({ block: "nearest" });
    const frame = target.closest(".plot") ?? target;
    const how = { pointerId: 1, pointerType: pointer, isPrimary: true, button: 0, buttons: 1 };
    fire(target, "pointerdown", PointerEvent, { ...how, ...middle(target) });
    // What was grabbed has the pointer.
    const held = document.activeElement?.closest("[data-handle]") ?? target;
    for (const [x, y] of path) {
      fire(held, "pointermove", PointerEvent, { ...how, ...middle(frame, x, y) });
      await fuzz.pause(8);
    }
    const last = { ...how, buttons: 0, ...middle(frame, ...path.at(-1)) };
    if (end === "Escape") fire(held, "keydown", KeyboardEvent, { key: "Escape" });
    if (end !== "never") fire(held, end === "cancel" ? "pointercancel" : "pointerup", PointerEvent, last);
    if (pointer === "mouse") fire(target, "pointerleave", PointerEvent, { ...last, bubbles: false });
  };
  perform.link = (_, { fragment }) => {
    location.hash = fragment;
    fuzz.navigated();
  };
  perform.history = (_, { by }) => {
    // Never out of the page.
    const next = navigation.entries()[navigation.currentEntry.index + by];
    if (next?.sameDocument) history.go(by);
  };
  perform.bring = (_, { how, name, text }) => {
    const carried = new DataTransfer();
    if (how === "paste") carried.setData("text/plain", text);
    else carried.items.add(new File([text], name));
    if (how === "drop") fire(document.body, "drop", DragEvent, { dataTransfer: carried });
    else if (how === "paste") fire(document.activeElement ?? document.body, "paste", ClipboardEvent, { clipboardData: carried });
    else {
      const [input] = fuzz.reach("input[type=file]").slice(-1);
      if (!input) return;
      input.files = carried.files;
      fire(input, "change");
    }
  };
  perform.hide = (_, { hidden }) => fuzz.hide(hidden);
  perform.fire = (_, { event }) => globalThis.dispatchEvent(new Event(event));
  perform.scroll = (_, { share }) => scrollTo(0, share * document.documentElement.scrollHeight);
  perform.deny = (_, { denied }) => void (fuzz.denied = denied);
  perform.wait = (_, { time }) => fuzz.pause(time);
})();
