/** Parent → engine process. The secret travels here and not on the command line, which everybody can read. */
export type ToEngine =
  | { type: "start"; directory: string; socket: string; secret: string; database: string; configFile?: string }
  | { type: "stop" };

/** Engine process → parent. */
export type FromEngine = { type: "listening" } | { type: "failed"; message: string };
