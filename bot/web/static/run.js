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

const dialog = document.querySelector("dialog.ask");
document.querySelector(".leave").addEventListener("click", () => dialog.showModal());
dialog.addEventListener("close", async () => {
  if (dialog.returnValue !== "leave") return;
  try {
    await ask("/leave", { body: {} });
    home();
  } catch (failure) {
    phone.say(explain(failure.code));
  }
});

// The tab says how much is new while nobody looks.
const title = document.title;
let waiting = 0;
function unread(n) {
  waiting = document.hidden ? waiting + n : 0;
  document.title = waiting ? `(${waiting}) ${title}` : title;
}
document.addEventListener("visibilitychange", () => document.hidden || unread(0));
