import { setTimeout as sleep } from "node:timers/promises";
import type { EpochMs } from "@sojourn/core/model";
import { beacon, errorEvent, resourceEvent, session, view, viewEvent } from "./beacons.js";
import { TOKEN } from "./collector.js";

/** Numbers in each body: a version of the view, two errors, a resource. */
const NUMBERS = 4;
/** Bodies of one page, before a visitor goes to the next. */
const BODIES = 100;
const VISITORS = 8;
const PACE_MS = 20;

/** What has to be there, as the API tells it. */
export interface Facts {
  /** `page type number` of every event but views, sorted. */
  events: string[];
  /** `page version` of every view, sorted. */
  views: string[];
  /** `session errors resources` of every session, sorted. */
  sessions: string[];
  delivery: { claimed: number; stored: number; missing: number };
}

export interface Load {
  /** Bodies that were answered 204. */
  readonly acknowledged: number;
  /** `Retry-After` of the answers 503. */
  readonly waits: ReadonlySet<string>;
  /** Resolves when so many more were. */
  more(bodies: number): Promise<void>;
  /** Ends when every body that was begun is acknowledged. Says what has to be there. */
  stop(): Promise<Facts>;
}

/**
 * Visitors who send until they are told to stop. As a browser does, they send a body again that was not answered, and never
 * one that was.
 *
 * @param url where the collector is now; undefined while there is none.
 */
export function startLoad(url: () => string | undefined): Load {
  let acknowledged = 0;
  let stopping = false;
  const waits = new Set<string>();
  const done: { page: string; bodies: number }[] = [];

  async function visitor(name: number): Promise<void> {
    for (let count = 0; !stopping; count += 1) {
      const visit = { page: `p${name}-${count}`, bodies: 0 };
      done.push(visit);
      while (visit.bodies < BODIES && !stopping) {
        await deliver(bodyOf(visit.page, visit.bodies + 1));
        visit.bodies += 1;
        acknowledged += 1;
        await sleep(PACE_MS);
      }
    }
  }

  async function deliver(body: string): Promise<void> {
    while (!(await isTaken(url(), body, waits))) await sleep(PACE_MS);
  }

  const visitors = Array.from({ length: VISITORS }, (_, name) => visitor(name));
  return {
    get acknowledged() {
      return acknowledged;
    },
    waits,
    async more(bodies) {
      const enough = acknowledged + bodies;
      for (let left = 12_000; acknowledged < enough; left -= 1) {
        if (left === 0) throw new Error(`only ${acknowledged} bodies were acknowledged, wanted ${enough}`);
        await sleep(5);
      }
    },
    async stop() {
      stopping = true;
      await Promise.all(visitors);
      return factsOf(done.filter(({ bodies }) => bodies > 0));
    },
  };
}

async function isTaken(url: string | undefined, body: string, waits: Set<string>): Promise<boolean> {
  if (url === undefined) return false;
  const signal = AbortSignal.timeout(5_000);
  const sent = fetch(`${url}/v1/rum?client_token=${TOKEN}`, { method: "POST", body, signal });
  const answer = await sent.catch(() => undefined);
  if (answer?.status === 503) waits.add(answer.headers.get("retry-after") ?? "none");
  else if (answer && answer.status !== 204) throw new Error(`the collector answered ${answer.status}`);
  return answer?.status === 204;
}

const now = Date.now() as EpochMs;

function bodyOf(page: string, n: number): string {
  const first = NUMBERS * (n - 1) + 1;
  const counts = { session_error_count: 2 * n, session_resource_count: n };
  return JSON.stringify(
    beacon({
      page: { page_id: page, page_started_at: now },
      sessions: [
        session({ session_id: `s-${page}`, session_created_at: now, session_active_until_at: now, ...counts }),
      ],
      views: [view({ view_id: `v-${page}`, view_started_at: now })],
      events: [
        viewEvent({ seq: first, document_version: n, date: now }),
        errorEvent({ seq: first + 1, date: now }),
        errorEvent({ seq: first + 2, date: now }),
        resourceEvent({ seq: first + 3, date: now }),
      ],
    }),
  );
}

function factsOf(visits: readonly { page: string; bodies: number }[]): Facts {
  const bodies = visits.reduce((sum, visit) => sum + visit.bodies, 0);
  return {
    events: visits
      .flatMap(({ page, bodies }) =>
        Array.from({ length: bodies }, (_, n) => [
          `${page} error ${NUMBERS * n + 2}`,
          `${page} error ${NUMBERS * n + 3}`,
          `${page} resource ${NUMBERS * n + 4}`,
        ]).flat(),
      )
      .sort(),
    views: visits.map(({ page, bodies }) => `${page} ${bodies}`).sort(),
    sessions: visits.map(({ page, bodies }) => `s-${page} ${2 * bodies} ${bodies}`).sort(),
    delivery: { claimed: NUMBERS * bodies, stored: NUMBERS * bodies, missing: 0 },
  };
}

type Item = Record<string, string | number>;

/** What is there, as a reader finds it, part after part. */
export async function readFacts(url: string): Promise<Facts> {
  const all = async (path: string): Promise<Item[]> => {
    const items: Item[] = [];
    let next: string | null = "";
    while (next !== null) {
      const answer = await fetch(`${url}${path}?limit=1000${next === "" ? "" : `&cursor=${next}`}`);
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
      const part = (await answer.json()) as { items: Item[]; next: string | null };
      items.push(...part.items);
      next = part.next;
    }
    return items;
  };
  const { total } = (await (await fetch(`${url}/v1/delivery`)).json()) as { total: Facts["delivery"] };
  const sessions = await all("/v1/sessions");
  return {
    events: (await all("/v1/events")).map(({ page_id, type, seq }) => `${page_id} ${type} ${seq}`).sort(),
    views: (await all("/v1/views")).map(({ page_id, document_version }) => `${page_id} ${document_version}`).sort(),
    sessions: sessions.map((of) => `${of.session_id} ${of.session_error_count} ${of.session_resource_count}`).sort(),
    delivery: { claimed: total.claimed, stored: total.stored, missing: total.missing },
  };
}

/** Waits until nothing is in a collector's log. */
export async function emptied(url: string): Promise<void> {
  for (let left = 1500; ; left -= 1) {
    if (/^sojourn_log_pending_bytes 0$/m.test(await (await fetch(`${url}/metrics`)).text())) return;
    if (left === 0) throw new Error(`the log of ${url} is not emptied`);
    await sleep(20);
  }
}
