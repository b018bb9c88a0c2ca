namespace Culvert.Tests.Pipes.Rows;

/// <summary>
/// The relay's event table: how sessions open (5.1), what passes (5.2), how they end (5.3), and the end of one
/// direction alone (5.4). Tests name their rows with <see cref="RowAttribute"/>.
/// </summary>
internal static class RelayRows
{
    private const string OnlyMessages = "only a WebSocket can send it";
    private const string OnlyBytes = "only bytes come without messages";
    private const string OnlyTold = "the back end has done its part";

    private static readonly RelayRow[] Opening =
    [
        new("5.1-01", "client sends a valid upgrade", Way.Opening),
        new("5.1-02", "back end 101 with a subprotocol", Way.ToClient, OnlyTold),
        new("5.1-03", "back end 101 without a valid accept", Way.Opening),
        new("5.1-04", "back end 101 with an extension that the client did not offer", Way.Opening),
        new("5.1-05", "back end answers 4xx", Way.Opening),
        new("5.1-06", "back end answers 3xx", Way.Opening),
        new("5.1-07", "back end answers 2xx", Way.Opening),
        new("5.1-08", "back end answers 5xx", Way.Opening),
        new("5.1-09", "no address, refused, unreachable, TLS failure", Way.ToClient, "nobody is reached"),
        new("5.1-10", "connection or handshake takes too long", Way.Opening),
        new("5.1-11", "garbage before the 101", Way.Opening),
        new("5.1-12", "no back end up, or as many sessions as there may be", Way.Opening),
        new("5.1-13", "target is not allowed", Way.Opening),
        new("5.1-14", "client goes while the back end is dialled", Way.ToBackEnd, "nobody is there"),
        new("5.1-15", "client sends frames before the 101", Way.Opening),
    ];

    private static readonly RelayRow[] Data =
    [
        new("5.2-01", "text message", Way.Sockets | Way.ToBytes, OnlyMessages),
        new("5.2-02", "binary message", Way.Sockets | Way.ToBytes, OnlyMessages),
        new("5.2-03", "empty message", Way.Sockets | Way.ToBytes, OnlyMessages),
        new("5.2-04", "fragmented message", Way.Sockets | Way.ToBytes, OnlyMessages),
        new("5.2-05", "fragments of no length", Way.Sockets | Way.ToBytes, OnlyMessages),
        new("5.2-06", "control frame between fragments", Way.Sockets | Way.ToBytes, OnlyMessages),
        new("5.2-07", "ping", Way.Sockets | Way.ToBytes, OnlyMessages),
        new("5.2-08", "pong that nobody asked for", Way.Sockets | Way.ToBytes, OnlyMessages),
        new("5.2-09", "ping of the relay's own", Way.Sockets | Way.ToBytes | Way.Bytes,
            "the WebSocket's ping is that of the direction from it"),
        new("5.2-10", "bytes", Way.FromBytes | Way.Bytes, OnlyBytes),
        new("5.2-11", "text that is not UTF-8", Way.Sockets | Way.ToBytes, OnlyMessages),
        new("5.2-12", "frame against the rules", Way.Sockets | Way.ToBytes, OnlyMessages),
        new("5.2-13", "frame with the wrong mask", Way.Sockets | Way.ToBytes, OnlyMessages),
        new("5.2-14", "frame or message over its limit", Way.Sockets | Way.ToBytes | Way.FromBytes,
            "bytes alone have no length"),
        new("5.2-15", "leg dies within a frame", Way.Sockets | Way.ToBytes | Way.FromBytes,
            "bytes alone have no frame"),
        new("5.2-16", "slow reader", Way.Relayed),
        new("5.2-17", "order", Way.Relayed),
    ];

    private static readonly RelayRow[] Ends =
    [
        new("5.3-01", "Close with a code and a reason", Way.Sockets | Way.ToBytes, OnlyMessages),
        new("5.3-02", "Close with an empty body", Way.Sockets | Way.ToBytes, OnlyMessages),
        new("5.3-03", "Close with a body that must not be", Way.Sockets | Way.ToBytes, OnlyMessages),
        new("5.3-04", "both send a Close at the same time", Way.Sockets, "bytes have no Close"),
        new("5.3-05", "data after a Close", Way.Sockets | Way.ToBytes, OnlyMessages),
        new("5.3-06", "client's FIN without a Close", Way.SocketsThere | Way.ToBytesThere, "the client's"),
        new("5.3-07", "back end's FIN without a Close", Way.SocketsBack | Way.ToBytesBack, "the back end's"),
        new("5.3-08", "reset", Way.Relayed),
        new("5.3-09", "FIN of a TCP target after its data", Way.FromBytesBack | Way.BytesBack, "the target's"),
        new("5.3-10", "FIN of a TCP client that waits for the answer", Way.FromBytesThere | Way.BytesThere,
            "the client's"),
        new("5.3-11", "end of the standard input", Way.FromBytesThere | Way.BytesThere, "the user's end"),
        new("5.3-12", "exit of a program", Way.FromBytes | Way.Bytes, "a program's output is bytes"),
        new("5.3-13", "pong that does not come", Way.Sockets | Way.ToBytes, "bytes are not pinged"),
        new("5.3-14", "idle", Way.Relayed),
        new("5.3-15", "oldest age", Way.Relayed),
        new("5.3-16", "shutdown", Way.Relayed),
        new("5.3-17", "sign-in ended", Way.Relayed),
        new("5.3-18", "fault of the relay", Way.Relayed),
        new("5.3-19", "answer to a Close that never comes", Way.Sockets | Way.ToBytes, OnlyMessages),
        new("5.3-20", "TCP kept open after a Close", Way.Sockets | Way.ToBytes, OnlyMessages),
    ];

    private static readonly RelayRow[] HalfClose =
    [
        new("5.4-01", "half-close agreed on: a Close 1000 ends one direction",
            Way.Sockets | Way.ToBytes | Way.FromBytes, "bytes have their own"),
        new("5.4-02", "half-close not agreed on: a Close is answered at once, and the other leg is drained",
            Way.Sockets | Way.ToBytes, OnlyMessages),
    ];

    public static IReadOnlyList<RelayRow> All { get; } = [.. Opening, .. Data, .. Ends, .. HalfClose];
}
