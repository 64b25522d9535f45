import { useState } from "preact/hooks";
import type { Api } from "../api/client.js";
import { useAnswer } from "../rooms/use-answer.js";
import { CopyButton } from "../ui/copy.js";
import { useNow } from "../ui/now.js";
import { findings } from "./findings.js";
import { moduleSnippet, scriptSnippet } from "./snippet.js";

/** As often as the list of sessions looks. */
const EVERY_MS = 2000;

export interface SetupProps {
  api: Api;
  /** Where browsers reach the collector. */
  origin: string;
  /** The application asked for, if any. */
  applicationId: string;
  /** What was looked through, such as "of the last 24 hours". */
  range: string;
  onAllTime?: (() => void) | undefined;
}

/** With no data: what to paste, and what to check when still nothing comes. */
export function Setup({ api, origin, applicationId: asked, range, onAllTime }: SetupProps) {
  const arrivals = useAnswer("arrivals", api.arrivals, EVERY_MS).value;
  const applications = arrivals?.applications ?? [];
  const [chosen, setChosen] = useState(asked);
  const application = applications.find(({ application_id }) => application_id === chosen) ?? applications[0];
  const applicationId = application?.application_id ?? (asked || "shop");
  const options = { origin, applicationId, clientToken: application?.client_token ?? "pub-…" };
  const now = useNow();
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
              Application
              <select value={applicationId} onChange={(e) => setChosen(e.currentTarget.value)}>
                {applications.map(({ application_id }) => (
                  <option key={application_id}>{application_id}</option>
                ))}
              </select>
            </label>
          </div>
          <Snippet text={scriptSnippet(options)} />
          <p class="muted">
            Or, with a bundler, after <code>npm i @sojourn/rum</code>:
          </p>
          <Snippet text={moduleSnippet(options)} />
        </div>
        <div>
          <h2>2. Open a page, and see here what arrives</h2>
          <ul class="findings" aria-live="polite">
            {arrivals &&
              findings(arrivals, now).map(({ tone, title, text }) => (
                <li key={title} class={`is-${tone}`}>
                  <strong dir="auto">{title}</strong>
                  <p dir="auto">{text}</p>
                </li>
              ))}
          </ul>
          <h2>3. If nothing does</h2>
          <dl class="checks">
            <dt>No request: consent or sampling</dt>
            <dd>
              With <code>trackingConsent: "pending"</code> nothing leaves until{" "}
              <code>setTrackingConsent("granted")</code>; with a <code>sessionSampleRate</code> below 100 some sessions
              are left out on purpose. <code>onDiagnostics</code> tells the page itself why nothing is sent.
            </dd>
            <dt>Request blocked</dt>
            <dd>
              Try a window without extensions, or serve the collector from your own domain. A Content-Security-Policy
              needs the collector in <code>script-src</code> and <code>connect-src</code>.
            </dd>
            <dt>Nothing at all: the address</dt>
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
