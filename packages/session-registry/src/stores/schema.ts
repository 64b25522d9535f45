/** What the two databases call the same thing. */
export interface Dialect {
  /** A whole number up to 2^53. */
  readonly integer: string;
  /** A text that is compared byte by byte. */
  readonly text: string;
  /** A column that counts up by itself and is the primary key. */
  readonly serial: string;
}

export const VERSION = 1;

/** Tables and indexes of version 1. Every query of the stores has one of these to go by, which their tests hold. */
export function schema({ integer, text, serial }: Dialect): string {
  return `
CREATE TABLE IF NOT EXISTS registry_sessions (
  guid ${text} PRIMARY KEY,
  user_id ${text} NOT NULL,
  uid ${text} NOT NULL,
  version ${integer} NOT NULL,
  over_at ${integer} NOT NULL,
  ended_at ${integer},
  data ${text} NOT NULL,
  UNIQUE (user_id, uid)
);
CREATE INDEX IF NOT EXISTS registry_sessions_over ON registry_sessions (over_at);
CREATE INDEX IF NOT EXISTS registry_sessions_ended ON registry_sessions (ended_at) WHERE ended_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS registry_marks (
  user_id ${text} NOT NULL,
  mark ${text} NOT NULL,
  seen_at ${integer} NOT NULL,
  PRIMARY KEY (user_id, mark)
);
CREATE INDEX IF NOT EXISTS registry_marks_seen ON registry_marks (seen_at);
CREATE TABLE IF NOT EXISTS registry_audit (
  id ${serial},
  user_id ${text} NOT NULL,
  at ${integer} NOT NULL,
  data ${text} NOT NULL
);
CREATE INDEX IF NOT EXISTS registry_audit_user ON registry_audit (user_id, id);
CREATE INDEX IF NOT EXISTS registry_audit_at ON registry_audit (at);
CREATE TABLE IF NOT EXISTS registry_notices (
  id ${text} PRIMARY KEY,
  notice_key ${text} NOT NULL UNIQUE,
  user_id ${text} NOT NULL,
  created_at ${integer} NOT NULL,
  due_at ${integer} NOT NULL,
  state ${text} NOT NULL,
  attempts ${integer} NOT NULL,
  claimed_until ${integer},
  reported_at ${integer},
  sent ${text} NOT NULL,
  data ${text} NOT NULL
);
CREATE INDEX IF NOT EXISTS registry_notices_user ON registry_notices (user_id, created_at);
CREATE INDEX IF NOT EXISTS registry_notices_due ON registry_notices (due_at) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS registry_notices_created ON registry_notices (created_at);
CREATE TABLE IF NOT EXISTS registry_state (name ${text} PRIMARY KEY, value ${integer} NOT NULL);
INSERT INTO registry_state (name, value) VALUES ('version', ${VERSION}) ON CONFLICT (name) DO NOTHING;
`;
}
