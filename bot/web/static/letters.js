// The size of letters: a person's choice, kept in this browser.
const SIZES = { run: 18, demo: 15, login: 18 };
const SMALLEST = 13;
const LARGEST = 30;

const page = document.documentElement.dataset.page;

export function letters() {
  apply(kept());
  for (const key of document.querySelectorAll("[data-letters]")) {
    key.addEventListener("click", () => change(Number(key.dataset.letters)));
  }
}

function change(step) {
  const size = Math.max(SMALLEST, Math.min(LARGEST, kept() + step));
  try {
    localStorage.setItem(`letters:${page}`, String(size));
  } catch {
    // not kept then
  }
  apply(size);
}

function apply(size) {
  document.documentElement.style.fontSize = `${size}px`;
}

let shown = SIZES[page];

function kept() {
  try {
    shown = Number(localStorage.getItem(`letters:${page}`)) || shown;
  } catch {
    // storage is forbidden here
  }
  return shown;
}
