// The chat's log: bubbles in order, each once, with dates between them; where the eye is stays where it is.
import { make } from "./dom.js";
import { draw } from "./bubble.js";
import { words } from "./words.js";

const NEAR = 80; // pixels from the end that still count as reading the newest
const EDGE = 8; // pixels of air above it
const PATIENCE = 8000; // milliseconds that "is answering" shows at most

// What a message says and offers, apart from which of its buttons was pressed.
const offer = ({ text, plain, buttons }) => JSON.stringify([text, plain, buttons.map((row) => row.map(({ label, data }) => [label, data]))]);

export class Transcript {
  // acts: file, reply, edit, press, enlarge, say, retry, discard
  constructor(log, newest, acts) {
    Object.assign(this, { log, newest, known: new Map(), pending: new Map(), unseen: 0, heard: 0 });
    this.empty = log.querySelector(".empty");
    this.acts = { ...acts, find: (id) => this.find(id), close: () => this.closeAll(), settle: () => this.stuck && this.toEnd() };
    this.stuck = true;
    log.addEventListener("scroll", () => this.scrolled(), { passive: true });
    log.addEventListener("click", (event) => this.tapped(event));
    log.addEventListener("keydown", (event) => this.keyed(event));
    newest.addEventListener("click", () => this.toEnd(true));
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(log);
  }

  clear() {
    this.log.setAttribute("aria-live", "off");
    this.known.clear();
    for (const node of [...this.log.children]) if (!node.classList.contains("empty")) node.remove();
    this.stopTyping();
    for (const { node } of this.pending.values()) this.log.append(node);
    this.stuck = true;
  }

  forget() {
    this.pending.clear();
    this.clear();
  }

  // Returns how many of the assistant's messages are new.
  apply(messages, quietly = false) {
    const placed = messages.map((message) => [message, this.place(message)]);
    const theirs = placed.filter(([message, how]) => how && how !== "marked" && !message.mine);
    const heard = theirs.filter(([, how]) => how === "new").length;
    const answered = heard && this.asked;
    const awaited = heard && this.log.querySelector(".typing");
    if (theirs.length) this.stopTyping();
    this.heard += theirs.length;
    this.empty.hidden = this.known.size + this.pending.size > 0;
    this.rove();
    if (this.stuck || answered) this.toEnd(true);
    else if (!quietly) this.count(heard);
    if (awaited) this.fromItsStart(theirs.at(-1)[0].id);
    if (quietly) requestAnimationFrame(() => this.log.setAttribute("aria-live", "polite"));
    return heard;
  }

  // Returns "new", "changed", "marked" (only which button was pressed) or, for what is shown already, "".
  place(message) {
    const old = this.known.get(message.id);
    if (old && old.message.version >= message.version) return "";
    const node = draw(message, this.known.get(message.reply_to)?.message, this.acts);
    this.known.set(message.id, { message, node });
    if (old) this.exchange(old.node, node);
    else this.insert(node, message);
    if (!old) return "new";
    return offer(old.message) === offer(message) ? "marked" : "changed";
  }

  exchange(old, node) {
    const focused = old.contains(document.activeElement) && document.activeElement;
    old.replaceWith(node);
    if (!focused) return;
    const same = [...node.querySelectorAll(".choice")].find((key) => key.dataset.data === focused.dataset.data);
    (same ?? node).focus({ preventScroll: true });
  }

  insert(node, message) {
    this.settlePending(message);
    let above = this.tail();
    while (above !== this.empty && !(Number(above.dataset.id) < Number(message.id))) above = above.previousElementSibling;
    const below = above.nextElementSibling;
    if (below?.matches(".date") && below.dataset.day === message.day) above = below;
    above.after(node);
    this.date(node);
  }

  // The last settled node: what is still being sent, and "is answering", stay below it.
  tail() {
    let node = this.log.lastElementChild;
    while (node.matches(".pending, .typing")) node = node.previousElementSibling;
    return node;
  }

  date(node) {
    const { day } = node.dataset;
    if (node.previousElementSibling?.dataset.day === day) return;
    node.before(make("div", { class: "date", data: { day, testid: "date" } }, make("span", { text: day })));
  }

  pend(act, message) {
    const quoted = this.known.get(act.reply_to)?.message;
    const node = draw({ ...message, mine: true, reply_to: act.reply_to }, quoted, this.acts);
    node.classList.add("pending");
    node.dataset.state = "sending";
    node.querySelector(".foot").replaceChildren(make("span", { class: "state", text: words.sending }));
    this.pending.set(act.id, { act, node });
    const typing = this.log.querySelector(".typing");
    typing ? typing.before(node) : this.log.append(node);
    this.empty.hidden = true;
    this.toEnd(true);
  }

  settlePending(message) {
    const waiting = message.mine && this.pending.get(message.client);
    if (!waiting) return;
    waiting.node.remove();
    this.pending.delete(message.client);
  }

  // An answer longer than the screen is read from its first line: its figures stand above its buttons.
  fromItsStart(id) {
    const above = this.log.getBoundingClientRect().top - this.known.get(id).node.getBoundingClientRect().top;
    if (above <= 0) return;
    this.stuck = false;
    this.log.scrollTop -= above + EDGE;
  }

  // Show that an act has not arrived: `passing` = it is tried again by itself.
  stumble(act, reason, passing) {
    const node = this.pending.get(act.id)?.node;
    if (!node) return;
    node.dataset.state = passing ? "waiting" : "failed";
    const key = (text, testid, click) => make("button", { type: "button", class: "small-key", text, data: { testid }, on: { click } });
    node.querySelector(".foot").replaceChildren(
      make("span", { class: "state", text: passing ? words.waiting : `${words.notSent}. ${reason}` }),
      key(words.retry, "resend", () => this.acts.retry(act)),
      key(words.discard, "discard", () => this.discard(act))
    );
  }

  resume(act) {
    const node = this.pending.get(act.id)?.node;
    if (!node) return;
    node.dataset.state = "sending";
    node.querySelector(".foot").replaceChildren(make("span", { class: "state", text: words.sending }));
  }

  discard(act) {
    this.pending.get(act.id)?.node.remove();
    this.pending.delete(act.id);
    this.acts.discard(act);
  }

  // A button was pressed: its answer is wanted in sight, wherever the button is.
  ask() {
    this.stopTyping();
    this.asked = true;
    this.typingTimer = setTimeout(() => this.stopTyping(), PATIENCE);
  }

  // Something was said and not answered yet; `key` the button that said it.
  expect(key) {
    const { asked } = this;
    this.stopTyping();
    this.asked = asked;
    key?.classList.add("busy");
    const dots = make("div", { class: "typing", "aria-hidden": "true", title: words.typing }, make("i"), make("i"), make("i"));
    this.log.append(dots);
    if (this.stuck) this.toEnd();
    this.typingTimer = setTimeout(() => this.stopTyping(), PATIENCE);
  }

  stopTyping() {
    clearTimeout(this.typingTimer);
    this.asked = false;
    this.log.querySelector(".typing")?.remove();
    for (const key of this.log.querySelectorAll(".choice.busy")) key.classList.remove("busy");
  }

  scrolled() {
    this.stuck = this.below() < NEAR;
    if (this.stuck) this.unseen = 0;
    this.label();
  }

  count(heard) {
    this.unseen += heard;
    this.label();
  }

  // Pixels of the log below what is seen.
  below() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    return scrollHeight - scrollTop - clientHeight;
  }

  // Without news it helps only from further than a screen away: the end of a long answer is a flick away.
  label() {
    this.newest.hidden = this.stuck || (!this.unseen && this.below() < this.log.clientHeight);
    this.newest.querySelector("span").textContent = words.newMessages(this.unseen);
  }

  toEnd(wanted = false) {
    if (wanted) this.stuck = true;
    this.log.scrollTop = this.log.scrollHeight;
    this.unseen = 0;
    this.label();
  }

  find(id) {
    const node = this.known.get(id)?.node;
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.classList.add("found");
    setTimeout(() => node.classList.remove("found"), 1600);
  }

  // A tap on a message shows what can be done with it.
  tapped(event) {
    const node = event.target.closest(".message");
    if (!node || event.target.closest("a, button") || !getSelection().isCollapsed) return;
    this.toggle(node);
  }

  toggle(node, open = !node.classList.contains("open")) {
    this.closeAll();
    if (!open) return;
    node.classList.add("open");
    for (const key of node.querySelectorAll(".tools button")) key.tabIndex = 0;
    if (this.stuck) this.toEnd();
  }

  closeAll() {
    for (const node of this.log.querySelectorAll(".message.open")) {
      node.classList.remove("open");
      for (const key of node.querySelectorAll(".tools button")) key.tabIndex = -1;
    }
  }

  // One stop of the Tab key for all messages; arrows walk, Enter opens, Escape closes.
  rove() {
    const nodes = this.log.querySelectorAll(".message");
    for (const node of nodes) node.tabIndex = -1;
    if (nodes.length) nodes[nodes.length - 1].tabIndex = 0;
  }

  keyed(event) {
    const node = event.target.closest(".message");
    if (!node) return;
    if (event.key === "Escape") this.toggle(node, false);
    if (event.target !== node) return;
    if (event.key === "Enter") this.toggle(node);
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Enter" || step) event.preventDefault();
    if (step) this.walk(node, step);
  }

  walk(node, step) {
    const nodes = [...this.log.querySelectorAll(".message")];
    const to = nodes[nodes.indexOf(node) + step];
    if (!to) return;
    node.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  }
}
