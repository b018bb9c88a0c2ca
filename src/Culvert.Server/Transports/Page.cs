using System.Buffers;
using System.Globalization;
using System.Text;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Transports;

/// <summary>One page of a room, ready to be sent.</summary>
/// <param name="Ends">The ends of the log in the snapshot the page is of.</param>
/// <param name="Events">The events.</param>
/// <param name="Offset">Where the page leaves its reader: the offset of its cursor.</param>
/// <param name="More">Whether there is more in the direction of the page.</param>
/// <param name="Gap">What the reader cannot get; null for nothing.</param>
internal sealed record Page(LogEnds Ends, PageEvents Events, long Offset, bool More, Gap? Gap)
{
    /// <summary>True when there is nothing a waiting reader waits for.</summary>
    public bool IsEmpty => Events.Count == 0 && Gap is null;

    /// <summary>Answers <c>{"epoch","cursor","floor","gap"?,"events","more"}</c>.</summary>
    public void Write(HttpContext context)
    {
        // Epochs and reasons are words of letters and digits: nothing to escape.
        var gap = Gap is null ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $"\"gap\":{{\"have\":{Gap.Have},\"floor\":{Gap.Floor},\"why\":\"{Gap.Why}\"}},");
        var head = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"epoch\":\"{Ends.Epoch}\",\"cursor\":\"{Ends.Epoch}-{Offset}\",\"floor\":{Ends.FloorOffset},{gap}\"events\":["));
        var tail = More ? "],\"more\":true}"u8 : "],\"more\":false}"u8;

        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/json";
        response.ContentLength = head.Length + Events.Bytes.Length + tail.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = "Accept";
        response.BodyWriter.Write(head);
        response.BodyWriter.Write(Events.Bytes);
        response.BodyWriter.Write(tail);
    }
}
