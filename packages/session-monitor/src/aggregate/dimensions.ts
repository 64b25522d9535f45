import type { Facts } from "../model/facts.js";
import type { Dimension } from "./measures.js";

/** The value of a dimension; empty when it is not known. */
export function dimensionOf({ opening }: Facts, dimension: Dimension): string {
  if (!opening) return "";
  const { client } = opening;
  switch (dimension) {
    case "browser.name":
      return client.browser?.name ?? "";
    case "browser.major":
      return client.browser?.major ?? "";
    case "os.name":
      return client.os?.name ?? "";
    case "os.version":
      return client.os?.version ?? "";
    case "device.type":
      return client.device?.type ?? "";
    case "app.name":
      return client.app?.name ?? "";
    case "app.version":
      return client.app?.version ?? "";
    default:
      return opening[dimension] ?? "";
  }
}
