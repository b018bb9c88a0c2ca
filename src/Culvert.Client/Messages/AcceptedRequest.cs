using System.Net;

namespace Culvert.Client.Messages;

/// <summary>A request to open a WebSocket, as a <see cref="MessageListener"/> received it. Immutable.</summary>
/// <param name="Path">What was asked for, unescaped, without the query.</param>
/// <param name="Query">The query with its question mark, as it came; empty for none.</param>
/// <param name="RouteValues">What stood in the braces of the route.</param>
/// <param name="Headers">In order.</param>
/// <param name="Subprotocol">The selected one; null for none.</param>
/// <param name="RemoteEndPoint">The client, or the proxy before it.</param>
public sealed record AcceptedRequest(
    string Path,
    string Query,
    IReadOnlyDictionary<string, string> RouteValues,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    string? Subprotocol,
    EndPoint? RemoteEndPoint);
