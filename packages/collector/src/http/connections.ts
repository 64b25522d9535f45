import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Bounds a server's connections. Beyond `most`, a new one takes the place of the one that has been idle for longest, else of the
 * one whose body has been awaited for longest; where all wait for their answers, the new one is closed. So those who hold many
 * connections open without sending keep nobody out.
 */
export function boundConnections(server: Server, most: number): void {
  // Sets keep the order in which things were added: the first has been there for longest.
  const idle = new Set<Socket>();
  const receiving = new Set<Socket>();
  let open = 0;

  server.on("connection", (socket: Socket) => {
    if (open >= most) {
      const [victim = socket] = idle.size > 0 ? idle : receiving;
      idle.delete(victim);
      receiving.delete(victim);
      victim.destroy();
      if (victim === socket) return;
    }
    open += 1;
    idle.add(socket);
    socket.once("close", () => {
      open -= 1;
      idle.delete(socket);
      receiving.delete(socket);
    });
  });

  server.on("request", (incoming, outgoing) => {
    const { socket, headers } = incoming;
    idle.delete(socket);
    if (headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined) {
      receiving.add(socket);
      incoming.once("end", () => receiving.delete(socket));
    }
    outgoing.once("close", () => {
      receiving.delete(socket);
      if (!socket.destroyed) idle.add(socket);
    });
  });
}
