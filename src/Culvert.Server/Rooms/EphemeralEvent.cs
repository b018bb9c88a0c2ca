using System.Buffers;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>
/// A line that is not part of the log (presence, typing, read cursors): it shares the connection with the log but never
/// delays it, and a connection that is behind does not get it.
/// </summary>
/// <param name="name">Wire name of the event.</param>
/// <param name="line">The event line.</param>
internal sealed class EphemeralEvent(byte[] name, byte[] line)
{
    /// <summary>Wire name of what tells a user's connections of the read cursor.</summary>
    public static readonly byte[] ReadName = "read"u8.ToArray();

    private readonly byte[]?[] _forms = new byte[]?[(int)Face.Line];

    /// <summary>The only user to get it; 0 for everybody.</summary>
    public long OnlyUser { get; init; }

    /// <summary>The one user not to get it; 0 for none.</summary>
    public long ExceptUser { get; init; }

    /// <summary>True for presence: a reader that misses it gets the newest one of the room later.</summary>
    public bool IsPresence { get; private init; }

    /// <summary>Wire name of the event.</summary>
    public ReadOnlyMemory<byte> Name => name;

    /// <summary>The event line.</summary>
    public ReadOnlyMemory<byte> Line => line;

    /// <summary>Whether the user is to get it.</summary>
    public bool IsFor(long userId) => userId != ExceptUser && (OnlyUser == 0 || OnlyUser == userId);

    /// <summary>The event in one wire form; empty where that form does not show it. Built once per form.</summary>
    public byte[] As(Face face)
    {
        return _forms[(int)face] ??= Build(face);
    }

    /// <summary>What another node passes on.</summary>
    public static EphemeralEvent Of(BusMessage.Passing passing) =>
        new(passing.Name.ToArray(), passing.Line.ToArray())
        {
            OnlyUser = passing.OnlyUser,
            ExceptUser = passing.ExceptUser,
        };

    /// <summary>Presence version <paramref name="version"/> of a room.</summary>
    public static EphemeralEvent Here(
        string room, long version, IReadOnlyList<string> join, IReadOnlyList<string> leave)
    {
        var line = new ArrayBufferWriter<byte>(128);
        EventWriter.WriteHere(line, room, version, join, leave);
        return new EphemeralEvent("here"u8.ToArray(), line.WrittenSpan.ToArray()) { IsPresence = true };
    }

    /// <summary>A user is away from a room that is still followed, or back.</summary>
    public static EphemeralEvent Away(string room, string user, bool on)
    {
        var line = new ArrayBufferWriter<byte>(96);
        EventWriter.WriteAway(line, room, user, on);
        return new EphemeralEvent("away"u8.ToArray(), line.WrittenSpan.ToArray());
    }

    /// <summary>The read cursor of a user moved to a message, or <paramref name="back"/> to it.</summary>
    public static EphemeralEvent OfRead(Room room, long userId, string user, long seq, bool back)
    {
        var line = new ArrayBufferWriter<byte>(96);
        EventWriter.WriteRead(line, room.Name, user, seq, back);
        return new EphemeralEvent(ReadName, line.WrittenSpan.ToArray()) { OnlyUser = userId };
    }

    private byte[] Build(Face face)
    {
        var buffer = new ArrayBufferWriter<byte>(line.Length + 64);
        FaceWriter.WriteControl(buffer, face, name, line);
        return buffer.WrittenSpan.ToArray();
    }
}
