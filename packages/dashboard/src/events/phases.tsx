import type { EventOf } from "../api/types.js";
import { formatNs } from "../format/duration.js";
import { percent } from "../timeline/percent.js";

const PHASES = [
  ["resource_redirect", "Redirect"],
  ["resource_dns", "DNS"],
  ["resource_tcp", "Connect"],
  ["resource_ssl", "TLS"],
  ["resource_ttfb", "Waiting"],
  ["resource_trans", "Transfer"],
] as const;

/** How a resource's time was spent, as far as the browser tells. */
export function Phases({ event }: { event: EventOf<"resource"> }) {
  const known = PHASES.flatMap(([name, label]) => {
    const ns = event[name];
    return ns ? [{ name, label, ns }] : [];
  });
  const total = known.reduce((sum, { ns }) => sum + ns, 0);
  if (total === 0) return null;
  return (
    <div class="phases">
      <div class="phase-bar" aria-hidden="true">
        {known.map(({ name, ns }) => (
          <i key={name} class={name} style={{ width: percent(ns / total) }} />
        ))}
      </div>
      <ul>
        {known.map(({ name, label, ns }) => (
          <li key={name}>
            <i class={`key ${name}`} aria-hidden="true" />
            {label} <b>{formatNs(ns)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}
