import type { ClientInfo } from "@sojourn/client-info";

/** The program and machine an event came from, as columns; empty strings where unknown. */
export interface ClientSoftware {
  browser: string;
  browser_version: string;
  os: string;
  os_version: string;
  /** Vendor and model where known, such as `Apple iPhone`; else `desktop`, `mobile`, `tablet` and the like. */
  device: string;
  bot: boolean;
}

/** An application takes the place of the browser: it is the program that the page ran in. */
export function softwareOf({ app, browser, os, device, bot }: ClientInfo): ClientSoftware {
  const program = app ?? browser;
  const model = [device?.vendor, device?.model].filter(Boolean).join(" ");
  return {
    browser: program?.name ?? "",
    browser_version: program?.version ?? "",
    os: os?.name ?? "",
    os_version: os?.version ?? "",
    device: model || (device?.type ?? ""),
    bot: bot ?? false,
  };
}
