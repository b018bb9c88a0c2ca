using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Culvert.Server.Streams;

/// <summary>The framing of a stream and the type it is labelled with.</summary>
internal readonly record struct StreamForm(Framing Framing, string ContentType)
{
    private static readonly StreamForm Ndjson = new(Framing.Lines, "application/x-ndjson");
    private static readonly StreamForm JsonLines = new(Framing.Lines, "application/jsonl");
    private static readonly StreamForm Json = new(Framing.Lines, "application/json");
    private static readonly StreamForm Events = new(Framing.EventStream, "text/event-stream");

    // In the order that decides between equals, such as for */*.
    private static readonly (StreamForm Form, MediaTypeHeaderValue Type)[] Offers =
    [
        .. new[] { Ndjson, JsonLines, Events, Json }.Select(
            form => (form, new MediaTypeHeaderValue(form.ContentType))),
    ];

    /// <summary>
    /// What the client likes best (RFC 9110 §12.5.1); <c>?format=</c> wins. Null when it accepts none (406).
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="linesAsJson">The label <c>application/json</c> goes first where all are equal.</param>
    public static StreamForm? Choose(HttpRequest request, bool linesAsJson)
    {
        if (request.Query["format"] is [{ Length: > 0 } format, ..])
        {
            return format switch
            {
                "sse" => Events,
                "ndjson" => Ndjson,
                "jsonl" => JsonLines,
                "json" => Json,
                _ => null,
            };
        }

        var accept = request.Headers.Accept;
        if (accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(accept, out var ranges) || ranges.Count == 0)
        {
            return linesAsJson ? Json : Ndjson;
        }

        StreamForm? best = linesAsJson ? Json : null;
        var bestQuality = linesAsJson ? QualityOf(ranges, Offers[^1].Type) : 0;
        foreach (var (form, type) in Offers)
        {
            var quality = QualityOf(ranges, type);
            if (quality > bestQuality)
            {
                (best, bestQuality) = (form, quality);
            }
        }

        return bestQuality > 0 ? best : null;
    }

    /// <summary>The quality of the most precise range that holds the type; 0 for none.</summary>
    private static double QualityOf(IList<MediaTypeHeaderValue> ranges, MediaTypeHeaderValue type)
    {
        var (quality, precision) = (0.0, -1);
        foreach (var range in ranges)
        {
            var own = range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2;
            var holds = own == 0
                || (range.Type.Equals(type.Type, StringComparison.OrdinalIgnoreCase)
                    && (own == 1 || range.SubType.Equals(type.SubType, StringComparison.OrdinalIgnoreCase)));
            if (holds && own > precision)
            {
                (quality, precision) = (range.Quality ?? 1, own);
            }
        }

        return quality;
    }
}
