// The line one types in: text, a message answered or changed, files to go with it, the command menu.
import { ask } from "./http.js";
import { make } from "./dom.js";
import { author, preview, textOf } from "./bubble.js";
import { explain, words } from "./words.js";

const LARGEST = 20_000_000; // bytes, as the server's limit
const LONGEST = 4096;

export class Composer {
  // send({text, reply_to, files, editing}), say(text) shows a notice
  constructor(root, { send, say, command }) {
    Object.assign(this, { send, say, command, answered: null, editing: null, files: [] });
    this.form = root.querySelector(".composer");
    this.text = root.querySelector("textarea");
    this.bar = root.querySelector(".composer .bar");
    this.picker = root.querySelector(".file");
    this.menu = root.querySelector(".commands");
    this.menuKey = root.querySelector(".menu");
    this.wire(root);
  }

  wire(root) {
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.text.addEventListener("keydown", (event) => this.keyed(event));
    this.text.addEventListener("input", () => this.grow());
    this.text.addEventListener("paste", (event) => this.pasted(event));
    this.picker.addEventListener("change", () => this.attach([...this.picker.files]));
    root.querySelector(".attach").addEventListener("click", () => this.picker.click());
    root.querySelector(".drop").addEventListener("click", () => this.reset());
    this.menuKey.addEventListener("click", () => (this.menu.hidden ? this.openMenu() : this.closeMenu()));
    this.menu.addEventListener("keydown", (event) => this.menuKeyed(event));
    document.addEventListener("click", (event) => {
      if (!this.menu.contains(event.target) && !this.menuKey.contains(event.target)) this.closeMenu();
    });
  }

  open(base) {
    this.base = base;
    this.text.value = "";
    this.reset();
    this.closeMenu();
  }

  submit(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (!text && !this.files.length) return this.text.focus();
    if ([...text].length > LONGEST) return this.say(explain("too_long"));
    this.send({ text, reply_to: this.answered?.id ?? "", files: this.files, editing: this.editing });
    this.text.value = "";
    this.reset();
  }

  // Enter sends where there are keys; on a touch keyboard it is a new line and the button sends.
  keyed(event) {
    if (event.key === "Escape" && !this.bar.hidden) return this.reset();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    if (matchMedia("(pointer: coarse)").matches && !matchMedia("(any-pointer: fine)").matches) return;
    this.submit(event);
  }

  grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight + 2}px`;
    this.form.classList.toggle("ready", Boolean(this.text.value.trim() || this.files.length));
  }

  pasted(event) {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    this.attach(files);
  }

  attach(files) {
    this.picker.value = "";
    const fitting = files.filter((file) => file.size <= LARGEST);
    if (fitting.length < files.length) this.say(explain("too_large"));
    if (!fitting.length) return;
    this.files = fitting;
    this.editing = null;
    this.show(fitting.length > 1 ? `${fitting.length} ${words.file.toLowerCase()}` : words.file, fitting.map((file) => file.name).join(", "));
  }

  answer(message) {
    this.answered = message;
    this.editing = null;
    this.show(`${words.replyTo} ${author(message)}`, preview(message));
  }

  edit(message) {
    this.reset();
    this.editing = message;
    this.text.value = textOf(message);
    this.show(words.editing, preview(message));
  }

  show(title, text) {
    this.bar.querySelector("b").textContent = title;
    this.bar.querySelector("span").textContent = text;
    this.bar.hidden = false;
    this.text.focus();
    this.grow();
  }

  reset() {
    if (this.editing) this.text.value = "";
    Object.assign(this, { answered: null, editing: null, files: [] });
    this.bar.hidden = true;
    this.grow();
  }

  async openMenu() {
    try {
      const { commands } = await ask(`${this.base}/commands`);
      this.menu.replaceChildren(...(commands.length ? commands.map((one) => this.item(one)) : [make("p", { text: words.noCommands })]));
    } catch (failure) {
      return this.say(explain(failure.code));
    }
    this.menu.hidden = false;
    this.menuKey.setAttribute("aria-expanded", "true");
    this.menu.querySelector("button")?.focus();
  }

  item({ name, description }) {
    const click = () => {
      this.closeMenu();
      this.text.focus();
      this.command(name);
    };
    return make("button", { type: "button", role: "menuitem", data: { testid: "command" }, on: { click } }, make("b", { text: name }), make("span", { text: description }));
  }

  closeMenu() {
    this.menu.hidden = true;
    this.menuKey.setAttribute("aria-expanded", "false");
  }

  menuKeyed(event) {
    const keys = [...this.menu.querySelectorAll("button")];
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step) {
      event.preventDefault();
      keys[(keys.indexOf(document.activeElement) + step + keys.length) % keys.length]?.focus();
    }
    if (event.key === "Escape") {
      this.closeMenu();
      this.menuKey.focus();
    }
  }
}
