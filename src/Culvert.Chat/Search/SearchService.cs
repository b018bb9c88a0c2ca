using System.Diagnostics;
using System.Globalization;
using Culvert.Chat.Search.Indexing;
using Culvert.Chat.Search.Words;
using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;

namespace Culvert.Chat.Search;

/// <summary>Finds messages that a caller may read. Thread-safe.</summary>
/// <remarks>
/// The index only proposes. Each room of a proposal passes the gate, and each message is read again from the log and
/// compared with the query, so what was erased, edited or closed a moment ago is not found.
/// </remarks>
internal sealed class SearchService(RoomDirectory rooms, IIndexStore index, TimeProvider time) : IDisposable
{
    /// <summary>The most hits of a page.</summary>
    public const int MaxHits = 100;

    /// <summary>A caller with more rooms is searched for in all rooms, and the gate sorts them out.</summary>
    private const int MaxNamedRooms = 200;

    /// <summary>So many hits of other rooms are put aside before the rooms are asked for by their tokens.</summary>
    private const int MaxStrangeRows = 100;

    private const long DayMilliseconds = 24 * 60 * 60 * 1000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WindowGoal = TimeSpan.FromMilliseconds(100);
    private static readonly long SmallestWindow = SearchIds.Of(DayMilliseconds);
    private static readonly long FirstWindow = 32 * SmallestWindow;

    // Half of the store's readers at the most: a page of history never waits for searches only.
    private readonly SemaphoreSlim _slots = new(Math.Clamp(Environment.ProcessorCount, 1, 4));

    /// <summary>
    /// Messages in the rooms of a search from which on their tokens are left out of it at first: 100,000. Such a token
    /// stands in each message of its room, and walking through it was five sixths of the CPU time of a search for two
    /// frequent words in a room of 1,000,000 messages (22 November 2026, <c>bench/compare/run chat-million</c>).
    /// </summary>
    public long LargeScope { get; init; } = 100_000;

    /// <summary>One page.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="query">What for.</param>
    /// <param name="only">The only room; null for all that the query allows.</param>
    /// <param name="beforeId">Where the page before ended; <see cref="long.MaxValue"/> for the first.</param>
    /// <param name="limit">At most so many hits, 1 to <see cref="MaxHits"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<(SearchReply? Reply, Refusal? Refusal)> FindAsync(
        Caller caller, SearchQuery query, Room? only, long beforeId, int limit, CancellationToken cancellationToken)
    {
        if (!await _slots.WaitAsync(Limit, cancellationToken))
        {
            return (null, new Refusal(ErrorCode.Overloaded, Reason.SearchBusy.With(), 1000));
        }

        try
        {
            var scope = await ScopeAsync(caller, query, only, cancellationToken);
            return (await FindAsync(caller, query, scope, beforeId, limit, cancellationToken), null);
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();

    /// <summary>
    /// Goes back in time by windows: what two frequent words have in common is found by walking through both, and a
    /// walk cannot be stopped half way. A search whose time is up thus ends between two windows, and can be continued.
    /// </summary>
    private async ValueTask<SearchReply> FindAsync(
        Caller caller,
        SearchQuery query,
        SearchScope? scope,
        long beforeId,
        int limit,
        CancellationToken cancellationToken)
    {
        List<SearchHit> hits = [];
        Dictionary<long, Room?> entered = [];
        var strange = 0;
        var isWide = scope is { Messages: var messages } && messages >= LargeScope;
        var after = query.After == 0 ? -1 : SearchIds.FirstAt(query.After) - 1;
        var newest = time.GetUtcNow().ToUnixTimeMilliseconds() + DayMilliseconds;
        var before = Math.Min(beforeId, SearchIds.FirstAt(Math.Min(query.Before, newest)));
        var window = FirstWindow;
        var began = Stopwatch.GetTimestamp();
        while (before > after + 1)
        {
            var started = Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(began, started) > Limit)
            {
                return Page(hits, before);
            }

            var asked = limit + 1 - hits.Count;
            var from = Math.Max(after, before - window);
            var expression = query.Expression(isWide ? null : scope?.Tokens);
            var rows = await index.SearchAsync(expression, from, before, asked, cancellationToken);
            var took = Stopwatch.GetElapsedTime(started);
            foreach (var row in rows)
            {
                if (hits.Count == limit || Stopwatch.GetElapsedTime(began) > Limit)
                {
                    return Page(hits, before);
                }

                before = row.Id;
                if (scope is not null && !scope.Has(row.RoomId))
                {
                    strange++;
                }
                else if (await ReadAsync(caller, query, row, entered, cancellationToken) is { } hit)
                {
                    hits.Add(hit);
                }
            }

            // The words are frequent elsewhere: now the tokens cost less than what they keep away.
            isWide &= strange <= MaxStrangeRows;
            if (rows.Count < asked)
            {
                before = from + 1;
                window = took < WindowGoal ? 4 * window : Math.Max(SmallestWindow, window / 2);
            }
        }

        return new SearchReply { Hits = hits, More = false };
    }

    private static SearchReply Page(List<SearchHit> hits, long before) =>
        new() { Hits = hits, More = true, Next = before.ToString(CultureInfo.InvariantCulture) };

    /// <summary>The message as it is now; null when the caller may not read it or it says something else.</summary>
    private async ValueTask<SearchHit?> ReadAsync(
        Caller caller,
        SearchQuery query,
        SearchRow row,
        Dictionary<long, Room?> entered,
        CancellationToken cancellationToken)
    {
        if (!entered.TryGetValue(row.RoomId, out var room))
        {
            var entry = await rooms.EnterAsync(caller, row.Room, Capability.Read, cancellationToken);
            room = entered[row.RoomId] = entry.Room;
        }

        if (room is null || room.Id != row.RoomId)
        {
            return null;
        }

        var message = new MessageCollector(row.Seq);
        var page = new MessagePage(PageAnchor.After, row.Seq - 1, 1);
        await rooms.ReadMessagesAsync(room, page, message, cancellationToken);
        if (message.Data is not { } data)
        {
            return null;
        }

        var content = MessageContent.Read(data);
        return query.Matches(SearchTokens.Of(content, room.Id, message.From))
            ? new SearchHit(room.Name, row.Seq, message.At, message.From, content.Text)
            : null;
    }

    /// <summary>The rooms to look into; null for all, where the gate alone decides.</summary>
    private async ValueTask<SearchScope?> ScopeAsync(
        Caller caller, SearchQuery query, Room? only, CancellationToken cancellationToken)
    {
        if (only is not null || query.Rooms.Count > 0)
        {
            var named = new SearchScope();
            foreach (var name in only is null ? query.Rooms : [only.Name])
            {
                var entry = await rooms.EnterAsync(caller, name, Capability.Read, cancellationToken);
                if (entry.Room is { } room)
                {
                    named.Add(room.Id, room.LastSeq - room.FloorSeq);
                }
            }

            return named;
        }

        if (caller.ServerRole == RoomRole.Owner && caller.Rooms is null)
        {
            return null;
        }

        var listed = await rooms.ListAsync(
            caller, new RoomQuery { Limit = MaxNamedRooms + 1 }, cancellationToken);
        if (listed.Count > MaxNamedRooms)
        {
            return null;
        }

        var all = new SearchScope();
        foreach (var (room, _, _) in listed)
        {
            all.Add(room.Id, room.LastSeq - room.FloorSeq);
        }

        return all;
    }
}
