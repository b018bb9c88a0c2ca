using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Simulation;

/// <summary>What happens in a <see cref="World"/>: random steps, and what must hold at the end.</summary>
internal sealed class Story : IDisposable
{
    private static readonly string[] Names = ["a", "b", "p"];

    private readonly World _world;
    private readonly Random _random;
    private readonly List<SimulatedClient> _clients = [];

    public Story(int seed, int nodes)
    {
        _world = new World(seed, nodes);
        _world.Settle();
        _random = _world.Random;
        foreach (var name in Names)
        {
            _world.CreateRoom(name, name == "p" ? RoomKind.Private : RoomKind.Public);
        }

        foreach (var user in Enumerable.Range(3, 4))
        {
            _world.Nodes[0].Do(
                World.CallerOf(1), "p", Capability.Moderate, Acts.Join(user, World.NameOf(user)));
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
        Drain();
        foreach (var name in Names)
        {
            // A room that could not be read after an unknown commit is read again with the next one.
            _world.AnyNode.Do(World.CallerOf(1), name, Capability.Write, Acts.Message(_world.NextText(1), null));
        }

        Drain();
        foreach (var client in _clients.Where(client => !client.IsConnected))
        {
            Connect(client, 0);
        }

        for (var i = 0; i < 5; i++)
        {
            _world.Time.Advance(TimeSpan.FromSeconds(2));
            _world.Nodes.ForEach(static node => node.Tick());
            Drain();
        }

        var appends = _world.Nodes.SelectMany(static node => node.Appends);
        Assert.All(appends, append => Assert.Equal(1, append.Completions));
        var checks = new StoryChecks(_world);
        foreach (var (client, name, view) in OpenViews())
        {
            var present = OpenViews().Where(each => each.Name == name).Select(each => each.Client.Caller.Name);
            checks.CheckView(client, name, view, present.Distinct().Order(StringComparer.Ordinal));
            checks.CheckAccess(client, name);
        }

        foreach (var node in _world.Nodes)
        {
            Assert.All(node.Rooms.Loaded, checks.CheckRing);
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
            foreach (var outlet in _clients.Select(static client => client.Outlet).OfType<SimulatedOutlet>())
            {
                // Those too that have only just connected.
                outlet.Stalls = 0;
                outlet.Drain();
            }
        }
        while (_clients.Exists(static client => client.Outlet is { IsFull: true }));

        _world.Settle();
    }

    private void Step()
    {
        var node = _world.AnyNode;
        switch (_random.Next(_world.IsMany ? 120 : 100))
        {
            case < 22:
                Publish(node);
                break;
            case < 32:
                Change(node);
                break;
            case < 36:
                Moderate(node);
                break;
            case < 54:
                node.Loops.All[_random.Next(node.Loops.Count)].RunOnce();
                break;
            case < 66:
                node.Commit();
                break;
            case < 76:
                node.Release();
                break;
            case < 84:
                Stir(_clients[_random.Next(_clients.Count)]);
                break;
            case < 90:
                _clients[_random.Next(_clients.Count)].Outlet?.Drain();
                break;
            case < 92:
                node.Retry();
                break;
            case < 95:
                _world.Tick();
                node.Rooms.UnloadIdle();
                break;
            case < 96:
                _world.Trim(node, AnyRoom);
                break;
            case < 100:
                ChangeFaults(node);
                break;
            case < 119:
                node.Bus.Deliver(_random);
                break;
            default:
                Break(node);
                break;
        }
    }

    private void Publish(SimulatedNode node)
    {
        var key = _random.Next(2) == 0 ? $"k{_random.Next(100_000)}" : null;
        var act = Acts.Message(_world.NextText(_random.Next(60)), key);
        node.Do(Anybody, AnyRoom, Capability.Write, act);
    }

    private void Change(SimulatedNode node)
    {
        var name = AnyRoom;
        var seq = _world.Enter(node, World.CallerOf(1), name, Capability.Read) is { } room
            ? Math.Max(1, room.LastSeq - _random.Next(20))
            : 1;
        var act = _random.Next(3) switch
        {
            0 => Acts.Edit(seq, _world.NextText(_random.Next(60))),
            1 => Acts.Erase(seq, "spam"),
            _ => Acts.React(seq, "+1", _random.Next(2) == 0),
        };
        var isModerator = _random.Next(2) == 0;
        node.Do(
            isModerator ? World.CallerOf(2) : Anybody, name, Capability.Write, act, ownOnly: !isModerator);
    }

    private void Moderate(SimulatedNode node)
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
        node.Do(World.CallerOf(1), AnyRoom, Capability.Moderate, act);
    }

    private void ChangeFaults(SimulatedNode node)
    {
        node.Store.IsSlow = _random.Next(2) == 0;
        node.Store.ReadsFail = _random.Next(8) == 0;
        node.Store.Fault = _random.Next(4) == 0 ? (CommitFault)_random.Next(4) : CommitFault.None;
        if (_world.IsMany)
        {
            _world.Losses = _random.Next(3) * 20;
            _world.SharedFails = _random.Next(4) == 0;
        }
    }

    /// <summary>Something happens to a node: it stands still, goes on, is cut off or ends.</summary>
    private void Break(SimulatedNode node)
    {
        switch (_random.Next(8))
        {
            case 0 when _world.Nodes.Count(static each => !each.IsPaused) > 1:
                _world.See("paused");
                node.IsPaused = true;
                break;
            case 1:
                Kill(node);
                break;
            case < 4:
                node.Bus.Connect(!node.Bus.IsConnected);
                break;
            default:
                _world.Nodes.ForEach(static each => each.IsPaused = false);
                break;
        }
    }

    private void Kill(SimulatedNode node)
    {
        _world.See("killed");
        _world.Kill(node);
        foreach (var client in _clients.Where(client => client.IsConnected && client.Node == node))
        {
            client.Outlet!.Break(); // Not null while connected.
            client.Subscriber!.Lost();
        }

        foreach (var client in _clients.Where(client => client.Connecting.Node == node))
        {
            // Whatever it waits for never comes.
            client.Connecting = (null, Task.CompletedTask);
        }

        while (node.Loops.All.Aggregate(false, static (busy, loop) => loop.RunOnce() || busy))
        {
            // The loops know no end of a node: this is how its clients hear that they have lost it.
        }

        node.Dispose();
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
        var last = client.Connecting.Task;
        if (last.IsCompleted)
        {
            Assert.False(last.IsFaulted, $"{last.Exception}");
            var node = _world.AnyNode;
            client.Connecting = (node, ConnectAsync(client, node, stalls));
        }
    }

    /// <summary>As the transports do: all rooms or none. Waits wherever the node has to ask its store.</summary>
    private async Task ConnectAsync(SimulatedClient client, SimulatedNode node, int stalls)
    {
        var rooms = new List<Room>();
        foreach (var name in client.IsMultiRoom ? Names : [AnyRoom])
        {
            var entry = await node.Rooms.EnterAsync(client.Caller, name, Capability.Read, CancellationToken.None);
            if (entry.Room is { } room)
            {
                rooms.Add(room);
            }
        }

        if (rooms.Count == 0)
        {
            return;
        }

        var loop = node.Loops.All[_random.Next(node.Loops.Count)];
        client.Connect(node, loop, _random, rooms.Count);
        client.Outlet!.Stalls = stalls; // Not null: just connected.
        var entered = new List<Subscription>();
        foreach (var room in rooms)
        {
            var since = client.CursorOf(room) is { } cursor ? Since.After(cursor) : AnySince();
            var subscription = new Subscription(room, client.Subscriber!, since, (GapPolicy)_random.Next(3));
            if (await node.Rooms.EnterAsync(subscription, CancellationToken.None) is not null)
            {
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
