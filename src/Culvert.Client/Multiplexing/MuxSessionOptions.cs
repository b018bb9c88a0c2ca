using System.Buffers;
using Culvert.Protocol.Multiplexing;

namespace Culvert.Client.Multiplexing;

/// <summary>How a session runs. Immutable.</summary>
internal sealed record MuxSessionOptions
{
    /// <summary>The protocol's limits.</summary>
    public MultiplexerOptions Limits { get; init; } = new();

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where streams rent their buffers. Default the shared pool.</summary>
    public MemoryPool<byte> Pool { get; init; } = MemoryPool<byte>.Shared;

    /// <summary>How long the peer may take to accept a stream; after it the stream is reset. Default 15 s.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a stream that was finished and disposed here waits for the peer's end; after it the stream is reset.
    /// Default 30 s.
    /// </summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the last frames and the end of the carrier may take, each. Default 1 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Silence of the peer that ends the session; at half of it a ping is sent. 0 for a carrier that watches by itself,
    /// as a WebSocket does. Default 0. Counted in steps of 5 s.
    /// </summary>
    public TimeSpan SilenceLimit { get; init; }
}
