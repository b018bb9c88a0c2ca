namespace Culvert.Server.Rooms;

/// <summary>
/// Which users are away: every connection of theirs that says whether somebody sits before it says that nobody does,
/// on whatever node. Connections of programs say nothing and do not count. Thread-safe.
/// </summary>
/// <remarks>
/// What other nodes say comes over the bus alone: when a message is lost, the next change of that user sets it right.
/// </remarks>
internal sealed class AwayUsers
{
    private readonly Lock _lock = new();

    // As many entries as there are connections that have said something, at most.
    private readonly Dictionary<string, Said> _here = new(StringComparer.Ordinal);

    // The same of other nodes, each of which counts as one connection.
    private readonly Dictionary<string, Said> _elsewhere = new(StringComparer.Ordinal);
    private readonly Dictionary<(long Incarnation, string User), bool> _nodes = [];

    /// <summary>
    /// Called within the lock when what this node says of a user has changed; null on a node that is alone.
    /// </summary>
    public Action<string, bool?>? Told { get; set; }

    /// <summary>Notes what one connection says.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="before">What it said before; null for nothing.</param>
    /// <param name="after">What it says now; null when it ends.</param>
    /// <returns>Whether the user is away, if that has changed for others to see; null otherwise.</returns>
    public bool? Change(string user, bool? before, bool? after)
    {
        lock (_lock)
        {
            var wasAway = IsAway(user);
            var said = _here.GetValueOrDefault(user).IsAway;
            Count(_here, user, before, after);
            if (_here.GetValueOrDefault(user).IsAway is var says && says != said)
            {
                Told?.Invoke(user, says);
            }

            // Who is gone altogether is none that is away, which presence tells.
            var isGone = !_here.ContainsKey(user) && !_elsewhere.ContainsKey(user);
            return isGone || IsAway(user) == wasAway ? null : !wasAway;
        }
    }

    /// <summary>Notes what another node says of a user. That node tells the readers.</summary>
    public void ChangeElsewhere(long incarnation, string user, bool? isAway)
    {
        lock (_lock)
        {
            bool? before = _nodes.TryGetValue((incarnation, user), out var said) ? said : null;
            Count(_elsewhere, user, before, isAway);
            if (isAway is { } says)
            {
                _nodes[(incarnation, user)] = says;
            }
            else
            {
                _nodes.Remove((incarnation, user));
            }
        }
    }

    /// <summary>Forgets what a node has said that is gone.</summary>
    public void Drop(long incarnation)
    {
        lock (_lock)
        {
            foreach (var (node, said) in _nodes)
            {
                if (node.Incarnation == incarnation)
                {
                    Count(_elsewhere, node.User, said, null);
                    _nodes.Remove(node);
                }
            }
        }
    }

    /// <summary>Tells all that this node says, for nodes that have not heard it.</summary>
    public void TellAll()
    {
        lock (_lock)
        {
            foreach (var (user, said) in _here)
            {
                Told?.Invoke(user, said.IsAway);
            }
        }
    }

    /// <summary>Those of the names that are away.</summary>
    public IReadOnlyList<string> Among(IEnumerable<string> names)
    {
        lock (_lock)
        {
            return [.. names.Where(IsAway)];
        }
    }

    private static void Count(Dictionary<string, Said> counts, string user, bool? before, bool? after)
    {
        var said = counts.GetValueOrDefault(user);
        said.Away += (after == true ? 1 : 0) - (before == true ? 1 : 0);
        said.Back += (after == false ? 1 : 0) - (before == false ? 1 : 0);
        if (said.IsAway is null)
        {
            counts.Remove(user);
        }
        else
        {
            counts[user] = said;
        }
    }

    private bool IsAway(string user)
    {
        var here = _here.GetValueOrDefault(user).IsAway;
        var elsewhere = _elsewhere.GetValueOrDefault(user).IsAway;
        return here != false && elsewhere != false && (here ?? elsewhere) == true;
    }

    private struct Said
    {
        public int Away;
        public int Back;

        public readonly bool? IsAway => Back > 0 ? false : Away > 0 ? true : null;
    }
}
