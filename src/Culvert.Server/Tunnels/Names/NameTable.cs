using Culvert.Server.Tunnels.Agents;

namespace Culvert.Server.Tunnels.Names;

/// <summary>
/// Which agents are behind which names. A name belongs to one user as long as one of his agents has it; several agents
/// of his are a pool. Safe for concurrent use; nothing in it waits.
/// </summary>
/// <remarks>
/// Health is passive, learnt from what was asked for anyway, and it only chooses: who is alone behind a name is always
/// asked.
/// </remarks>
internal sealed class NameTable(int maxNames, TimeProvider time)
{
    /// <summary>Failed attempts in a row after which an agent is left out.</summary>
    public const int MostFailures = 3;

    /// <summary>How long it is left out: short, because a restart of its target is the usual cause.</summary>
    public static readonly TimeSpan DownTime = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Registration>> _names = new(StringComparer.OrdinalIgnoreCase);
    private int _turn;

    /// <summary>Names that somebody has.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _names.Count;
            }
        }
    }

    /// <summary>Puts an agent behind names, all of them or none.</summary>
    /// <param name="session">The agent.</param>
    /// <param name="wanted">Names, each valid and once, with the agent's instance.</param>
    public RegisterOutcome Register(AgentSession session, IReadOnlyCollection<(string Name, string Instance)> wanted)
    {
        lock (_gate)
        {
            if (session.IsOver)
            {
                return new RegisterOutcome { IsGone = true };
            }

            var added = 0;
            foreach (var (name, _) in wanted)
            {
                if (_names.TryGetValue(name, out var pool))
                {
                    if (pool[0].Session.UserId != session.UserId)
                    {
                        return new RegisterOutcome { Taken = name };
                    }

                    added += pool.Exists(one => one.Session == session) ? 0 : 1;
                }
                else
                {
                    added++;
                }
            }

            if (session.Names.Count + added > maxNames)
            {
                return new RegisterOutcome { IsTooMany = true };
            }

            var replaced = new HashSet<AgentSession>();
            foreach (var (name, instance) in wanted)
            {
                Put(new Registration(name, instance, session), replaced);
            }

            foreach (var old in replaced)
            {
                RemoveAllOf(old);
            }

            return new RegisterOutcome { Replaced = replaced };
        }
    }

    /// <summary>Takes an agent away from one name; false when it does not have it.</summary>
    public bool Remove(AgentSession session, string name)
    {
        lock (_gate)
        {
            return session.Names.Remove(name) && RemoveFrom(name, session);
        }
    }

    /// <summary>Takes an agent away from all its names, and lets it have no new ones.</summary>
    public void RemoveAll(AgentSession session)
    {
        lock (_gate)
        {
            session.IsOver = true;
            RemoveAllOf(session);
        }
    }

    public bool Contains(string name)
    {
        lock (_gate)
        {
            return _names.ContainsKey(name);
        }
    }

    /// <summary>
    /// The agent to ask next, the one with the fewest streams, which has to be let go with <see cref="Leave"/>; null
    /// when none is left.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="tried">Those that were asked already.</param>
    public Registration? Enter(string name, IReadOnlyCollection<Registration> tried)
    {
        lock (_gate)
        {
            if (!_names.TryGetValue(name, out var pool) || Choose(pool, tried) is not { } best)
            {
                return null;
            }

            best.Open++;
            return best;
        }
    }

    /// <summary>The stream, or the attempt, is over.</summary>
    public void Leave(Registration registration)
    {
        lock (_gate)
        {
            registration.Open--;
        }
    }

    /// <summary>What an attempt showed.</summary>
    public void Report(Registration registration, bool isUp)
    {
        lock (_gate)
        {
            registration.Failures = isUp ? 0 : registration.Failures + 1;
            registration.DownUntil = registration.Failures < MostFailures
                ? 0
                : time.GetTimestamp() + (long)(DownTime.TotalSeconds * time.TimestampFrequency);
        }
    }

    private Registration? Choose(List<Registration> pool, IReadOnlyCollection<Registration> tried)
    {
        var now = time.GetTimestamp();
        Registration? best = null;
        _turn++;
        for (var i = 0; i < pool.Count; i++)
        {
            // Among equals each has its turn.
            var one = pool[(int)((uint)(i + _turn) % pool.Count)];
            if (!tried.Contains(one) && (best is null || IsBetter(one, best, now)))
            {
                best = one;
            }
        }

        return best;
    }

    private static bool IsBetter(Registration one, Registration best, long now)
    {
        var isUp = one.DownUntil <= now;
        return isUp == (best.DownUntil <= now) ? one.Open < best.Open : isUp;
    }

    private void Put(Registration registration, HashSet<AgentSession> replaced)
    {
        var session = registration.Session;
        if (!_names.TryGetValue(registration.Name, out var pool))
        {
            _names[registration.Name] = pool = [];
        }

        if (pool.Exists(one => one.Session == session && one.Instance == registration.Instance))
        {
            return;
        }

        // Said again with another instance: that one counts.
        pool.RemoveAll(one => one.Session == session);

        foreach (var one in pool.Where(one => one.Instance == registration.Instance))
        {
            replaced.Add(one.Session);
        }

        pool.Add(registration);
        session.Names.Add(registration.Name);
    }

    private void RemoveAllOf(AgentSession session)
    {
        foreach (var name in session.Names)
        {
            RemoveFrom(name, session);
        }

        session.Names.Clear();
        session.IsOver = true;
    }

    private bool RemoveFrom(string name, AgentSession session)
    {
        if (!_names.TryGetValue(name, out var pool) || pool.RemoveAll(one => one.Session == session) == 0)
        {
            return false;
        }

        if (pool.Count == 0)
        {
            _names.Remove(name);
        }

        return true;
    }
}
