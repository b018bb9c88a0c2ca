using System.Globalization;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Transports;

/// <summary>Which page of a room a request asks for.</summary>
internal sealed record PageQuery
{
    private const int DefaultLimit = 50;
    private const int MaxWaitSeconds = 60;

    private static readonly (string Name, PageAnchor Anchor)[] Anchors =
    [
        ("before", PageAnchor.Before), ("after", PageAnchor.After), ("around", PageAnchor.Around),
        ("at", PageAnchor.Time),
    ];

    /// <summary>Messages; null for events of the log.</summary>
    public MessagePage? Messages { get; init; }

    /// <summary>Events of the log: after which.</summary>
    public Since Since { get; init; }

    public GapPolicy Gap { get; init; }

    public required int Limit { get; init; }

    /// <summary>How long to wait for an event when there is none.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Reads the query; a refusal when something is not understood, null when all is well.</summary>
    public static Refusal? TryRead(IQueryCollection query, out PageQuery? page)
    {
        page = null;
        MessagePage? messages = null;
        var gap = GapPolicy.Oldest;
        var refusal = TryReadLimit(query, DefaultLimit, out var limit)
            ?? TryReadAnchor(query, limit, out messages)
            ?? TryReadGap(query, out gap);
        if (refusal is not null)
        {
            return refusal;
        }

        var since = query["since"].ToString();
        var wait = query["wait"].ToString();
        if (messages is not null && (since.Length > 0 || wait.Length > 0))
        {
            return new Refusal(ErrorCode.BadField, "before, after, around and at do not go with since and wait.");
        }

        var seconds = 0;
        if (wait.Length > 0 && !TryParse(wait, MaxWaitSeconds, out seconds))
        {
            return new Refusal(ErrorCode.BadField, $"wait must be an integer from 0 to {MaxWaitSeconds}, in seconds.");
        }

        var place = Since.Now;
        if (since.Length > 0 && !Since.TryParse(since, out place))
        {
            return new Refusal(ErrorCode.BadCursor);
        }

        if (since.Length == 0 && wait.Length == 0)
        {
            messages ??= new MessagePage(PageAnchor.Latest, 0, limit);
        }

        page = new PageQuery
        {
            Messages = messages,
            Since = place,
            Gap = gap,
            Limit = limit,
            Wait = TimeSpan.FromSeconds(seconds),
        };
        return null;
    }

    /// <summary>Reads <c>?limit=</c>, 1 to 500.</summary>
    public static Refusal? TryReadLimit(IQueryCollection query, int defaultLimit, out int limit)
    {
        var text = query["limit"].ToString();
        limit = defaultLimit;
        return text.Length == 0 || (TryParse(text, CommandParser.MaxPage, out limit) && limit > 0)
            ? null
            : new Refusal(ErrorCode.BadLimit);
    }

    private static Refusal? TryReadAnchor(IQueryCollection query, int limit, out MessagePage? page)
    {
        page = null;
        foreach (var (name, anchor) in Anchors)
        {
            if (!query.TryGetValue(name, out var text))
            {
                continue;
            }

            if (page is not null)
            {
                return new Refusal(ErrorCode.BadField, "Give one of before, after, around and at.");
            }

            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                || value > RoomCursor.MaxOffset)
            {
                return new Refusal(ErrorCode.BadField, $"{name} must be an integer from 0 to 2^53 - 1.");
            }

            page = new MessagePage(anchor, value, limit);
        }

        return null;
    }

    private static Refusal? TryReadGap(IQueryCollection query, out GapPolicy gap)
    {
        var text = query["gap"].ToString();
        gap = text switch
        {
            "snapshot" => GapPolicy.Snapshot,
            "reject" => GapPolicy.Reject,
            _ => GapPolicy.Oldest,
        };
        return text is "" or "oldest" or "snapshot" or "reject"
            ? null
            : new Refusal(ErrorCode.BadField, "gap is oldest, snapshot or reject.");
    }

    private static bool TryParse(string text, int highest, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= highest;
}
