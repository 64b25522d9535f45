import { startDevices } from "./server.mjs";

const port = Number(process.env.PORT ?? 8670);
const devices = await startDevices({ port, database: process.env.DATABASE ?? "devices.db" });
process.stdout.write(`Devices: ${devices.url} in two browsers. Ctrl-C stops it.\n`);

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, async () => {
    if (stopping) return;
    stopping = true;
    await devices.stop();
    process.exit();
  });
}
