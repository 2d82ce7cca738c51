// Three phones and the clock of a drill.
import { ask } from "./http.js";
import { make } from "./dom.js";
import { letters } from "./letters.js";
import { Phone } from "./phone.js";
import { explain, words } from "./words.js";

const CLOCK_EVERY = 5000; // milliseconds: minutes are shown, so this is soon enough

const desk = document.querySelector(".desk");
const keys = [...desk.querySelectorAll(".moves button, .again")];
const trouble = desk.querySelector(".desk-error");
const tabs = [...document.querySelectorAll("[role=tab]")];
const roots = [...document.querySelectorAll(".phone")];

letters();
const phones = roots.map((root, i) => new Phone(root, { heard: (n) => unread(i, n) }));
start();

async function start() {
  wireClock();
  tabs.forEach((tab, i) => wireTab(tab, i));
  await attempt(fill);
  setInterval(() => document.hidden || attempt(() => ask("/demo/clock")), CLOCK_EVERY);
  await attempt(() => ask("/demo/clock"));
}

async function attempt(act) {
  try {
    const answer = await act();
    trouble.hidden = true;
    if (answer?.now) showClock(answer);
  } catch (failure) {
    trouble.textContent = explain(failure.code);
    trouble.hidden = false;
  }
}

// People ------------------------------------------------------------------------------------------

async function fill() {
  const { people } = await ask("/demo/people");
  const taken = new Set();
  roots.forEach((root, i) => {
    const picker = root.querySelector(".picker");
    const person = first(people, picker.value || remembered(i), root.dataset.start, taken);
    taken.add(person?.account);
    picker.replaceChildren(...groups(people));
    picker.onchange = () => give(i, picker);
    picker.value = person?.account ?? "";
    give(i, picker);
  });
}

function first(people, account, group, taken) {
  const free = people.filter((person) => !taken.has(person.account));
  return free.find((person) => person.account === account) ?? free.find((person) => person.group === group) ?? free[0] ?? people[0];
}

function groups(people) {
  const kind = (person) => (person.group in words.groups ? person.group : "other");
  return Object.keys(words.groups)
    .map((group) => [group, people.filter((person) => kind(person) === group)])
    .filter(([, members]) => members.length)
    .map(([group, members]) => make("optgroup", { label: words.groups[group] }, ...members.map(option)));
}

const option = ({ account, name, title, zalo }) =>
  make("option", { value: account, text: `${name}${zalo ? " (Zalo)" : ""}, ${title}`, data: { name, at: zalo ? "zalo" : "api" } });

function give(i, picker) {
  const account = picker.value;
  if (!account) return;
  remember(i, account);
  tabs[i].querySelector(".tab-name").textContent = picker.selectedOptions[0].dataset.name;
  const { at } = picker.selectedOptions[0].dataset;
  roots[i].classList.toggle("zalo", at === "zalo");
  const base = `/demo/${at}/${encodeURIComponent(account)}`;
  phones[i].open(base, `${base}/files`);
}

function remember(i, account) {
  try {
    sessionStorage.setItem(`phone:${i}`, account);
  } catch {
    // not kept then
  }
}

function remembered(i) {
  try {
    return sessionStorage.getItem(`phone:${i}`);
  } catch {
    return null;
  }
}

// Clock -------------------------------------------------------------------------------------------

function wireClock() {
  const on = (selector, act) => desk.querySelector(selector).addEventListener("click", act);
  on("[data-testid=advance]", () => move("/demo/advance", {}));
  for (const key of desk.querySelectorAll("[data-days]")) {
    key.addEventListener("click", () => move("/demo/move", { days: Number(key.dataset.days) }));
  }
  const dialog = document.querySelector("dialog.ask");
  on(".again", () => dialog.showModal());
  dialog.addEventListener("close", async () => {
    if (dialog.returnValue !== "again") return;
    await move("/demo/restart", {});
    await attempt(fill);
  });
}

async function move(url, body) {
  keys.forEach((key) => (key.disabled = true));
  desk.classList.add("moving");
  await attempt(() => ask(url, { body, timeout: 120000 }));
  desk.classList.remove("moving");
  keys.forEach((key) => (key.disabled = false));
}

function showClock({ day, time, next }) {
  const put = (selector, text) => {
    const node = desk.querySelector(selector);
    if (node.textContent !== text) node.textContent = text;
  };
  put(".day", `${day}, `);
  put(".clock .time", time);
  put(".next", next ? words.next(next.day, next.time, next.what) : words.nothingNext);
}

// Tabs of a narrow screen -------------------------------------------------------------------------

function wireTab(tab, i) {
  tab.addEventListener("click", () => choose(i));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) choose((i + step + tabs.length) % tabs.length, true);
  });
  if (i === 0) choose(0);
}

function choose(i, focus = false) {
  tabs.forEach((tab, j) => {
    tab.setAttribute("aria-selected", String(i === j));
    tab.tabIndex = i === j ? 0 : -1;
    roots[j].classList.toggle("chosen", i === j);
  });
  tabs[i].querySelector(".unread").hidden = true;
  if (focus) tabs[i].focus();
}

function unread(i, n) {
  if (n && tabs[i].getAttribute("aria-selected") !== "true") tabs[i].querySelector(".unread").hidden = false;
}
