import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icons.js";

/** Copies `text`, and says so for two seconds. */
export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }) {
  const [done, setDone] = useState<"copied" | "failed">();
  useEffect(() => {
    if (done === undefined) return;
    const timer = setTimeout(() => setDone(undefined), 2000);
    return () => clearTimeout(timer);
  }, [done]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setDone("copied");
    } catch {
      // The browser refuses without https or permission.
      setDone("failed");
    }
  }

  const said = done === "copied" ? "Copied" : done === "failed" ? "Could not copy" : label;
  return (
    <button type="button" class="quiet copy" onClick={copy} title={said}>
      <Icon name={done === "copied" ? "check" : "copy"} />
      <span role="status">{said}</span>
    </button>
  );
}
