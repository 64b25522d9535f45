import { useState } from "preact/hooks";
import { CopyButton } from "../ui/copy.js";
import { moduleSnippet, scriptSnippet } from "./snippet.js";

export interface SetupProps {
  /** Where browsers reach the collector. */
  origin: string;
  /** The application asked for, if any. */
  applicationId: string;
  /** What was looked through, such as "of the last 24 hours". */
  range: string;
  onAllTime?: (() => void) | undefined;
}

/** With no data: what to paste, and what to check when still nothing comes. */
export function Setup({ origin, applicationId: asked, range, onAllTime }: SetupProps) {
  const [applicationId, setApplicationId] = useState(asked || "shop");
  const [clientToken, setClientToken] = useState("pub-…");
  const options = { origin, applicationId, clientToken };
  return (
    <section class="setup">
      <header>
        <h1>Waiting for the first session</h1>
        <p class="muted">
          There is no session {range}. This page looks every 2 seconds; a visit appears here within seconds of its first
          page.{" "}
          {onAllTime && (
            <button type="button" class="link" onClick={onAllTime}>
              Look at all time
            </button>
          )}
        </p>
      </header>
      <div class="setup-columns">
        <div>
          <h2>1. Put this into the head of your pages</h2>
          <div class="fields">
            <label>
              Application id
              <input value={applicationId} maxLength={64} onInput={(e) => setApplicationId(e.currentTarget.value)} />
            </label>
            <label>
              Client token
              <input value={clientToken} maxLength={128} onInput={(e) => setClientToken(e.currentTarget.value)} />
            </label>
          </div>
          <Snippet text={scriptSnippet(options)} />
          <p class="muted">
            Or, with a bundler, after <code>npm i @sojourn/rum</code>:
          </p>
          <Snippet text={moduleSnippet(options)} />
        </div>
        <div>
          <h2>2. If nothing arrives, look at the requests to /v1/rum</h2>
          <dl class="checks">
            <dt>403: the origin</dt>
            <dd>
              The page's origin (scheme, host and port) must stand in the application's <code>origins</code> in the
              collector's configuration.
            </dd>
            <dt>401: the token</dt>
            <dd>
              <code>clientToken</code> must be the one of this <code>applicationId</code>.
            </dd>
            <dt>400 or 202: the content</dt>
            <dd>The answer names what was refused and why.</dd>
            <dt>No request: consent</dt>
            <dd>
              With <code>trackingConsent: "pending"</code> nothing leaves until{" "}
              <code>setTrackingConsent("granted")</code>.
            </dd>
            <dt>No request: sampling</dt>
            <dd>
              With a <code>sessionSampleRate</code> below 100 some sessions are left out on purpose.
            </dd>
            <dt>Request blocked: a blocker</dt>
            <dd>
              Try a window without extensions, or serve the collector from your own domain. A Content-Security-Policy
              needs the collector in <code>script-src</code> and <code>connect-src</code>.
            </dd>
            <dt>404 or nothing at all: the address</dt>
            <dd>
              Open <code>{origin}/sojourn.js</code> from the machine that shows the page.
            </dd>
          </dl>
        </div>
      </div>
    </section>
  );
}

function Snippet({ text }: { text: string }) {
  return (
    <div class="snippet">
      <pre>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} />
    </div>
  );
}
