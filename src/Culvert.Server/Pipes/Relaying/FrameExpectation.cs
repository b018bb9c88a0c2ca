namespace Culvert.Server.Pipes.Relaying;

/// <summary>What the frames of one direction have to be like.</summary>
internal sealed record FrameExpectation
{
    /// <summary>True when the sender is a WebSocket client (RFC 6455 §5.1).</summary>
    public required bool Masked { get; init; }

    /// <summary>Most payload of one frame, bytes.</summary>
    public long MaxFrameBytes { get; init; } = long.MaxValue;

    /// <summary>Most payload of one message as it travels, bytes.</summary>
    public long MaxMessageBytes { get; init; } = long.MaxValue;

    /// <summary>
    /// True when permessage-deflate was agreed on: RSV1 on the first frame of a message (RFC 7692 §6).
    /// </summary>
    public bool AllowsCompressed { get; init; }

    /// <summary>
    /// True for an owner that changes frames: it gets each header and each control frame by itself. Default: false.
    /// </summary>
    public bool OpensFrames { get; init; }

    /// <summary>True when another extension was agreed on, which alone knows what the reserved bits mean.</summary>
    public bool AllowsReserved { get; init; }
}
