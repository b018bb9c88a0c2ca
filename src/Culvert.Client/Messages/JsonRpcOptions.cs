namespace Culvert.Client.Messages;

/// <summary>How a <see cref="JsonRpc"/> behaves. Immutable, so it may be shared.</summary>
public sealed record JsonRpcOptions
{
    /// <summary>
    /// How many requests may be under way in each direction. A further one of this side waits for its turn; one of the
    /// other side is answered with <see cref="JsonRpcErrorCode.TooManyRequests"/>. At least 1. Default: 1,024.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxInFlight
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1024;

    /// <summary>
    /// How long a request waits for its answer unless the call says otherwise. Default 30 s;
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> waits for ever.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What requests and answers are sent as; both are understood. Default: text.</summary>
    public MessageKind Kind { get; init; } = MessageKind.Text;

    /// <summary>The clock of time-outs. Default the system's; for tests.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
