import type { ErrorGroup } from "../api/figures.js";
import { formatCount, plural } from "../format/numbers.js";
import { writeRoute } from "../route.js";
import type { Filters } from "../sessions/filters.js";
import { Ago } from "../ui/now.js";
import { Spark } from "../ui/spark.js";
import { Clip } from "../ui/text.js";
import { Wide } from "../ui/wide.js";

export interface ErrorRowsProps {
  items: readonly ErrorGroup[];
  filters: Filters;
  /** Only what a glance needs. */
  brief?: boolean;
}

/** Groups of errors, a row each. */
export function ErrorRows({ items, filters, brief = false }: ErrorRowsProps) {
  return (
    <Wide label="Groups of errors">
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Error</th>
            <th scope="col" class="spark-column">
              Trend
            </th>
            <th scope="col" class="num">
              Count
            </th>
            <th scope="col" class="num">
              Sessions
            </th>
            {!brief && (
              <>
                <th scope="col" class="num">
                  Users
                </th>
                <th scope="col">Releases</th>
                <th scope="col">State</th>
              </>
            )}
            <th scope="col">Last seen</th>
          </tr>
        </thead>
        <tbody>
          {items.map((group) => (
            <tr key={`${group.application_id} ${group.error_fingerprint}`}>
              <td>
                <a
                  href={writeRoute({
                    name: "error",
                    fingerprint: group.error_fingerprint,
                    filters: { ...filters, application_id: group.application_id },
                  })}
                >
                  <Clip text={group.error_type || group.error_source} />
                </a>
                <span class="sub">
                  <Clip text={group.error_message} />
                </span>
              </td>
              <td class="spark-column">
                <Spark counts={group.trend} label={plural(group.count, "error")} />
              </td>
              <td class="num">{formatCount(group.count)}</td>
              <td class="num">{formatCount(group.sessions)}</td>
              {!brief && (
                <>
                  <td class="num">{formatCount(group.users)}</td>
                  <td>
                    <Clip text={releases(group)} />
                  </td>
                  <td>
                    <State state={group.state} />
                  </td>
                </>
              )}
              <td class="ago">
                <Ago at={group.last_seen} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

export const releases = ({ first_release, last_release }: ErrorGroup): string =>
  first_release === last_release ? first_release || "–" : `${first_release || "–"} … ${last_release || "–"}`;

export function State({ state }: { state: string }) {
  const known = ["open", "ignored", "resolved", "regressed"].includes(state) ? state : "open";
  return <span class={`badge state is-${known}`}>{known}</span>;
}
