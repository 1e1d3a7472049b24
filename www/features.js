// @ts-check
// What comes after the first picture: further charts, time, the problem itself, many seeds, files, links, lessons. Each
// group is fetched by itself: one that does not come takes only those with it that need it, and is asked for again.
/** @import { Group, Host, Parts } from "./types.js" */
import { button } from "./dialog.js";
import { keep, notKept } from "./kept.js";
import { reason, t } from "./lang.js";
import { load } from "./load.js";
import * as program from "./pkg/auxilearn_lab.js";
import { compiled } from "./runner.js";
import { addSheet } from "./sheets.js";

/** Groups that others need. */
const TIME = /* t */ "charts and time";
const PROBLEM = /* t */ "the problem itself";

/**
 * In the order of the page. A group needs those before it that it names: what they give to the page is there then.
 * @type {Group[]}
 */
const GROUPS = [
  {
    name: TIME,
    modules: ["further_charts.js", "cursor.js", "overlay.js", "timeline.js"],
    add(host, { addFurtherCharts, Cursor, addOverlay, addTimeline }) {
      addFurtherCharts(host, program);
      host.cursor = new Cursor(host);
      addOverlay(host, program);
      addTimeline(host, program);
    },
  },
  {
    name: PROBLEM,
    needs: [TIME],
    modules: ["problem.js", "measure.js", "edited.js"],
    add(host, { addProblem, addMeasure, addEdited }) {
      host.bench = addProblem(host, program);
      addMeasure(host, program, host.bench);
      addEdited(host, host.bench);
    },
  },
  {
    name: /* t */ "saving charts",
    needs: [TIME, PROBLEM],
    modules: ["figures.js"],
    add: (host, { addFigures }) => addFigures(host, program),
  },
  {
    name: /* t */ "many seeds",
    modules: ["ensemble.js"],
    add: async (host, { addSeeds }) => addSeeds(host, program, await compiled),
  },
  {
    name: /* t */ "undo",
    needs: [PROBLEM],
    modules: ["history.js"],
    add: (host, { addHistory }) => addHistory(host),
  },
  {
    name: /* t */ "links and frames",
    needs: [TIME],
    modules: ["share.js", "embedding.js", ...(window.parent === window ? [] : ["embed.js"])],
    add(host, { addShare, addEmbedding, addEmbed }) {
      addEmbedding(host, addShare(host));
      addEmbed?.(host);
    },
  },
  {
    name: /* t */ "files and tables",
    modules: ["data.js"],
    add: (host, { addData }) => addData(host, program),
  },
  {
    name: /* t */ "presenting and printing",
    modules: ["presenter.js", "print.js"],
    async add(host, { addPresenter, addPrint }) {
      await addSheet("print.css", "print");
      addPresenter(host);
      addPrint(host);
    },
  },
  {
    name: /* t */ "help",
    modules: ["help.js"],
    add: (_, { addHelp }) => addHelp(),
  },
  {
    name: /* t */ "lessons",
    needs: [TIME],
    modules: ["lesson-tool.js"],
    add: (host, { addLessons }) => addLessons(host), // until the lesson of the link is open
  },
  {
    name: /* t */ "keeping the page for when there is no connection",
    modules: ["offline.js"],
    add: (host, { keepOffline }) => keepOffline(host),
  },
];

/** Groups that are there, by name. @type {Set<string>} */
const present = new Set();

/** Adds what is not there yet, each group in a task of its own, and says what could not be fetched. @param {Parts} parts */
export async function addFeatures(parts) {
  const host = /** @type {Host} */ (parts);
  await Promise.all(["more.css", "dialog.css", "access.css"].map((name) => addSheet(name)));
  const missing = [];
  let why = "";
  // Fetched side by side, added one after the other.
  const wanted = GROUPS.filter(({ name }) => !present.has(name)).map((group) => {
    const fetched = fetchGroup(group);
    fetched.catch(() => {}); // told below, in its turn
    return { group, fetched };
  });
  for (const { group, fetched } of wanted) {
    try {
      const modules = await fetched;
      if (group.needs?.some((name) => !present.has(name))) throw new Error(t("it needs what is missing"));
      await group.add(host, modules);
      present.add(group.name);
    } catch (error) {
      missing.push(t(group.name));
      why ||= reason(error);
    }
    await new Promise((go) => setTimeout(go));
  }
  document.documentElement.dataset.features = missing.length ? "missing" : "ready";
  if (missing.length) tellMissing(host, missing, why);
}

/** All exports of a group's modules. @param {Group} group @returns {Promise<any>} */
async function fetchGroup({ modules }) {
  return Object.assign({}, ...(await Promise.all(modules.map(load))));
}

/** Tries so far. */
let tries = 0;

/** Offers to fetch what is missing again; twice in vain, to load the page anew, since a browser remembers modules that it could not fetch. @param {Host} host @param {string[]} missing @param {string} why */
function tellMissing(host, missing, why) {
  tries += 1;
  const words = t("Parts of the page could not be fetched: {parts} ({why}). The rest works.", { parts: missing.join(t(", ")), why });
  host.controls.complain(`${words} `);
  const again = () => {
    host.controls.complain("");
    addFeatures(host).catch((error) => host.controls.complain(reason(error)));
  };
  const anew = () => (keep(host.state) ? location.reload() : host.controls.complain(notKept()));
  document.querySelector("[data-message]")?.append(tries < 2 ? button(t("Fetch them again"), "fetch-again", again) : button(t("Reload"), "reload-missing", anew));
}
