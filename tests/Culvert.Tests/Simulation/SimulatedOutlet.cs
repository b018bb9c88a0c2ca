using Culvert.Server.Rooms;

namespace Culvert.Tests.Simulation;

/// <summary>A connection that sometimes fills up, and whose end may cut a line in the middle.</summary>
internal sealed class SimulatedOutlet(Random random, Action<ReadOnlyMemory<byte>> receive) : Outlet
{
    private byte[]? _inFlight;
    private Subscriber? _waiting;
    private bool _broken;

    /// <summary>Of ten sends, how many fill the connection up.</summary>
    public int Stalls { get; set; }

    public bool IsFull => _waiting is not null;

    public int LargestSend { get; private set; }

    public override SendResult Send(ReadOnlySpan<byte> bytes, Subscriber drained)
    {
        Assert.False(IsFull, "A full connection was sent more.");
        if (_broken)
        {
            return SendResult.Ended;
        }

        LargestSend = Math.Max(LargestSend, bytes.Length);
        if (random.Next(10) < Stalls)
        {
            _inFlight = bytes.ToArray();
            _waiting = drained;
            return SendResult.Blocked;
        }

        receive(bytes.ToArray());
        return SendResult.Sent;
    }

    /// <summary>The peer reads what was in flight.</summary>
    public void Drain()
    {
        if (_waiting is { } waiting)
        {
            _waiting = null;
            receive(_inFlight);
            waiting.Drained();
        }
    }

    /// <summary>The connection breaks somewhere within what is in flight.</summary>
    public void Break()
    {
        _broken = true;
        if (_inFlight is { } bytes && _waiting is not null)
        {
            _waiting = null;
            receive(bytes.AsMemory(0, random.Next(bytes.Length + 1)));
        }
    }
}
