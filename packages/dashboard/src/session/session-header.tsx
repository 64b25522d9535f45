import type { SessionItem } from "../api/types.js";
import { formatNs } from "../format/duration.js";
import { formatCount } from "../format/numbers.js";
import { formatFull } from "../format/time.js";
import { clientWords, userWords } from "../sessions/client-words.js";
import { isLive, lastActive } from "../sessions/summary.js";
import { CopyButton } from "../ui/copy.js";
import { Ago, useNow } from "../ui/now.js";

const FIGURES = [
  ["session_view_count", "Views"],
  ["session_action_count", "Actions"],
  ["session_error_count", "Errors"],
  ["session_resource_count", "Resources"],
  ["session_long_task_count", "Long tasks"],
] as const;

/** Who, when, with what, and how much of everything. */
export function SessionHeader({ session }: { session: SessionItem }) {
  const live = isLive(session, useNow());
  const { browser, system } = clientWords(session);
  return (
    <header class="session-head">
      <div class="session-title">
        <h1>
          <span dir="auto">{userWords(session)}</span>
          {live && <span class="live">live</span>}
          {session.session_type !== "" && <span class="badge">{session.session_type}</span>}
        </h1>
        <p class="session-id">
          <code>{session.session_id}</code>
          <CopyButton text={session.session_id} label="Copy id" />
          <CopyButton text={location.href} label="Copy link" />
        </p>
        <p class="muted">
          {[browser, system, session.country].filter(Boolean).join(" · ")} · began {formatFull(session.date)} · last
          active <Ago at={lastActive(session)} />
        </p>
      </div>
      <dl class="figures">
        <div class="figure" title="time_spent">
          <dt>Time spent</dt>
          <dd>{formatNs(session.time_spent)}</dd>
        </div>
        {FIGURES.map(([name, label]) => (
          <div
            key={name}
            class={`figure ${name === "session_error_count" && session[name] > 0 ? "is-alarm" : ""}`}
            title={name}
          >
            <dt>{label}</dt>
            <dd>{formatCount(session[name])}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}
