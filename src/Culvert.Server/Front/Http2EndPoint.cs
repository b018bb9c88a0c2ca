using System.Net;

namespace Culvert.Server.Front;

/// <summary>
/// Where the HTTP server gets connections that begin with HTTP/2 (RFC 9113 §3.3, prior knowledge): not a port, but what
/// the front found on one.
/// </summary>
internal sealed class Http2EndPoint : EndPoint
{
    public static Http2EndPoint Instance { get; } = new();

    public override string ToString() => "http2";
}
