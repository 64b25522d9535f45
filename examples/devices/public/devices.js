import { inWords } from "./words.js";

const $ = (selector) => document.querySelector(selector);
const REASONS = {
  logout: "signed out",
  revoked: "ended by you",
  evicted: "ended: there were too many",
  replaced: "somebody else signed in there",
  client_mismatch: "ended: another program used it",
  reuse: "ended: two used it at once",
  reported: "you said that it was not you",
  password_changed: "the password was changed",
};

/** Texts alone, never HTML: what clients say of themselves is anybody's. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

async function ask(method, path, body) {
  const response = await fetch(path, {
    method,
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  return { status: response.status, value: response.status === 204 ? {} : await response.json() };
}

/** Does something, after whatever proof of who it is that takes. */
async function change(method, path) {
  const { status, value } = await ask(method, path);
  const code = status === 403 ? value.error.code : undefined;
  if (code === "reauthenticate" && (await proven("password"))) return change(method, path);
  if (code === "step_up" && (await proven("code"))) return change(method, path);
  await show();
}

const PROOFS = {
  password: ["Is it you?", "It has been a while since you signed in.", "Password"],
  code: ["A second proof", "You signed in here only now. We sent a code to your mails.", "Code"],
};

/** Asks until it is right or given up. */
async function proven(kind) {
  const [title, text, label] = PROOFS[kind];
  if (kind === "code") await ask("POST", "/code");
  await showMails();
  const dialog = $("#prove");
  const form = dialog.querySelector("form");
  const input = form.elements.proof;
  $("#prove-title").textContent = title;
  $("#prove-text").textContent = text;
  $("#prove-label").textContent = label;
  input.type = kind === "password" ? "password" : "text";
  input.value = "";
  form.querySelector("[role=alert]").textContent = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const done = (result) => {
      form.removeEventListener("submit", submit);
      dialog.removeEventListener("close", closed);
      dialog.close();
      resolve(result);
    };
    const closed = () => done(false);
    const submit = async (event) => {
      event.preventDefault();
      const { status } = await ask("POST", "/prove", { [kind]: input.value });
      if (status === 200) done(true);
      else form.querySelector("[role=alert]").textContent = "That was not right.";
    };
    form.addEventListener("submit", submit);
    dialog.addEventListener("close", closed);
  });
}
$("#prove-cancel").addEventListener("click", () => $("#prove").close());

function card({ uid, client, current, kind, label, createdAt, lastSeenAt, ended, actor }) {
  const day = (at) => new Date(at).toLocaleDateString();
  const name = actor ? `Support (${actor.userId}): ${actor.reason}` : label || inWords(client);
  const facts = [
    label ? inWords(client) : "",
    `since ${new Date(createdAt).toLocaleString()}`,
    ended
      ? `${REASONS[ended.reason] ?? ended.reason}, ${new Date(ended.at).toLocaleString()}`
      : `seen ${day(lastSeenAt)}`,
  ];
  const title = element("h3", {}, name, ...(current ? [element("span", { class: "badge" }, "this device")] : []));
  const actions = ended
    ? []
    : [
        ...(kind === "login"
          ? [element("button", { type: "button", onclick: () => rename(uid, label) }, "Rename")]
          : []),
        element(
          "button",
          { type: "button", "aria-label": `Sign out ${name}`, onclick: () => change("DELETE", `/sessions/${uid}`) },
          "Sign out",
        ),
      ];
  return element(
    "li",
    current ? { class: "current" } : {},
    element("div", {}, title, element("p", { class: "quiet" }, facts.filter(Boolean).join(" · "))),
    element("p", { class: "row" }, ...actions),
  );
}

async function rename(uid, label = "") {
  const name = prompt("A name for this device", label);
  if (name !== null) await ask("PATCH", `/sessions/${uid}`, { label: name.slice(0, 64) });
  await show();
}

async function showMails() {
  const { value } = await ask("GET", "/mails");
  const linked = (text) =>
    text
      .split(/(http:\/\/localhost\S+)/)
      .map((part) => (part.startsWith("http") ? element("a", { href: part }, part) : part));
  $("#mails").replaceChildren(
    ...value.map(({ subject, text }) =>
      element("li", {}, element("div", {}, element("h3", {}, subject), element("pre", {}, ...linked(text)))),
    ),
  );
}

async function show() {
  const [{ value: me }, { status, value }] = await Promise.all([ask("GET", "/me"), ask("GET", "/sessions")]);
  const isIn = status === 200;
  $("#sign-in").hidden = isIn;
  $("#account").hidden = !isIn;
  if (!isIn) return;
  $("#who").textContent = me.user;
  const live = value.items.filter(({ ended }) => !ended);
  $("#devices").replaceChildren(...live.map(card));
  $("#others").hidden = live.length < 2;
  const ended = value.items.filter(({ ended }) => ended);
  $("#past").hidden = ended.length === 0;
  $("#ended").replaceChildren(...ended.map(card));
  $("#notices").replaceChildren(
    ...value.notices.map(({ entries: [entry] }) =>
      element(
        "p",
        { class: "notice" },
        `New sign-in: ${inWords(entry.client)}, ${new Date(entry.at).toLocaleString()}.`,
      ),
    ),
  );
  await showMails();
}

$("#sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { status, value } = await ask("POST", "/sign-in", Object.fromEntries(new FormData(event.target)));
  event.target.querySelector("[role=alert]").textContent = status === 200 ? "" : value.error.message;
  if (status === 200) event.target.reset();
  await show();
});
$("#sign-out").addEventListener("click", () => change("POST", "/sessions/sign-out"));
$("#others").addEventListener("click", () => change("POST", "/sessions/revoke-others"));
await show();
// What happens elsewhere is seen by the time somebody comes back.
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && show());
