using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Culvert.Server.Rooms;

/// <summary>Opens the room of a set of people: the first to ask makes it, everybody after that gets the same.</summary>
/// <remarks>Thread-safe. The name follows from the people, so the unique key of names makes one room of two.</remarks>
internal sealed class DirectRooms(IRoomStore store, RoomDirectory rooms)
{
    /// <summary>People of one direct room: more of them want a private room, which somebody looks after.</summary>
    public const int MaxPeople = 10;

    private const string Prefix = "direct-";

    private const int HashDigits = 32;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>True for names that direct rooms have; no other room may.</summary>
    public static bool IsName(ReadOnlySpan<char> key) =>
        key.StartsWith(Prefix, StringComparison.Ordinal)
        && key.Length == Prefix.Length + HashDigits
        && !key[Prefix.Length..].ContainsAnyExcept(HexDigits);

    /// <summary>The name of the room of these users, in any order.</summary>
    public static string NameOf(IEnumerable<long> userIds)
    {
        var ids = userIds.Distinct().Order().ToArray();
        var bytes = new byte[ids.Length * sizeof(long)];
        for (var index = 0; index < ids.Length; index++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(index * sizeof(long)), ids[index]);
        }

        return Prefix + Convert.ToHexStringLower(SHA256.HashData(bytes))[..HashDigits];
    }

    /// <summary>The room of these people, of whom the caller is one; null when there is none yet.</summary>
    public ValueTask<RoomListing?> FindAsync(
        Caller caller, IReadOnlyCollection<long> people, CancellationToken cancellationToken) =>
        store.FindListingAsync(NameOf(people), caller.UserId, cancellationToken);

    /// <summary>Makes the room, unless somebody else just did; tells its people. True when it was made here.</summary>
    public async ValueTask<bool> CreateAsync(
        Caller caller, IReadOnlyCollection<long> people, CancellationToken cancellationToken)
    {
        var name = NameOf(people);
        var record = rooms.NewRecord(caller, name, name, RoomKind.Direct, "");
        if (!await store.CreateDirectRoomAsync(record, [.. people], cancellationToken))
        {
            return false;
        }

        rooms.TellMembers(record, people, joined: true);
        return true;
    }
}
