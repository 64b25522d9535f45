import type { ErrorFrame } from "../api/figures.js";

/** The calls of an error, innermost first: in the sources where a map tells of them, else as the browser told. */
export function Frames({ frames }: { frames: readonly ErrorFrame[] }) {
  return (
    <ol class="frames">
      {frames.map((frame, i) => (
        <Frame key={i} frame={frame} />
      ))}
    </ol>
  );
}

function Frame({ frame }: { frame: ErrorFrame }) {
  const { source } = frame;
  const { file, line, column } = source ?? frame;
  const place = [file, line, column].filter((part) => part !== undefined && part !== null).join(":");
  return (
    <li>
      <b dir="auto">{source?.function || frame.function || "(anonymous)"}</b> <span class="muted break">{place}</span>
      {source?.context && (
        <details>
          <summary>Source</summary>
          <ol class="source" start={source.context.first}>
            {source.context.lines.map((text, i) => (
              <li key={i} class={(source.context?.first ?? 0) + i === source.line ? "is-at" : ""}>
                <code>{text}</code>
              </li>
            ))}
          </ol>
        </details>
      )}
    </li>
  );
}
