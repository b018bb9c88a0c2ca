namespace Culvert.Server.Rooms;

/// <summary>
/// Which users are away: every connection of theirs that says whether somebody sits before it says that nobody does.
/// Connections of programs say nothing and do not count. Thread-safe.
/// </summary>
internal sealed class AwayUsers
{
    private readonly Lock _lock = new();

    // As many entries as there are connections that have said something, at most.
    private readonly Dictionary<string, (int Away, int Back)> _users = new(StringComparer.Ordinal);

    /// <summary>Notes what one connection says.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="before">What it said before; null for nothing.</param>
    /// <param name="after">What it says now; null when it ends.</param>
    /// <returns>Whether the user is away, if that has changed for others to see; null otherwise.</returns>
    public bool? Change(string user, bool? before, bool? after)
    {
        lock (_lock)
        {
            var (away, back) = _users.GetValueOrDefault(user);
            var wasAway = IsAway(away, back);
            away += (after == true ? 1 : 0) - (before == true ? 1 : 0);
            back += (after == false ? 1 : 0) - (before == false ? 1 : 0);
            if (away + back == 0)
            {
                // Gone, which presence tells.
                _users.Remove(user);
                return null;
            }

            _users[user] = (away, back);
            return IsAway(away, back) == wasAway ? null : !wasAway;
        }
    }

    /// <summary>Those of the names that are away.</summary>
    public IReadOnlyList<string> Among(IEnumerable<string> names)
    {
        lock (_lock)
        {
            return [.. names.Where(name => _users.TryGetValue(name, out var user) && IsAway(user.Away, user.Back))];
        }
    }

    private static bool IsAway(int away, int back) => away > 0 && back == 0;
}
