import { CopyButton } from "../ui/copy.js";
import { Address } from "../ui/text.js";

export type Fact = [name: string, value: string | number | false | null | undefined, kind?: "url"];

/** Names and values; those without a value are left out. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {facts.map(
        ([name, value, kind]) =>
          value !== undefined &&
          value !== "" &&
          value !== 0 && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{kind === "url" ? <Address url={String(value)} /> : <span dir="auto">{value}</span>}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** Everything that was recorded, as it is in the data. */
export function RawJson({ value }: { value: unknown }) {
  const text = JSON.stringify(value, null, 2);
  return (
    <details class="raw">
      <summary>Raw JSON</summary>
      <CopyButton text={text} label="Copy JSON" />
      <pre>{text}</pre>
    </details>
  );
}
