namespace Culvert.Client;

/// <summary>A WebSocket could not be opened; says at which step, and what the other side answered.</summary>
public sealed class ConnectFailedException : CulvertException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="address">Where the server was looked for.</param>
    /// <param name="stage">The step that failed.</param>
    /// <param name="why">What happened, in a few words: <c>connection refused</c>.</param>
    /// <param name="innerException">The failure beneath; null for a time-out or an answer.</param>
    public ConnectFailedException(Uri address, ConnectStage stage, string why, Exception? innerException = null)
        : base($"cannot connect to {Origin(address)}: {why}", innerException)
    {
        Address = address;
        Stage = stage;
        Why = why;
    }

    /// <summary>Where the server was looked for, with the scheme that the caller gave.</summary>
    public Uri Address { get; }

    /// <summary>The step that failed.</summary>
    public ConnectStage Stage { get; }

    /// <summary>What happened, in a few words: <c>connection refused</c>.</summary>
    public string Why { get; }

    /// <summary>Whether the step had no end within <see cref="ConnectOptions.OpenTimeout"/>.</summary>
    public bool IsTimeout { get; init; }

    /// <summary>
    /// The status of an HTTP answer that was not the expected one, 100 to 599, of the server or of the proxy; 0 when
    /// there was none.
    /// </summary>
    public int Status { get; init; }

    /// <summary>
    /// The beginning of the body of that answer, at most 1,024 bytes as text; empty when there was none. It was
    /// written by the other side: show it, do not trust it.
    /// </summary>
    public string BodyHead { get; init; } = "";

    /// <summary>How long that answer asks to wait, its <c>Retry-After</c>; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// Whether the same attempt may succeed later: not after a bad certificate, a wrong subprotocol, or an HTTP answer
    /// other than 408, 425, 429 and 5xx.
    /// </summary>
    public bool MayPass => Stage switch
    {
        ConnectStage.Subprotocol => false,
        ConnectStage.Tls => InnerException is not System.Security.Authentication.AuthenticationException,
        _ => Status is 0 or 408 or 425 or 429 or (>= 500 and < 600),
    };

    // A path may hold a name, and a query or the user's part a secret.
    private static string Origin(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.GetComponents(UriComponents.SchemeAndServer, UriFormat.Unescaped);
    }
}
