import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Engine } from "../engine/start.js";

/** A place in an insert on its way to the store: so many bytes of it have passed, or the store has answered it. */
export type InsertPoint = { bytes: number } | "answered";

export interface Door {
  url: string;
  /** Calls once, when an insert comes to this place. What was to pass there does not pass any more. */
  atInsert(point: InsertPoint, call: () => void): void;
  /** While it is shut, who connects is turned away, and who is connected is cut off. */
  shut(): void;
  open(): void;
  close(): Promise<void>;
}

/** An engine answers on a Unix socket. This is the port that a ClickHouse server would have. */
export async function openDoor({ agent }: Pick<Engine, "agent">): Promise<Door> {
  const sockets = new Set<Socket>();
  let isShut = false;
  let watched: { point: InsertPoint; call: () => void } | undefined;

  const server = createServer((from) => {
    if (isShut) {
      from.destroy();
      return;
    }
    const to = (agent as unknown as { createConnection(): Socket }).createConnection();
    /** Bytes of the insert that this connection carries; none when it carries none. */
    let sent: number | undefined;

    const comesTo = (isThere: (point: InsertPoint) => boolean): boolean => {
      if (sent === undefined || !watched || !isThere(watched.point)) return false;
      const { call } = watched;
      watched = undefined;
      from.destroy();
      to.destroy();
      call();
      return true;
    };
    from.on("data", (chunk: Buffer) => {
      if (chunk.subarray(0, 4096).includes("query=INSERT")) sent = 0;
      if (sent !== undefined) sent += chunk.length;
      if (comesTo((point) => point !== "answered" && (sent ?? 0) >= point.bytes)) return;
      if (!to.write(chunk)) from.pause();
    });
    to.on("drain", () => from.resume());
    to.on("data", (chunk) => {
      if (comesTo((point) => point === "answered")) return;
      sent = undefined;
      if (!from.write(chunk)) to.pause();
    });
    from.on("drain", () => to.resume());
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(socket);
      socket.on("end", () => other.end());
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    atInsert(point, call) {
      watched = { point, call };
    },
    shut() {
      isShut = true;
      cut();
    },
    open() {
      isShut = false;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
