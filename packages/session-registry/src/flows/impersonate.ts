import { MINUTE } from "../clock.js";
import { auditOf } from "../model/audit.js";
import { isLive, type Session, type SessionView, viewOf } from "../model/session.js";
import { guidOf, hashOf, isSecret, parseToken } from "../model/token.js";
import { text, whole } from "../settings/check.js";
import { type NewToken, type SeenClient, tokenOf } from "./authenticate.js";
import { type Context, freeUid, kept, secretOf } from "./context.js";

export interface ImpersonateInput {
  /** The actor's own session, live and not an impersonation itself. */
  readonly actor: { readonly token: string | undefined };
  readonly userId: string;
  /** For the audit and the user, 3 to 500 characters. */
  readonly reason: string;
  /** At most the option `impersonation.maxMinutes`, which is the default. */
  readonly minutes?: number;
  readonly client: SeenClient;
}

export type Impersonated =
  | ({ readonly status: "active"; readonly session: SessionView; readonly guid: string } & NewToken)
  /** `nested`: the actor acts as somebody else already. `forbidden`: {@link ImpersonationOptions.may} says no. */
  | { readonly status: "refused"; readonly reason: "not_signed_in" | "nested" | "self" | "forbidden" };

/**
 * Lets an actor act as a user for a short time: a session of its own, which neither counts nor evicts, tells nobody of a
 * sign-in, leaves what is known of the user as it is, and ends with the actor's.
 *
 * @throws TypeError naming `reason` when there is none
 */
export async function impersonate(context: Context, input: ImpersonateInput): Promise<Impersonated> {
  const { impersonation, clock, key, store } = context;
  text("userId", input.userId, 256);
  text("reason", typeof input.reason === "string" ? input.reason.trim() : undefined, 500, 3);
  const most = impersonation.maxMs / MINUTE;
  const minutes = whole("minutes", input.minutes ?? most, 1, most);
  const now = clock.now();
  const client = kept(input.client, context);

  const parsed = parseToken(input.actor.token);
  const actor = parsed && (await store.find(parsed.guid));
  if (!parsed || !actor || !isLive(actor, now) || !isSecret(parsed.secret, actor.secretHash))
    return { status: "refused", reason: "not_signed_in" };
  const refusal = await refusalOf(context, actor, input.userId);
  if (refusal) {
    const event = { at: now, type: "refused", userId: input.userId, reason: `impersonation_${refusal}` } as const;
    await context.change(input.userId, () => ({
      audit: [{ ...event, actor: actor.userId, client }],
      result: undefined,
    }));
    return { status: "refused", reason: refusal };
  }

  const secret = secretOf(context);
  return context.change<Impersonated>(input.userId, ({ sessions }) => {
    const uid = freeUid(context, sessions);
    const session: Session = {
      guid: guidOf(key, input.userId, uid),
      userId: input.userId,
      uid,
      kind: "impersonation",
      origin: "impersonation",
      secretHash: hashOf(secret),
      rotatedAt: now,
      createdAt: now,
      authenticatedAt: now,
      authMethod: "impersonation",
      refreshedAt: now,
      lastSeenAt: now,
      expiresAt: now + minutes * MINUTE,
      endsAt: now + minutes * MINUTE,
      client,
      clientAt: now,
      networks: [],
      actor: { userId: actor.userId, guid: actor.guid },
      reason: input.reason.trim(),
      version: 1,
    };
    return {
      put: [session],
      audit: [auditOf("impersonation_started", session, now, { reason: session.reason ?? "", client })],
      result: {
        status: "active",
        session: viewOf(session, now, true),
        guid: session.guid,
        ...tokenOf(session, secret, now),
      },
    };
  });
}

async function refusalOf(
  { impersonation }: Context,
  actor: Session,
  userId: string,
): Promise<"nested" | "self" | "forbidden" | undefined> {
  if (actor.kind !== "login") return "nested";
  if (actor.userId === userId) return "self";
  return (await impersonation.may(actor.userId, userId)) ? undefined : "forbidden";
}
