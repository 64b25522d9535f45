/** An XMLHttpRequest that answers when told, with the events in the order of the standard. */
export class FakeXhr extends EventTarget {
  readyState = 0;
  status = 0;
  sent = false;
  body: unknown;
  /** Names in lower case. */
  headers: Record<string, string> = {};
  open(_method: string, url: string): void {
    if (url === "bad:") throw new SyntaxError("no such address");
    this.readyState = 1;
    this.headers = {};
    this.status = 0;
    this.sent = false;
  }
  setRequestHeader(name: string, value: string): void {
    if (this.readyState !== 1 || this.sent) throw new DOMException("not opened", "InvalidStateError");
    const key = name.toLowerCase();
    this.headers[key] = key in this.headers ? `${this.headers[key]}, ${value}` : value;
  }
  send(body?: unknown): void {
    if (this.readyState !== 1 || this.sent) throw new DOMException("not opened", "InvalidStateError");
    if (body === "throws") throw new Error("theirs");
    this.body = body;
    this.sent = true;
  }
  answer(status: number, as = "load"): void {
    this.readyState = 4;
    this.status = status;
    this.sent = false;
    this.dispatchEvent(new Event(as));
    this.dispatchEvent(new Event("loadend"));
  }
}
