import { useEffect, useRef, useState } from "preact/hooks";
import type { Api } from "./api/client.js";
import { type Route, readRoute, writeRoute } from "./route.js";
import { SessionPage } from "./session/session-page.js";
import { SessionsPage } from "./sessions/sessions-page.js";
import { NowProvider } from "./ui/now.js";
import { ThemeToggle } from "./ui/theme.js";

/** The whole page: a place in the URL's hash, and the room that shows it. */
export function App({ api }: { api: Api }) {
  const [route, setRoute] = useState(() => readRoute(location.hash));
  const list = useRef("#/sessions");
  if (route.name === "sessions") list.current = writeRoute(route);

  useEffect(() => {
    const follow = () => setRoute(readRoute(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);

  useEffect(() => {
    document.title = route.name === "session" ? `Session ${route.id.slice(0, 8)} – Sojourn` : "Sessions – Sojourn";
  }, [route.name, route.name === "session" && route.id]);

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
        <a class="brand" href={list.current}>
          <Logo />
          Sojourn
        </a>
        <nav aria-label="Rooms">
          <a href={list.current} aria-current={route.name === "sessions" ? "page" : undefined}>
            Sessions
          </a>
        </nav>
        <ThemeToggle />
      </header>
      <main id="main" tabIndex={-1}>
        {route.name === "sessions" ? (
          <SessionsPage
            api={api}
            filters={route.filters}
            onFilters={(filters) => {
              location.hash = writeRoute({ name: "sessions", filters });
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
            back={list.current}
          />
        )}
      </main>
    </NowProvider>
  );
}

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
