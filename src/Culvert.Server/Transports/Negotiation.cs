using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Culvert.Server.Transports;

/// <summary>Chooses the form of events that a client likes best (RFC 9110 §12.5.1).</summary>
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
    /// The form to answer in; null when the client accepts none (406 <c>not_acceptable</c>). Parameters that only pages
    /// have ask for JSON, as far as the client accepts it.
    /// </summary>
    public static EventsFormat? Choose(HttpRequest request)
    {
        var ranges = RangesOf(request);
        if (WantsPage(request.Query) && WeightOf(ranges, Offers[(int)EventsFormat.Json].Type).Quality > 0)
        {
            return EventsFormat.Json;
        }

        EventsFormat? best = null;
        (double Quality, int Precision, int Earliness) bestWeight = default;
        foreach (var (format, type) in Offers)
        {
            var weight = WeightOf(ranges, type);
            if (weight.Quality > 0 && (best is null || weight.CompareTo(bestWeight) > 0))
            {
                (best, bestWeight) = (format, weight);
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
    /// How much the client wants the type: the quality of the most precise range that holds it, then how precise that is,
    /// then how early it stands. Without ranges everything is welcome.
    /// </summary>
    private static (double Quality, int Precision, int Earliness) WeightOf(
        IList<MediaTypeHeaderValue>? ranges, MediaTypeHeaderValue type)
    {
        if (ranges is null)
        {
            return (1, 0, 0);
        }

        (double Quality, int Precision, int Earliness) weight = (0, -1, 0);
        for (var i = 0; i < ranges.Count; i++)
        {
            var precision = PrecisionOf(ranges[i], type);
            if (precision > weight.Precision)
            {
                // Ranges that hold several types say nothing about their order: ours decides then.
                weight = (ranges[i].Quality ?? 1, precision, precision == 2 ? -i : 0);
            }
        }

        return weight;
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
