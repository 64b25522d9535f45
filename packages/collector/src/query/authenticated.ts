import type { Store } from "../store/index.js";

/** Who a session of the browser was, as servers say that signed the user in, beside what its pages say. */
export interface Identity {
  /** In the order in which they were seen: a session may have changed hands. */
  authenticated: { user_id: string; first_at: number; last_at: number }[];
  /** `asserted`: only pages say it. */
  identity_source: "authenticated" | "asserted" | "none";
  /** Pages name another user than servers do. */
  identity_conflict: boolean;
  /** Connections to servers that came with this session's cookie. */
  connections: number;
}

/** @param asserted the user that pages name; may be empty */
export async function identityOf(
  store: Store,
  application_id: string,
  session_id: string,
  asserted: string,
): Promise<Identity> {
  const parameters = { application_id, session_id };
  const among = "application_id = {application_id:String} AND session_id = {session_id:String}";
  const [authenticated, [counted]] = await Promise.all([
    store.query<Identity["authenticated"][number]>(
      `SELECT user_id, toUnixTimestamp64Milli(min(first_at)) AS first_at, toUnixTimestamp64Milli(max(last_at)) AS last_at
      FROM session_users WHERE ${among} GROUP BY user_id ORDER BY first_at, user_id LIMIT 20`,
      parameters,
    ),
    store.query<{ connections: number }>(
      `SELECT count() AS connections FROM connections FINAL WHERE ${among}`,
      parameters,
    ),
  ]);
  const isKnown = authenticated.length > 0;
  return {
    authenticated,
    identity_source: isKnown ? "authenticated" : asserted === "" ? "none" : "asserted",
    identity_conflict:
      authenticated.length > 1 ||
      (isKnown && asserted !== "" && !authenticated.some(({ user_id }) => user_id === asserted)),
    connections: counted?.connections ?? 0,
  };
}
