using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Simulation;

/// <summary>What happens in a <see cref="World"/>: random steps, and what must hold at the end.</summary>
internal sealed class Story : IDisposable
{
    private static readonly string[] Names = ["a", "b", "p"];

    private readonly World _world;
    private readonly Random _random;
    private readonly List<SimulatedClient> _clients = [];

    public Story(int seed)
    {
        _world = new World(seed);
        _random = _world.Random;
        foreach (var name in Names)
        {
            _world.CreateRoom(name, name == "p" ? RoomKind.Private : RoomKind.Public);
        }

        foreach (var user in Enumerable.Range(3, 4))
        {
            _world.Do(World.CallerOf(1), "p", Capability.Moderate, Acts.Join(user, World.NameOf(user)));
        }

        for (var i = 0; i < 12; i++)
        {
            var face = i % 2 == 0 ? Face.Ndjson : Face.EventStream;
            var isMultiRoom = i % 3 == 0;
            face = isMultiRoom && face == Face.EventStream ? Face.EventStreamBody : face;
            _clients.Add(new SimulatedClient(
                World.CallerOf(1 + (i % World.Users)), face, isMultiRoom, _world));
        }

        _world.Settle();
    }

    public IReadOnlyDictionary<string, int> Seen => _world.Seen;

    private string AnyRoom => Names[_random.Next(Names.Length)];

    private Caller Anybody => World.CallerOf(_random.Next(1, World.Users + 1));

    public void Run(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            Step();
        }
    }

    /// <summary>Faults end, everybody comes back and catches up: then all must be as the log says.</summary>
    public void Check()
    {
        foreach (var client in _clients.Where(client => client.Outlet is not null))
        {
            client.Outlet!.Stalls = 0; // Not null: the filter.
        }

        Drain();
        foreach (var name in Names)
        {
            // A room that could not be read after an unknown commit is read again with the next one.
            _world.Do(World.CallerOf(1), name, Capability.Write, Acts.Message(_world.NextText(1), null));
        }

        Drain();
        foreach (var client in _clients.Where(client => !client.IsConnected))
        {
            Connect(client, 0);
        }

        for (var i = 0; i < 3; i++)
        {
            _world.Time.Advance(TimeSpan.FromSeconds(2));
            _world.Rooms.AnnouncePresence();
            Drain();
        }

        Assert.All(_world.Appends, append => Assert.Equal(1, append.Completions));
        foreach (var (client, name, view) in OpenViews())
        {
            CheckView(client, name, view);
        }
    }

    public void Dispose() => _world.Dispose();

    private IEnumerable<(SimulatedClient Client, string Name, RoomView View)> OpenViews() =>
        from client in _clients
        where client.IsConnected
        from view in client.Views
        where view.Value.IsOpen
        select (client, view.Key, view.Value);

    private void Drain()
    {
        do
        {
            _world.Settle();
            _clients.ForEach(static client => client.Outlet?.Drain());
        }
        while (_clients.Exists(static client => client.Outlet is { IsFull: true }) || _world.Loops.All[0].RunOnce());

        _world.Settle();
    }

    private void CheckView(SimulatedClient client, string name, RoomView view)
    {
        var last = _world.Audit.LastOffset(view.Room.Id);
        var who = $"{client.Caller.Name} in {name}, which ends at {last}: {view}, {client}.";
        Assert.True(view.IsReady, "Never ready: " + who);
        Assert.True(view.Next == last + 1, "Stopped early: " + who);
        var (_, members) = view.Room.Presence.Members();
        Assert.Equal(members, view.Members);
        var present = OpenViews().Where(each => each.Name == name).Select(each => each.Client.Caller.Name);
        Assert.Equal(present.Distinct().Order(StringComparer.Ordinal), members);

        var sink = new RecordingSink();
        var page = new MessagePage(PageAnchor.After, 0, int.MaxValue);
        var ends = World.Sync(_world.Inner.ReadMessagesAsync(view.Room.Id, page, sink, CancellationToken.None));
        var current = sink.Events.ToDictionary(row => row.Seq, row => row.Erased ? null : row.Data);
        foreach (var (seq, text) in view.Texts.Where(text => text.Key >= ends.FloorSeq))
        {
            Assert.Equal(current[seq], text);
        }
    }

    private void Step()
    {
        switch (_random.Next(100))
        {
            case < 22:
                Publish();
                break;
            case < 32:
                Change();
                break;
            case < 36:
                Moderate();
                break;
            case < 54:
                _world.Loops.All[_random.Next(_world.Loops.Count)].RunOnce();
                break;
            case < 66:
                _world.Commit();
                break;
            case < 76:
                _world.Release();
                break;
            case < 84:
                Stir(_clients[_random.Next(_clients.Count)]);
                break;
            case < 90:
                _clients[_random.Next(_clients.Count)].Outlet?.Drain();
                break;
            case < 92:
                _world.Retry();
                break;
            case < 95:
                _world.Tick();
                _world.Rooms.UnloadIdle();
                break;
            case < 96:
                _world.Trim(AnyRoom);
                break;
            default:
                ChangeFaults();
                break;
        }
    }

    private void Publish()
    {
        var key = _random.Next(2) == 0 ? $"k{_random.Next(100_000)}" : null;
        var act = Acts.Message(_world.NextText(_random.Next(60)), key);
        _world.Do(Anybody, AnyRoom, Capability.Write, act);
    }

    private void Change()
    {
        var name = AnyRoom;
        var seq = _world.Enter(World.CallerOf(1), name, Capability.Read) is { } room
            ? Math.Max(1, room.LastSeq - _random.Next(20))
            : 1;
        var act = _random.Next(3) switch
        {
            0 => Acts.Edit(seq, _world.NextText(_random.Next(60))),
            1 => Acts.Erase(seq, "spam"),
            _ => Acts.React(seq, "+1", _random.Next(2) == 0),
        };
        var isModerator = _random.Next(2) == 0;
        _world.Do(
            isModerator ? World.CallerOf(2) : Anybody, name, Capability.Write, act, ownOnly: !isModerator);
    }

    private void Moderate()
    {
        var user = _random.Next(3, World.Users + 1);
        var name = World.NameOf(user);
        var act = _random.Next(12) switch
        {
            0 => Acts.Kick(user, name, "rude"),
            1 => Acts.Ban(user, name, null, null),
            2 or 3 => Acts.Unban(user, name),
            4 => Acts.Mute(user, name, null, null),
            5 or 6 => Acts.Unmute(user, name),
            7 => Acts.Join(user, name),
            8 => Acts.Leave(user, name),
            9 => Acts.Clear(),
            10 => Acts.Settings(_random.Next(2) == 0 ? RoomKind.Private : RoomKind.Public, null, null),
            _ => Acts.Settings(null, null, _random.Next(2) * _random.Next(10, 60)),
        };
        _world.Do(World.CallerOf(1), AnyRoom, Capability.Moderate, act);
    }

    private void ChangeFaults()
    {
        _world.Store.IsSlow = _random.Next(2) == 0;
        _world.Store.ReadsFail = _random.Next(8) == 0;
        _world.Store.Fault = _random.Next(4) == 0 ? (CommitFault)_random.Next(4) : CommitFault.None;
    }

    /// <summary>Something happens to a client: it connects, breaks off, leaves a room or stalls.</summary>
    private void Stir(SimulatedClient client)
    {
        if (!client.IsConnected)
        {
            Connect(client, _random.Next(4));
            return;
        }

        switch (_random.Next(8))
        {
            case 0:
                client.Outlet!.Break(); // Not null while connected.
                client.Subscriber!.Lost();
                break;
            case 1:
                client.Subscriber!.End(StreamCloseCode.Restarting);
                break;
            case 2:
                client.Subscriber!.Send(Heartbeats.As(client.Subscriber.Face));
                break;
            default:
                client.Outlet!.Stalls = _random.Next(11);
                break;
        }
    }

    private void Connect(SimulatedClient client, int stalls)
    {
        var rooms = (client.IsMultiRoom ? Names : [AnyRoom])
            .Select(name => _world.Enter(client.Caller, name, Capability.Read))
            .OfType<Room>()
            .ToList();
        if (rooms.Count == 0)
        {
            return;
        }

        var loop = _world.Loops.All[_random.Next(_world.Loops.Count)];
        client.Connect(loop, _random, rooms.Count);
        client.Outlet!.Stalls = stalls; // Not null: just connected.
        var entered = new List<Subscription>();
        foreach (var room in rooms)
        {
            var since = client.CursorOf(room) is { } cursor ? Since.After(cursor) : AnySince();
            var subscription = new Subscription(room, client.Subscriber!, since, (GapPolicy)_random.Next(3));
            if (RoomDirectory.Enter(subscription) is not null)
            {
                // As the transports do: all rooms or none.
                entered.ForEach(each => each.Room.Exit(each));
                entered.ForEach(each => client.ViewOf(each.Room.Name).End());
                client.Subscriber!.Lost();
                return;
            }

            entered.Add(subscription);
            client.ViewOf(room.Name).Begin(subscription);
        }

        entered.ForEach(client.Subscriber!.Attach);
    }

    private Since AnySince() => _random.Next(3) switch
    {
        0 => Since.Start,
        1 => Since.Last(_random.Next(1, 40)),
        _ => Since.Now,
    };
}
