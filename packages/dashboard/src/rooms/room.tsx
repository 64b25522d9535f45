import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Api } from "../api/client.js";
import type { Filters } from "../sessions/filters.js";
import { ProblemBanner, ProblemPage } from "../ui/problem.js";
import type { Asked } from "./use-answer.js";

/** What every room with figures is given. */
export interface RoomProps {
  api: Api;
  filters: Filters;
  onFilters: (filters: Filters) => void;
}

export interface RoomFrameProps<T> {
  api: Api;
  title: string;
  /** The answer without which there is nothing to show. */
  asked: Asked<T>;
  /** Others that are drawn at once with it, so that nothing moves when they come: without those that fail. */
  beside?: readonly Asked<unknown>[];
  bar?: ComponentChildren;
  children: (value: T) => ComponentChildren;
}

/** Title, filters, and what came; or why nothing came. */
export function RoomFrame<T>({ api, title, asked, beside = [], bar, children }: RoomFrameProps<T>) {
  const { value, problem, refresh, stale } = asked;
  const [shown, setShown] = useState(false);
  const complete = value !== undefined && beside.every((one) => one.value !== undefined || one.problem);
  useEffect(() => {
    if (complete) setShown(true);
  }, [complete]);
  if (problem && (value === undefined || problem.kind === "signed-out")) {
    return <ProblemPage api={api} problem={problem} retry={refresh} />;
  }
  return (
    <>
      {problem && <ProblemBanner problem={problem} retry={refresh} />}
      <h1 class="hidden-title">{title}</h1>
      {bar}
      {value === undefined || !(complete || shown) ? (
        <div class="skeleton" role="status" aria-label={`Loading ${title.toLowerCase()}`}>
          <i />
          <i />
          <i />
        </div>
      ) : (
        <div class="room" aria-busy={stale}>
          {children(value)}
        </div>
      )}
    </>
  );
}

/** A table in a frame, with a line where there is nothing. */
export function Panel({
  title,
  note,
  empty,
  children,
}: {
  title: string;
  note?: ComponentChildren;
  /** Said where there is nothing to show. */
  empty?: string | undefined;
  children?: ComponentChildren;
}) {
  return (
    <section class="panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {note && <p class="muted small">{note}</p>}
      </header>
      {empty === undefined ? children : <p class="muted panel-empty">{empty}</p>}
    </section>
  );
}
