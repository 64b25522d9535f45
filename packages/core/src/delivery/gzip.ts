/** Whether this browser compresses. */
export const canGzip = (): boolean => typeof CompressionStream === "function";

/**
 * `text` in gzip, made outside of the page's thread where the browser does so.
 *
 * @throws whatever a page's own stand-ins for streams throw
 */
export async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
