import { linkable } from "../format/url.js";
import { Icon } from "./icons.js";

/** A text out of a browser that may be long: one line, with the whole of it as a tooltip. */
export function Clip({ text, class: name = "" }: { text: string; class?: string }) {
  return (
    <span class={`clip ${name}`} title={text} dir="auto">
      {text}
    </span>
  );
}

/** An address out of a browser, linked when it is http or https. It opens without telling where from. */
export function Address({ url }: { url: string }) {
  const href = linkable(url);
  return (
    <span class="address">
      <span dir="auto">{url}</span>
      {href !== undefined && (
        <a href={href} target="_blank" rel="noopener noreferrer nofollow" aria-label="Open the address">
          <Icon name="out" />
        </a>
      )}
    </span>
  );
}
