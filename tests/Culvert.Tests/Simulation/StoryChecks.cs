using System.Text.Json;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Simulation;

/// <summary>What must hold at the end of a <see cref="Story"/>.</summary>
internal sealed class StoryChecks(World world)
{
    /// <summary>A reader that caught up has seen all, and nothing but what the store has now.</summary>
    public void CheckView(SimulatedClient client, string name, RoomView view, IEnumerable<string> present)
    {
        var last = world.Audit.LastOffset(view.Room.Id);
        var who = $"{client.Caller.Name} in {name}, which ends at {last}: {view}, {client}.";
        Assert.True(view.IsReady, "Never ready: " + who);
        Assert.True(view.Next == last + 1, "Stopped early: " + who);
        var (_, members) = view.Room.Presence.Members();
        Assert.Equal(members, view.Members);
        Assert.Equal(present, members);

        var (floor, current) = Texts(view.Room);
        foreach (var (seq, text) in view.Texts.Where(text => text.Key >= floor))
        {
            Assert.Equal(current[seq], text);
        }
    }

    /// <summary>Nobody reads who has no right to, whichever node took it away.</summary>
    public void CheckAccess(SimulatedClient client, string name)
    {
        var record = World.Sync(world.Inner.FindRoomAsync(name, CancellationToken.None))!; // Rooms are never erased.
        var membership = World.Sync(world.Inner.FindMembershipAsync(
            record.Id, client.Caller.UserId, CancellationToken.None));
        var now = world.Time.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.True(
            RoomAccess.Of(client.Caller, record, membership, now) >= Capability.Read,
            $"{client.Caller.Name} still reads {name}.");
    }

    /// <summary>The texts that live readers would be given are the current ones.</summary>
    public void CheckRing(Room room)
    {
        var events = new List<EncodedEvent>();
        Assert.True(room.Ring.TryRead(room.Ring.FloorOffset, int.MaxValue, events));
        Assert.Equal(world.Audit.LastOffset(room.Id), room.LastOffset);
        var (floor, current) = Texts(room);
        foreach (var encoded in events.Where(each => each.Kind == EventKind.Message && each.Seq >= floor))
        {
            using var line = JsonDocument.Parse(encoded.As(Face.Line).ToArray());
            var text = line.RootElement.TryGetProperty("data", out var data) ? data.GetRawText() : null;
            Assert.Equal(current[encoded.Seq], text);
        }
    }

    private (long Floor, Dictionary<long, string?> Texts) Texts(Room room)
    {
        var sink = new RecordingSink();
        var page = new MessagePage(PageAnchor.After, 0, int.MaxValue);
        var ends = World.Sync(world.Inner.ReadMessagesAsync(room.Id, page, sink, CancellationToken.None));
        return (ends.FloorSeq, sink.Events.ToDictionary(row => row.Seq, row => row.Erased ? null : row.Data));
    }
}
