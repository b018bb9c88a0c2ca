using System.Globalization;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Server.Tunnels.Names;

namespace Culvert.Server.Tunnels.Agents;

/// <summary>The agents that are connected. Safe for concurrent use.</summary>
internal sealed class AgentTable
{
    /// <summary>The most carriers of one agent.</summary>
    public const int MaxCarriers = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, AgentSession> _sessions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Of each user, the sessions that count towards his limit; no entry for none.</summary>
    private readonly Dictionary<long, int> _ofUsers = [];

    private readonly NameTable _names;
    private readonly TunnelMetrics _metrics;
    private readonly TunnelServerOptions _options;

    public AgentTable(NameTable names, TunnelMetrics metrics, TunnelServerOptions options)
    {
        _names = names;
        _metrics = metrics;
        _options = options;
        metrics.Watch(() => Snapshot().Sum(session => session.UnreadBytes));
    }

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
    /// <param name="refusal">What it is refused with.</param>
    /// <param name="why">More about it; null when the catalogue says it all.</param>
    public AgentSession? Enter(string id, Caller caller, out ErrorCode? refusal, out string? why)
    {
        lock (_gate)
        {
            var session = _sessions.GetValueOrDefault(id);
            why = null;
            if (session is null && IsAtLimit(caller))
            {
                refusal = ErrorCode.TooManyConnections;
                why = string.Create(
                    CultureInfo.InvariantCulture,
                    $"A user may have {_options.MaxSessionsPerUser} agents at once, and {caller.Name} has them.");
                return null;
            }

            refusal = session is null
                ? _sessions.Count >= _options.MaxSessions ? ErrorCode.Overloaded : null
                : session.UserId != caller.UserId || session.IsOver ? ErrorCode.SessionTaken
                : session.Admitted >= MaxCarriers ? ErrorCode.TooManyConnections
                : null;
            if (refusal is not null)
            {
                return null;
            }

            if (session is null)
            {
                session = new AgentSession(id, caller.UserId, caller.Name, counts: !caller.IsUnlimited);
                _sessions.Add(id, session);
                AddToUser(session, 1);
                _metrics.BeginSession();
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
            AddToUser(session, -1);
        }

        _names.RemoveAll(session);
        _metrics.EndSession();
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
                _names.RemoveAll(session);
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

    private bool IsAtLimit(Caller caller) =>
        !caller.IsUnlimited && _ofUsers.GetValueOrDefault(caller.UserId) >= _options.MaxSessionsPerUser;

    private void AddToUser(AgentSession session, int change)
    {
        var count = _ofUsers.GetValueOrDefault(session.UserId) + (session.Counts ? change : 0);
        if (count > 0)
        {
            _ofUsers[session.UserId] = count;
        }
        else
        {
            _ofUsers.Remove(session.UserId);
        }
    }

    private AgentSession[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _sessions.Values];
        }
    }
}
