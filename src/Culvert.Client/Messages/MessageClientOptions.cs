namespace Culvert.Client.Messages;

/// <summary>How a <see cref="MessageClient"/> connects and behaves. Immutable, so it may be shared.</summary>
public sealed record MessageClientOptions : ConnectOptions
{
    /// <summary>The bounds of the connection in memory and in time.</summary>
    public MessageLimits Limits { get; init; } = MessageLimits.Default;

    /// <summary>
    /// Whether to offer permessage-deflate (RFC 7692). Default: false, because for small messages it costs more than
    /// it saves.
    /// </summary>
    public bool Deflate { get; init; }

    /// <summary>Whether and how to come back after a loss. Default: null, the first loss is the end.</summary>
    public ReconnectOptions? Reconnect { get; init; }
}
