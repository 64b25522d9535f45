/**
 * Properties of the SDK's own objects, which the script-tag file may call otherwise. Only names that no page, browser or
 * collector reads or writes, and that nothing looks up by a text: no option, no method, no field of an event, nothing that a
 * hook is given or that is kept in a cookie or a database. A name that is not listed keeps its length and works; tests refuse one that
 * somebody else knows, and drive the file in real browsers.
 */
export const INTERNAL_NAMES = `
  acrossSubdomains activeUntil activity assembling batch began beganAt begin busyUntil
  calling calls clean clicks clock copy cost counts current cut
  depth describe described describing distance drain drops encodeSession encodeView
  endedAt erase exempt exit fields firstAt firstView foreground grant granted
  header keep kept largest lastAt lastView leave life lifecycle listen
  loadingType longest look manual maxAge measures methods mint mono nodes
  ofDocument ofInteraction ofPaint ofShift onChanged onEnded onError painted partitioned
  pointed record recordView renamed renew replay report rest restored returned
  says seen sendings sentBytes settled shifts slowest soft started startedAt
  stored threw timer timings toEpoch totals touch tries wall who
  worst written writtenAt zero
`
  .trim()
  .split(/\s+/);
