import { auditOf } from "../model/audit.js";
import { isLive, type Session } from "../model/session.js";
import { hashOf, isSecret, parseToken } from "../model/token.js";
import { text } from "../settings/check.js";
import { type NewToken, type SeenClient, tokenOf } from "./authenticate.js";
import { type Context, kept, secretOf } from "./context.js";

export interface ProveInput {
  /** The session's own. It is good for nothing afterwards. */
  readonly token: string | undefined;
  readonly client: SeenClient;
  readonly auth: { readonly method: string };
}

/**
 * Its user proved again who it is: the session is fresh, and has a new secret. Undefined where the token is no live session's.
 */
export const reauthenticate = (context: Context, input: ProveInput): Promise<NewToken | undefined> =>
  renew(context, input, "reauthenticated");

/** Its user gave a second proof, or has more rights from now on: the session has a new secret. */
export const stepUp = (context: Context, input: ProveInput): Promise<NewToken | undefined> =>
  renew(context, input, "stepped_up");

async function renew(
  context: Context,
  { token, client, auth }: ProveInput,
  type: "reauthenticated" | "stepped_up",
): Promise<NewToken | undefined> {
  text("auth.method", auth?.method, 32);
  const parsed = parseToken(token);
  const found = parsed && (await context.store.find(parsed.guid));
  if (!parsed || !found || !isSecret(parsed.secret, found.secretHash)) return undefined;
  const now = context.clock.now();
  const secret = secretOf(context);
  return context.change<NewToken | undefined>(found.userId, ({ sessions }) => {
    const current = sessions.find(({ guid }) => guid === found.guid);
    // Between the two reads it may have ended, or got another secret.
    if (!current || !isLive(current, now) || current.kind !== "login" || !isSecret(parsed.secret, current.secretHash))
      return { result: undefined };
    const seen = kept(client, context);
    const { previous: _previous, stale: _stale, ...rest } = current;
    const session: Session = {
      ...rest,
      secretHash: hashOf(secret),
      rotatedAt: now,
      authenticatedAt: now,
      authMethod: auth.method,
      ...(type === "stepped_up" && { steppedUpAt: now }),
      client: seen,
      clientAt: now,
      version: current.version + 1,
    };
    return {
      put: [session],
      audit: [auditOf(type, session, now, { authMethod: auth.method })],
      result: tokenOf(session, secret, now),
    };
  });
}
