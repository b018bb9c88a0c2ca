using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Transports;

/// <summary>Where a stream starts and what it does at a gap, as the request says.</summary>
internal readonly record struct StreamQuery(Since Since, GapPolicy Gap, string? Token)
{
    /// <summary>
    /// Reads <c>Last-Event-ID</c>, which a browser repeats by itself and which therefore wins, <c>?since=</c> and
    /// <c>?gap=</c>. <see cref="Token"/> is a cursor that is none of one room, for streams of several. A refusal when
    /// something is not understood; null when all is well.
    /// </summary>
    public static Refusal? TryRead(HttpContext context, out StreamQuery query, bool several = false)
    {
        query = new StreamQuery(Since.Now, GapPolicy.Oldest, null);
        var text = context.Request.Headers["Last-Event-ID"].ToString();
        if (text.Length == 0)
        {
            text = context.Request.Query["since"].ToString();
        }

        if (!TryReadGap(context.Request.Query["gap"].ToString(), out var gap))
        {
            return new Refusal(ErrorCode.BadField, "gap is oldest, snapshot or reject.");
        }

        if (text.Length == 0)
        {
            query = query with { Gap = gap };
            return null;
        }

        if (Since.TryParse(text, out var since) && !(several && since.Kind == SinceKind.Cursor))
        {
            query = new StreamQuery(since, gap, null);
            return null;
        }

        if (!several)
        {
            return new Refusal(ErrorCode.BadCursor);
        }

        query = new StreamQuery(Since.Now, gap, text);
        return null;
    }

    private static bool TryReadGap(string text, out GapPolicy gap)
    {
        gap = text switch
        {
            "snapshot" => GapPolicy.Snapshot,
            "reject" => GapPolicy.Reject,
            _ => GapPolicy.Oldest,
        };
        return text is "" or "oldest" or "snapshot" or "reject";
    }
}
