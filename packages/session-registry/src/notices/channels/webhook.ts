import { createHmac } from "node:crypto";
import type { Destination, NoticeChannel } from "../delivery.js";

export interface WebhookOptions {
  /** Where notices are posted to: a service of yours, which reaches the user. */
  readonly url: string;
  /** Signs the body: `Webhook-Signature: v1,<base64 of HMAC-SHA-256 over "id.timestamp.body">`. At least 24 characters. */
  readonly secret: string;
  /** @default the user's id, verified: your service knows where to reach the user */
  readonly destinationsOf?: NoticeChannel["destinationsOf"];
  /** @default "webhook" */
  readonly name?: string;
  readonly onlyRisk?: boolean;
  /** How long an answer is waited for, ms. @default 10000 */
  readonly timeoutMs?: number;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
  /** Epoch ms. @default Date.now */
  readonly now?: () => number;
}

/**
 * Notices as signed requests, in the form of Standard Webhooks (https://www.standardwebhooks.com): `webhook-id` is the same
 * for each try.
 *
 * @throws TypeError naming `url` or `secret`
 */
export function webhookChannel(options: WebhookOptions): NoticeChannel {
  const { url, secret, name = "webhook", onlyRisk = false, timeoutMs = 10_000, now = Date.now } = options;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new TypeError("url must be http or https");
  if (secret.length < 24) throw new TypeError("secret must have at least 24 characters");
  return {
    name,
    onlyRisk,
    destinationsOf: options.destinationsOf ?? ((userId): Destination[] => [{ to: userId }]),
    async send(to, message, key) {
      const body = JSON.stringify({ type: "session.notice", to, ...message });
      const timestamp = String(Math.floor(now() / 1000));
      const signature = createHmac("sha256", secret).update(`${key}.${timestamp}.${body}`).digest("base64");
      const response = await (options.fetch ?? fetch)(url, {
        method: "POST",
        redirect: "error",
        headers: {
          "content-type": "application/json",
          "webhook-id": key,
          "webhook-timestamp": timestamp,
          "webhook-signature": `v1,${signature}`,
        },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
    },
  };
}
