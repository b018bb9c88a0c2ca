namespace Culvert.Protocol.WebSockets;

/// <summary>
/// What a <see cref="WebSocketReader"/> expects and allows. Immutable; one instance serves any number of readers.
/// </summary>
public sealed record WebSocketReaderOptions
{
    /// <summary>Which end reads. Default: <see cref="WebSocketRole.Server"/>.</summary>
    public WebSocketRole Role { get; init; } = WebSocketRole.Server;

    /// <summary>
    /// The largest message, in bytes, 1 to 1 073 741 824, over all fragments and after inflating; a larger one fails
    /// with 1009. Default: 65 536, room for any chat message and small enough that a thousand half-sent ones fit in
    /// 64 MiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of the range.</exception>
    public int MaxMessageBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1 << 30);
            field = value;
        }
    } = 64 * 1024;

    /// <summary>
    /// More than 0 to have messages in pieces, as they come, and then the largest that is not compressed, in bytes, up
    /// to 2^62; a compressed one is inflated whole and held to <see cref="MaxMessageBytes"/>. Default: 0, whole
    /// messages only.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of the range.</exception>
    public long MaxPiecedBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1L << 62);
            field = value;
        }
    }

    /// <summary>Whether the handshake agreed on permessage-deflate. Default: false, so RSV1 is a violation.</summary>
    public bool Deflate { get; init; }
}
