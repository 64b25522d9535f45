import type { ErrorFrame } from "../api/figures.js";
import type { EventOf, SessionEvent } from "../api/types.js";
import { Frames } from "../errors/frames.js";
import { formatNs, NONE } from "../format/duration.js";
import { formatBytes } from "../format/numbers.js";
import { shortUrl } from "../format/url.js";
import { Facts, RawJson } from "./facts.js";
import { Phases } from "./phases.js";

/** All that is known of an event: first in words, then as it is in the data. */
export function EventDetails({ event }: { event: SessionEvent }) {
  return (
    <>
      <Words event={event} />
      <RawJson value={event} />
    </>
  );
}

function Words({ event }: { event: SessionEvent }) {
  switch (event.type) {
    case "error":
      return <ErrorWords event={event} />;
    case "resource":
      return <ResourceWords event={event} />;
    case "long_task":
      return <LongTaskWords event={event} />;
    case "action":
      return (
        <Facts
          facts={[
            ["Name", event.action_name],
            ["Type", event.action_type],
            ["Target", event.action_target],
            ["Duration", event.duration && formatNs(event.duration)],
          ]}
        />
      );
    case "vital":
      return (
        <Facts
          facts={[
            ["Name", event.vital_name],
            ["Value", event.vital_value],
            ["Duration", event.duration && formatNs(event.duration)],
          ]}
        />
      );
    case "other":
      return null;
  }
}

function ErrorWords({ event }: { event: EventOf<"error"> }) {
  const frames = framesOf(event);
  return (
    <>
      <p class="error-message" dir="auto">
        <b class="error-type">{event.error_type ?? "Error"}</b> {event.error_message}
      </p>
      <Facts
        facts={[
          ["Source", event.error_source],
          ["Handling", event.error_handling],
        ]}
      />
      {frames.some(({ source }) => source) ? (
        <Frames frames={frames} />
      ) : (
        event.error_stack !== undefined && <pre class="stack">{event.error_stack}</pre>
      )}
      {event.error_causes?.map((cause, i) => (
        <pre key={i} class="stack">
          Caused by: {causeText(cause)}
        </pre>
      ))}
    </>
  );
}

/** The collector derives them; the event model does not have them. */
function framesOf(event: object): readonly ErrorFrame[] {
  const { error_frames } = event as { error_frames?: unknown };
  return Array.isArray(error_frames) ? (error_frames as ErrorFrame[]) : [];
}

function causeText(cause: unknown): string {
  if (typeof cause !== "object" || cause === null) return String(cause);
  const { type, message, stack } = cause as Record<string, unknown>;
  const words = [type, message].filter((word) => typeof word === "string").join(": ");
  return [words || JSON.stringify(cause), typeof stack === "string" ? stack : ""].filter(Boolean).join("\n");
}

function ResourceWords({ event }: { event: EventOf<"resource"> }) {
  const cached = event.resource_transfer_size === 0 && (event.resource_decode_size ?? 0) > 0;
  return (
    <>
      <Facts
        facts={[
          ["Address", event.resource_url, "url"],
          ["Type", event.resource_type],
          ["Method", event.resource_method],
          ["Status", event.resource_status],
          ["Protocol", event.resource_protocol],
          ["Delivered", cached ? "from the cache" : event.resource_delivery_type],
          ["Render blocking", event.resource_render_blocking_status],
          ["Duration", event.duration && formatNs(event.duration)],
          ["Transferred", sizeText(event.resource_transfer_size)],
          ["Encoded", sizeText(event.resource_encode_size)],
          ["Decoded", sizeText(event.resource_decode_size)],
        ]}
      />
      <Phases event={event} />
    </>
  );
}

const sizeText = (bytes: EventOf<"resource">["resource_transfer_size"]) =>
  bytes === undefined ? undefined : formatBytes(bytes);

function LongTaskWords({ event }: { event: EventOf<"long_task"> }) {
  return (
    <>
      <Facts
        facts={[
          ["Measured as", event.long_task_entry_type],
          ["Duration", event.duration && formatNs(event.duration)],
          ["Blocking", event.blocking_duration && formatNs(event.blocking_duration)],
        ]}
      />
      {event.scripts && event.scripts.length > 0 && (
        <table class="scripts">
          <thead>
            <tr>
              <th scope="col">Script</th>
              <th scope="col">Function</th>
              <th scope="col">Called by</th>
              <th scope="col" class="num">
                Duration
              </th>
            </tr>
          </thead>
          <tbody>
            {event.scripts.map((script, i) => (
              <ScriptRow key={i} script={script} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function ScriptRow({ script }: { script: unknown }) {
  const { url, function: name, invoker, duration } = (script ?? {}) as Record<string, unknown>;
  const words = (value: unknown) => (typeof value === "string" && value !== "" ? value : NONE);
  return (
    <tr>
      <td>{typeof url === "string" && url !== "" ? shortUrl(url) : NONE}</td>
      <td>{words(name)}</td>
      <td>{words(invoker)}</td>
      <td class="num">
        {typeof duration === "number" ? formatNs(duration as EventOf<"long_task">["duration"]) : NONE}
      </td>
    </tr>
  );
}
