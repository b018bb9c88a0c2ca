using Culvert.Client.Multiplexing;

namespace Culvert.Server.Tunnels.Agents;

/// <summary>What the carriers of one agent did, added up as they end. Safe for concurrent use.</summary>
internal sealed class AgentFigures
{
    private readonly Lock _gate = new();

    /// <summary>Streams that the agent opened.</summary>
    public long StreamsIn { get; private set; }

    /// <summary>Streams that were opened to the agent.</summary>
    public long StreamsOut { get; private set; }

    public long SentBytes { get; private set; }

    public long ReceivedBytes { get; private set; }

    /// <summary>The last round trip that is known.</summary>
    public TimeSpan? RoundTrip { get; private set; }

    public void Add(in MuxFigures figures)
    {
        lock (_gate)
        {
            StreamsIn += figures.Accepted;
            StreamsOut += figures.Opened;
            SentBytes += figures.SentBytes;
            ReceivedBytes += figures.ReceivedBytes;
            RoundTrip = figures.RoundTripTime ?? RoundTrip;
        }
    }
}
