using System.Buffers;
using System.Globalization;
using System.Text;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Transports;

/// <summary>One page of a room, ready to be sent.</summary>
/// <param name="Room">The room.</param>
/// <param name="Ends">The ends of the log in the snapshot the page is of.</param>
/// <param name="Events">The events.</param>
/// <param name="Offset">Where the page leaves its reader: the offset of its cursor.</param>
/// <param name="More">Whether there is more in the direction of the page.</param>
/// <param name="Gap">What the reader cannot get; null for nothing.</param>
internal sealed record Page(Room Room, LogEnds Ends, PageEvents Events, long Offset, bool More, Gap? Gap)
{
    /// <summary>True when there is nothing a waiting reader waits for.</summary>
    public bool IsEmpty => Events.Count == 0 && Gap is null;

    /// <summary>
    /// Answers <c>{"room","epoch","cursor","floor","seq","gap"?,"events","more"}</c>. A gap is also the first line,
    /// as on a stream.
    /// </summary>
    public void Write(HttpContext context)
    {
        // Names, epochs and reasons have no character to escape.
        var head = Lines.Rent();
        Put(head, $"{{\"room\":\"{Room.Name}\",\"epoch\":\"{Ends.Epoch}\",\"cursor\":\"{Ends.Epoch}-{Offset}\",");
        Put(head, $"\"floor\":{Ends.FloorOffset},\"seq\":{Ends.LastSeq},");
        if (Gap is not null)
        {
            Put(head, $"\"gap\":{{\"have\":{Gap.Have},\"floor\":{Gap.Floor},\"why\":\"{Gap.Why}\"}},");
        }

        head.Write("\"events\":["u8);
        if (Gap is not null)
        {
            EventWriter.WriteGap(head, Room.Name, Gap.Have, Gap.Floor, Gap.Why);
            head.Write(Events.Count > 0 ? ","u8 : default);
        }

        var tail = More ? "],\"more\":true}"u8 : "],\"more\":false}"u8;
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/json";
        response.ContentLength = head.WrittenCount + Events.Bytes.Length + tail.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = "Accept";
        response.BodyWriter.Write(head.WrittenSpan);
        response.BodyWriter.Write(Events.Bytes);
        response.BodyWriter.Write(tail);
    }

    private static void Put(IBufferWriter<byte> output, FormattableString text) =>
        Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture), output);
}
