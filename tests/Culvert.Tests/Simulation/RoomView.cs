using System.Text.Json;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Simulation;

/// <summary>What one client has seen of one room; checks every line against the log as it comes.</summary>
internal sealed class RoomView(LogAudit audit, Func<long, string> nameOf)
{
    private readonly Dictionary<long, string?> _texts = [];
    private readonly SortedSet<string> _members = new(StringComparer.Ordinal);
    private Subscription? _subscription;
    private long _presenceVersion;
    private long _readyAt;
    private bool _jumps;

    /// <summary>The offset that has to come next.</summary>
    public long Next { get; private set; }

    public bool IsReady { get; private set; }

    /// <summary>True after a gap of which only the newest events follow: where they begin is not said.</summary>
    public bool Jumps => _jumps;

    /// <summary>True while the room may send.</summary>
    public bool IsOpen => _subscription is not null;

    public override string ToString() =>
        $"next {Next}, ready {IsReady}, {_subscription?.State} at {_subscription?.Next}, "
        + $"ring {_subscription?.Room.Ring.FloorOffset} to {_subscription?.Room.Ring.NextOffset}";

    public Room Room => _subscription!.Room; // Asked while open only.

    public IReadOnlyDictionary<long, string?> Texts => _texts;

    public IReadOnlyCollection<string> Members => _members;

    /// <summary>A subscription was placed and is about to be attached.</summary>
    public void Begin(Subscription subscription)
    {
        _subscription = subscription;
        _readyAt = subscription.Room.Ring.NextOffset;
        IsReady = false;
        _jumps = false;
        if (subscription.Since.Kind == SinceKind.Cursor)
        {
            Next = subscription.Since.Cursor.Offset + 1;
            Assert.True(subscription.Gap is not null || subscription.Next == Next, "A cursor was not honoured.");
            return;
        }

        Assert.Null(subscription.Gap);
        Next = subscription.Next;
        _texts.Clear();
    }

    public void End() => _subscription = null;

    public void Take(JsonElement line)
    {
        Assert.True(IsOpen, $"A line of a room that was left: {line}");
        switch (line.GetProperty("ev").GetString())
        {
            case "gap":
                TakeGap(line);
                break;
            case "ready":
                TakeReady(line.GetProperty("cursor").GetString()!);
                break;
            case "here":
                TakeHere(line);
                break;
            case "bye":
                End();
                break;
            default:
                TakeEvent(line);
                break;
        }
    }

    /// <summary>The room is live, says the server.</summary>
    public void TakeReady(string? cursor)
    {
        Assert.False(IsReady, "Ready was said twice.");
        if (cursor is not null)
        {
            if (_jumps && RoomCursor.TryParse(cursor, out var place))
            {
                Next = place.Offset + 1;
            }

            Assert.Equal(new RoomCursor(Room.Epoch, Next - 1).ToString(), cursor);
        }

        Assert.True(Next >= _readyAt || _jumps, $"Ready before {_readyAt - 1} was sent.");
        IsReady = true;
        Ask();
    }

    private void TakeGap(JsonElement line)
    {
        var floor = line.GetProperty("floor").GetInt64();
        var have = line.GetProperty("have").GetInt64();
        Assert.True(_jumps ? have >= Next - 1 : have == Next - 1, $"A gap from {have} where {Next} was next.");
        Assert.True(floor > Next, $"A gap from {have} to {floor} misses nothing.");
        _jumps = _subscription!.GapPolicy == GapPolicy.Snapshot && !IsReady;
        _texts.Clear();
        Next = floor;
    }

    private void TakeEvent(JsonElement line)
    {
        var offset = line.GetProperty("offset").GetInt64();
        Assert.True(_jumps ? offset >= Next : offset == Next, $"Offset {offset} came where {Next} was next.");
        _jumps = false;
        Next = offset + 1;
        var logged = audit.Find(Room.Id, offset);
        Assert.True(EventNames.TryParse(line.GetProperty("ev").GetString(), out var kind));
        Assert.Equal(logged.Kind, kind);
        Assert.Equal(logged.At, line.GetProperty("at").GetInt64());
        Assert.Equal(nameOf(logged.ActorId), (Text(line, "from") ?? Text(line, "by"))!);
        Assert.Equal(logged.Key, Text(line, "key"));
        if (logged.Seq > 0)
        {
            Assert.Equal(logged.Seq, line.GetProperty("seq").GetInt64());
        }

        switch (kind)
        {
            case EventKind.Message or EventKind.Edit:
                var erased = line.TryGetProperty("erased", out _);
                _texts[logged.Seq] = erased ? null : line.GetProperty("data").GetRawText();
                break;
            case EventKind.Erase:
                _texts[logged.Seq] = null;
                break;
            case EventKind.Clear:
                _texts.Clear();
                break;
        }
    }

    private void TakeHere(JsonElement line)
    {
        if (!IsReady)
        {
            // The members are asked for once the stream is ready.
            return;
        }

        var version = line.GetProperty("pv").GetInt64();
        if (version == _presenceVersion + 1)
        {
            _presenceVersion = version;
            foreach (var name in line.GetProperty("join").EnumerateArray())
            {
                Assert.True(_members.Add(name.GetString()!), "Somebody joined twice.");
            }

            foreach (var name in line.GetProperty("leave").EnumerateArray())
            {
                Assert.True(_members.Remove(name.GetString()!), "Somebody left who was not there.");
            }
        }
        else if (version > _presenceVersion)
        {
            Ask();
        }
    }

    /// <summary>A client asks for the members when it is ready, and when versions jump.</summary>
    private void Ask()
    {
        (_presenceVersion, var names) = Room.Presence.Members();
        _members.Clear();
        _members.UnionWith(names);
    }

    private static string? Text(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) ? value.GetString() : null;
}
