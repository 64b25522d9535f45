/** What a view counts, and a session besides its views. */
export type Counted = "error" | "resource" | "action" | "long_task";

/** They only grow, so that a repeated or late body changes nothing. */
export type Counts = Record<Counted, number>;
/** One page's share of one session. */
export type Totals = Counts & { view: number };

export const createCounts = (): Counts => ({ error: 0, resource: 0, action: 0, long_task: 0 });

/** As fields: `error` is `session_error_count` of a session. */
export const countFields = <Of extends string, T extends object>(of: Of, counts: T) =>
  Object.fromEntries(Object.entries(counts).map(([what, count]) => [`${of}_${what}_count`, count])) as Record<
    `${Of}_${keyof T & string}_count`,
    number
  >;
