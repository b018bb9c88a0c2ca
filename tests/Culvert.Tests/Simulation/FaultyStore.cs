using Culvert.Server.Rooms;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Simulation;

/// <summary>A store whose answers come when the simulation says so, and not always as they should.</summary>
internal sealed class FaultyStore(MemoryRoomStore inner, LogAudit audit, Func<bool> coin) : IRoomStore
{
    private readonly List<Action> _waiting = [];

    /// <summary>Appends and reads of the log are answered by <see cref="Release"/> only.</summary>
    public bool IsSlow { get; set; }

    public bool ReadsFail { get; set; }

    public CommitFault Fault { get; set; }

    /// <summary>What the log must not do and did; null for nothing.</summary>
    public Exception? Broken { get; private set; }

    public int Waiting => _waiting.Count;

    public void Release(int index)
    {
        var answer = _waiting[index];
        _waiting.RemoveAt(index);
        answer();
    }

    public async ValueTask AppendAsync(IReadOnlyList<Append> batch, long now, CancellationToken cancellationToken)
    {
        var fault = Fault;
        if (fault is CommitFault.None or CommitFault.Unknown)
        {
            await inner.AppendAsync(batch, now, cancellationToken);
            try
            {
                audit.Committed(batch, FloorOf);
            }
            catch (Exception exception)
            {
                // The commit loop would take it for a failure of the store.
                Broken = exception;
            }
        }

        await AnswerAsync();
        if (fault != CommitFault.None)
        {
            throw new StoreException("An injected failure.", full: fault == CommitFault.Full, inner: null);
        }
    }

    public async ValueTask<LogEnds> ReadEventsAsync(
        long roomId, long fromOffset, int limit, IEventSink sink, CancellationToken cancellationToken)
    {
        // The read happens at some time between the question and the answer.
        if (coin())
        {
            await AnswerAsync();
        }

        ThrowIfReadsFail();
        var ends = await inner.ReadEventsAsync(roomId, fromOffset, limit, sink, cancellationToken);
        await AnswerAsync();
        return ends;
    }

    public ValueTask<RoomRecord?> FindRoomAsync(string nameKey, CancellationToken cancellationToken)
    {
        ThrowIfReadsFail();
        return inner.FindRoomAsync(nameKey, cancellationToken);
    }

    public ValueTask<Membership> FindMembershipAsync(long roomId, long userId, CancellationToken cancellationToken)
    {
        ThrowIfReadsFail();
        return inner.FindMembershipAsync(roomId, userId, cancellationToken);
    }

    public ValueTask<bool> CreateRoomAsync(RoomRecord room, CancellationToken cancellationToken) =>
        inner.CreateRoomAsync(room, cancellationToken);

    public ValueTask<bool> CreateDirectRoomAsync(
        RoomRecord room, IReadOnlyList<long> people, CancellationToken cancellationToken) =>
        inner.CreateDirectRoomAsync(room, people, cancellationToken);

    public ValueTask<RoomListing?> FindListingAsync(
        string nameKey, long userId, CancellationToken cancellationToken) =>
        inner.FindListingAsync(nameKey, userId, cancellationToken);

    public ValueTask<IReadOnlyList<RoomListing>> ListRoomsAsync(
        RoomQuery query, CancellationToken cancellationToken) => inner.ListRoomsAsync(query, cancellationToken);

    public ValueTask<long> SetReadAsync(
        long roomId, long userId, long seq, bool back, CancellationToken cancellationToken) =>
        inner.SetReadAsync(roomId, userId, seq, back, cancellationToken);

    public ValueTask<IReadOnlyList<(long RoomId, long LastOffset)>> ReadHeadsAsync(
        IReadOnlyList<long> roomIds, CancellationToken cancellationToken) =>
        inner.ReadHeadsAsync(roomIds, cancellationToken);

    public ValueTask<LogEnds> ReadMessagesAsync(
        long roomId, MessagePage page, IEventSink sink, CancellationToken cancellationToken) =>
        inner.ReadMessagesAsync(roomId, page, sink, cancellationToken);

    public ValueTask<LogEnds> ReadNoticesAsync(
        long roomId, long firstSeq, long lastSeq, int limit, IEventSink sink, CancellationToken cancellationToken) =>
        inner.ReadNoticesAsync(roomId, firstSeq, lastSeq, limit, sink, cancellationToken);

    public ValueTask<TrimResult> TrimAsync(long roomId, long now, int limit, CancellationToken cancellationToken) =>
        inner.TrimAsync(roomId, now, limit, cancellationToken);

    public ValueTask<IReadOnlyList<long>> ListTrimmableAsync(CancellationToken cancellationToken) =>
        inner.ListTrimmableAsync(cancellationToken);

    public ValueTask<IReadOnlyList<RosterRow>> ListRosterAsync(
        long roomId, long userId, bool isBack, int limit, long now, CancellationToken cancellationToken) =>
        inner.ListRosterAsync(roomId, userId, isBack, limit, now, cancellationToken);

    public ValueTask<IReadOnlyList<DeletedRoom>> ListDeletedAsync(long before, CancellationToken cancellationToken) =>
        inner.ListDeletedAsync(before, cancellationToken);

    public ValueTask<bool> CondemnAsync(long roomId, long before, CancellationToken cancellationToken) =>
        inner.CondemnAsync(roomId, before, cancellationToken);

    public ValueTask<bool> EraseRoomAsync(long roomId, int limit, CancellationToken cancellationToken) =>
        inner.EraseRoomAsync(roomId, limit, cancellationToken);

    public ValueTask<bool> IsHealthyAsync(CancellationToken cancellationToken) =>
        inner.IsHealthyAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <summary>Runs what follows on the thread of the simulation, so that a run can be repeated.</summary>
    private Task AnswerAsync()
    {
        if (!IsSlow)
        {
            return Task.CompletedTask;
        }

        var answer = new TaskCompletionSource();
        _waiting.Add(answer.SetResult);
        return answer.Task;
    }

    private long FloorOf(long roomId) => World.Sync(
        inner.ReadEventsAsync(roomId, long.MaxValue, 0, new RecordingSink(), CancellationToken.None)).FloorOffset;

    private void ThrowIfReadsFail()
    {
        if (ReadsFail)
        {
            throw new StoreException("An injected failure.", full: false, inner: null);
        }
    }
}
