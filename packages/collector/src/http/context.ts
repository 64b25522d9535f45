/** What a handler must know of a request beyond the request itself. Never taken from a header. */
export interface RequestContext {
  /** Address of the socket's other end, IPv4 or IPv6. Absent where the host server cannot tell. */
  peer?: string | undefined;
}
