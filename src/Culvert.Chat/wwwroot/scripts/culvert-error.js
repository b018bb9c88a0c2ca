/** A refused command: `code` and `why` as in docs/protocol.md, `retry` and `after_ms` where they are known. */
export class CulvertError extends Error {
  constructor({ code, why = code, retry = false, after_ms = undefined }) {
    super(why);
    this.name = "CulvertError";
    this.code = code;
    this.why = why;
    this.retry = retry;
    this.after_ms = after_ms;
  }
}
