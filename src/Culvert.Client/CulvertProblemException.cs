namespace Culvert.Client;

/// <summary>The server answered with an error: RFC 9457 problem details with a code of the catalogue.</summary>
public sealed class CulvertProblemException : CulvertException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="status">The HTTP status, 300 to 599.</param>
    /// <param name="code">The word of the catalogue in docs/protocol.md that programs compare.</param>
    /// <param name="why">The sentence for people.</param>
    /// <param name="retry">True when the same request may succeed later.</param>
    /// <param name="after">How long the server asks to wait; null when it did not say.</param>
    public CulvertProblemException(int status, string code, string why, bool retry, TimeSpan? after)
        : base($"{why} ({code}, status {status})", innerException: null)
    {
        Status = status;
        Code = code;
        Why = why;
        Retry = retry;
        After = after;
    }

    /// <summary>The HTTP status, 300 to 599.</summary>
    public int Status { get; }

    /// <summary>
    /// The stable word that programs compare, such as <c>rate_limited</c>; <c>http_NNN</c> when the answer came from
    /// something that is no Culvert server, such as a proxy. A newer server may use words this version does not know.
    /// </summary>
    public string Code { get; }

    /// <summary>A sentence for people: what is wrong and what to do.</summary>
    public string Why { get; }

    /// <summary>True when the same request may succeed later without a change.</summary>
    public bool Retry { get; }

    /// <summary>How long the server asks to wait before the next try; null when it did not say.</summary>
    public TimeSpan? After { get; }
}
