import { timingSafeEqual } from "node:crypto";
import { DAY } from "../clock.js";
import type { Context } from "../flows/context.js";
import { endAll } from "../flows/end.js";
import { auditOf } from "../model/audit.js";
import { isLive, type StoredClient } from "../model/session.js";
import { derive } from "../model/token.js";
import type { Notice } from "./notice.js";

/** A link is good for so long. */
export const REPORT_MS = 7 * DAY;
const LINK = /^n1\.([\w-]{22})\.([\w-]{43})$/;

/**
 * The token of "It was not me". Nothing of it is stored: it is a keyed hash of the notice's id, so that a mail that is sent
 * again has the same one, and a stolen database has none.
 */
export const linkOf = (key: Uint8Array, { id }: Notice): string => `n1.${id}.${derive(key, "report/v1", id)}`;

export interface Report {
  /** `used`: it was confirmed before. Anything else that is not `valid` is `invalid`. */
  readonly status: "valid" | "used" | "invalid";
  /** What it is about, while it is valid. */
  readonly session?: { readonly uid: string; readonly client: StoredClient; readonly at: number };
}

/** What stands behind a link. Changes nothing: mail scanners follow links. */
export async function lookReport(context: Context, token: unknown): Promise<Report> {
  const notice = await noticeOf(context, token);
  if (!notice) return { status: "invalid" };
  if (notice.reportedAt !== undefined) return { status: "used" };
  const [entry] = notice.entries;
  return entry ? { status: "valid", session: entry } : { status: "invalid" };
}

export type Reported =
  /** Ask the user for a new password. */
  | { readonly status: "ended"; readonly userId: string; readonly count: number }
  | { readonly status: "used" | "invalid" };

/** The user says that it was somebody else: the session ends, and every other that its browser has. Works once. */
export async function confirmReport(context: Context, token: unknown): Promise<Reported> {
  const found = await noticeOf(context, token);
  if (!found) return { status: "invalid" };
  const now = context.clock.now();
  return context.change<Reported>(found.userId, ({ sessions, notices }) => {
    const notice = notices.find(({ id }) => id === found.id) ?? found;
    if (notice.reportedAt !== undefined) return { result: { status: "used" } };
    const about = sessions.find(({ uid }) => uid === notice.entries[0]?.uid);
    const isMeant = (one: (typeof sessions)[number]) =>
      one.guid === about?.guid || (about?.deviceHash !== undefined && one.deviceHash === about.deviceHash);
    const asked = sessions.filter((one) => isLive(one, now) && isMeant(one));
    const changes = endAll(asked, "reported", now);
    const event = about
      ? auditOf("reported", about, now)
      : { at: now, type: "reported" as const, userId: notice.userId };
    return {
      ...changes,
      audit: [...(changes.audit ?? []), event],
      reported: { id: notice.id, at: now },
      result: { status: "ended", userId: notice.userId, count: asked.length },
    };
  });
}

async function noticeOf({ key, store, clock }: Context, token: unknown): Promise<Notice | undefined> {
  const [, id = "", mac = ""] = (typeof token === "string" && token.length === 69 && LINK.exec(token)) || [];
  if (!key || id === "") return undefined;
  if (!timingSafeEqual(Buffer.from(derive(key, "report/v1", id)), Buffer.from(mac))) return undefined;
  const notice = await store.notice(id);
  return notice && clock.now() - notice.createdAt < REPORT_MS ? notice : undefined;
}
