import type { Row } from "../rows/events.js";
import type { ConnectionDocument, ServerDocument, SignInDocument } from "./documents.js";
import type { ServerRecord } from "./record.js";

export type ServerTable = "connections" | "sign_ins" | "session_users";

/** The rows of a server's documents, with their tables. */
export function* serverRows(record: ServerRecord): Generator<[ServerTable, Row]> {
  for (const document of record.documents) yield rowOf(record, document);
}

function rowOf(record: ServerRecord, document: ServerDocument): [ServerTable, Row] {
  const { application_id, received_at, retention_days } = record;
  switch (document.kind) {
    case "connection":
      return ["connections", { application_id, received_at, ...connectionColumns(document), retention_days }];
    case "sign_in":
      return ["sign_ins", { application_id, received_at, ...signInColumns(document), retention_days }];
    case "session_user": {
      const { session_id, user_id, date } = document;
      return ["session_users", { application_id, session_id, user_id, first_at: date, last_at: date, retention_days }];
    }
  }
}

function connectionColumns({ kind: _, ...columns }: ConnectionDocument): Row {
  return columns;
}

function signInColumns({ kind: _, sign_in_kind, ...columns }: SignInDocument): Row {
  return { ...columns, kind: sign_in_kind };
}
