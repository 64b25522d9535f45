import { useState } from "preact/hooks";
import type { Api } from "../api/client.js";
import type { ErrorDetail, ErrorExample, ErrorGroup } from "../api/figures.js";
import { formatCount, plural } from "../format/numbers.js";
import { formatFull } from "../format/time.js";
import { Panel, RoomFrame } from "../rooms/room.js";
import { useAnswer } from "../rooms/use-answer.js";
import { writeRoute } from "../route.js";
import { type Filters, roomQuery, writeFilters } from "../sessions/filters.js";
import { Icon } from "../ui/icons.js";
import { Ago } from "../ui/now.js";
import { Spark } from "../ui/spark.js";
import { Clip } from "../ui/text.js";
import { releases, State } from "./error-rows.js";
import { Frames } from "./frames.js";

export interface ErrorPageProps {
  api: Api;
  fingerprint: string;
  filters: Filters;
}

const HEADS: Readonly<Record<string, string>> = {
  browser: "Browser",
  os: "System",
  version: "Release",
  path_group: "Page",
  country: "Country",
};

/** One group of errors: what it is, what it comes in, and the newest of them. */
export function ErrorPage({ api, fingerprint, filters }: ErrorPageProps) {
  const { query } = roomQuery(filters, Date.now());
  const asked = useAnswer(`${writeFilters(filters)} ${fingerprint}`, (signal) => api.error(fingerprint, query, signal));
  return (
    <RoomFrame api={api} title="Error" asked={asked}>
      {(detail) => (
        <>
          <a class="back" href={writeRoute({ name: "errors", filters })}>
            <Icon name="back" />
            Errors
          </a>
          <Head group={detail.group} api={api} refresh={asked.refresh} />
          <div class="panels is-three">
            {Object.entries(HEADS).map(([name, head]) => (
              <By key={name} head={head} rows={detail.by[name] ?? []} all={detail.group.count} />
            ))}
          </div>
          <Panel title="The newest">
            <ol class="examples">
              {detail.examples.map((example) => (
                <Example key={`${example.page_id}:${example.seq}`} example={example} />
              ))}
            </ol>
          </Panel>
        </>
      )}
    </RoomFrame>
  );
}

function Head({ group, api, refresh }: { group: ErrorGroup; api: Api; refresh: () => void }) {
  const [said, setSaid] = useState("");
  async function say(state: string) {
    const release = state === "resolved" ? group.last_release : "";
    const answer = await api.say(group, release ? { state, release } : { state }, new AbortController().signal);
    setSaid(answer.ok ? "" : answer.problem.message);
    if (answer.ok) refresh();
  }
  return (
    <header class="session-head">
      <div class="session-title">
        <h1>
          <span dir="auto">{group.error_type || group.error_source}</span> <State state={group.state} />
        </h1>
        <p dir="auto" class="break">
          {group.error_message}
        </p>
        <p class="muted">
          {group.error_handling} · first seen {formatFull(group.first_seen)} · last seen <Ago at={group.last_seen} /> ·
          releases {releases(group)}
        </p>
        <p class="actions">
          {group.state !== "resolved" && (
            <button type="button" onClick={() => say("resolved")}>
              {group.last_release ? `Resolved in ${group.last_release}` : "Resolved"}
            </button>
          )}
          {group.state !== "ignored" && (
            <button type="button" onClick={() => say("ignored")}>
              Ignore
            </button>
          )}
          {group.state !== "open" && (
            <button type="button" onClick={() => say("open")}>
              Open again
            </button>
          )}
          <span class="form-error" role="alert">
            {said}
          </span>
        </p>
      </div>
      <dl class="figures">
        <div class="figure">
          <dt>Errors</dt>
          <dd>
            {formatCount(group.count)}
            <Spark counts={group.trend} label={plural(group.count, "error")} />
          </dd>
        </div>
        <div class="figure">
          <dt>Sessions</dt>
          <dd>{formatCount(group.sessions)}</dd>
        </div>
        <div class="figure">
          <dt>Users</dt>
          <dd>{formatCount(group.users)}</dd>
        </div>
      </dl>
    </header>
  );
}

function By({ head, rows, all }: { head: string; rows: ErrorDetail["by"][string]; all: number }) {
  return (
    <Panel title={head}>
      <ul class="shares">
        {rows.map(({ value, count }) => (
          <li key={value}>
            <Clip text={value || "(none)"} />
            <meter min={0} max={all} value={count} aria-label={`${count} of ${all}`} />
            <span class="num">{formatCount(count)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Example({ example }: { example: ErrorExample }) {
  const { session_id, date, view_path = "", browser = "", browser_version = "", os = "", user_id, version } = example;
  const facts = [view_path, [browser, browser_version].join(" ").trim(), os, user_id, version].filter(Boolean);
  return (
    <li>
      <p class="example-head">
        {session_id && (
          <a href={`${writeRoute({ name: "session", id: session_id, event: `${example.page_id}:${example.seq}` })}`}>
            <Ago at={date} />
          </a>
        )}
        <span class="muted" dir="auto">
          {facts.join(" · ")}
        </span>
      </p>
      <p dir="auto" class="break">
        {example.error_message}
      </p>
      {example.error_frames && example.error_frames.length > 0 ? (
        <Frames frames={example.error_frames} />
      ) : (
        example.error_stack && <pre class="stack">{example.error_stack}</pre>
      )}
    </li>
  );
}
