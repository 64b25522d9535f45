import { EventEmitter, once } from "node:events";
import { createServer, get, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import fastify from "fastify";
import { Server as SocketIoServer } from "socket.io";
import { io } from "socket.io-client";
import { expect, onTestFinished, test } from "vitest";
import WebSocket, { WebSocketServer } from "ws";
import { createManualClock, settled } from "../testing/clock.js";
import { setUp } from "../testing/monitor.js";
import { expressMonitor } from "./express.js";
import { fastifyMonitor } from "./fastify.js";
import { createRecorder, monitorServer, monitorStream, sessionOfBrowser } from "./node-http.js";
import { monitorSocketIo } from "./socket-io.js";
import { monitorWebSockets } from "./ws.js";

const COOKIE = "_sojourn_s=id=0b5f3e4a-1f39-4b7a-9a52-0a9c7c1e7d11&created=1&expire=2";

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const visit = (url: string) => fetch(url, { headers: { cookie: COOKIE, "x-user": "ann" } });
const identify = ({ headers }: Pick<IncomingMessage, "headers">) => {
  const userId = headers["x-user"];
  return typeof userId === "string" ? { userId } : null;
};

test("the browser's session is read from its cookie, plain or encoded, and from no other", () => {
  const id = "0b5f3e4a-1f39-4b7a-9a52-0a9c7c1e7d11";
  const of = (cookie: string) => sessionOfBrowser({ headers: { cookie } });
  expect(of(`a=b; ${COOKIE}`)).toBe(id);
  expect(of(`_sojourn_s=created%3D1%26id%3D${id}`)).toBe(id);
  expect(of(`x_sojourn_s=id=${id}`)).toBeUndefined();
  expect(of("_sojourn_s=id=../../etc")).toBeUndefined();
  expect(sessionOfBrowser({ headers: {} })).toBeUndefined();
});

test("node:http: requests of one browser are one presence, signed in and out by what the server knows", async () => {
  const { monitor } = setUp();
  const server = createServer((_request, response) => response.end());
  const stop = monitorServer(monitor, server, { identify });
  const url = await listen(server);
  for (let load = 0; load < 3; load += 1) await visit(url);
  await fetch(url);
  await monitor.flush();
  expect(await monitor.list()).toEqual([expect.objectContaining({ userId: "ann", transport: "http" })]);
  await fetch(url, { headers: { cookie: COOKIE } });
  await monitor.flush();
  expect((await monitor.list())[0]).toHaveProperty("logoutAt");
  stop();
  expect(server.listenerCount("request")).toBe(1);
});

test("node:http: what goes wrong while recording is no matter of the request's", async () => {
  const { monitor } = setUp();
  const fails = () => {
    throw new Error("broken");
  };
  expect(createRecorder(monitor, { key: fails })({ headers: {} } as IncomingMessage)).toBeUndefined();
  const record = createRecorder(monitor, { key: () => "k", identify: () => Promise.reject(new Error("broken")) });
  expect(record({ headers: {} } as IncomingMessage)).toBeDefined();
  await settled();
});

test("node:http: a stream is a connection until the client stops to listen", async () => {
  const { monitor } = setUp();
  const gone = new EventEmitter();
  const server = createServer((request, response) => {
    monitorStream(monitor, request, response);
    response.once("close", () => gone.emit("gone"));
    response.write("data: hello\n\n");
  });
  const request = get(await listen(server));
  const [response] = (await once(request, "response")) as [IncomingMessage];
  await once(response, "data");
  expect(monitor.counters().open).toBe(1);
  const ended = once(gone, "gone");
  request.destroy();
  await ended;
  await monitor.flush();
  expect(await monitor.list()).toEqual([expect.objectContaining({ transport: "sse", closeReason: "client" })]);
});

test("express: the presence is in response.locals", async () => {
  const { monitor } = setUp();
  const app = express();
  app.use(expressMonitor(monitor, { identify }));
  app.get("/", (_request, response) => void response.json({ id: response.locals.connection?.sessionId }));
  const answer = await visit(await listen(createServer(app)));
  const [document] = await monitor.list();
  expect(await answer.json()).toEqual({ id: document?.sessionId });
  expect(document).toMatchObject({ userId: "ann" });
});

test("fastify: the presence is in request.monitored, for routes of any plugin", async () => {
  const { monitor } = setUp();
  const app = fastify();
  onTestFinished(() => app.close());
  app.register(fastifyMonitor(monitor, { identify }));
  app.get("/", async (request) => ({
    id: (request as unknown as { monitored: { sessionId: string } }).monitored.sessionId,
  }));
  const answer = await app.inject({ url: "/", headers: { cookie: COOKIE, "x-user": "ann" } });
  const [document] = await monitor.list();
  expect(answer.json()).toEqual({ id: document?.sessionId });
  expect(document).toMatchObject({ userId: "ann" });
});

async function startWebSockets() {
  const { monitor } = setUp();
  const clock = createManualClock();
  const http = createServer();
  const server = new WebSocketServer({ server: http });
  const sockets = monitorWebSockets(monitor, server, { clock });
  const url = (await listen(http)).replace("http", "ws");
  onTestFinished(() => {
    sockets.stop();
    server.close();
  });
  const connect = async () => {
    const client = new WebSocket(url, { headers: { host: "chat.example" } });
    const arrived = once(server, "connection");
    await once(client, "open");
    const [socket] = (await arrived) as [WebSocket];
    return { client, socket };
  };
  return { monitor, clock, sockets, connect };
}

test("ws: a socket is a connection from its upgrade to its end", async () => {
  const { monitor, sockets, connect } = await startWebSockets();
  const { client, socket } = await connect();
  await sockets.connectionOf(socket)?.login({ userId: "ann" });
  const closed = once(socket, "close");
  client.close();
  await closed;
  await monitor.flush();
  expect(await monitor.list()).toEqual([
    expect.objectContaining({ userId: "ann", transport: "websocket", closeReason: "client" }),
  ]);
});

test("ws: who answers pings stays, who misses two is ended as a timeout", async () => {
  const { monitor, clock, sockets, connect } = await startWebSockets();
  const there = await connect();
  const away = await connect();
  const awayId = sockets.connectionOf(away.socket)?.sessionId ?? "";
  away.client.pause();
  const ended = once(away.socket, "close");
  for (let round = 0; round < 3; round += 1) {
    const answered = once(there.socket, "pong");
    await clock.advance(30_000);
    await answered;
  }
  await ended;
  await monitor.flush();
  expect(await monitor.get(awayId)).toMatchObject({ closeReason: "timeout" });
  expect(monitor.counters().open).toBe(1);
  there.client.terminate();
  away.client.terminate();
});

test("ws: a revoked sign-in loses its sockets, nobody else's", async () => {
  const { monitor, sockets, connect } = await startWebSockets();
  const [ann, bob] = [await connect(), await connect()];
  await sockets.connectionOf(ann.socket)?.login({ userId: "ann" });
  await sockets.connectionOf(bob.socket)?.login({ userId: "bob" });
  const closed = once(ann.client, "close");
  await monitor.revoke({ userId: "ann" });
  expect((await closed)[0]).toBe(1008);
  expect(bob.client.readyState).toBe(WebSocket.OPEN);
  expect(await monitor.list({ userId: "ann" })).toEqual([expect.objectContaining({ closeReason: "revoked" })]);
  bob.client.terminate();
});

test("socket.io: a socket is a connection, with Socket.IO's reasons for its end", async () => {
  const { monitor } = setUp();
  const http = createServer();
  const server = new SocketIoServer(http);
  const connections = monitorSocketIo(monitor, server);
  const url = await listen(http);
  onTestFinished(() => void server.close());
  const connect = async () => {
    const client = io(url, { transports: ["websocket"], forceNew: true, reconnection: false });
    const arrived = new Promise<import("socket.io").Socket>((resolve) => server.once("connection", resolve));
    await new Promise<void>((resolve) => client.once("connect", resolve));
    return { client, socket: await arrived };
  };
  const leaves = await connect();
  await connections.connectionOf(leaves.socket)?.login({ userId: "ann" });
  const left = new Promise((resolve) => leaves.socket.once("disconnect", resolve));
  leaves.client.disconnect();
  await left;
  const thrown = await connect();
  await connections.connectionOf(thrown.socket)?.login({ userId: "bob" });
  thrown.socket.disconnect(true);
  await settled();
  await monitor.flush();
  const reasonOf = async (userId: string) => (await monitor.list({ userId })).map(({ closeReason }) => closeReason);
  expect([await reasonOf("ann"), await reasonOf("bob")]).toEqual([["client"], ["server"]]);
});
