/**
 * Properties of the SDK's own objects, which the script-tag file may call otherwise. Only names that no page, browser or
 * collector reads or writes, and that nothing looks up by a text: no option, no method, no field of an event, nothing that a
 * hook is given or that is kept in a cookie or a database. The platform may have a property of that name (`options`,
 * `entry`), as long as none of our code asks it for one. A name that is not listed keeps its length and works; tests refuse
 * one that somebody else knows, and drive the file in real browsers.
 */
export const INTERNAL_NAMES = `
  activeUntil activity address adopt args arm assembling batch began beganAt begin busyUntil bytes
  calling calls chain check clean clicks clock collect copy cost counts current cut depth describe described
  describing distance done draft drain drop drops emit encodeSession encodeView ended endedAt entry erase exempt exit
  failed fallback features fields firstAt firstView flags foreground forget grant granted header heard idle keep kept
  kind largest lastAt lastView leave life lifecycle limits listen loadingType longest look lost made manual maxAge
  measures methods mint mono nodes note numberOf ofDocument onChanged onEnded onError
  options packing painted pipeline pointed record recordView release renamed renew replay report required
  rest restored returned save says scope seen selected sendings sentBytes settled share shifts shown since slowest
  soft started startedAt stopped store stored streams take threw timer timings toEpoch totals touch tries visible
  waiting wall watch who worst written writtenAt zero
`
  .trim()
  .split(/\s+/);
