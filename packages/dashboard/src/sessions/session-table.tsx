import type { SessionItem } from "../api/types.js";
import { formatNs } from "../format/duration.js";
import { formatCount } from "../format/numbers.js";
import { formatWhen } from "../format/time.js";
import { writeRoute } from "../route.js";
import { Ago, useNow } from "../ui/now.js";
import { Clip } from "../ui/text.js";
import { clientWords, userWords } from "./client-words.js";
import { isLive, lastActive } from "./summary.js";

export interface SessionTableProps {
  items: readonly SessionItem[];
  /** Ids that have just come; they are lit for a moment. */
  arrived: ReadonlySet<string>;
}

export function SessionTable({ items, arrived }: SessionTableProps) {
  return (
    <table class="sessions">
      <thead>
        <tr>
          <th scope="col">Began</th>
          <th scope="col">User</th>
          <th scope="col">Client</th>
          <th scope="col">First view → last view</th>
          <th scope="col" class="num">
            Time spent
          </th>
          <th scope="col" class="num">
            Views
          </th>
          <th scope="col" class="num">
            Actions
          </th>
          <th scope="col" class="num">
            Errors
          </th>
          <th scope="col" class="num">
            Resources
          </th>
          <th scope="col" class="num">
            Long tasks
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <SessionRow key={item.session_id} item={item} isNew={arrived.has(item.session_id)} />
        ))}
      </tbody>
    </table>
  );
}

function SessionRow({ item, isNew }: { item: SessionItem; isNew: boolean }) {
  const now = useNow();
  const live = isLive(item, now);
  const { session_first_view_path: first, session_last_view_path: last } = item;
  const moved = last !== "" && item.session_last_view_id !== item.session_first_view_id;
  const classes = [item.session_error_count > 0 && "has-errors", isNew && "is-new"].filter(Boolean).join(" ");
  return (
    <tr class={classes}>
      <td class="when">
        <a href={writeRoute({ name: "session", id: item.session_id })} class="row-link">
          {formatWhen(item.date, now)}
        </a>
        <span class="sub">
          {live ? (
            <span class="live" title="Active within the last minute">
              live
            </span>
          ) : (
            <Ago at={lastActive(item)} />
          )}
        </span>
      </td>
      <td class="user">
        <Clip text={userWords(item)} class={item.user_id === "" ? "muted" : ""} />
        <span class="sub">
          {item.session_type === "synthetics" ? (
            <span class="badge">synthetics</span>
          ) : (
            <Clip text={originWords(item)} />
          )}
        </span>
      </td>
      <td class="client">
        <Clip text={clientWords(item).browser} />
        <span class="sub">
          <Clip text={clientWords(item).system} />
        </span>
      </td>
      <td class="pages">
        <span class="way">
          <Clip text={first || "–"} />
          {moved && (
            <>
              <span class="arrow">→</span>
              <Clip text={last} />
            </>
          )}
        </span>
        <span class="sub">
          <Clip text={[item.application_id, item.session_first_view_host].filter(Boolean).join(" · ")} />
        </span>
      </td>
      <td class="num spent">{formatNs(item.time_spent)}</td>
      <Count of={item.session_view_count} word="views" />
      <Count of={item.session_action_count} word="actions" />
      <Count of={item.session_error_count} word="errors" alarm />
      <Count of={item.session_resource_count} word="resources" />
      <Count of={item.session_long_task_count} word="long tasks" />
    </tr>
  );
}

function Count({ of, word, alarm = false }: { of: number; word: string; alarm?: boolean }) {
  return (
    <td class={`num count ${of === 0 ? "is-zero" : ""} ${alarm && of > 0 ? "is-alarm" : ""}`} data-word={word}>
      <span>{formatCount(of)}</span>
    </td>
  );
}

const originWords = ({ country, ip }: SessionItem) => [country, ip].filter(Boolean).join(" · ");
