/**
 * Properties of the SDK's own objects, which the script-tag file may call otherwise. Only names that no page, browser or
 * collector reads or writes: no option, no method, no field of an event, nothing that a hook is given. A name that is not
 * listed keeps its length and works; a test refuses one that is public.
 */
export const INTERNAL_NAMES = [
  "acrossSubdomains",
  "activeUntil",
  "beganAt",
  "busyUntil",
  "encodeSession",
  "encodeView",
  "endedAt",
  "firstAt",
  "firstView",
  "lastAt",
  "lastView",
  "loadingType",
  "maxAge",
  "ofDocument",
  "ofInteraction",
  "ofPaint",
  "ofShift",
  "onChanged",
  "onEnded",
  "onError",
  "recordView",
  "sentBytes",
  "startedAt",
  "toEpoch",
  "writtenAt",
];
