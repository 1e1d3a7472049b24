// English that can be seen or heard on a page in another language: two words in a row. Run in the page.
const AS_IT_IS = "script, style, noscript, math, svg, code, textarea, cite, [translate=no], [lang=en]";
const READ = ["aria-label", "aria-description", "aria-valuetext", "title", "placeholder", "alt", "label"];
const WORDS = /[A-Za-z]{2,}[ ,;:]+[A-Za-z]{2,}/;
const found = [];
const walk = (element) => {
  if (element.matches(AS_IT_IS)) return;
  const texts = READ.map((name) => element.getAttribute(name) ?? "");
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) texts.push(node.textContent);
    else if (node instanceof Element) walk(node);
  }
  found.push(...texts.filter((text) => WORDS.test(text)).map((text) => `${element.localName}: ${text.trim()}`));
};
walk(document.body);
return found;
