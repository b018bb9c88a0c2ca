using Culvert.Client.Multiplexing;

namespace Culvert.Server.Tunnels.Agents;

/// <summary>One agent: all its carriers, and the names it has. Safe for concurrent use.</summary>
/// <param name="id">The agent's own, of this session alone.</param>
/// <param name="userId">Whose it is.</param>
/// <param name="user">The user's name.</param>
/// <param name="counts">Whether it counts towards the user's limit.</param>
internal sealed class AgentSession(string id, long userId, string user, bool counts = true)
{
    private readonly Lock _gate = new();
    private readonly List<AgentCarrier> _carriers = [];
    private int _streams;

    public string Id => id;

    public long UserId => userId;

    public string User => user;

    /// <summary>Whether it counts towards the user's limit: not with the owner token.</summary>
    public bool Counts => counts;

    /// <summary>Bytes received on its carriers and not yet passed on.</summary>
    public long UnreadBytes => Snapshot().Sum(carrier => carrier.Mux.Figures.UnreadBytes);

    /// <summary>What it has registered; only the table of names touches it.</summary>
    public HashSet<string> Names { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>True when it gets no names any more; only the table of names sets it.</summary>
    public bool IsOver { get; set; }

    /// <summary>
    /// Carriers that were let in, those included that are not open yet; only the table of agents sets it.
    /// </summary>
    public int Admitted { get; set; }

    /// <summary>What its carriers did that have ended.</summary>
    public AgentFigures Figures { get; } = new();

    public void Add(AgentCarrier carrier)
    {
        lock (_gate)
        {
            _carriers.Add(carrier);
        }
    }

    public void Remove(AgentCarrier carrier)
    {
        lock (_gate)
        {
            _carriers.Remove(carrier);
        }
    }

    /// <summary>The carriers that are open.</summary>
    public AgentCarrier[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _carriers];
        }
    }

    /// <summary>Counts a stream that the agent opened; false when it has all it may.</summary>
    public bool TryEnter(int maxStreams)
    {
        if (Interlocked.Increment(ref _streams) <= maxStreams)
        {
            return true;
        }

        Leave();
        return false;
    }

    /// <summary>The stream is over.</summary>
    public void Leave() => Interlocked.Decrement(ref _streams);

    /// <summary>Opens a stream to the agent, on the carrier with the fewest; null when it takes none.</summary>
    public async ValueTask<MuxStream?> OpenAsync(CancellationToken cancellationToken)
    {
        foreach (var carrier in Snapshot().Where(one => !one.IsEnding).OrderBy(one => one.Mux.Figures.Streams))
        {
            try
            {
                return await carrier.Mux.OpenAsync(cancellationToken);
            }
            catch (MuxOpenException)
            {
                // It has ended, or is full; the next may not be.
            }
        }

        return null;
    }

    /// <summary>Ends every carrier. Does not wait.</summary>
    /// <param name="code">The close code.</param>
    /// <param name="why">What goes with it.</param>
    public void End(int code, string why)
    {
        foreach (var carrier in Snapshot())
        {
            carrier.End(code, why);
        }
    }
}
