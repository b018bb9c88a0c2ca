namespace Culvert.Protocol.Rooms;

/// <summary>One entry of the catalogue of stream ends (docs/protocol.md, "Ends"). Immutable.</summary>
/// <param name="Code">The number in <c>bye</c>, 4100 to 4199.</param>
/// <param name="Why">The word in <c>bye</c>, and in the close frame of a WebSocket.</param>
/// <param name="Retry">True when coming back with the last cursor makes sense.</param>
/// <param name="WebSocketCode">The code of the close frame (RFC 6455 §7.4): a registered one where one fits.</param>
public sealed record StreamCloseCode(int Code, string Why, bool Retry, int WebSocketCode)
{
    private static readonly List<StreamCloseCode> Entries = [];

    /// <summary>The client asked for the end.</summary>
    public static StreamCloseCode Unsubscribed { get; } = Add(4100, "unsubscribed", false, 1000);

    /// <summary>The session or token was revoked or has expired; sign in again.</summary>
    public static StreamCloseCode SessionEnded { get; } = Add(4101, "session_ended", false, 4101);

    /// <summary>A moderator ended the connection; coming back at once is not wanted.</summary>
    public static StreamCloseCode Kicked { get; } = Add(4102, "kicked", false, 4102);

    /// <summary>The server restarts; come back with the last cursor.</summary>
    public static StreamCloseCode Restarting { get; } = Add(4103, "restarting", true, 1012);

    /// <summary>The user may not enter the room any more.</summary>
    public static StreamCloseCode Banned { get; } = Add(4104, "banned", false, 4104);

    /// <summary>The connection took nothing for too long; come back with the last cursor.</summary>
    public static StreamCloseCode TooSlow { get; } = Add(4105, "too_slow", true, 4105);

    /// <summary>The peer did not answer heartbeats in time.</summary>
    public static StreamCloseCode Idle { get; } = Add(4106, "idle", true, 4106);

    /// <summary>The room does not exist any more.</summary>
    public static StreamCloseCode RoomGone { get; } = Add(4107, "room_gone", false, 4107);

    /// <summary>The user may not read the room any more.</summary>
    public static StreamCloseCode AccessLost { get; } = Add(4108, "access_lost", false, 4108);

    /// <summary>The server has too much to do; come back later.</summary>
    public static StreamCloseCode Overloaded { get; } = Add(4109, "overloaded", true, 1013);

    /// <summary>Another process has registered a tunnel's names as the same instance.</summary>
    public static StreamCloseCode TakenOver { get; } = Add(4110, "taken_over", false, 4110);

    /// <summary>The user's role changed, and what the connection may do; come back with the last cursor.</summary>
    public static StreamCloseCode RoleChanged { get; } = Add(4111, "role_changed", true, 4111);

    /// <summary>Every entry, by code. The list does not change.</summary>
    public static IReadOnlyList<StreamCloseCode> All => Entries;

    /// <summary>The entry of a code, or null; a newer server may use codes that this version does not know.</summary>
    public static StreamCloseCode? Find(int code) => Entries.Find(entry => entry.Code == code);

    private static StreamCloseCode Add(int code, string why, bool retry, int webSocketCode)
    {
        var entry = new StreamCloseCode(code, why, retry, webSocketCode);
        Entries.Add(entry);
        return entry;
    }
}
