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

    /// <summary>Where an answer sends the request on to; null when it does not, or to a place without TLS.</summary>
    public static Uri? AfterRedirect(Uri address, HttpResponseMessage answer)
    {
        if ((int)answer.StatusCode is not (301 or 302 or 303 or 307 or 308) || answer.Headers.Location is not { } to)
        {
            return null;
        }

        var next = new Uri(address, to);
        return next.Scheme == "https" || (next.Scheme == "http" && address.Scheme == "http") ? next : null;
    }

    /// <summary>True when both belong to the same server: scheme, host and port.</summary>
    public static bool HaveSameOrigin(Uri one, Uri other) =>
        one.GetLeftPart(UriPartial.Authority) == other.GetLeftPart(UriPartial.Authority);

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
