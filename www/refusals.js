// @ts-check
// Why something was refused, in the page's language. What a document should have and what it has are said by the
// program in English.
/** @import { Refusal } from "./types.js" */
import { numbered, t } from "./lang.js";

/** What is said with parts of the document in it, which stay as they are. @type {[RegExp, string][]} */
const EXPECTED = [
  [/^one of (?<names>.*)$/, /* t */ "one of {names}"],
  [/^only the fields (?<names>.*)$/, /* t */ "only the fields {names}"],
  [/^(?<variables>.*), pi, e, or one of (?<functions>.*)$/, /* t */ "{variables}, pi, e, or one of {functions}"],
];
/** @type {[RegExp, string][]} */
const FOUND = [
  [/^the text "(?<text>.*)"$/, /* t */ "the text “{text}”"],
  [/^(?<what>.*) at character (?<place>\d+): (?<text>.*)$/, /* t */ "{what} at character {place}: {text}"],
  [/^(?<slope>.*), by differences (?<left>\S+) and (?<right>\S+), at (?<place>.*)$/, /* t */ "{slope}, by differences {left} and {right}, at {place}"],
  [/^(?<what>.*) at (?<place>w1 = .*)$/, /* t */ "{what} at {place}"],
  [/^(?<entry>\S+) at (?<place>\S+) and (?<other>\S+) at (?<across>\[\S+)$/, /* t */ "{entry} at {place} and {other} at {across}"],
];

/** What was thrown, in its own words. @param {unknown} error */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** An error in words; of a document, with the place. @param {unknown} error */
export function because(error) {
  const { message, field, expected, found = "" } = /** @type {Partial<Refusal>} */ (error ?? {});
  if (!expected) return numbered(String(message ?? error));
  const what = unlike({ expected, found });
  return field ? t("{field}: {what}", { field, what }) : what;
}

/** What a document should have and what it has. @param {Pick<Refusal, "expected" | "found">} refusal */
export function unlike({ expected, found }) {
  const has = expected === "JSON" ? misspelt(found) : retold(found, FOUND);
  return t("expected {expected}, found {found}", { expected: retold(expected, EXPECTED), found: has });
}

/** @param {string} text @param {[RegExp, string][]} patterns */
function retold(text, patterns) {
  for (const [pattern, key] of patterns) {
    const parts = pattern.exec(text)?.groups;
    if (parts) return t(key, Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, numbered(part)])));
  }
  return numbered(text);
}

/** What the browser says of a text that is no JSON, which it does in English. @param {string} found */
function misspelt(found) {
  if (numbered(found) !== found || globalThis.auxilearn.language === "en") return numbered(found);
  const [, line, column] = /line (\d+) column (\d+)/.exec(found) ?? [];
  return line ? t("a mistake at line {line}, column {column}", { line, column }) : t("something else");
}
