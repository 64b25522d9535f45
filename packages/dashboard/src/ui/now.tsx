import type { EpochMs } from "@sojourn/core/model";
import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { formatAgo, formatFull } from "../format/time.js";

const Now = createContext(Date.now());

/** The time of the reader's clock, renewed every `every` ms (1 s by default) while the page is visible. */
export function NowProvider({ children, every = 1000 }: { children: ComponentChildren; every?: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return <Now.Provider value={now}>{children}</Now.Provider>;
}

export const useNow = (): number => useContext(Now);

/** "12 s ago", growing. */
export function Ago({ at }: { at: EpochMs }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={formatFull(at)}>
      {formatAgo(at, useNow())}
    </time>
  );
}
