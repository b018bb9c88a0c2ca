namespace Culvert.Client.Tunnels;

/// <summary>What a <see cref="WebSocketCarrier"/> made of what it has received.</summary>
internal enum CarrierStep
{
    /// <summary>No whole header or control frame is there.</summary>
    NeedsMore,

    /// <summary>A header or a control frame was taken.</summary>
    Taken,

    /// <summary>The peer's Close was taken.</summary>
    Closed,

    /// <summary>The peer broke a rule.</summary>
    Violated,
}
