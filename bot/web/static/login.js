// The one field for the code.
import { ask } from "./http.js";
import { explain } from "./words.js";

const form = document.querySelector("form.card");
const wrong = form.querySelector(".wrong");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const key = form.querySelector("button");
  key.disabled = true;
  wrong.hidden = true;
  try {
    await ask("/enter", { body: { code: form.elements.code.value } });
    location.replace("/");
  } catch (failure) {
    wrong.textContent = explain(failure.code);
    wrong.hidden = false;
    key.disabled = false;
  }
});

// A link from another application arrives without the strict cookie; our own request carries it.
ask("/api/messages?after=999999999999999&wait=0").then(
  () => location.replace("/"),
  () => {}
);
