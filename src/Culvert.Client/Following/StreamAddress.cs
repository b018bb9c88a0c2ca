using System.Text;

namespace Culvert.Client.Following;

/// <summary>Changes addresses of streams.</summary>
internal static class StreamAddress
{
    /// <summary>True for the address of one room's events, <c>…/v1/rooms/{room}/events</c>.</summary>
    public static bool IsRoom(Uri address)
    {
        var segments = address.Segments;
        return segments is [.., "v1/", "rooms/", _, "events"];
    }

    /// <summary>True for the address of several rooms' events, <c>…/v1/events</c>.</summary>
    public static bool IsRooms(Uri address) => address.Segments is [.., "v1/", "events"];

    /// <summary>The address with one query parameter replaced or added.</summary>
    public static Uri With(Uri address, string name, string value)
    {
        var query = new StringBuilder();
        foreach (var pair in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Uri.UnescapeDataString(pair.Split('=')[0]) != name)
            {
                query.Append(pair).Append('&');
            }
        }

        query.Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return new UriBuilder(address) { Query = query.ToString() }.Uri;
    }
}
