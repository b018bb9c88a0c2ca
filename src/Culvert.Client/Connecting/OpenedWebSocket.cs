using System.Net;

namespace Culvert.Client.Connecting;

/// <summary>A connection on which the handshake is done: frames follow, both ways.</summary>
/// <param name="Stream">
/// The bytes, plain or within TLS; owns what is beneath. One reader and one writer may use it at once.
/// </param>
/// <param name="Early">What the server sent behind its answer: it comes before the first byte of the stream.</param>
/// <param name="Subprotocol">The selected one; null for none.</param>
/// <param name="Deflate">Whether permessage-deflate was agreed on.</param>
/// <param name="Headers">Of the server's answer, in order.</param>
/// <param name="RemoteEndPoint">The server, or the proxy before it.</param>
internal sealed record OpenedWebSocket(
    Stream Stream,
    ReadOnlyMemory<byte> Early,
    string? Subprotocol,
    bool Deflate,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    EndPoint? RemoteEndPoint);
