import { useEffect, useRef, useState } from "preact/hooks";
import type { Api } from "./api/client.js";
import { ErrorPage } from "./errors/error-page.js";
import { ErrorsPage } from "./errors/errors-page.js";
import { DeliveryPage } from "./rooms/delivery-page.js";
import { OverviewPage } from "./rooms/overview-page.js";
import { PagesPage } from "./rooms/pages-page.js";
import type { RoomProps } from "./rooms/room.js";
import { ROOMS, type Room, type Route, readRoute, writeRoute } from "./route.js";
import { SessionPage } from "./session/session-page.js";
import { FIGURE_TEXTS, NO_FILTERS, onlyTexts, SESSION_TEXTS, type TextName } from "./sessions/filters.js";
import { SessionsPage } from "./sessions/sessions-page.js";
import { NowProvider } from "./ui/now.js";
import { ThemeToggle } from "./ui/theme.js";

/** The whole page: a place in the URL's hash, and the room that shows it. */
export function App({ api }: { api: Api }) {
  const [route, setRoute] = useState(() => readRoute(location.hash));
  // Each room remembers how it was looked at; a period or an application holds for all of them.
  const filters = useRef(NO_FILTERS);
  if ("filters" in route) filters.current = route.filters;
  const addressOf = (name: Room) => writeRoute({ name, filters: onlyTexts(filters.current, TEXTS[name]) });
  const list = addressOf("sessions");

  useEffect(() => {
    const follow = () => setRoute(readRoute(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);

  useEffect(() => {
    document.title = `${titleOf(route)} – Sojourn`;
  }, [titleOf(route)]);

  /** A refinement of where the reader already is: no entry of its own in the history. */
  function replace(next: Route) {
    history.replaceState(null, "", writeRoute(next));
    setRoute(next);
  }

  return (
    <NowProvider>
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        To the content
      </button>
      <header class="top">
        <a class="brand" href={addressOf("overview")}>
          <Logo />
          Sojourn
        </a>
        <nav aria-label="Rooms">
          {ROOMS.map((name) => (
            <a key={name} href={addressOf(name)} aria-current={route.name === name ? "page" : undefined}>
              {TITLES[name]}
            </a>
          ))}
        </nav>
        <ThemeToggle />
      </header>
      <main id="main" tabIndex={-1}>
        {route.name === "error" ? (
          <ErrorPage key={route.fingerprint} api={api} fingerprint={route.fingerprint} filters={route.filters} />
        ) : route.name !== "session" ? (
          <RoomOf
            name={route.name}
            api={api}
            filters={route.filters}
            onFilters={(next) => {
              location.hash = writeRoute({ name: route.name as Room, filters: next });
            }}
          />
        ) : (
          <SessionPage
            key={route.id}
            api={api}
            id={route.id}
            selected={route.event}
            onSelect={(event) =>
              replace(
                event === undefined ? { name: "session", id: route.id } : { name: "session", id: route.id, event },
              )
            }
            back={list}
          />
        )}
      </main>
    </NowProvider>
  );
}

const TITLES: Readonly<Record<Room, string>> = {
  overview: "Overview",
  sessions: "Sessions",
  errors: "Errors",
  pages: "Pages",
  delivery: "Delivery",
};
const PAGES = {
  overview: OverviewPage,
  sessions: SessionsPage,
  errors: ErrorsPage,
  pages: PagesPage,
  delivery: DeliveryPage,
} as const satisfies Record<Room, (props: RoomProps) => unknown>;

function RoomOf({ name, ...props }: RoomProps & { name: Room }) {
  const Page = PAGES[name];
  return <Page key={name} {...props} />;
}

function titleOf(route: Route): string {
  if (route.name === "session") return `Session ${route.id.slice(0, 8)}`;
  return route.name === "error" ? `Error ${route.fingerprint.slice(0, 8)}` : TITLES[route.name];
}

/** What each room can be narrowed by; the rest is forgotten on the way there. */
const TEXTS: Readonly<Record<Room, readonly TextName[]>> = {
  overview: FIGURE_TEXTS.filter((name) => name !== "path_group"),
  sessions: SESSION_TEXTS,
  errors: FIGURE_TEXTS,
  pages: FIGURE_TEXTS,
  delivery: ["application_id", "session_type"],
};

function Logo() {
  return (
    <svg class="logo" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M3 17c4 0 4-10 9-10s5 10 9 10" />
      <circle cx="3.5" cy="17" r="2" />
      <circle cx="12" cy="7" r="2" />
      <circle cx="20.5" cy="17" r="2" />
    </svg>
  );
}
