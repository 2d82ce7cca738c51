// Turns the assistant's small HTML into DOM nodes. Only the tags below are ever made; all else is text.
const TAGS = new Set(["b", "i", "u", "s", "code", "pre"]);
const ENTITIES = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'", nbsp: "\u00a0" };
const TOKEN = /<(\/?)([a-z]+)(?:\s+href="([^"<>]*)")?\s*>|&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]+);/gi;

export function render(source) {
  const root = document.createDocumentFragment();
  const open = [root];
  let from = 0;
  for (const token of source.matchAll(TOKEN)) {
    append(open, source.slice(from, token.index));
    step(open, token);
    from = token.index + token[0].length;
  }
  append(open, source.slice(from));
  return root;
}

export const plain = (source) => render(source).textContent;

function step(open, [all, closing, tag, href, entity]) {
  if (entity) return append(open, decode(entity) ?? all);
  const name = tag.toLowerCase();
  if (closing && href === undefined && open.at(-1).localName === name) return open.pop();
  const made = closing ? null : element(name, href);
  if (!made) return append(open, all);
  open.at(-1).append(made);
  return open.push(made);
}

function append(open, text) {
  if (text) open.at(-1).append(document.createTextNode(text));
}

function element(name, href) {
  if (TAGS.has(name) && href === undefined) return document.createElement(name);
  return name === "a" && href !== undefined ? link(decoded(href)) : null;
}

function link(href) {
  if (!secure(href)) return null;
  const made = document.createElement("a");
  made.href = href;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  return made;
}

function secure(href) {
  try {
    return /^https:\/\//i.test(href) && new URL(href).protocol === "https:";
  } catch {
    return false;
  }
}

const decoded = (text) => text.replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]+);/gi, (all, entity) => decode(entity) ?? all);

function decode(entity) {
  if (!entity.startsWith("#")) return ENTITIES[entity.toLowerCase()];
  const code = /^#x/i.test(entity) ? parseInt(entity.slice(2), 16) : parseInt(entity.slice(1), 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
