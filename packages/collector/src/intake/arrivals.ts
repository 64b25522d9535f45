import { createLru } from "../lib/lru.js";

/** Different refusals that are remembered: the newest. */
const MOST = 50;
const MOST_CHARACTERS = 200;

/** What the intake answered to pages since the process started, for whoever waits for the first beacon. */
export interface Arrivals {
  /** When counting began, epoch ms. */
  since: number;
  /** Times that the SDK's file was asked for here, and when last; null when never. */
  sdk: { count: number; last_at: number | null };
  /** By application: beacons of which everything, or something, was kept. */
  applications: { application_id: string; client_token: string; beacons: number; last_at: number | null }[];
  /** The newest first. */
  refusals: RefusalSeen[];
}

export interface RefusalSeen {
  /** Empty where the token named none. */
  application_id: string;
  /** The stable word of the answer, such as `foreign_origin`; `rejected` where single events were. */
  code: string;
  message: string;
  /** What it is about; may be empty. */
  field: string;
  /** The `Origin` of the request, as it came; empty without one. */
  origin: string;
  count: number;
  last_at: number;
}

export interface ArrivalsDeps {
  applications: readonly { id: string; clientToken: string | readonly string[] }[];
  /** The collector's wall clock, epoch ms. */
  now: () => number;
}

/** Remembers what became of the requests of pages: in memory, of this process, and bounded. */
export function createArrivals({ applications, now }: ArrivalsDeps) {
  const since = now();
  const taken = new Map(applications.map(({ id }) => [id, { beacons: 0, last_at: null as number | null }]));
  const owners = new Map(applications.flatMap(({ id, clientToken }) => [clientToken].flat().map((one) => [one, id])));
  const refusals = createLru<RefusalSeen>(MOST);
  const sdk = { count: 0, last_at: null as number | null };

  function refused(request: Request, application_id: string, error: { code: string; message: string; field?: string }) {
    const origin = cut(request.headers.get("origin") ?? "");
    const key = JSON.stringify([application_id, error.code, error.field, origin]);
    const count = (refusals.get(key)?.count ?? 0) + 1;
    const said = { code: error.code, message: cut(error.message), field: cut(error.field ?? "") };
    refusals.set(key, { application_id, ...said, origin, count, last_at: now() });
  }

  return {
    sdkServed() {
      sdk.count += 1;
      sdk.last_at = now();
    },
    /** Notes what the intake answered, and hands the answer on. */
    async note(request: Request, response: Response): Promise<Response> {
      const id = owners.get(new URL(request.url).searchParams.get("client_token") ?? "") ?? "";
      const known = taken.get(id);
      if (response.ok && request.method === "POST" && known) {
        known.beacons += 1;
        known.last_at = now();
      }
      if (response.status < 400 && response.status !== 202) return response;
      const body = (await response
        .clone()
        .json()
        .catch(() => ({}))) as { error?: { code: string; message: string }; rejected?: { reason: string }[] };
      if (body.error) refused(request, id, body.error);
      const [first] = body.rejected ?? [];
      if (first) refused(request, id, { code: "rejected", message: first.reason });
      return response;
    },
    read: (): Arrivals => ({
      since,
      sdk: { ...sdk },
      applications: applications.map(({ id, clientToken }) => ({
        application_id: id,
        client_token: [clientToken].flat()[0] ?? "",
        beacons: 0,
        last_at: null,
        ...taken.get(id),
      })),
      refusals: [...refusals.values()].sort((a, b) => b.last_at - a.last_at),
    }),
  };
}

const cut = (text: string) => text.slice(0, MOST_CHARACTERS);
