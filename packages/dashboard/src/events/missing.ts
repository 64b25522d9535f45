import type { SessionDetail } from "../api/types.js";
import { formatCount } from "../format/numbers.js";

/**
 * Where the session counts more than the answer lists, in words: `10,000 of 12,345 resources`. The counts come ahead of
 * the events when these are still on their way, and the collector limits how many it answers.
 */
export function missingWords({ session, views, events }: SessionDetail): string[] {
  const listed = (type: string) => events.filter((event) => event.type === type).length;
  const kinds: [word: string, listed: number, counted: number][] = [
    ["views", views.length, session.session_view_count],
    ["actions", listed("action"), session.session_action_count],
    ["errors", listed("error"), session.session_error_count],
    ["resources", listed("resource"), session.session_resource_count],
    ["long tasks", listed("long_task"), session.session_long_task_count],
  ];
  return kinds
    .filter(([, have, counted]) => have < counted)
    .map(([word, have, counted]) => `${formatCount(have)} of ${formatCount(counted)} ${word}`);
}
