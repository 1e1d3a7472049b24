// @ts-check
// Parts of the page that a link can hide, each by itself: `hide=` of the address. hide.css hides them.

/**
 * By name: its elements, what it is called, and whether an embedded page shows it unless it is told otherwise.
 * @type {Record<string, { selector: string, label: string, shown: boolean }>}
 */
export const GROUPS = {
  header: { selector: ".top", label: /* t */ "Header", shown: false },
  choices: { selector: ".choices", label: /* t */ "Experiment and theme", shown: true },
  toolbar: { selector: ".commands", label: /* t */ "Row of commands", shown: true },
  intro: { selector: "main > h1, main > [data-description], main > .lede", label: /* t */ "Title and words", shown: true },
  player: { selector: ".player > :not(.status)", label: /* t */ "Player", shown: true },
  speed: { selector: ".speed", label: /* t */ "Speed", shown: true },
  parts: { selector: ".player [data-part]", label: /* t */ "Steps of W or φ alone", shown: true },
  seed: { selector: "[data-action=new-seed]", label: /* t */ "New seed", shown: true },
  alignment: { selector: ".chart-alignment", label: /* t */ "Chart of the alignment", shown: true },
  lanes: { selector: ".lanes", label: /* t */ "Test error", shown: true },
  losses: { selector: ".chart-losses", label: /* t */ "Chart of the losses", shown: true },
  tables: { selector: ".alt", label: /* t */ "Tables of the charts", shown: false },
  figures: { selector: ".saves", label: /* t */ "Buttons that save charts", shown: false },
  overlay: { selector: ".overlay", label: /* t */ "Lanes overlaid", shown: false },
  prose: { selector: ".prose", label: /* t */ "Why the sign decides", shown: false },
  problem: { selector: ".problem", label: /* t */ "The problem itself", shown: false },
  moments: { selector: ".happened", label: /* t */ "What happened", shown: false },
  more: { selector: ".further:not(.problem, .seeds)", label: /* t */ "More charts", shown: false },
  seeds: { selector: ".seeds", label: /* t */ "Many seeds", shown: false },
  panel: { selector: "[data-panel]", label: /* t */ "Choose problem and methods", shown: false },
  editor: { selector: "[data-editor]", label: /* t */ "Edit the experiment", shown: false },
  numbers: { selector: ".prints", label: /* t */ "Check the numbers", shown: false },
  footer: { selector: "footer", label: /* t */ "Footer", shown: false },
};

/** Names that `hide=` gave and that are none of the page's. */
export function unknownNames() {
  const names = (document.documentElement.dataset.hide ?? "").split(/\s+/);
  return names.filter((name) => name && !Object.hasOwn(GROUPS, name));
}
