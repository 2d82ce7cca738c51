// Draws one message. What a tap on it does is the transcript's `acts`.
import { copy, make } from "./dom.js";
import { plain, render } from "./html.js";
import { words } from "./words.js";

const PREVIEW = 110; // characters of a quoted message

export function textOf(message) {
  return message.plain || message.mine ? message.text : plain(message.text);
}

export function preview(message) {
  const line = textOf(message).trim().replace(/\s+/g, " ");
  const text = line || `${message.file?.kind === "photo" ? words.picture : words.file}: ${message.file?.name ?? ""}`;
  return text.length > PREVIEW ? `${text.slice(0, PREVIEW)}…` : text;
}

export const author = (message) => (message.mine ? words.me : words.assistant);

export function draw(message, quoted, acts) {
  const side = message.mine ? "mine" : "theirs";
  const node = make("article", {
    class: `message ${side}`,
    tabindex: "-1",
    "aria-label": `${author(message)}, ${message.time ?? words.sending}`,
    data: { testid: "message", id: message.id ?? "", from: message.mine ? "me" : "assistant", day: message.day ?? "" },
  });
  node.append(bubble(message, quoted, acts), tools(message, acts));
  if (message.buttons?.length) node.append(choices(message, acts));
  return node;
}

function bubble(message, quoted, acts) {
  const picture = message.file?.kind === "photo";
  return make(
    "div",
    { class: picture ? "bubble pictured" : "bubble" },
    message.reply_to && quote(quoted, acts),
    message.file && (picture ? photo(message, acts) : documentCard(message, acts)),
    message.text && saying(message),
    !message.mine && message.plain && message.text && copyKey(message, acts),
    make("div", { class: "foot" }, make("span", { class: "time", text: message.time ?? "" }))
  );
}

function saying(message) {
  const box = make("div", { class: "words", data: { testid: "message-text" } });
  box.append(message.plain || message.mine ? document.createTextNode(message.text) : render(message.text));
  return box;
}

function quote(quoted, acts) {
  return make(
    "button",
    { type: "button", class: "quote", data: { testid: "quote" }, on: { click: () => quoted && acts.find(quoted.id) } },
    make("b", { text: quoted ? author(quoted) : words.assistant }),
    make("span", { text: quoted ? preview(quoted) : words.more })
  );
}

function photo(message, acts) {
  const image = make("img", { src: acts.file(message), alt: `${words.picture}: ${message.file.name}`, on: { load: acts.settle } });
  return make(
    "button",
    { type: "button", class: "photo", title: words.enlarge, data: { testid: "photo" }, on: { click: () => acts.enlarge(image) } },
    image
  );
}

function documentCard(message, acts) {
  const ending = message.file.name.includes(".") ? message.file.name.split(".").pop().slice(0, 4).toUpperCase() : words.file;
  const refused = message.file.kind === "refused";
  const link = message.id && !refused && { href: acts.file(message), download: message.file.name };
  const below = refused ? words.notKept : link ? words.download : words.file;
  return make(
    link ? "a" : "div",
    { class: "document", data: { testid: "document" }, ...link },
    make("span", { class: "ending", text: ending, "aria-hidden": "true" }),
    make("span", { class: "names" }, make("b", { text: message.file.name }), make("span", { text: below }))
  );
}

function copyKey(message, acts) {
  const key = make("button", { type: "button", class: "copy", text: words.copy, data: { testid: "copy" } });
  key.addEventListener("click", () => copied(message, acts));
  return key;
}

async function copied(message, acts) {
  acts.say((await copy(textOf(message))) ? words.copied : words.notCopied);
}

function tools(message, acts) {
  const key = (text, testid, act) => {
    const click = () => {
      acts.close();
      act();
    };
    return make("button", { type: "button", text, tabindex: "-1", data: { testid }, on: { click } });
  };
  return make(
    "div",
    { class: "tools" },
    message.id && key(words.reply, "reply", () => acts.reply(message)),
    message.id && message.mine && message.text && !message.file && key(words.edit, "edit", () => acts.edit(message)),
    message.text && key(words.copy, "copy-text", () => copied(message, acts))
  );
}

function choices(message, acts) {
  const box = make("div", { class: "choices" });
  for (const row of message.buttons) {
    const keys = row.map(({ label, data, pressed }) => {
      const click = (event) => acts.press(message, data, event.currentTarget);
      const looks = pressed ? { class: "choice pressed", title: words.pressed } : { class: "choice" };
      return make("button", { type: "button", ...looks, text: label, data: { testid: "choice", data }, on: { click } });
    });
    box.append(make("div", { class: "choice-row" }, ...keys));
  }
  return box;
}
