using System.Text;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Storage;

/// <summary>An append that nobody awaits.</summary>
internal sealed class TestAppend : Append
{
    public static TestAppend Message(
        long roomId, long userId, string text, string? key = null, long? ifOffset = null) => new()
        {
            RoomId = roomId,
            Kind = EventKind.Message,
            ActorId = userId,
            ActorName = TestUsers.NameOf(userId),
            Key = key,
            IfOffset = ifOffset,
            Data = Json(text),
        };

    public static TestAppend Edit(long roomId, long userId, long seq, string text, bool ownOnly = true) => new()
    {
        RoomId = roomId,
        Kind = EventKind.Edit,
        ActorId = userId,
        ActorName = TestUsers.NameOf(userId),
        TargetSeq = seq,
        OwnOnly = ownOnly,
        Data = Json(text),
    };

    public static TestAppend Erase(long roomId, long userId, long seq, bool ownOnly = false) => new()
    {
        RoomId = roomId,
        Kind = EventKind.Erase,
        ActorId = userId,
        ActorName = TestUsers.NameOf(userId),
        TargetSeq = seq,
        OwnOnly = ownOnly,
        Detail = "\"why\":\"spam\""u8.ToArray(),
    };

    public static TestAppend React(long roomId, long userId, long seq, string emoji, bool on = true) => new()
    {
        RoomId = roomId,
        Kind = EventKind.React,
        ActorId = userId,
        ActorName = TestUsers.NameOf(userId),
        TargetSeq = seq,
        Change = new RoomChange.OfReaction(emoji, on),
    };

    public static TestAppend Other(
        long roomId, long userId, EventKind kind, RoomChange? change = null, string detail = "") => new()
        {
            RoomId = roomId,
            Kind = kind,
            ActorId = userId,
            ActorName = TestUsers.NameOf(userId),
            Change = change,
            Detail = Encoding.UTF8.GetBytes(detail),
        };

    public static byte[] Json(string text) => Encoding.UTF8.GetBytes($"{{\"text\":\"{text}\"}}");

    public override void Complete()
    {
    }
}
