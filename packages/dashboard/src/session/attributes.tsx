import { type ComponentChildren, Fragment } from "preact";
import type { SessionItem } from "../api/types.js";
import { NONE } from "../format/duration.js";
import { Address } from "../ui/text.js";

const PLACE = ["url", "host", "path", "path_group", "url_query", "id"] as const;

/** Every attribute of a session, by its name in the data. */
export function Attributes({ session }: { session: SessionItem }) {
  const place = (which: "first" | "last") =>
    PLACE.map((part): Entry => [part, `session_${which}_view_${part}`, session[`session_${which}_view_${part}`]]);
  return (
    <details class="attributes" open={innerWidth > 720}>
      <summary>Attributes</summary>
      <div class="attribute-groups">
        <Group
          title="Session"
          entries={[
            ["application_id", "application_id", session.application_id],
            ["session_type", "session_type", session.session_type],
            ["session_referrer", "session_referrer", session.session_referrer],
            ["session_has_replay", "session_has_replay", session.session_has_replay ? "true" : "false"],
            ["user_id", "user_id", session.user_id],
            ["session_id", "session_id", session.session_id],
          ]}
        />
        <Group title="session_first_view_" isPrefix entries={place("first")} />
        <Group title="session_last_view_" isPrefix entries={place("last")} />
        <Group
          title="Client"
          entries={(["browser", "browser_version", "os", "os_version", "device", "country", "ip"] as const).map(
            (name): Entry => [name, name, session[name]],
          )}
        />
      </div>
    </details>
  );
}

/** Short name, full name, value. */
type Entry = [short: string, name: string, value: string];

function Group({ title, entries, isPrefix = false }: { title: string; entries: readonly Entry[]; isPrefix?: boolean }) {
  return (
    <section>
      <h3 class={isPrefix ? "is-prefix" : ""}>
        {title}
        {isPrefix && "…"}
      </h3>
      <dl>
        {entries.map(([short, name, value]) => (
          <Fragment key={name}>
            <dt title={name}>{short}</dt>
            <dd>{shown(name, value)}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

function shown(name: string, value: string): ComponentChildren {
  if (value === "") return <span class="muted">{NONE}</span>;
  return name.endsWith("_url") || name === "session_referrer" ? (
    <Address url={value} />
  ) : (
    <span dir="auto">{value}</span>
  );
}
