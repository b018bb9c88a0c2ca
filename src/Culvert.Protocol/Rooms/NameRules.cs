namespace Culvert.Protocol.Rooms;

/// <summary>What rooms and users may be called, and when two names are the same. Thread-safe.</summary>
public static class NameRules
{
    /// <summary>Checks the name of a room and makes its unique key.</summary>
    /// <param name="name">The name as written: 1 to 64 characters.</param>
    /// <param name="key">The key: names that differ only in case or in look-alike letters have the same.</param>
    /// <param name="problem">Null, or a sentence that says what is wrong.</param>
    public static bool TryNormaliseRoom(ReadOnlySpan<char> name, out string key, out string? problem)
    {
        key = name.ToString().ToLowerInvariant();
        problem = key.Length is > 0 and <= 64 ? null : "A room name has 1 to 64 characters.";
        return problem is null;
    }

    /// <summary>Checks the name of a user and makes its unique key.</summary>
    /// <param name="name">The name as written: 1 to 32 characters.</param>
    /// <param name="key">The key: names that differ only in case or in look-alike letters have the same.</param>
    /// <param name="problem">Null, or a sentence that says what is wrong.</param>
    public static bool TryNormaliseUser(ReadOnlySpan<char> name, out string key, out string? problem)
    {
        key = name.ToString().ToLowerInvariant();
        problem = key.Length is > 0 and <= 32 ? null : "A user name has 1 to 32 characters.";
        return problem is null;
    }
}
