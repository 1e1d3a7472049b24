// @ts-check
// The way to the lessons: a button in the page's row, and `lesson=3` in the link. The lessons come when they are opened.
/** @import { Host } from "./types.js" */
/** @import { Lessons } from "./lessons.js" */
import { fieldsOf } from "./fragment.js";
import { t } from "./lang.js";
import { load } from "./load.js";
import { messageOf } from "./refusals.js";
import { addTool } from "./toolbar.js";

/** @param {Host} host */
export function addLessons(host) {
  /** @type {Promise<Lessons> | undefined} */
  let lessons;
  /** @param {string | undefined} wanted number of a lesson, as a link has it */
  const open = async (wanted) => {
    try {
      lessons ??= load("lessons.js").then((/** @type {typeof import("./lessons.js")} */ { Lessons }) => Lessons.fetch(host, button));
      await (await lessons).open(wanted);
    } catch (error) {
      lessons = undefined;
      host.controls.complain(t("The lessons could not be fetched ({message}). Open them again when there is a connection.", { message: messageOf(error) }));
    }
  };
  const button = addTool({ action: "lessons", label: t("Lessons"), order: 10, run: () => open(undefined) });
  const follow = () => {
    const wanted = fieldsOf().get("lesson");
    return wanted === null ? undefined : open(wanted);
  };
  addEventListener("hashchange", follow);
  return follow();
}
