namespace Culvert.Client.Messages;

/// <summary>
/// An attempt to connect that is about to be made, for <see cref="ReconnectOptions.OnConnecting"/> to change while it
/// runs. Not thread-safe.
/// </summary>
public sealed class ConnectAttempt
{
    internal ConnectAttempt(bool isFirst, ConnectOptions options)
    {
        IsFirst = isFirst;
        Token = options.Token;
        Headers = options.Headers;
    }

    /// <summary>Whether this client was never connected before.</summary>
    public bool IsFirst { get; }

    /// <summary>The bearer token of this attempt; at first that of the options.</summary>
    public string? Token { get; set; }

    /// <summary>The headers of this attempt; at first those of the options.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; set; }
}
