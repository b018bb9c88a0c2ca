using System.Collections.Concurrent;

namespace Culvert.Server.Storage.Sql;

/// <summary>UTF-8 names of users by id. Names never change, so what was read once stays true. Thread-safe.</summary>
internal sealed class UserNames
{
    private const int MaxNames = 50_000;

    private readonly ConcurrentDictionary<long, byte[]> _names = new();

    /// <summary>The name; empty for the server itself (0) and for users that do not exist.</summary>
    public byte[] Find(SqlSession session, long userId)
    {
        const string Sql = "select name from users where id = ?1";

        if (_names.TryGetValue(userId, out var name))
        {
            return name;
        }

        var statement = session.Prepare(Sql).Bind(1, userId);
        if (userId == 0 || !statement.Step())
        {
            // Not remembered: the user may be added later.
            return [];
        }

        name = statement.Bytes(0).ToArray();
        statement.Reset();
        if (_names.Count >= MaxNames)
        {
            _names.Clear();
        }

        _names[userId] = name;
        return name;
    }
}
