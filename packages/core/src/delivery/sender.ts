import { guard } from "../guard.js";
import { startLifecycle } from "../page/lifecycle.js";
import type { Scope } from "../scope.js";
import { tried } from "../tried.js";
import type { Body } from "./batch.js";
import { utf8Length } from "./bytes.js";
import { createDeferred } from "./deferred.js";
import { canGzip, gzip } from "./gzip.js";
import type { Parcel } from "./parcel.js";
import { type Answer, createPost, type Transport } from "./post.js";
import { isRetryable } from "./retry.js";

/**
 * What of ours may be in flight in requests that outlive the page. The browser's quota, 64 KiB of them together, belongs to
 * the page as well.
 */
export const KEEPALIVE_BYTES = 32 * 1024;

/** What is in flight or waits, together; what has waited longest without a try goes first. */
const MAX_BYTES = 1024 * 1024;
/** Requests at once: browsers have six HTTP/1.1 connections for an origin, which may be the page's own. Exits do not queue. */
const MAX_IN_FLIGHT = 2;
/** An answer that takes longer is no longer waited for. */
const TIMEOUT_MS = 30_000;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 600_000;
/** So many failures in a row without any answer ever: the intake is blocked here, and is hardly asked any more. */
const MANY_FAILURES = 4;
export interface Sender {
  /** Sends a body. `exit`: the page may be gone when this returns, so only what outlives it is used. Never throws. */
  send(body: Body, exit: boolean): void;
  /** Takes over what another page made. */
  adopt(parcel: Parcel): void;
  /** What has no final answer yet. */
  waiting(): Iterable<Parcel>;
  /** What the browser is to send should the page be gone without an exit. */
  arm(bodies: readonly string[]): void;
  /** The page may be gone, or the scope stop, after this: what still waits leaves by a way that outlives it. */
  exit(): void;
  /**
   * Tries now, and resolves with whether everything was answered: when it is, or when it will not be soon, because the
   * network is gone, the intake does not want to be asked or fails again and again, or the scope has stopped.
   */
  settled(): Promise<boolean>;
  /** Bytes of the bodies that went out so far, each time that they did. */
  sentBytes(): number;
}

export interface SenderDeps {
  scope: Scope;
  /** Full intake URL, token included. */
  url: string;
  /** Instead of the browser's own ways, of which there are more than one then. */
  transport?: Transport | undefined;
  heard(answer: Answer): void;
  /** Events were given up: `refused` by the intake, or `buffer` when too much waited. */
  lost(reason: "refused" | "buffer", events: number): void;
  /** 0 ≤ random < 1, for the jitter. */
  random?: () => number;
}

/** The browser knows of no network. Where it knows of one, there may be none all the same. */
export const isOffline = (): boolean => navigator.onLine === false;

interface Sending extends Parcel {
  bytes: number;
  /** It is being compressed. */
  packing?: boolean;
  /** It is on a way that outlives the page. */
  kept?: boolean;
  /** Gives up the request that is out with it: its outcome is unknown, and what is still said of it is not heard. */
  end?: (() => void) | undefined;
}

/**
 * Sends bodies to the intake, first those that have waited longest. Nothing is given up because the network or the intake
 * fails: then it is asked again, later and later, and no more where no request has ever come through, until something
 * changes.
 */
export function createSender({ scope, url, transport, heard, lost, random = Math.random }: SenderDeps): Sender {
  const { clock } = scope;
  const post = createPost(clock, url, transport);
  const deferred = createDeferred(scope);
  // Elsewhere (Firefox before 133) a fetch ends with its page.
  const outlivesPage = transport || "keepalive" in Request.prototype;
  /** Everything that has no final answer: first what has waited longest without a try. */
  const parcels = new Set<Sending>();
  let keptAlive = 0;
  let sentBytes = 0;
  /** Ordinary requests wait until then: because the intake asked for it, and because it failed. */
  let asked = 0;
  let backOff = 0;
  let cancelWake = () => {};
  /** Rounds of tries that failed, one after the other. */
  let failures = 0;
  /** Whether the intake has ever answered. */
  let answered = false;
  const onSettled: ((all: boolean) => void)[] = [];

  const fits = ({ bytes }: Sending) => keptAlive + bytes <= KEEPALIVE_BYTES;

  function add(parcel: Parcel): Sending | undefined {
    if (scope.stopped) return undefined;
    const sending: Sending = parcel as Sending;
    measure(sending, parcel.body);
    parcels.add(sending);
    let bytes = 0;
    for (const one of parcels) bytes += one.bytes;
    for (const one of parcels) {
      if (bytes <= MAX_BYTES) break;
      if (one.end) continue;
      parcels.delete(one);
      bytes -= one.bytes;
      lost("buffer", one.events);
    }
    return sending;
  }

  function measure(parcel: Sending, body: Parcel["body"]): void {
    parcel.body = body;
    parcel.bytes = typeof body === "string" ? utf8Length(body) : body.length;
  }

  /** Ahead of its first try, so that an exit has it ready. */
  async function pack(parcel: Sending, text: string): Promise<void> {
    parcel.packing = true;
    try {
      const packed = await gzip(text);
      // An exit did not wait.
      if (!parcel.end) measure(parcel, packed);
    } catch {
      // It leaves as it is.
    }
    parcel.packing = false;
    next();
  }

  function enter(parcel: Parcel): void {
    const sending = add(parcel);
    if (sending && typeof sending.body === "string" && canGzip()) pack(sending, sending.body);
    else next();
  }

  function settle(all: boolean): void {
    for (const resolve of onSettled.splice(0)) resolve(all);
  }

  /** Sends what waits, as far as it may go now. */
  const next = guard(scope.report, () => {
    cancelWake();
    if (parcels.size === 0 || scope.stopped) {
      settle(parcels.size === 0);
      return;
    }
    const waitMs = Math.max(asked, backOff) - clock.now();
    if (isOffline() || waitMs > TIMEOUT_MS) settle(false);
    // `online` comes back here.
    if (isOffline()) return;
    if (waitMs > 0) {
      cancelWake = scope.timer(next, waitMs);
      return;
    }
    // One body asks whether the intake is well again.
    let free = failures ? 1 : MAX_IN_FLIGHT;
    for (const { end } of parcels) if (end) free--;
    for (const parcel of parcels) {
      if (free <= 0) return;
      if (parcel.end || parcel.packing) continue;
      free--;
      // What failed may have done so because the page needs the whole quota itself.
      carry(parcel, fits(parcel) && !(failures % 2));
    }
  });

  /** Tries by a way that outlives the page; what none takes waits, since the page may live on. */
  function leave(parcel: Sending): void {
    const isFitting = fits(parcel);
    if (outlivesPage && isFitting) {
      parcel.end?.();
      carry(parcel, true);
      return;
    }
    const address = post.addressOf(parcel);
    const taken =
      // The browser takes these also where they cannot be delivered.
      !isOffline() &&
      !transport &&
      // A beacon is out of the page's own quota, as keepalive is. What it takes along cannot be chosen.
      (deferred.send(address, parcel.body) || (isFitting && tried(() => navigator.sendBeacon(address, parcel.body))));
    if (!taken) {
      backOff = Math.max(backOff, clock.now() + FIRST_DELAY_MS);
      next();
      return;
    }
    parcel.end?.();
    sentBytes += parcel.bytes;
    // Nothing is ever heard of it: should the page live on, it is sent once more.
    out(parcel, isFitting ? parcel.bytes : 0, () => {});
  }

  /** It is under way. The answer ends that, once, and says what that means. */
  function out(parcel: Sending, keptBytes: number, timedOut: () => void, abort?: AbortController) {
    const end = () => {
      parcel.kept = false;
      parcel.end = undefined;
      keptAlive -= keptBytes;
      cancelTimeout();
      abort?.abort();
    };
    const over = guard(scope.report, (judge: () => void) => {
      if (parcel.end !== end) return;
      end();
      judge();
      next();
    });
    const cancelTimeout = scope.timer(() => over(timedOut), TIMEOUT_MS);
    parcel.end = end;
    parcel.kept = !abort || keptBytes > 0;
    keptAlive += keptBytes;
    return over;
  }

  function carry(parcel: Sending, keepalive: boolean): void {
    const round = failures;
    const abort = new AbortController();
    const failed = ({ status, waitMs = 0 }: Answer = { status: 0 }) => {
      heard({ status });
      // Nobody's fault, and not the time to count.
      if (isOffline()) return;
      // It may be this body that somebody on the way does not like: others go before it.
      if (parcels.delete(parcel)) parcels.add(parcel);
      // Requests that were out together fail together.
      if (round === failures) failures++;
      const isBlocked = !answered && failures >= MANY_FAILURES;
      const delay = isBlocked ? LONGEST_DELAY_MS : Math.min((FIRST_DELAY_MS / 2) * 2 ** failures, LONGEST_DELAY_MS);
      const now = clock.now();
      backOff = Math.max(backOff, now + (delay * (1 + random())) / 2);
      asked = Math.max(asked, now + waitMs);
    };
    // First: a browser that stops a leaving page's script before the request is made finds it not made.
    const answer = post.send(parcel, keepalive, abort.signal);
    const over = out(parcel, keepalive ? parcel.bytes : 0, failed, abort);
    sentBytes += parcel.bytes;
    answer.then(
      (answer) =>
        over(() => {
          answered = true;
          if (isRetryable(answer)) {
            failed(answer);
            return;
          }
          parcels.delete(parcel);
          failures = backOff = 0;
          if (answer.status >= 400) lost("refused", parcel.events);
          heard(answer);
        }),
      () => over(failed),
    );
  }

  /** What did not come through before may now. */
  function retry(): void {
    backOff = 0;
    next();
  }

  startLifecycle(scope).visible.on(({ restored }) => {
    // Firefox never tells what became of requests that were answered meanwhile.
    if (restored) for (const parcel of parcels) parcel.end?.();
    retry();
  });
  scope.listen(window, ["online"], retry);
  scope.add(() => {
    parcels.clear();
    settle(false);
  });

  return {
    send({ json, events }, exit) {
      const parcel: Parcel = { body: json, events, made: clock.wall() };
      if (!exit) enter(parcel);
      else {
        const sending = add(parcel);
        if (sending) leave(sending);
      }
    },
    adopt: enter,
    waiting: () => parcels,
    arm(bodies) {
      if (!transport) deferred.arm(`${url}&late=1`, bodies);
    },
    exit() {
      deferred.arm("", []);
      for (const parcel of parcels) if (!parcel.kept) leave(parcel);
    },
    settled: () =>
      new Promise((resolve) => {
        onSettled.push(resolve);
        retry();
      }),
    sentBytes: () => sentBytes,
  };
}
