namespace Culvert.Client.Messages;

/// <summary>
/// The connection ended before a request was answered: it may have been carried out, or not. Whether it may be repeated
/// only its meaning tells.
/// </summary>
public sealed class RequestLostException : CulvertException
{
    internal RequestLostException(CloseInfo? closed)
        : base($"the request was not answered: {closed?.Describe() ?? "the connection was lost"}", closed?.Cause)
    {
        Closed = closed;
    }

    /// <summary>How the connection ended; null when it is being opened again.</summary>
    public CloseInfo? Closed { get; }

    /// <summary>
    /// Whether another connection may do better: true unless this side closed, or the other side refused by its code.
    /// </summary>
    public bool MayRetry => Closed is null or { By: not CloseSide.Local } or { Code: 1006 };
}
