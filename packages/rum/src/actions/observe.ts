import type { RelativeMs, Scope } from "@sojourn/core";

/** A click, or a form that was sent by the keyboard, as the handler sees it. */
export interface Press {
  readonly at: RelativeMs;
  readonly action_type: "click" | "tap" | "submit";
  readonly target: Element;
  readonly path: readonly EventTarget[];
  /** Of the label that was clicked. */
  readonly control: HTMLElement | null | undefined;
  /** In the viewport, CSS pixels. */
  readonly x: number;
  readonly y: number;
  /** It was made by a pointer. */
  readonly pointed: boolean;
  /** It selected text, or took a selection back. */
  readonly selected: boolean;
}

/** A form that is sent within this time after a click was not sent by the keyboard alone. */
const AFTER_CLICK_MS = 1000;

const isSelected = () => getSelection()?.type === "Range";

/** Tells of each trusted press once. */
export function observePresses(scope: Scope, allowUntrusted: boolean, onPress: (press: Press) => void): void {
  /** Some engines have it only here. */
  let pointer: string | undefined;
  let wasSelected = false;
  let clickedAt = Number.NEGATIVE_INFINITY;
  /** The control that the browser clicks next, since its label was. */
  let labelled: HTMLElement | null | undefined;

  scope.listen<PointerEvent>(window, ["pointerdown", "click", "submit"], (event) => {
    if (!event.isTrusted && !allowUntrusted) return;
    const { type, detail, pointerType = pointer, clientX: x = 0, clientY: y = 0 } = event;
    if (type === "pointerdown") {
      pointer = pointerType;
      wasSelected = isSelected();
      labelled = undefined;
      return;
    }
    const at = event.timeStamp as RelativeMs;
    const isSubmit = type === "submit";
    // A script may send a form too.
    if (isSubmit && (at - clickedAt < AFTER_CLICK_MS || navigator.userActivation?.isActive === false)) return;
    if (!isSubmit) clickedAt = at;
    // Inside a shadow tree the event's own target is the host; the path begins with what was really clicked.
    const path = event.composedPath();
    const [target] = path;
    if (!(target instanceof Element)) return;
    if (target === labelled) {
      // The same click again: a browser passes it on, trusted and with the same `detail`.
      labelled = undefined;
      return;
    }
    const control = path.find((node) => node instanceof HTMLLabelElement)?.control;
    // A click on the control itself is not passed on to it.
    labelled = control && !path.includes(control) ? control : undefined;
    onPress({
      at,
      action_type: isSubmit ? type : detail && pointerType === "touch" ? "tap" : "click",
      target,
      path,
      control,
      x,
      y,
      pointed: detail > 0,
      selected: wasSelected || isSelected(),
    });
  });
}
