using Culvert.Server.Rooms;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Conformance;

/// <summary>A store with one room, and the verbs the tests of every engine use.</summary>
public abstract class RoomStoreSuite : IAsyncLifetime
{
    internal const long Lobby = 10;
    internal const long Now = 1_790_000_000_000;

    internal IRoomStore Store { get; private set; } = null!; // Set by InitializeAsync before any test.

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A new, empty store that knows <see cref="TestUsers"/>.</summary>
    internal abstract Task<IRoomStore> CreateStoreAsync();

    /// <summary>Makes the storage full, so that a write of much text fails, and back.</summary>
    internal abstract Task SetFullAsync(bool full);

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

    /// <summary>Appends messages <c>m1</c>, <c>m2</c> … by Alice, one millisecond apart, in one batch each.</summary>
    internal async Task AppendMessagesAsync(int count)
    {
        for (var number = 1; number <= count; number++)
        {
            await AppendAsync(Now + number, TestAppend.Message(Lobby, TestUsers.Alice, $"m{number}"));
        }
    }

    internal async Task<(List<RecordedEvent> Events, LogEnds Ends)> ReadAsync(
        long from, int limit = 1000, int stopAfter = int.MaxValue, long roomId = Lobby)
    {
        var sink = new RecordingSink(stopAfter);
        var ends = await Store.ReadEventsAsync(roomId, from, limit, sink, Cancel);
        return (sink.Events, ends);
    }

    internal async Task<(List<RecordedEvent> Messages, LogEnds Ends)> PageAsync(
        PageAnchor anchor, long value = 0, int limit = 50)
    {
        var sink = new RecordingSink();
        var ends = await Store.ReadMessagesAsync(Lobby, new MessagePage(anchor, value, limit), sink, Cancel);
        return (sink.Events, ends);
    }

    internal async Task AssertPageAsync(long[] expectedSeqs, PageAnchor anchor, long value = 0, int limit = 50) =>
        Assert.Equal(expectedSeqs, (await PageAsync(anchor, value, limit)).Messages.Select(message => message.Seq));
}
