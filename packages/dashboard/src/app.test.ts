// @vitest-environment happy-dom
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createApi } from "./api/client.js";
import { App } from "./app.js";
import { detailBody, sessionRow } from "./testing.js";

type Handler = (url: URL, init: RequestInit | undefined) => Response;

let root: HTMLElement;

beforeEach(() => {
  root = document.createElement("div");
  document.body.append(root);
  location.hash = "";
});

afterEach(() => {
  render(null, root);
  root.remove();
});

/** The whole page over a collector of the test's making, drawn when it resolves. */
async function open(hash: string, handler: Handler) {
  location.hash = hash;
  const asked: URL[] = [];
  const api = createApi({
    base: "http://collector.example/v1/",
    fetch: async (input, init) => {
      const url = new URL(String(input));
      asked.push(url);
      return handler(url, init);
    },
  });
  render(h(App, { api }), root);
  await settle();
  return { asked, text: () => root.textContent ?? "" };
}

/** Lets answers arrive and draws what follows from them, effects included. */
async function settle() {
  for (let round = 0; round < 5; round++) await act(() => new Promise((resolve) => setTimeout(resolve)));
}

const list = (rows: object[], next: string | null = null) => Response.json({ items: rows, next });
const find = <T extends Element>(selector: string): T => {
  const element = root.querySelector<T>(selector);
  if (element === null) throw new Error(`Nothing on the page is ${selector}.`);
  return element;
};
const press = async (selector: string) => {
  find<HTMLElement>(selector).click();
  await settle();
};

test("lists sessions with their first and last view, client and counts", async () => {
  const { text } = await open("", () => list([sessionRow({ date: Date.now() - 3_600_000 })]));
  const row = find("tbody tr").textContent;
  for (const part of ["ada", "Firefox 145", "Linux · desktop", "/→/cart", "30 s", "DE · 203.0.113.7"]) {
    expect(row?.replace(/\s+/g, " ")).toContain(part);
  }
  expect([...root.querySelectorAll(".count")].map((cell) => cell.textContent)).toEqual(["2", "1", "1", "2", "1"]);
  expect(find("tbody tr").classList.contains("has-errors")).toBe(true);
  expect(find<HTMLAnchorElement>("tbody a").getAttribute("href")).toBe(`#/sessions/${sessionRow().session_id}`);
  expect(text()).toContain("Figures are of all 1 session in the last 24 hours.");
});

test("marks a session that was active within the last minute as live", async () => {
  await open("", () => list([sessionRow({ date: Date.now() - 40_000 }), sessionRow({ session_id: "b", date: 1e12 })]));
  expect(root.querySelectorAll("tbody .live")).toHaveLength(1);
});

test("says that the figures leave out older sessions when there are more", async () => {
  const { text } = await open("", () => list([sessionRow()], "c"));
  expect(text()).toContain("There are older ones, not counted here.");
});

test("appends older sessions by the cursor", async () => {
  const { asked } = await open("", (url) =>
    url.searchParams.has("cursor") ? list([sessionRow({ session_id: "old", date: 5 })]) : list([sessionRow()], "c1"),
  );
  await press(".older button");
  expect(asked.at(-1)?.searchParams.get("cursor")).toBe("c1");
  expect(root.querySelectorAll("tbody tr")).toHaveLength(2);
});

test("asks for what the address filters by", async () => {
  const { asked, text } = await open("#/sessions?user_id=bob&session_type=user&from=5&to=9", () => list([]));
  expect(Object.fromEntries(asked[0]?.searchParams ?? [])).toEqual({
    session_type: "user",
    user_id: "bob",
    from: "5",
    to: "9",
    limit: "50",
  });
  expect(text()).toContain("No session in the chosen time matches these filters.");
});

test("a filter that is chosen stands in the address and is asked for", async () => {
  const { asked } = await open("", () => list([sessionRow()]));
  const select = find<HTMLSelectElement>(".filters label:nth-of-type(2) select");
  select.value = "synthetics";
  select.dispatchEvent(new Event("change", { bubbles: true }));
  await settle();
  expect(location.hash).toBe("#/sessions?session_type=synthetics");
  expect(asked.at(-1)?.searchParams.get("session_type")).toBe("synthetics");
});

test("with no data it shows the snippet with a real token, and what reached the collector meanwhile", async () => {
  const refusal = { code: "foreign_origin", message: "It is not.", field: "Origin", origin: "https://<b>.example" };
  const arrivals = {
    since: 5,
    sdk: { count: 1, last_at: 5 },
    applications: [
      { application_id: "bank", client_token: "pub-bank", beacons: 0, last_at: null },
      { application_id: "shop", client_token: "pub-shop", beacons: 0, last_at: null },
    ],
    refusals: [{ application_id: "bank", ...refusal, count: 1, last_at: Date.now() }],
  };
  const { text } = await open("", ({ pathname }) =>
    pathname.endsWith("/arrivals") ? Response.json(arrivals) : list([]),
  );
  expect(text()).toContain("Waiting for the first session");
  expect(text()).toContain(`${location.origin}/v1/rum`);
  expect(text()).toContain('clientToken: "pub-bank"');
  expect(find(".findings").textContent).toContain("A page at https://<b>.example was turned away for its origin");
  const select = find<HTMLSelectElement>(".setup select");
  select.value = "shop";
  select.dispatchEvent(new Event("change", { bubbles: true }));
  await settle();
  expect(text()).toContain('clientToken: "pub-shop"');
  for (const word of ["consent", "sampling", "Content-Security-Policy"]) expect(text()).toContain(word);
});

test("asks for a token when the collector wants one, and goes on after", async () => {
  let signedIn = false;
  const { text } = await open("", (url, init) => {
    if (url.pathname === "/v1/sign-in") {
      signedIn = String(init?.body).includes("right");
      return signedIn
        ? new Response(null, { status: 204 })
        : Response.json({ error: { message: "Not known." } }, { status: 401 });
    }
    return signedIn ? list([sessionRow()]) : Response.json({ error: { message: "token" } }, { status: 401 });
  });
  find<HTMLInputElement>("#token").value = "wrong";
  await press(".sign-in button");
  expect(find(".form-error").textContent).toBe("Not known.");
  find<HTMLInputElement>("#token").value = "right";
  await press(".sign-in button");
  expect(text()).toContain("/cart");
});

test("says so when the collector does not answer", async () => {
  const { text } = await open("", () => {
    throw new TypeError("Failed to fetch");
  });
  expect(text()).toContain("The collector does not answer.");
});

test("shows one session: every attribute, its lanes and its events", async () => {
  const { text } = await open(`#/sessions/${sessionRow().session_id}`, () => Response.json(detailBody()));
  for (const name of ["session_has_replay", "session_referrer", "url_query", "path_group", "browser_version", "ip"]) {
    expect(text()).toContain(name);
  }
  expect(root.querySelectorAll(".lane")).toHaveLength(3);
  expect(root.querySelectorAll(".lane .bar")).toHaveLength(2);
  expect(root.querySelectorAll(".event")).toHaveLength(9);
  const chips = [...root.querySelectorAll(".lane:nth-of-type(2) .chip, .lane .chip")].map((chip) => chip.className);
  expect(new Set(chips)).toEqual(new Set(["chip is-good", "chip is-needs-improvement", "chip is-poor"]));
});

test("opens an event to its message, stack and raw JSON, and puts it into the address", async () => {
  await open(`#/sessions/${sessionRow().session_id}`, () => Response.json(detailBody()));
  await press(".event.is-error .line");
  expect(find(".error-message").textContent).toContain("order.total is undefined");
  expect(find(".stack").textContent).toContain("lab.js:15:11");
  expect(JSON.parse(find(".raw pre").textContent ?? "")).toMatchObject({ type: "error", seq: 6 });
  expect(location.hash).toContain("?event=p1%3A6");
});

test("a link to an event opens it", async () => {
  await open(`#/sessions/${sessionRow().session_id}?event=p1%3A4`, () => Response.json(detailBody()));
  expect(find("[data-selected] .details").textContent).toContain("https://shop.example/api/orders");
});

test("a bar of the timeline opens its event beside it, and Escape closes that", async () => {
  await open(`#/sessions/${sessionRow().session_id}`, () => Response.json(detailBody()));
  await press('.bar[data-key="p1:4"]');
  expect(find(".inspector").textContent).toContain("https://shop.example/api/orders");
  expect(find("[data-selected]").querySelector(".details")).toBeNull();
  expect(location.hash).toContain("?event=p1%3A4");
  dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  await settle();
  expect(root.querySelector(".inspector")).toBeNull();
  expect(location.hash).not.toContain("event");
});

test("narrows the events to a kind", async () => {
  await open(`#/sessions/${sessionRow().session_id}`, () => Response.json(detailBody()));
  await press(".segments button:nth-child(4)");
  expect([...root.querySelectorAll(".event")].map((event) => event.classList.contains("is-error"))).toEqual([true]);
});

test("waits for a session that is not there yet", async () => {
  const { text } = await open("#/sessions/abc", () => Response.json({ error: { message: "none" } }, { status: 404 }));
  expect(text()).toContain("Not here yet");
});

test("shows hostile content as text, and links nothing but http and https", async () => {
  const attack = '<img src=x onerror="alert(1)">';
  const hostile = {
    ...sessionRow({
      user_id: attack,
      session_referrer: "javascript:alert(1)",
      session_first_view_url: "data:text/html,x",
      session_last_view_url: "https://shop.example/<script>",
    }),
  };
  const body = detailBody();
  const events = [
    {
      ...body.events[4],
      error_message: attack,
      error_type: attack,
      error_stack: attack,
      context: { [attack]: attack },
    },
  ];
  const views = body.views.map((view) => ({
    ...view,
    view_path: attack,
    view_url: "javascript:alert(1)",
    view_name: attack,
  }));
  const { text } = await open("#/sessions/x", () => Response.json({ session: hostile, views, events }));
  for (const line of root.querySelectorAll<HTMLElement>(".line")) {
    line.click();
    await settle();
  }
  expect(root.querySelectorAll("img, script, iframe")).toHaveLength(0);
  expect(text()).toContain(attack);
  const schemes = [...root.querySelectorAll("a")].map((a) => a.getAttribute("href")?.split(/[:/]/)[0]);
  expect(new Set(schemes)).toEqual(new Set(["#", "https"]));
});

test("an error's calls are shown where they stand in the sources, whatever those are", async () => {
  const at = Date.now() - 5000;
  const source = {
    file: "src/<b>shop.ts",
    line: 6,
    column: 3,
    context: { first: 5, lines: ["{", "<img src=x>", "}"] },
  };
  const frames = [
    { function: "a", file: "https://shop.example/app.js", line: 1, column: 90, source },
    { file: "x.js" },
  ];
  const group = {
    ...{ application_id: "shop", error_fingerprint: "f", error_type: "TypeError", error_message: "it broke" },
    ...{ error_source: "source", error_handling: "unhandled", count: 1, sessions: 1, users: 0, trend: [1] },
    ...{ first_seen: at, last_seen: at, first_release: "1", last_release: "1", state: "open" },
  };
  const example = { date: at, session_id: "s", page_id: "p", seq: 1, error_message: "it broke", error_frames: frames };
  await open("#/errors/f", () => Response.json({ group, by: {}, examples: [example] }));
  expect(find(".frames > li").textContent).toContain("a src/<b>shop.ts:6:3");
  expect(find(".source .is-at").textContent).toBe("<img src=x>");
  expect(find<HTMLOListElement>(".source").start).toBe(5);
  expect(root.querySelectorAll(".frames > li")[1]?.textContent).toBe("(anonymous) x.js");
  expect(root.querySelector("img[src=x]")).toBeNull();
});
