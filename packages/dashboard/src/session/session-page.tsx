import { useMemo, useState } from "preact/hooks";
import type { Answer, Api, Problem } from "../api/client.js";
import type { SessionDetail, SessionEvent } from "../api/types.js";
import { usePolling } from "../api/use-polling.js";
import { EventList } from "../events/event-list.js";
import { Inspector } from "../events/inspector.js";
import { eventKey } from "../events/key.js";
import { isLive } from "../sessions/summary.js";
import { buildTimeline } from "../timeline/lanes.js";
import { TimelineView } from "../timeline/timeline.js";
import { Icon } from "../ui/icons.js";
import { ProblemBanner, ProblemPage } from "../ui/problem.js";
import { Attributes } from "./attributes.js";
import { SessionHeader } from "./session-header.js";

const LIVE_POLL_MS = 2000;
const QUIET_POLL_MS = 10_000;

export interface SessionPageProps {
  api: Api;
  id: string;
  /** The key of the event that the link names. */
  selected: string | undefined;
  onSelect: (event: string | undefined) => void;
  /** Address of the list one came from. */
  back: string;
}

/** One session, live: who, where, when; its timeline; its events. */
export function SessionPage({ api, id, selected, onSelect, back }: SessionPageProps) {
  const [detail, setDetail] = useState<SessionDetail>();
  const [problem, setProblem] = useState<Problem>();
  // Chosen in the timeline: shown beside it. Chosen in the list or by a link: shown in the list.
  const [inspected, setInspected] = useState<SessionEvent>();
  const timeline = useMemo(() => detail && buildTimeline(detail), [detail]);

  function onAnswer(answer: Answer<SessionDetail>) {
    setProblem(answer.ok ? undefined : answer.problem);
    if (answer.ok) setDetail(answer.value);
  }

  function inspect(key: string) {
    const event = detail?.events.find((candidate) => eventKey(candidate) === key);
    if (event === undefined) return;
    setInspected(event);
    onSelect(key);
  }

  function choose(key: string | undefined) {
    setInspected(undefined);
    onSelect(key);
  }

  const refresh = usePolling({
    load: (signal) => api.session(id, signal),
    onAnswer,
    next(answer) {
      if (answer.ok) return isLive(answer.value.session, Date.now()) ? LIVE_POLL_MS : QUIET_POLL_MS;
      return answer.problem.kind === "signed-out" ? undefined : LIVE_POLL_MS;
    },
    key: id,
  });

  const backLink = (
    <a class="back" href={back}>
      <Icon name="back" /> Sessions
    </a>
  );
  if (problem?.kind === "signed-out") return <ProblemPage api={api} problem={problem} retry={refresh} />;
  if (detail === undefined || timeline === undefined) {
    return (
      <>
        {backLink}
        {problem === undefined && <div class="skeleton is-tall" role="status" aria-label="Loading the session" />}
        {problem?.kind === "not-found" && <NotYet id={id} />}
        {problem && problem.kind !== "not-found" && <ProblemPage api={api} problem={problem} retry={refresh} />}
      </>
    );
  }
  return (
    <>
      {backLink}
      {problem && <ProblemBanner problem={problem} retry={refresh} />}
      <SessionHeader session={detail.session} />
      <Attributes session={detail.session} />
      <TimelineView timeline={timeline} selected={selected} onSelect={inspect} />
      <EventList
        detail={detail}
        origin={timeline.origin}
        selected={selected}
        follow={inspected === undefined}
        onSelect={choose}
      />
      {inspected && <Inspector event={inspected} origin={timeline.origin} onClose={() => choose(undefined)} />}
    </>
  );
}

function NotYet({ id }: { id: string }) {
  return (
    <section class="notice" role="status">
      <h1>Not here yet</h1>
      <p>
        The collector knows no session <code class="break">{id}</code>.
      </p>
      <p class="muted">
        If it has just begun, it appears within seconds; this page keeps looking. If it is old, it may have been
        deleted.
      </p>
    </section>
  );
}
