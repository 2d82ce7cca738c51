// One phone: a transcript, a composer, a line to listen on and an outbox to speak through.
import { Composer } from "./composer.js";
import { Line } from "./line.js";
import { Outbox } from "./outbox.js";
import { Transcript } from "./transcript.js";
import { name } from "./http.js";
import { explain } from "./words.js";

const NOTICE = 4500; // milliseconds

export class Phone {
  // heard(n) is told of new messages of the assistant, lost() that the session is over
  constructor(root, { heard = () => {}, lost = () => {} } = {}) {
    Object.assign(this, { root, heard });
    this.offline = root.querySelector(".offline");
    this.toast = root.querySelector(".toast");
    this.transcript = new Transcript(root.querySelector(".log"), root.querySelector(".newest"), this.acts());
    this.composer = new Composer(root, {
      send: (draft) => this.send(draft),
      say: (text) => this.say(text),
      command: (text) => this.send({ text, reply_to: "", files: [] }),
    });
    this.line = new Line({ news: (messages, anew) => this.news(messages, anew), state: (online) => this.online(online), lost });
    root.querySelector(".retry").addEventListener("click", () => this.again());
  }

  acts() {
    return {
      file: (message) => message.url ?? `${this.files}/${message.id}`,
      reply: (message) => this.composer.answer(message),
      edit: (message) => this.composer.edit(message),
      press: (message, data, key) => this.press(message, data, key),
      enlarge,
      say: (text) => this.say(text),
      retry: (act) => this.retry(act),
      discard: (act) => this.outbox.drop(act),
    };
  }

  // base: where this phone's requests go; files: where its files are
  open(base, files) {
    this.files = files;
    this.transcript.forget();
    this.composer.open(base);
    const outbox = new Outbox(base, {
      confirmed: (act, message) => this.outbox === outbox && this.confirmed(act, message),
      failed: (act, code, passing) => this.outbox === outbox && this.failed(act, code, passing),
    });
    this.outbox = outbox;
    this.line.open(base);
    for (const act of outbox.kept()) this.speak(act);
  }

  news(messages, anew) {
    if (anew) this.transcript.clear();
    const heard = this.transcript.apply(messages, anew);
    if (heard && !anew) this.heard(heard);
  }

  send({ text, reply_to, files, editing }) {
    if (editing) return this.add({ kind: "edit", message: editing.id, text });
    const album = files.length > 1 ? name() : "";
    files.forEach((file, i) => this.speak({ kind: "upload", file, album, text: i ? "" : text, reply_to }));
    return files.length || this.speak({ kind: "say", text, reply_to });
  }

  speak(act) {
    act.id ??= name();
    this.transcript.pend(act, { text: act.text, plain: true, ...picture(act.file) });
    this.add(act);
  }

  add(act) {
    this.outbox.add(Object.assign(act, { saw: this.transcript.heard }));
  }

  press(message, data, key) {
    this.transcript.ask();
    key.classList.add("busy");
    this.add({ kind: "press", message: message.id, data, key });
  }

  confirmed(act, message) {
    if (message) this.transcript.apply([message]);
    if (this.transcript.heard === act.saw) this.transcript.expect(act.key);
  }

  failed(act, code, passing) {
    act.key?.classList.remove("busy");
    if (code === "offline" || code === "signed_out") this.line.nudge();
    if (act.kind === "say" || act.kind === "upload") return this.transcript.stumble(act, explain(code), passing);
    return this.say(explain(code));
  }

  retry(act) {
    this.transcript.resume(act);
    if (this.outbox.acts.includes(act)) this.outbox.nudge();
    else this.outbox.add(act);
  }

  online(online) {
    if (online && !this.offline.hidden) this.outbox.nudge();
    this.offline.hidden = online;
  }

  again() {
    this.line.nudge();
    this.outbox.nudge();
  }

  say(text) {
    this.toast.textContent = text;
    this.toast.hidden = false;
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => (this.toast.hidden = true), NOTICE);
  }
}

function picture(file) {
  if (!file) return {};
  const shown = file.type.startsWith("image/") && file.type !== "image/svg+xml";
  return { file: { name: file.name, kind: shown ? "photo" : "document" }, url: shown ? URL.createObjectURL(file) : undefined };
}

// A tap on the large picture shows it in full size, where that is larger still; the next one closes it.
function enlarge(image) {
  const viewer = document.querySelector(".viewer");
  const large = viewer.querySelector("img");
  viewer.classList.remove("full");
  Object.assign(large, { src: image.src, alt: image.alt });
  large.onclick = () => {
    if (viewer.classList.contains("full") || large.naturalWidth <= large.clientWidth) viewer.close();
    else viewer.classList.add("full");
  };
  viewer.showModal();
}
