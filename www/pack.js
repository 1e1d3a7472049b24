// @ts-check
// How a document gets into a link: compressed, or only what differs from an experiment that ships. See docs/links.md.
/** @import { Json } from "./types.js" */

/** Bytes handed to the decompressor at once: what they can become stays small. */
const SLICE = 1024;
/** Largest number of differences that is told one by one, and how deep a document is followed. */
const MOST = 2000;
const DEEPEST = 64;

/** @typedef {[path: (string | number)[], value?: unknown]} Difference  without a value the place is to be empty */

/** Text as compressed base64url after `z`; where the browser has no compression, as it is after `j`. @param {string} text */
export async function pack(text) {
  const bytes = new TextEncoder().encode(text);
  if (!compresses("CompressionStream")) return `j${encoded(bytes)}`;
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return `z${encoded(new Uint8Array(await new Response(stream).arrayBuffer()))}`;
}

/** @param {"CompressionStream" | "DecompressionStream"} name of a class; old browsers have it without this format */
function compresses(name) {
  try {
    return !!new globalThis[name]("deflate-raw");
  } catch {
    return false;
  }
}

/**
 * The text again. Stops as soon as it is more than `limit` bytes, so that little can never become much.
 * @param {string} packed @param {number} limit
 */
export async function unpack(packed, limit) {
  const bytes = decoded(packed.slice(1));
  if (packed[0] === "j") {
    if (bytes.length > limit) throw new RangeError("too large");
    return text([bytes]);
  }
  if (packed[0] !== "z") throw new TypeError("unknown packing");
  if (!compresses("DecompressionStream")) throw new ReferenceError("DecompressionStream");
  return text(await inflated(bytes, limit));
}

/** @param {Uint8Array<ArrayBuffer>} bytes @param {number} limit */
async function inflated(bytes, limit) {
  let at = 0;
  /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */
  const source = new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, (at += SLICE)));
    },
  }, { highWaterMark: 0 });
  const reader = source.pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const chunks = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return chunks;
    size += value.length;
    chunks.push(value);
    if (size <= limit) continue;
    reader.cancel().catch(() => {});
    throw new RangeError("too large");
  }
}

/** @param {Uint8Array<ArrayBuffer>[]} chunks */
async function text(chunks) {
  const bytes = await new Blob(chunks).arrayBuffer();
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** @param {Uint8Array} bytes */
function encoded(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 4096) binary += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {string} letters */
function decoded(letters) {
  if (!/^[\w-]*$/.test(letters)) throw new TypeError("not base64url");
  return Uint8Array.from(atob(letters.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}

/** What makes one parsed document of another; undefined if that is too much to tell. @param {Json} from @param {Json} to @returns {Difference[] | undefined} */
export function difference(from, to) {
  /** @type {Difference[]} */
  const found = [];
  compare(from, to, [], found);
  return found.length > MOST ? undefined : found;
}

/** @param {Json} from @param {Json} to @param {(string | number)[]} path @param {Difference[]} found */
function compare(from, to, path, found) {
  if (Object.is(from, to) || found.length > MOST) return;
  const lists = Array.isArray(from) && Array.isArray(to) && to.length >= from.length;
  if (!lists && !(isObject(from) && isObject(to)) || path.length > DEEPEST) return void found.push([path, to]);
  for (const key of Object.keys(from)) {
    const at = [...path, lists ? Number(key) : key];
    if (Object.hasOwn(to, key)) compare(from[key], to[key], at, found);
    else found.push([at]);
  }
  for (const key of Object.keys(to)) {
    if (!Object.hasOwn(from, key)) found.push([[...path, lists ? Number(key) : key], to[key]]);
  }
}

/** @param {unknown} value */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** A parsed document with differences, which may be anything, put into it. @param {Json} document @param {unknown} differences */
export function patched(document, differences) {
  if (!Array.isArray(differences) || differences.length > MOST) throw new TypeError("no list of differences");
  let whole = { document: structuredClone(document) };
  for (const entry of differences) {
    const [path] = entry;
    if (!Array.isArray(path) || path.length > DEEPEST) throw new TypeError("no path");
    put(whole, ["document", ...path], entry);
  }
  return whole.document;
}

/** @param {Json} place @param {(string | number)[]} path @param {Difference} entry */
function put(place, path, entry) {
  const last = path[path.length - 1];
  for (const key of path.slice(0, -1)) {
    // Own fields only: nothing that all objects have is reached.
    if (!isPlace(place) || !Object.hasOwn(place, key)) throw new TypeError("no such place");
    place = place[key];
  }
  if (!isPlace(place) || last === "__proto__") throw new TypeError("no such place");
  if (Array.isArray(place) && !(typeof last === "number" && Number.isInteger(last) && last >= 0 && last <= place.length)) throw new TypeError("no such item");
  if (entry.length > 1) place[last] = entry[1];
  else if (Array.isArray(place)) throw new TypeError("an item is not left out");
  else delete place[last];
}

/** @param {unknown} value */
const isPlace = (value) => typeof value === "object" && value !== null;

/** Tells editions of a text apart: FNV-1a of 32 bits. @param {string} text */
export function edition(text) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(36);
}
