namespace Culvert.Protocol.Rooms;

/// <summary>One entry of the catalogue of errors (docs/protocol.md, "Errors"). Immutable.</summary>
/// <param name="Code">The stable word that programs compare.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Why">An English sentence for people: what is wrong and what to do.</param>
/// <param name="Retry">True when the same request may succeed later without a change.</param>
public sealed record ErrorCode(string Code, int Status, string Why, bool Retry)
{
    private static readonly List<ErrorCode> Entries = [];

    /// <summary><c>bad_json</c>, 400.</summary>
    public static ErrorCode BadJson { get; } = Add(
        "bad_json", 400, false,
        "The text is not valid JSON; send one JSON value in UTF-8.");

    /// <summary><c>too_deep</c>, 400.</summary>
    public static ErrorCode TooDeep { get; } = Add(
        "too_deep", 400, false,
        "The JSON nests too deep; use at most 16 levels.");

    /// <summary><c>unknown_op</c>, 400.</summary>
    public static ErrorCode UnknownOp { get; } = Add(
        "unknown_op", 400, false,
        "There is no such op; use one that docs/protocol.md lists.");

    /// <summary><c>missing_field</c>, 400.</summary>
    public static ErrorCode MissingField { get; } = Add(
        "missing_field", 400, false,
        "A required member is missing; add it and send the request again.");

    /// <summary><c>bad_field</c>, 400.</summary>
    public static ErrorCode BadField { get; } = Add(
        "bad_field", 400, false,
        "A member has the wrong type or is out of range; correct it and send the request again.");

    /// <summary><c>bad_cursor</c>, 400.</summary>
    public static ErrorCode BadCursor { get; } = Add(
        "bad_cursor", 400, false,
        "The cursor is not valid; use one that the server sent, unchanged, or start, now or last:N.");

    /// <summary><c>bad_limit</c>, 400.</summary>
    public static ErrorCode BadLimit { get; } = Add(
        "bad_limit", 400, false,
        "The limit is out of range; use 1 to 500.");

    /// <summary><c>invalid_name</c>, 400.</summary>
    public static ErrorCode InvalidName { get; } = Add(
        "invalid_name", 400, false,
        "The name cannot be used; start with a letter or digit and go on with those, -, _ and the dot.");

    /// <summary><c>bad_command</c>, 400.</summary>
    public static ErrorCode BadCommand { get; } = Add(
        "bad_command", 400, false,
        "There is no such command, or it is used in another way; send /help for a list.");

    /// <summary><c>unauthorized</c>, 401.</summary>
    public static ErrorCode Unauthorized { get; } = Add(
        "unauthorized", 401, false,
        "The request needs a sign-in; send a session cookie, a bearer token or a ticket.");

    /// <summary><c>bad_credentials</c>, 401.</summary>
    public static ErrorCode BadCredentials { get; } = Add(
        "bad_credentials", 401, false,
        "The name or the password is wrong; check both and try again.");

    /// <summary><c>signed_out</c>, 401.</summary>
    public static ErrorCode SignedOut { get; } = Add(
        "signed_out", 401, false,
        "The session was signed out; sign in again.");

    /// <summary><c>session_expired</c>, 401.</summary>
    public static ErrorCode SessionExpired { get; } = Add(
        "session_expired", 401, false,
        "The sign-in has expired; sign in again or use a new token.");

    /// <summary><c>forbidden</c>, 403.</summary>
    public static ErrorCode Forbidden { get; } = Add(
        "forbidden", 403, false,
        "You may not do this; ask a moderator or the owner for the right to.");

    /// <summary><c>origin_refused</c>, 403.</summary>
    public static ErrorCode OriginRefused { get; } = Add(
        "origin_refused", 403, false,
        "The request came from a page of another origin; allow that origin or use a token.");

    /// <summary><c>sign_in_too_old</c>, 403.</summary>
    public static ErrorCode SignInTooOld { get; } = Add(
        "sign_in_too_old", 403, false,
        "This needs a password that was typed lately; sign in again or use a token, and send the request again.");

    /// <summary><c>registration_closed</c>, 403.</summary>
    public static ErrorCode RegistrationClosed { get; } = Add(
        "registration_closed", 403, false,
        "Registration is closed; ask the owner for an account or an invitation.");

    /// <summary><c>link_invalid</c>, 403.</summary>
    public static ErrorCode LinkInvalid { get; } = Add(
        "link_invalid", 403, false,
        "The link is not valid, or not any more; ask whoever sent it for a new one.");

    /// <summary><c>muted</c>, 403.</summary>
    public static ErrorCode Muted { get; } = Add(
        "muted", 403, false,
        "You are muted in this room; you can read but not publish until the mute ends.");

    /// <summary><c>read_only</c>, 403.</summary>
    public static ErrorCode ReadOnly { get; } = Add(
        "read_only", 403, false,
        "Only moderators may publish in this room; you can read.");

    /// <summary><c>archived</c>, 403.</summary>
    public static ErrorCode Archived { get; } = Add(
        "archived", 403, false,
        "The room is archived; everybody can read and nobody publish until a moderator opens it again.");

    /// <summary><c>target_not_allowed</c>, 403.</summary>
    public static ErrorCode TargetNotAllowed { get; } = Add(
        "target_not_allowed", 403, false,
        "The server does not connect tunnels to this target; the operator allows targets in tunnels.allow.");

    /// <summary><c>name_not_allowed</c>, 403.</summary>
    public static ErrorCode NameNotAllowed { get; } = Add(
        "name_not_allowed", 403, false,
        "You may not register this name; the operator says who may in tunnels.names.");

    /// <summary><c>not_found</c>, 404.</summary>
    public static ErrorCode NotFound { get; } = Add(
        "not_found", 404, false,
        "There is no such resource, or you may not see it; check the address.");

    /// <summary><c>no_message</c>, 404.</summary>
    public static ErrorCode NoMessage { get; } = Add(
        "no_message", 404, false,
        "There is no such message: it never existed, was erased, or was dropped by retention.");

    /// <summary><c>method_not_allowed</c>, 405.</summary>
    public static ErrorCode MethodNotAllowed { get; } = Add(
        "method_not_allowed", 405, false,
        "The resource does not support this method; use one that the Allow header names.");

    /// <summary><c>not_acceptable</c>, 406.</summary>
    public static ErrorCode NotAcceptable { get; } = Add(
        "not_acceptable", 406, false,
        "None of the accepted types is available; accept text/event-stream, application/x-ndjson or JSON.");

    /// <summary><c>name_taken</c>, 409.</summary>
    public static ErrorCode NameTaken { get; } = Add(
        "name_taken", 409, false,
        "The name, or one that looks like it, is taken; choose another one.");

    /// <summary><c>session_taken</c>, 409.</summary>
    public static ErrorCode SessionTaken { get; } = Add(
        "session_taken", 409, false,
        "The tunnel session belongs to somebody else; begin one with a new random id.");

    /// <summary><c>key_conflict</c>, 409.</summary>
    public static ErrorCode KeyConflict { get; } = Add(
        "key_conflict", 409, false,
        "The idempotency key was used before with other data; use a new key for a new message.");

    /// <summary><c>offset_mismatch</c>, 409.</summary>
    public static ErrorCode OffsetMismatch { get; } = Add(
        "offset_mismatch", 409, false,
        "The log has moved past ifOffset; read the newer events and decide again.");

    /// <summary><c>already_subscribed</c>, 409.</summary>
    public static ErrorCode AlreadySubscribed { get; } = Add(
        "already_subscribed", 409, false,
        "The connection follows this room already; send unsub before another sub.");

    /// <summary><c>not_subscribed</c>, 409.</summary>
    public static ErrorCode NotSubscribed { get; } = Add(
        "not_subscribed", 409, false,
        "The connection does not follow this room; send sub first.");

    /// <summary><c>too_many_rooms</c>, 409.</summary>
    public static ErrorCode TooManyRooms { get; } = Add(
        "too_many_rooms", 409, false,
        "The connection follows too many rooms; unsubscribe from one or open another connection.");

    /// <summary><c>gap_rejected</c>, 410.</summary>
    public static ErrorCode GapRejected { get; } = Add(
        "gap_rejected", 410, false,
        "The cursor cannot be honoured and gap is reject; subscribe with another since or gap.");

    /// <summary><c>too_large</c>, 413.</summary>
    public static ErrorCode TooLarge { get; } = Add(
        "too_large", 413, false,
        "The request is too large; the limits stand in hello and in docs/protocol.md.");

    /// <summary><c>unsupported_type</c>, 415.</summary>
    public static ErrorCode UnsupportedType { get; } = Add(
        "unsupported_type", 415, false,
        "The content type is not supported; send application/json or text/plain in UTF-8.");

    /// <summary><c>upgrade_required</c>, 426.</summary>
    public static ErrorCode UpgradeRequired { get; } = Add(
        "upgrade_required", 426, false,
        "This address speaks WebSocket only; send an upgrade request.");

    /// <summary><c>rate_limited</c>, 429.</summary>
    public static ErrorCode RateLimited { get; } = Add(
        "rate_limited", 429, true,
        "You are sending too fast; wait for the time given and try again.");

    /// <summary><c>too_many_connections</c>, 429.</summary>
    public static ErrorCode TooManyConnections { get; } = Add(
        "too_many_connections", 429, true,
        "There are too many connections; close one or try again later.");

    /// <summary><c>too_many_streams</c>, 429.</summary>
    public static ErrorCode TooManyStreams { get; } = Add(
        "too_many_streams", 429, true,
        "The tunnel has too many streams open; close one or try again later.");

    /// <summary><c>internal</c>, 500.</summary>
    public static ErrorCode Internal { get; } = Add(
        "internal", 500, true,
        "The server failed to handle the request; it was logged, try again later.");

    /// <summary><c>bad_gateway</c>, 502.</summary>
    public static ErrorCode BadGateway { get; } = Add(
        "bad_gateway", 502, true,
        "The server behind this address cannot be reached or gave no proper answer; try again later.");

    /// <summary><c>target_unreachable</c>, 502.</summary>
    public static ErrorCode TargetUnreachable { get; } = Add(
        "target_unreachable", 502, true,
        "The target of the tunnel cannot be reached; check that it runs, and try again.");

    /// <summary><c>storage_failed</c>, 503.</summary>
    public static ErrorCode StorageFailed { get; } = Add(
        "storage_failed", 503, true,
        "The storage does not answer, so nothing was stored; try again later.");

    /// <summary><c>draining</c>, 503.</summary>
    public static ErrorCode Draining { get; } = Add(
        "draining", 503, true,
        "The server is shutting down; connect again in a moment.");

    /// <summary><c>overloaded</c>, 503.</summary>
    public static ErrorCode Overloaded { get; } = Add(
        "overloaded", 503, true,
        "The server is overloaded; try again later.");

    /// <summary><c>name_absent</c>, 503.</summary>
    public static ErrorCode NameAbsent { get; } = Add(
        "name_absent", 503, true,
        "No agent has registered this name; start one, or try again later.");

    /// <summary><c>gateway_timeout</c>, 504.</summary>
    public static ErrorCode GatewayTimeout { get; } = Add(
        "gateway_timeout", 504, true,
        "The server behind this address did not answer in time; try again later.");

    /// <summary><c>target_timeout</c>, 504.</summary>
    public static ErrorCode TargetTimeout { get; } = Add(
        "target_timeout", 504, true,
        "The target of the tunnel did not answer in time; try again later.");

    /// <summary><c>storage_full</c>, 507.</summary>
    public static ErrorCode StorageFull { get; } = Add(
        "storage_full", 507, true,
        "The storage is full, so nothing was stored; the operator has to make room.");

    /// <summary>Every entry, by status. The list does not change.</summary>
    public static IReadOnlyList<ErrorCode> All => Entries;

    /// <summary>The entry of a code, or null; a newer server may use codes that this version does not know.</summary>
    public static ErrorCode? Find(string code) => Entries.Find(entry => entry.Code == code);

    private static ErrorCode Add(string code, int status, bool retry, string why)
    {
        var entry = new ErrorCode(code, status, why, retry);
        Entries.Add(entry);
        return entry;
    }
}
