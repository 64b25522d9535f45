/** What a reader does with the timeline. Shares run over the visible window, from 0 to 1. */
export interface TimelineHandlers {
  zoom(factor: number, at: number): void;
  pan(by: number): void;
  reset(): void;
  /** A stretch is being dragged out; `undefined` when it was given up. */
  band(band: { from: number; to: number } | undefined): void;
  choose(from: number, to: number): void;
  /** The pointer is at a place; `key` names the event under it. `undefined` when it left. */
  point(place: { share: number; x: number; y: number; key: string | undefined } | undefined): void;
  select(key: string): void;
}

const DRAG_PX = 5;
const KEYS: Readonly<Record<string, (handlers: TimelineHandlers) => void>> = {
  "+": (h) => h.zoom(0.5, 0.5),
  "=": (h) => h.zoom(0.5, 0.5),
  "-": (h) => h.zoom(2, 0.5),
  ArrowLeft: (h) => h.pan(-0.2),
  ArrowRight: (h) => h.pan(0.2),
  "0": (h) => h.reset(),
};

/**
 * Pointer, wheel and keys of a timeline: drag to choose a stretch, Ctrl and wheel (or a pinch) to zoom, a sideways wheel
 * to move, `+`, `-`, arrows and `0` when it has the focus. `plot` is an element that spans the time axis. Returns how to stop.
 */
export function startTimelineInput(element: HTMLElement, plot: HTMLElement, handlers: TimelineHandlers): () => void {
  element.tabIndex = 0;
  const listening = new AbortController();
  const options = { signal: listening.signal };
  let pressed: { x: number; from: number; dragged: boolean } | undefined;

  const shareAt = (x: number) => {
    const { left, width } = plot.getBoundingClientRect();
    return width === 0 ? 0 : (x - left) / width;
  };
  const keyAt = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<HTMLElement>("[data-key]")?.dataset.key : undefined;

  element.addEventListener(
    "pointerdown",
    (event) => {
      const isPlot = event.target instanceof Element && event.target.closest(".plot") !== null;
      if (event.button === 0 && event.pointerType === "mouse" && isPlot) {
        pressed = { x: event.clientX, from: shareAt(event.clientX), dragged: false };
      }
    },
    options,
  );
  element.addEventListener(
    "pointermove",
    (event) => {
      const share = shareAt(event.clientX);
      if (pressed !== undefined && (pressed.dragged || Math.abs(event.clientX - pressed.x) > DRAG_PX)) {
        if (!pressed.dragged) element.setPointerCapture(event.pointerId);
        pressed.dragged = true;
        handlers.band({ from: pressed.from, to: share });
      }
      const inside = share >= 0 && share <= 1;
      handlers.point(inside ? { share, x: event.clientX, y: event.clientY, key: keyAt(event.target) } : undefined);
    },
    options,
  );
  element.addEventListener(
    "pointerup",
    (event) => {
      if (pressed?.dragged) handlers.choose(pressed.from, shareAt(event.clientX));
      pressed = undefined;
      handlers.band(undefined);
    },
    options,
  );
  element.addEventListener(
    "pointercancel",
    () => {
      pressed = undefined;
      handlers.band(undefined);
    },
    options,
  );
  element.addEventListener("pointerleave", () => handlers.point(undefined), options);
  element.addEventListener(
    "click",
    (event) => {
      const key = keyAt(event.target);
      if (key !== undefined) handlers.select(key);
    },
    options,
  );
  element.addEventListener(
    "wheel",
    (event) => {
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (event.ctrlKey || event.metaKey)
        handlers.zoom(Math.exp(clamp(event.deltaY, 240) / 240), shareAt(event.clientX));
      else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY))
        handlers.pan(clamp(sideways, 240) / 800);
      else return;
      event.preventDefault();
    },
    { ...options, passive: false },
  );
  element.addEventListener(
    "keydown",
    (event) => {
      const act = KEYS[event.key];
      if (act === undefined || event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act(handlers);
    },
    options,
  );
  return () => {
    listening.abort();
    element.removeAttribute("tabindex");
  };
}

const clamp = (value: number, limit: number) => Math.max(-limit, Math.min(limit, value));
