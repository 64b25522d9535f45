import { type Answer, createChannel, createReport, guard, isOffline, isRetryable, tried } from "@sojourn/core";
import { admissionOf } from "@sojourn/session";
import { intakeOf } from "../intake.js";
import type { Feature } from "../sdk.js";

/** Why nothing, or not all of it, arrives. */
export interface Diagnostic {
  /**
   * `consent` was not given. `sampling` left this session out. `offline`: the browser says so. `csp`: the page's policy
   * forbids requests to the intake. `cors`: the intake is there and does not answer this page. `blocked`: it cannot be
   * reached, because of an extension, a proxy, or its own absence. `foreign`: what answers is no intake. `busy`: it asked to
   * wait, or failed. `token` is not known to it; `origin` may not use that token. `clock`: its clock or this one is off.
   * `refused` whole bodies, or `rejected` events. `silenced`: the application is told to send less, or nothing.
   */
  reason:
    | "consent"
    | "sampling"
    | "offline"
    | "csp"
    | "cors"
    | "blocked"
    | "foreign"
    | "busy"
    | "token"
    | "origin"
    | "clock"
    | "refused"
    | "rejected"
    | "silenced";
  /** What the intake said, or the browser. */
  detail?: string | undefined;
}

export interface DiagnosticsMethods {
  /**
   * Calls back with each reason for which nothing arrives, once until something did; also with those of before the call. The
   * answer stops that.
   */
  onDiagnostics(callback: (diagnostic: Diagnostic) => void): () => void;
}

type Reason = Diagnostic["reason"];

const BY_STATUS: Record<number, Reason> = { 401: "token", 403: "origin", 408: "busy", 429: "busy" };

/** What is wrong where the intake answered. */
function wrongWith(answer: Answer): Reason | undefined {
  const { status, json } = answer;
  const { rejected, sample_rate, error } = json ?? {};
  if (/ clock\b/.test(JSON.stringify(rejected ?? error) ?? "")) return "clock";
  if (status >= 400) return BY_STATUS[status] ?? (status < 500 ? "refused" : "busy");
  if (isRetryable(answer)) return "foreign";
  if (rejected?.length) return "rejected";
  return sample_rate === undefined ? undefined : "silenced";
}

/** Says why nothing arrives, to whoever asks. */
export function diagnostics(): Feature<DiagnosticsMethods> {
  const channel = createChannel<Diagnostic>(createReport());
  let known: Diagnostic[] = [];
  let asked = false;

  const has = (reason: Reason) => known.some((one) => one.reason === reason);

  function say(reason: Reason, detail?: string): void {
    if (has(reason)) return;
    const diagnostic = { reason, detail };
    known.push(diagnostic);
    channel.emit(diagnostic);
  }

  return {
    says: () => ({
      onDiagnostics(callback) {
        asked = true;
        const stop = channel.on(callback);
        for (const diagnostic of known) guard(createReport(), callback)(diagnostic);
        return stop;
      },
    }),
    start({ scope, heard, sessions, granted, options }) {
      const { href, origin } = intakeOf(options);
      // Taken now, so that nobody measures it.
      const nativeFetch = fetch;
      const sampled = () => {
        const session = sessions.current();
        if (session && granted() && admissionOf(session) !== "now") say("sampling");
      };
      scope.add(sessions.changed.on(sampled));
      sampled();

      scope.listen<SecurityPolicyViolationEvent>(document, ["securitypolicyviolation"], (event) => {
        const { blockedURI, effectiveDirective } = event;
        if (event.disposition === "enforce" && blockedURI.startsWith(origin)) say("csp", effectiveDirective);
      });

      /** The answer that does not come tells nothing of why: another one that needs no permission does. */
      function probe(): void {
        if (isOffline()) say("offline");
        else if (asked && !has("cors") && !has("csp")) {
          const none: RequestInit = { mode: "no-cors", credentials: "omit", referrerPolicy: "origin" };
          nativeFetch.call(globalThis, href, none).then(
            () => say("cors"),
            () => say("blocked"),
          );
        }
      }

      scope.add(
        heard.on((answer) => {
          if (!answer.status) {
            probe();
            return;
          }
          const { error, rejected } = answer.json ?? {};
          const reason = wrongWith(answer);
          if (reason) say(reason, error?.message ?? (rejected && tried(() => JSON.stringify(rejected))));
          else known = [];
        }),
      );
      return undefined;
    },
    forget() {
      known = [];
      say("consent");
    },
  };
}
