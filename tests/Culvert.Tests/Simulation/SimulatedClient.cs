using System.Text.Json;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Simulation;

/// <summary>One reader that connects, stalls, breaks off and comes back where it stopped.</summary>
internal sealed class SimulatedClient(
    Caller caller, Face face, bool isMultiRoom, World world)
{
    private readonly Dictionary<string, RoomView> _views = new(StringComparer.Ordinal);
    private WireParser _parser = new(face);
    private string? _token;

    public Caller Caller { get; } = caller;

    public Subscriber? Subscriber { get; private set; }

    public SimulatedOutlet? Outlet { get; private set; }

    public bool IsMultiRoom { get; } = isMultiRoom;

    /// <summary>Where it is connected, or was.</summary>
    public SimulatedNode? Node { get; private set; }

    /// <summary>The connection that is being made, and to which node.</summary>
    public (SimulatedNode? Node, Task Task) Connecting { get; set; } = (null, Task.CompletedTask);

    public IEnumerable<KeyValuePair<string, RoomView>> Views => _views;

    public bool IsConnected => Subscriber is { Finished.IsCompleted: false };

    public override string ToString() => $"{face}, blocked {Subscriber?.IsBlocked}, reading {Subscriber?.IsReading}, "
        + $"dirty {Subscriber?.IsDirty}, finished {Subscriber?.IsFinished}, full {Outlet?.IsFull}";

    /// <summary>A new connection. Nothing is subscribed yet.</summary>
    public void Connect(SimulatedNode node, WriterLoop loop, Random random, int rooms)
    {
        Node = node;
        _parser = new WireParser(face);
        foreach (var view in _views.Values)
        {
            view.End();
        }

        Outlet = new SimulatedOutlet(random, Receive);
        Subscriber = new Subscriber(loop, Outlet, face, Caller)
        {
            IsMultiRoom = IsMultiRoom,
            ExpectedRooms = rooms,
            EndsWithRooms = IsMultiRoom || face == Face.EventStream,
        };
        Subscriber.Start();
    }

    public RoomView ViewOf(string room) =>
        _views.TryGetValue(room, out var view) ? view : _views[room] = new RoomView(world.Audit, World.NameOf);

    /// <summary>Where the client stopped in a room; null when it has nothing of it.</summary>
    public RoomCursor? CursorOf(Room room)
    {
        if (IsMultiRoom)
        {
            Assert.True(_token is null || CursorSet.TryDecode(_token, out _));
            return _token is not null && CursorSet.TryDecode(_token, out var cursors)
                && cursors.Exists(each => each.Room == room.Name)
                    ? cursors.Find(each => each.Room == room.Name).Cursor
                    : null;
        }

        return _views.TryGetValue(room.Name, out var view) && view.Next > 0
            ? new RoomCursor(room.Epoch, view.Next - 1)
            : null;
    }

    private void Receive(ReadOnlyMemory<byte> bytes)
    {
        foreach (var (id, line) in _parser.Take(bytes))
        {
            Take(line);
            var cursor = id ?? (line.TryGetProperty("cursor", out var value) ? value.GetString() : null);
            if (IsMultiRoom && cursor is not null)
            {
                TakeToken(cursor);
            }
            else if (id is not null)
            {
                var view = ViewOf(line.GetProperty("room").GetString()!);
                Assert.Equal(new RoomCursor(view.Room.Epoch, view.Next - 1).ToString(), id);
            }
        }
    }

    private void Take(JsonElement line)
    {
        var name = line.GetProperty("ev").GetString()!;
        world.See(name);
        if (line.TryGetProperty("room", out var room))
        {
            ViewOf(room.GetString()!).Take(line);
        }
        else if (name == "ready")
        {
            foreach (var view in _views.Values.Where(view => view.IsOpen))
            {
                view.TakeReady(null);
            }
        }
        else
        {
            Assert.Contains(name, (string[])["bye", "hb", "cursor"]);
        }
    }

    /// <summary>A token is exact: it stands in every room where the client stands.</summary>
    private void TakeToken(string token)
    {
        _token = token;
        Assert.True(CursorSet.TryDecode(token, out var cursors));
        Assert.Equal(_views.Count(view => view.Value.IsOpen), cursors.Count);
        foreach (var (room, cursor) in cursors)
        {
            Assert.True(ViewOf(room).Next - 1 == cursor.Offset || ViewOf(room).Jumps, $"Token {cursor} of {room}.");
        }
    }
}
