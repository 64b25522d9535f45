import { useEffect, useRef, useState } from "preact/hooks";
import type { Api } from "../api/client.js";

export interface SignInProps {
  api: Pick<Api, "signIn">;
  onSignedIn: () => void;
}

/** Asks for a read token and exchanges it for a cookie that no script can read. */
export function SignIn({ api, onSignedIn }: SignInProps) {
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState("");
  const asking = useRef<AbortController>(undefined);
  useEffect(() => () => asking.current?.abort(), []);

  async function signIn(event: SubmitEvent & { currentTarget: HTMLFormElement }) {
    event.preventDefault();
    const token = String(new FormData(event.currentTarget).get("token") ?? "").trim();
    if (token === "") return setMessage("Paste a token first.");
    asking.current?.abort();
    const own = new AbortController();
    asking.current = own;
    setBusy(true);
    setMessage("");
    const answer = await api.signIn(token, own.signal);
    if (own.signal.aborted) return;
    setBusy(false);
    if (answer.ok) onSignedIn();
    else setMessage(answer.problem.message);
  }

  return (
    <section class="notice">
      <h1>Sign in</h1>
      <p class="muted">
        This collector answers questions to those who have a read token. It stands in its configuration.
      </p>
      <form class="sign-in" onSubmit={signIn}>
        <label for="token">Token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required maxLength={512} />
        <button type="submit" class="primary" disabled={busy}>
          {busy ? "Signing in …" : "Sign in"}
        </button>
        <p class="form-error" role="alert">
          {message}
        </p>
      </form>
    </section>
  );
}
