/** Entries as browsers give them, where TypeScript's own library does not know them yet. */

/** https://wicg.github.io/layout-instability/ */
export interface Shift extends PerformanceEntry {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources?: readonly { readonly node: Node | null }[];
}

/** https://w3c.github.io/event-timing/ */
export interface Interaction extends PerformanceEntry {
  readonly interactionId?: number;
  readonly processingStart: number;
  readonly processingEnd: number;
  readonly target?: Node | null;
  readonly targetSelector?: string;
}

/** https://w3c.github.io/largest-contentful-paint/ */
export interface Paint extends PerformanceEntry {
  readonly renderTime: number;
  readonly element: Element | null;
  readonly id: string;
  readonly url: string;
}

/** https://wicg.github.io/soft-navigations/ */
export interface SoftNavigation extends PerformanceEntry {
  readonly interactionId?: number;
  readonly paintTime?: number;
  readonly presentationTime?: number;
  getLargestInteractionContentfulPaint?(): InteractionPaint | null;
}
export interface InteractionPaint extends PerformanceEntry {
  readonly interactionId?: number;
  readonly largestContentfulPaint?: Paint | null;
}
