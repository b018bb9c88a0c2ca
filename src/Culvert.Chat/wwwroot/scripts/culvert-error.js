/**
 * A refused command: `code` and `why` as in docs/protocol.md, and `retry`, `after_ms`, `reason` and `values` where they
 * are known.
 */
export class CulvertError extends Error {
  constructor({ code, why = code, retry = false, after_ms = undefined, reason = undefined, values = undefined }) {
    super(why);
    this.name = "CulvertError";
    this.code = code;
    this.why = why;
    this.retry = retry;
    this.after_ms = after_ms;
    this.reason = reason;
    this.values = values;
  }
}
