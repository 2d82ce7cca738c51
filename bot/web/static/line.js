// Listens to one phone's news by long poll: a cursor, back-off, awake again after sleep. Knows no DOM of the chat.
import { ask, pause } from "./http.js";

const WAIT = 20; // seconds the server may hold a request
const HIDDEN_PAUSE = 5000; // a page nobody looks at holds no connection: browsers allow six to a host
const LONGEST_PAUSE = 15000;

export class Line {
  // news(messages, anew), state(online), lost() when the session is over
  constructor({ news, state, lost }) {
    Object.assign(this, { news, state, lost });
    const wake = () => document.hidden || this.nudge();
    document.addEventListener("visibilitychange", wake);
    window.addEventListener("online", wake);
    window.addEventListener("offline", wake);
    window.addEventListener("pageshow", wake);
  }

  open(base) {
    this.close();
    Object.assign(this, { base, cursor: 0, epoch: null, failures: 0, anew: true });
    this.running = new AbortController();
    this.loop(this.running.signal);
  }

  close() {
    this.running?.abort();
    this.nudge();
  }

  // Ask again now, for an answer at once: whatever hangs or sleeps is given up.
  nudge() {
    this.failures = 1;
    this.request?.abort();
    this.wake?.();
  }

  async loop(signal) {
    while (!signal.aborted) {
      try {
        await this.once(signal);
        if (signal.aborted) return;
        this.failures = 0;
        this.state(true);
        if (document.hidden) await this.rest(HIDDEN_PAUSE);
      } catch (failure) {
        if (signal.aborted) return;
        if (failure.status === 401) return this.lost();
        await this.fail();
      }
    }
  }

  async once(signal) {
    const wait = this.anew || document.hidden || this.failures ? 0 : WAIT;
    const request = (this.request = new AbortController());
    const url = `${this.base}/messages?after=${this.cursor}&wait=${wait}`;
    const answer = await ask(url, { signal: request.signal, timeout: (wait + 10) * 1000 });
    if (signal.aborted) return;
    if (this.epoch !== null && answer.epoch !== this.epoch) return this.restart(answer.epoch);
    this.epoch = answer.epoch;
    this.cursor = answer.version;
    const anew = this.anew;
    this.anew = false;
    this.news(answer.messages, anew);
  }

  // The server remembers something else than we do: begin again from nothing.
  restart(epoch) {
    Object.assign(this, { epoch, cursor: 0, anew: true });
  }

  async fail() {
    if (this.request.signal.aborted) return; // we gave up on it ourselves
    this.failures += 1;
    if (this.failures > 1) this.state(false);
    await this.rest(Math.min(500 * 2 ** this.failures, LONGEST_PAUSE) * (0.75 + Math.random() / 2));
  }

  rest(milliseconds) {
    return Promise.race([pause(milliseconds), new Promise((wake) => (this.wake = wake))]);
  }
}
