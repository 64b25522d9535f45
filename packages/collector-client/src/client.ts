import type { ServerDocument } from "./documents.js";

export interface CollectorClientOptions {
  /** Where the collector is, such as `https://collector.example`. */
  readonly url: string;
  /** The application's `serverToken`: secret, never a page's. */
  readonly token: string;
  /** How long an answer is waited for, ms. @default 10000 */
  readonly timeoutMs?: number;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
}

export interface CollectorClient {
  /**
   * Resolves when the collector has these on disk. The same again changes nothing.
   *
   * @returns those that it refused for their form, which it always will
   * @throws Error when they were not taken: try again later
   */
  tell(documents: readonly ServerDocument[]): Promise<readonly Refused[]>;
}

export interface Refused {
  /** Place among the documents. */
  readonly index: number;
  readonly reason: string;
}

/** Of one body. */
const MOST = 500;

/** @throws TypeError naming `url` or `token` */
export function createCollectorClient({
  url,
  token,
  timeoutMs = 10_000,
  fetch: send = fetch,
}: CollectorClientOptions): CollectorClient {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new TypeError(`url must be http or https: ${url} was given`);
  if (!/^[\x21-\x7e]{16,256}$/.test(token))
    throw new TypeError("token must be 16 to 256 printable characters without spaces");
  const address = new URL("/v1/server", url).href;

  async function post(documents: readonly ServerDocument[]): Promise<readonly Refused[]> {
    const response = await send(address, {
      method: "POST",
      redirect: "error",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ v: 1, documents }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the collector answered ${response.status}: ${text.slice(0, 300)}`);
    return response.status === 202 ? ((JSON.parse(text) as { rejected?: Refused[] }).rejected ?? []) : [];
  }

  return {
    async tell(documents) {
      const refused: Refused[] = [];
      for (let from = 0; from < documents.length; from += MOST) {
        const found = await post(documents.slice(from, from + MOST));
        for (const { index, reason } of found) refused.push({ index: from + index, reason });
      }
      return refused;
    },
  };
}
