const byId = (id) => document.getElementById(id);
const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/`);
const send = (message) => socket.send(JSON.stringify(message));

function signed(name) {
  byId("sign-in").hidden = Boolean(name);
  byId("say").hidden = !name;
  byId("who").textContent = name;
  show();
}

socket.addEventListener("message", ({ data }) => {
  const message = JSON.parse(data);
  if (message.type === "signedIn") signed(message.name);
  if (message.type === "signedOut") signed("");
  if (message.type === "said") {
    const line = document.createElement("li");
    line.textContent = `${message.name}: ${message.text}`;
    byId("said").append(line);
  }
});
socket.addEventListener("close", () => signed(""));

byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  send({ type: "signIn", name: new FormData(event.target).get("name").trim() });
});
byId("say").addEventListener("submit", (event) => {
  event.preventDefault();
  send({ type: "say", text: new FormData(event.target).get("text") });
  event.target.reset();
});
byId("sign-out").addEventListener("click", () => send({ type: "signOut" }));

const time = (text) => (text ? new Date(text).toLocaleTimeString() : "");

async function show() {
  const [list, usage] = await Promise.all(["/connections", "/usage"].map(async (path) => (await fetch(path)).json()));
  const minutes = Math.round((usage.timeUnion ?? 0) / 60_000);
  byId("usage").textContent =
    `${usage.now} now; in 24 hours ${usage.sessions ?? 0} connections of ${usage.uniqueUsers ?? 0} users, ` +
    `at most ${usage.peakConcurrent ?? 0} at once, ${minutes} minutes signed in`;
  byId("list").replaceChildren(
    ...list.map(({ userId = "–", createdAt, loginAt, logoutAt, closedAt, closeReason = "" }) => {
      const row = document.createElement("tr");
      for (const text of [userId, time(createdAt), time(loginAt), time(logoutAt), time(closedAt), closeReason]) {
        row.append(Object.assign(document.createElement("td"), { textContent: text }));
      }
      return row;
    }),
  );
}

// Only while somebody looks.
setInterval(() => document.visibilityState === "visible" && show().catch(() => {}), 2000);
show();
