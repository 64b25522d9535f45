import { startChat } from "./server.mjs";

const port = Number(process.env.PORT ?? 8660);
const chat = await startChat({ port, database: process.env.DATABASE ?? "chat.db" });
process.stdout.write(`Chat: ${chat.url} in two windows. Ctrl-C stops it.\n`);

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, async () => {
    if (stopping) return;
    stopping = true;
    await chat.stop();
    process.exit();
  });
}
