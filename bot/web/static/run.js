// One person's phone.
import { ask } from "./http.js";
import { letters } from "./letters.js";
import { Phone } from "./phone.js";
import { explain } from "./words.js";

const home = () => location.replace("/");

letters();
const phone = new Phone(document.querySelector(".phone"), { heard: unread, lost: home });
phone.open("/api", "/files");
phone.composer.text.focus();

const more = document.querySelector(".more");
const dialog = document.querySelector("dialog.ask");
document.querySelector(".leave").addEventListener("click", () => {
  more.open = false;
  dialog.showModal();
});
dialog.addEventListener("close", async () => {
  if (dialog.returnValue !== "leave") return;
  try {
    await ask("/leave", { body: {} });
    home();
  } catch (failure) {
    phone.say(explain(failure.code));
  }
});

document.addEventListener("click", (event) => more.contains(event.target) || (more.open = false));
more.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  more.open = false;
  more.querySelector("summary").focus();
});

// The tab says how much is new while nobody looks.
const title = document.title;
let waiting = 0;
function unread(n) {
  waiting = document.hidden ? waiting + n : 0;
  document.title = waiting ? `(${waiting}) ${title}` : title;
}
document.addEventListener("visibilitychange", () => document.hidden || unread(0));
