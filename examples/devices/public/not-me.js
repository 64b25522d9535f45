import { inWords } from "./words.js";

const what = document.querySelector("#what");
const button = document.querySelector("#confirm");
const url = `/sessions/report${location.search}`;

const report = await (await fetch(url)).json();
if (report.status === "valid") {
  what.textContent = `${inWords(report.session.client)}, ${new Date(report.session.at).toLocaleString()}.`;
  button.hidden = false;
} else {
  what.textContent = report.status === "used" ? "You have told us already." : "This link is not good any more.";
}

// Nothing happens before somebody presses it: programs that look into mails follow links too.
button.addEventListener("click", async () => {
  const done = await (await fetch(url, { method: "POST" })).json();
  button.hidden = true;
  what.textContent =
    done.status === "ended"
      ? "That device is signed out. Change your password now."
      : "This link is not good any more.";
});
