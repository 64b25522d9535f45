/** Length in UTF-8. The usual text is ASCII, where both lengths are the same and nothing is encoded. */
export const utf8Length = (text: string): number =>
  /^[\0-\x7f]*$/.test(text) ? text.length : new TextEncoder().encode(text).length;
