import { guard, type Scope } from "@sojourn/core";

/** Where something happened, in the words of the reporting API. */
interface Place {
  readonly sourceFile?: string | null;
  readonly lineNumber?: number | null;
  readonly columnNumber?: number | null;
}
/** https://w3c.github.io/reporting/ */
type Body = Place & { readonly id?: string; readonly message?: string };

/** The type of a violated policy. */
export const CSP = "csp_violation";

/**
 * What the browser itself has to say of what went wrong, or will: a policy was violated, it intervened, or the page uses
 * what will be taken away.
 */
export function observeReports(
  scope: Scope,
  buffered: boolean,
  isIntake: (url: string) => boolean,
  found: (type: string, message: string, place: string) => void,
): void {
  const tell = (type: string, message: string, { sourceFile, lineNumber, columnNumber }: Place) =>
    found(type, message, placeOf(sourceFile, lineNumber, columnNumber));

  scope.listen<SecurityPolicyViolationEvent>(window, ["securitypolicyviolation"], (event) => {
    const { effectiveDirective, blockedURI, disposition } = event;
    // Telling of a body that the policy is against would be one more.
    if (!isIntake(blockedURI)) tell(CSP, `${effectiveDirective}: ${blockedURI} (${disposition})`, event);
  });
  if (typeof ReportingObserver === "undefined") return;
  const observer = new ReportingObserver(
    guard(scope.report, (reports: { type?: string; body?: Body | null }[]) => {
      for (const { type = "", body } of reports) if (body) tell(type, `${body.id}: ${body.message}`, body);
    }),
    { types: ["intervention", "deprecation"], buffered },
  );
  observer.observe();
  scope.add(() => observer.disconnect());
}

/** A line of a stack, for what has none of its own. */
export const placeOf = (file?: string | null, line?: number | null, column?: number | null): string =>
  file ? `    at ${file}:${line}:${column}` : "";
