/** As a server saw a client; what is unknown is left out. */
export interface SeenClient {
  readonly host?: string;
  /** The collector keeps as much of it as it is told to. */
  readonly ip?: string;
  /** ISO 3166 code. */
  readonly country?: string;
  readonly browser?: string;
  readonly browser_version?: string;
  readonly os?: string;
  readonly os_version?: string;
  readonly device?: string;
  readonly device_vendor?: string;
  readonly device_model?: string;
  readonly app?: string;
  readonly app_version?: string;
}

/** A connection in one of its states. Times are epoch ms. */
export interface ConnectionDocument extends SeenClient {
  readonly kind: "connection";
  readonly connection_id: string;
  readonly instance_id: string;
  /** Epoch ms of this state: the newest stands. */
  readonly version: number;
  readonly transport: string;
  readonly created_at: number;
  readonly login_at?: number | null;
  readonly last_activity_at: number;
  readonly logout_at?: number | null;
  readonly closed_at?: number | null;
  readonly close_reason?: string;
  readonly user_id?: string;
  /** Of the browser SDK, where its cookie came with the connection. */
  readonly session_id?: string;
  readonly bot?: boolean;
  readonly synthetic?: boolean;
  readonly impersonated?: boolean;
}

/** One thing that happened to a user's sign-ins. */
export interface SignInDocument extends SeenClient {
  readonly kind: "sign_in";
  /** The same one again changes nothing. */
  readonly event_id: string;
  /** Epoch ms. */
  readonly date: number;
  /** A word such as `created`, `ended`, `refused`. */
  readonly type: string;
  readonly reason?: string;
  readonly user_id: string;
  /** Names the sign-in; never a credential. */
  readonly sign_in?: string;
  readonly sign_in_kind?: "login" | "impersonation" | "";
  readonly actor_id?: string;
  readonly auth_method?: string;
  readonly flags?: readonly string[];
}

/** Whose a session of the browser is, as the server knows that signed the user in. */
export interface SessionUserDocument {
  readonly kind: "session_user";
  /** The SDK's, from its cookie. */
  readonly session_id: string;
  readonly user_id: string;
  /** Epoch ms. */
  readonly date: number;
}

export type ServerDocument = ConnectionDocument | SignInDocument | SessionUserDocument;
