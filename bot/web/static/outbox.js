// What the person did and the server has not confirmed yet: sent one by one, in order, again until it arrives.
import { ask, name, pause } from "./http.js";

const LONGEST_PAUSE = 10000;

export class Outbox {
  // confirmed(act, message), failed(act, code, passing)
  constructor(base, { confirmed, failed }) {
    Object.assign(this, { base, confirmed, failed, acts: [], busy: false, failures: 0 });
    this.shelf = `unsent:${base}`;
  }

  // act: {kind: say|press|edit|upload, …fields}; gets its id here, so that a retry is the same act
  add(act) {
    act.id ??= name();
    this.acts.push(act);
    this.keep();
    this.run();
    return act;
  }

  drop(act) {
    this.acts = this.acts.filter((other) => other !== act);
    this.keep();
  }

  nudge() {
    this.failures = 0;
    this.wake?.();
    this.run();
  }

  async run() {
    if (this.busy) return;
    this.busy = true;
    while (this.acts.length) await this.step(this.acts[0]);
    this.busy = false;
  }

  async step(act) {
    try {
      const { message } = await send(this.base, act);
      this.failures = 0;
      this.drop(act);
      this.confirmed(act, message);
    } catch (failure) {
      const again = failure.passing && act.kind !== "press";
      if (!again) this.drop(act);
      this.failed(act, failure.code, again);
      if (again) await this.rest();
    }
  }

  async rest() {
    this.failures += 1;
    const milliseconds = Math.min(500 * 2 ** this.failures, LONGEST_PAUSE);
    await Promise.race([pause(milliseconds), new Promise((wake) => (this.wake = wake))]);
  }

  // Texts outlive a reload of this tab, and nothing else does.
  keep() {
    const texts = this.acts.filter((act) => act.kind === "say").map(({ kind, id, text, reply_to }) => ({ kind, id, text, reply_to }));
    try {
      if (texts.length) sessionStorage.setItem(this.shelf, JSON.stringify(texts));
      else sessionStorage.removeItem(this.shelf);
    } catch {
      // storage is forbidden here: the page works without
    }
  }

  kept() {
    try {
      return JSON.parse(sessionStorage.getItem(this.shelf) ?? "[]");
    } catch {
      return [];
    }
  }
}

function send(base, act) {
  const { kind, id } = act;
  if (kind === "upload") return ask(`${base}/upload`, { form: form(act), timeout: 300000 });
  const fields = { say: ["text", "reply_to"], press: ["message", "data"], edit: ["message", "text"] }[kind];
  const body = { id, ...Object.fromEntries(fields.map((field) => [field, act[field] ?? ""])) };
  return ask(`${base}/${kind}`, { body });
}

function form(act) {
  const data = new FormData();
  for (const field of ["id", "text", "reply_to", "album"]) data.append(field, act[field] ?? "");
  data.append("file", act.file, act.file.name);
  return data;
}
