import type { Api, Problem } from "../api/client.js";
import { SignIn } from "../sign-in/sign-in.js";

export interface ProblemProps {
  api: Api;
  problem: Problem;
  /** Asks again. */
  retry: () => void;
}

/** In the place of a page that could not be read. */
export function ProblemPage({ api, problem, retry }: ProblemProps) {
  if (problem.kind === "signed-out") return <SignIn api={api} onSignedIn={retry} />;
  return (
    <section class="notice" role="alert">
      <h1>{problem.kind === "unreachable" ? "No answer" : "The collector refused"}</h1>
      <p>{problem.message}</p>
      {problem.kind === "unreachable" && <p class="muted">Is the process running? This page keeps trying.</p>}
      <button type="button" onClick={retry}>
        Try again
      </button>
    </section>
  );
}

/** Above a page that shows what was read before. */
export function ProblemBanner({ problem, retry }: Omit<ProblemProps, "api">) {
  return (
    <div class="banner" role="alert">
      <span>{problem.message} What you see was read before.</span>
      <button type="button" class="quiet" onClick={retry}>
        Try again
      </button>
    </div>
  );
}
