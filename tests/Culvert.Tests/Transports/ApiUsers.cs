using System.Collections.Frozen;
using System.Text;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Transports;

/// <summary>The users of the API tests, and the callers their bearer tokens stand for.</summary>
/// <remarks>
/// A token is a name, with scopes after a colon and the only rooms after a slash: <c>alice</c>, <c>alice:read</c>,
/// <c>alice/den</c>. A plus at the end lifts the limits.
/// </remarks>
internal sealed class ApiUsers : IUserDirectory
{
    private static readonly string[] Names =
        ["", "owner", "alice", "bob", "carol", "dave", "erin", "frank", "marshal"];

    public static byte[] NameOf(long id) => Encoding.UTF8.GetBytes(Names[id]);

    public static Caller? CallerOf(string token)
    {
        var isUnlimited = token.EndsWith('+');
        var rooms = token.TrimEnd('+').Split('/');
        var scopes = rooms[0].Split(':');
        if (Find(scopes[0]) is not { } user)
        {
            return null;
        }

        return new Caller
        {
            UserId = user.Id,
            Name = user.Name,
            ServerRole = user.Role,
            CredentialId = user.Id,
            IsUnlimited = isUnlimited,
            Scopes = scopes.Length > 1 ? Enum.Parse<Scopes>(scopes[1], ignoreCase: true) : Scopes.All,
            Rooms = rooms.Length > 1 ? rooms[1..].ToFrozenSet() : null,
        };
    }

    public ValueTask<KnownUser?> FindAsync(string name, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Find(name));

    private static KnownUser? Find(string name)
    {
        var id = Array.FindIndex(Names, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));
        var role = id == 1 ? RoomRole.Owner : id == 8 ? RoomRole.Moderator : RoomRole.Member;
        return id > 0 ? new KnownUser(id, Names[id], role) : null;
    }
}
