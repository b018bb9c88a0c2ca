using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Conformance;

/// <summary>What every engine of <see cref="IRoomStore"/> must do.</summary>
public abstract class RoomStoreConformance : IAsyncLifetime
{
    internal const long Lobby = 10;
    internal const long Now = 1_790_000_000_000;

    internal IRoomStore Store { get; private set; } = null!; // Set by InitializeAsync before any test.

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A new, empty store that knows <see cref="TestUsers"/>.</summary>
    internal abstract Task<IRoomStore> CreateStoreAsync();

    public async ValueTask InitializeAsync()
    {
        Store = await CreateStoreAsync();
        Assert.True(await CreateRoomAsync(Lobby, "lobby"));
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Append_assigns_contiguous_offsets_and_numbers()
    {
        var first = TestAppend.Message(Lobby, TestUsers.Alice, "one");
        var second = TestAppend.Other(Lobby, TestUsers.Alice, EventKind.Topic, detail: "\"topic\":\"x\"");
        var third = TestAppend.Message(Lobby, TestUsers.Bob, "two", key: "k");

        await AppendAsync(Now, first, second, third);

        Assert.Equal((AppendOutcome.Committed, 1L, 1L, 1), (first.Outcome, first.Offset, first.Seq, first.Rev));
        Assert.Equal((AppendOutcome.Committed, 2L, 0L), (second.Outcome, second.Offset, second.Seq));
        Assert.Equal((AppendOutcome.Committed, 3L, 2L, 1), (third.Outcome, third.Offset, third.Seq, third.Rev));
        var (events, ends) = await ReadAsync(1);
        Assert.Equal(
            [
                new(EventKind.Message, "lobby", 1, 1, Now, "alice", "", """{"text":"one"}""", 1, false, ""),
                new(EventKind.Topic, "lobby", 2, 0, Now, "alice", "", "", 0, false, "\"topic\":\"x\""),
                new(EventKind.Message, "lobby", 3, 2, Now, "bob", "k", """{"text":"two"}""", 1, false, ""),
            ],
            events);
        Assert.Equal(new LogEnds("epoch10", 1, 3, 1, 2, "retention"), ends);
    }

    internal ValueTask<bool> CreateRoomAsync(long id, string name, RoomKind kind = RoomKind.Public) =>
        Store.CreateRoomAsync(
            new RoomRecord
            {
                Id = id,
                Name = name,
                NameKey = name,
                Kind = kind,
                Epoch = $"epoch{id}",
                CreatorId = TestUsers.Owner,
                CreatedAt = Now,
            },
            Cancel);

    internal ValueTask AppendAsync(long now, params Append[] batch) => Store.AppendAsync(batch, now, Cancel);

    internal async Task<(List<RecordedEvent> Events, LogEnds Ends)> ReadAsync(long from, int limit = 1000)
    {
        var sink = new RecordingSink();
        var ends = await Store.ReadEventsAsync(Lobby, from, limit, sink, Cancel);
        return (sink.Events, ends);
    }
}
