using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Server.Tunnels.Names;

namespace Culvert.Server.Tunnels.Agents;

/// <summary>The agents that are connected. Safe for concurrent use.</summary>
internal sealed class AgentTable(NameTable names, TunnelMetrics metrics, TunnelServerOptions options)
{
    /// <summary>The most carriers of one agent.</summary>
    public const int MaxCarriers = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, AgentSession> _sessions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Agents that are connected.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Count;
            }
        }
    }

    /// <summary>
    /// Lets a carrier in: the first of a session, or one more. Null is refused; otherwise <see cref="Leave"/> follows.
    /// </summary>
    /// <param name="id">The session's id, as the agent chose it.</param>
    /// <param name="caller">Whose carrier it is.</param>
    /// <param name="refusal">Why not.</param>
    public AgentSession? Enter(string id, Caller caller, out ErrorCode? refusal)
    {
        lock (_gate)
        {
            var session = _sessions.GetValueOrDefault(id);
            refusal = session is null
                ? _sessions.Count >= options.MaxSessions ? ErrorCode.Overloaded : null
                : session.UserId != caller.UserId || session.IsOver ? ErrorCode.SessionTaken
                : session.Admitted >= MaxCarriers ? ErrorCode.TooManyConnections
                : null;
            if (refusal is not null)
            {
                return null;
            }

            if (session is null)
            {
                session = new AgentSession(id, caller.UserId, caller.Name);
                _sessions.Add(id, session);
                metrics.BeginSession();
            }

            session.Admitted++;
            return session;
        }
    }

    /// <summary>A carrier has gone. With the last one the agent has, and its names are free; then true.</summary>
    public bool Leave(AgentSession session)
    {
        lock (_gate)
        {
            if (--session.Admitted > 0)
            {
                return false;
            }

            _sessions.Remove(session.Id);
        }

        names.RemoveAll(session);
        metrics.EndSession();
        return true;
    }

    /// <summary>Ends the carriers that match. Their agents' names are free at once where nothing is left.</summary>
    /// <param name="matches">Which.</param>
    /// <param name="code">The close code.</param>
    /// <param name="why">What goes with it.</param>
    public void EndWhere(Func<AgentCarrier, bool> matches, int code, string why)
    {
        foreach (var session in Snapshot())
        {
            var carriers = session.Snapshot();
            var ended = Array.FindAll(carriers, carrier => matches(carrier));
            Array.ForEach(ended, carrier => carrier.End(code, why));
            if (ended.Length > 0 && Array.TrueForAll(carriers, carrier => carrier.IsEnding))
            {
                names.RemoveAll(session);
            }
        }
    }

    /// <summary>
    /// Ends every agent: no new streams from now on, those that are open go on until the token fires.
    /// </summary>
    public async Task DrainAsync(int code, string why, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(Snapshot().SelectMany(session => session.Snapshot())
                .Select(carrier => carrier.DrainAsync(cancellationToken)));
        }
        catch (OperationCanceledException)
        {
            // They had their time.
        }

        EndWhere(_ => true, code, why);
    }

    private AgentSession[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _sessions.Values];
        }
    }
}
