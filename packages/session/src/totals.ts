/** What a session counts. */
export type Counted = "view" | "error" | "resource" | "action" | "long_task";

/** One page's totals in one session. They only grow, so that a repeated or late body changes nothing. */
export type Totals = Record<Counted, number>;

export const createTotals = (): Totals => ({ view: 0, error: 0, resource: 0, action: 0, long_task: 0 });
