namespace Culvert.Protocol.Multiplexing;

/// <summary>One thing that <see cref="Multiplexer.TryReceive"/> found.</summary>
public readonly ref struct MuxEvent
{
    internal MuxEvent(MuxSignals signals, MuxStreamState? stream, ReadOnlySpan<byte> payload = default)
    {
        Signals = signals;
        Stream = stream;
        Payload = payload;
    }

    /// <summary>What happened.</summary>
    public MuxSignals Signals { get; }

    /// <summary>To which stream; null where it is the session's.</summary>
    public MuxStreamState? Stream { get; }

    /// <summary>
    /// With <see cref="MuxSignals.Data"/>: a piece of what the stream received, in order. A part of the input.
    /// </summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Whether <paramref name="signal"/> is among what happened.</summary>
    public bool Has(MuxSignals signal) => (Signals & signal) != 0;
}
