using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Culvert.Server.Transports;

/// <summary>
/// Chooses the form of events that a client likes best (RFC 9110 §12.5.1; docs/protocol.md, "Negotiation").
/// </summary>
internal static class Negotiation
{
    // In the order that decides between equals.
    private static readonly (EventsFormat Format, MediaTypeHeaderValue Type)[] Offers =
    [
        (EventsFormat.Ndjson, new MediaTypeHeaderValue("application/x-ndjson")),
        (EventsFormat.EventStream, new MediaTypeHeaderValue("text/event-stream")),
        (EventsFormat.Json, new MediaTypeHeaderValue("application/json")),
    ];

    private static readonly string[] PageParameters = ["before", "after", "around", "at", "limit", "wait"];

    /// <summary>
    /// The form to answer in; null when the client accepts none (406 <c>not_acceptable</c>). Parameters that only
    /// pages have ask for JSON, as far as the client accepts it.
    /// </summary>
    public static EventsFormat? Choose(HttpRequest request)
    {
        var ranges = RangesOf(request);
        if (WantsPage(request.Query) && QualityOf(ranges, Offers[(int)EventsFormat.Json].Type) > 0)
        {
            return EventsFormat.Json;
        }

        EventsFormat? best = null;
        var bestQuality = 0.0;
        foreach (var (format, type) in Offers)
        {
            var quality = QualityOf(ranges, type);
            if (quality > bestQuality)
            {
                (best, bestQuality) = (format, quality);
            }
        }

        return best;
    }

    private static IList<MediaTypeHeaderValue>? RangesOf(HttpRequest request)
    {
        var accept = request.Headers.Accept;
        return accept.Count > 0 && MediaTypeHeaderValue.TryParseList(accept, out var ranges) && ranges.Count > 0
            ? ranges
            : null;
    }

    /// <summary>
    /// How much the client wants the type: the quality of the most precise range that holds it. Without ranges
    /// everything is welcome.
    /// </summary>
    private static double QualityOf(IList<MediaTypeHeaderValue>? ranges, MediaTypeHeaderValue type)
    {
        if (ranges is null)
        {
            return 1;
        }

        var quality = 0.0;
        var best = -1;
        foreach (var range in ranges)
        {
            var precision = PrecisionOf(range, type);
            if (precision > best)
            {
                (quality, best) = (range.Quality ?? 1, precision);
            }
        }

        return quality;
    }

    /// <summary>2 for the type itself, 1 for <c>type/*</c>, 0 for <c>*/*</c>, -1 for another one.</summary>
    private static int PrecisionOf(MediaTypeHeaderValue range, MediaTypeHeaderValue type)
    {
        if (range.MatchesAllTypes)
        {
            return 0;
        }

        if (!range.Type.Equals(type.Type, StringComparison.OrdinalIgnoreCase))
        {
            return -1;
        }

        return range.MatchesAllSubTypes ? 1
            : range.SubType.Equals(type.SubType, StringComparison.OrdinalIgnoreCase) ? 2
            : -1;
    }

    private static bool WantsPage(IQueryCollection query)
    {
        foreach (var name in PageParameters)
        {
            if (query.ContainsKey(name))
            {
                return true;
            }
        }

        return false;
    }
}
