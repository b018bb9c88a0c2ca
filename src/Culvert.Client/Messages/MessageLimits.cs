namespace Culvert.Client.Messages;

/// <summary>
/// The bounds of one connection in memory and in time, the same for both ends. Immutable, so it may be shared.
/// </summary>
public sealed record MessageLimits
{
    internal static MessageLimits Default { get; } = new();

    /// <summary>
    /// The largest message to receive, in bytes, 1 to 1 073 741 824, after inflating. A larger one ends the connection
    /// with 1009, and the error names this limit and the size. Default: 16 MiB, room for some pictures or a large
    /// array of numbers.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of the range.</exception>
    public int MaxMessageBytes
    {
        get;
        init => field = Checked(value, 1, 1 << 30);
    } = 16 * 1024 * 1024;

    /// <summary>
    /// The largest message that <see cref="MessageClient.OpenReader"/> receives, in bytes, up to 2^62; 0, the default,
    /// is <see cref="MaxMessageBytes"/>. Such a message takes no more memory than <see cref="ReceiveQueueBytes"/>,
    /// however large it is; received in one, it is held to <see cref="MaxMessageBytes"/>, as one that is compressed is
    /// in any case.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of the range.</exception>
    public long MaxPiecedMessageBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1L << 62);
            field = value;
        }
    }

    /// <summary>
    /// How many bytes of messages wait to be received before no more are read from the network, 1 to 1 073 741 824.
    /// Reading goes on when a quarter of it is left. A single message may be larger. Default: 1 MiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of the range.</exception>
    public int ReceiveQueueBytes
    {
        get;
        init => field = Checked(value, 1, 1 << 30);
    } = 1024 * 1024;

    /// <summary>
    /// How many messages wait to be received before no more are read, 1 to 1 000 000; reading goes on when a quarter is
    /// left. Default: 16. Whoever does not receive for long does not answer pings either, and is given up by the other
    /// side in the end.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of the range.</exception>
    public int ReceiveQueueMessages
    {
        get;
        init => field = Checked(value, 1, 1_000_000);
    } = 16;

    /// <summary>
    /// How many bytes wait to be sent, while others are being written, before senders have to wait, 1 to 1 073 741 824.
    /// A single message may be larger. Default: 1 MiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of the range.</exception>
    public int SendQueueBytes
    {
        get;
        init => field = Checked(value, 1, 1 << 30);
    } = 1024 * 1024;

    /// <summary>
    /// How often a ping is sent, which keeps gateways from closing an idle connection and notices a dead one.
    /// Default 20 s; <see cref="Timeout.InfiniteTimeSpan"/> sends none.
    /// </summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long after a ping the other side may stay silent before the connection counts as broken. Default 20 s.
    /// </summary>
    public TimeSpan PongTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long closing and disposing may take: what is not sent and answered by then is given up. Default 1 s, so that
    /// no program hangs while it ends; more where the last messages must cross a slow network.
    /// </summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(1);

    internal long LargestBytes => Math.Max(MaxMessageBytes, MaxPiecedMessageBytes);

    private static int Checked(int value, int least, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most);
        return value;
    }
}
