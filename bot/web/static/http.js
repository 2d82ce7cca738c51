// Asks the server for JSON; a failure has a status (0: no answer) and a code that words.js explains.
export class Failure extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
    this.code = code;
  }

  // Whether the same request may succeed later.
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export async function ask(url, { body, form, signal, timeout = 20000 } = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeout);
  signal?.addEventListener("abort", () => stop.abort(), { once: true });
  if (signal?.aborted) stop.abort();
  try {
    const answer = await fetch(url, { ...request(body, form), signal: stop.signal, cache: "no-store" });
    const content = await answer.json();
    if (!answer.ok) throw new Failure(answer.status, content.error);
    return content;
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(0, "offline");
  } finally {
    clearTimeout(timer);
  }
}

function request(body, form) {
  if (form) return { method: "POST", body: form };
  if (body === undefined) return {};
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

export function name() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
