import { useEffect, useRef, useState } from "preact/hooks";
import type { Answer, Problem } from "../api/client.js";
import type { Page, SessionItem } from "../api/types.js";

export interface OlderButtonProps {
  load: (signal: AbortSignal) => Promise<Answer<Page<SessionItem>>>;
  onPage: (page: Page<SessionItem>) => void;
}

/** Asks for the next page of older sessions; says so when that fails. */
export function OlderButton({ load, onPage }: OlderButtonProps) {
  const [state, setState] = useState<"idle" | "busy" | Problem>("idle");
  const asking = useRef<AbortController>(undefined);
  useEffect(() => () => asking.current?.abort(), []);

  async function more() {
    setState("busy");
    const own = new AbortController();
    asking.current = own;
    const answer = await load(own.signal);
    if (own.signal.aborted) return;
    if (answer.ok) onPage(answer.value);
    setState(answer.ok ? "idle" : answer.problem);
  }
  return (
    <div class="older">
      <button type="button" onClick={more} disabled={state === "busy"}>
        {state === "busy" ? "Loading …" : "Show older sessions"}
      </button>
      <span role="alert">{typeof state === "object" && state.message}</span>
    </div>
  );
}
