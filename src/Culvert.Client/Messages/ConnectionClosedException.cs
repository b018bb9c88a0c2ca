namespace Culvert.Client.Messages;

/// <summary>The connection has ended, so there is nothing more to receive, or nobody to send to.</summary>
/// <remarks>
/// Either <see cref="ConnectionClosedOkException"/> or <see cref="ConnectionClosedErrorException"/>. Messages that came
/// before the end are received first.
/// </remarks>
public abstract class ConnectionClosedException : CulvertException
{
    private protected ConnectionClosedException(CloseInfo closed)
        : base(closed.Describe(), closed.Cause)
    {
        Closed = closed;
    }

    /// <summary>Code, reason, who, and why.</summary>
    public CloseInfo Closed { get; }
}
