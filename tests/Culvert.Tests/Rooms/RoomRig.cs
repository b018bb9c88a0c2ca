using System.Text;
using System.Text.Json;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Simulation;
using Culvert.Tests.Storage;
using Culvert.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Rooms;

/// <summary>The room core on the thread of the test: nothing happens until the test says so.</summary>
internal sealed class RoomRig : IDisposable
{
    private readonly CatchUp _catchUp;

    public RoomRig(RoomOptions? options = null)
    {
        // Continuations run where the test releases them.
        SynchronizationContext.SetSynchronizationContext(null);
        Options = options ?? new RoomOptions();
        Inner = new MemoryRoomStore(static id => Encoding.UTF8.GetBytes(NameOf(id)));
        Store = new FaultyStore(Inner, new LogAudit(), static () => false);
        _catchUp = new CatchUp(Store, Options, NullLogger<CatchUp>.Instance);
        Loops = new WriterLoops(1, Options, _catchUp, Time);
        Commits = new CommitLoop(Store, Options, Time, NullLogger<CommitLoop>.Instance)
        {
            GatherLimit = TimeSpan.FromHours(1),
        };
        Rooms = new RoomDirectory(Store, Commits, Loops, Options, Time);
        Room = Create("lobby");
    }

    public RoomOptions Options { get; }

    public ManualTimeProvider Time { get; } = new();

    public MemoryRoomStore Inner { get; }

    public FaultyStore Store { get; }

    public WriterLoops Loops { get; }

    public WriterLoop Loop => Loops.All[0];

    public CommitLoop Commits { get; }

    public RoomDirectory Rooms { get; }

    public Room Room { get; }

    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public static string NameOf(long userId) =>
        userId < TestUsers.Names.Length ? TestUsers.Names[userId] : $"u{userId}";

    public static Caller CallerOf(long userId, RoomRole role = RoomRole.Member) => new()
    {
        UserId = userId,
        Name = NameOf(userId),
        ServerRole = role,
        CredentialId = userId,
        IsUnlimited = true,
    };

    public static Caller Owner => CallerOf(TestUsers.Owner, RoomRole.Owner);

    public static Caller Alice => CallerOf(TestUsers.Alice);

    public static Caller Bob => CallerOf(TestUsers.Bob);

    public Room Create(string name, RoomKind kind = RoomKind.Public)
    {
        var created = World.Sync(Rooms.CreateAsync(Owner, name, kind, "", CancellationToken.None));
        Assert.Null(created.Refusal);
        return Enter(name, Owner).Room!; // The owner of the server is let in everywhere.
    }

    public RoomEntry Enter(string name, Caller? caller, Capability needed = Capability.Read) =>
        World.Sync(Rooms.EnterAsync(caller, name, needed, CancellationToken.None));

    /// <summary>Publishes and commits messages with the texts, each alone.</summary>
    public void Publish(params string[] texts)
    {
        foreach (var text in texts)
        {
            Do(Acts.Message(TestAppend.Json(text), null));
        }
    }

    public void PublishMany(int count, int length = 10)
    {
        for (var i = 0; i < count; i++)
        {
            Publish($"{i}" + new string('x', length));
        }
    }

    /// <summary>Does one act and commits it.</summary>
    public SimulatedAppend Do(Act act, Caller? caller = null, Room? room = null, bool ownOnly = false)
    {
        var append = Submit(act, caller, room, ownOnly);
        Commit();
        return append;
    }

    public SimulatedAppend Submit(Act act, Caller? caller = null, Room? room = null, bool ownOnly = false)
    {
        var append = new SimulatedAppend(room ?? Room, caller ?? Alice, act, ownOnly, static _ => { });
        Assert.Null(Rooms.Submit(append.Room ?? room ?? Room, append.Caller, append));
        return append;
    }

    public void Commit() => World.Sync(Commits.CommitOnceAsync());

    /// <summary>Lets the loop run until it has nothing to do.</summary>
    public void Run()
    {
        for (var left = 10_000; Loop.RunOnce(); left--)
        {
            Assert.True(left > 0, "The loop never comes to rest.");
        }
    }

    public Subscriber Connect(
        Outlet outlet, Caller? caller = null, Face face = Face.Ndjson, int rooms = 1, bool isMultiRoom = false)
    {
        var subscriber = new Subscriber(Loop, outlet, face, caller ?? Bob)
        {
            IsMultiRoom = isMultiRoom,
            ExpectedRooms = rooms,
            EndsWithRooms = true,
        };
        subscriber.Start();
        return subscriber;
    }

    public Subscription Subscribe(
        Subscriber subscriber, Since since = default, GapPolicy gap = GapPolicy.Oldest, Room? room = null)
    {
        var entry = Enter((room ?? Room).Name, subscriber.Caller);
        Assert.NotNull(entry.Room);
        var subscription = new Subscription(entry.Room, subscriber, since, gap);
        Assert.Null(RoomDirectory.Enter(subscription));
        subscriber.Attach(subscription);
        return subscription;
    }

    public static Since After(Room room, long offset) => Since.After(new RoomCursor(room.Epoch, offset));

    /// <summary>The lines of an NDJSON connection.</summary>
    public static List<JsonElement> Lines(string ndjson)
    {
        Assert.True(ndjson.Length == 0 || ndjson.EndsWith('\n'), "The last line is cut.");
        return [.. ndjson.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    /// <summary>The kinds of the lines, events with their offset: <c>ready msg:1 msg:2</c>.</summary>
    public static string Outline(ScriptedOutlet outlet) => string.Join(' ', Lines(outlet.All).Select(line =>
        line.GetProperty("ev").GetString()
        + (line.TryGetProperty("offset", out var offset) ? $":{offset.GetInt64()}" : "")));

    /// <summary>The offsets of the events, in order.</summary>
    public static IEnumerable<long> Offsets(ScriptedOutlet outlet) =>
        from line in Lines(outlet.All)
        where line.TryGetProperty("offset", out _)
        select line.GetProperty("offset").GetInt64();

    public static IEnumerable<long> Range(long first, long last) =>
        Enumerable.Range(0, (int)(last - first + 1)).Select(index => first + index);

    public void Dispose()
    {
        Rooms.Dispose();
        Loops.Dispose();
        _catchUp.Dispose();
    }

    private static JsonElement Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }
}
