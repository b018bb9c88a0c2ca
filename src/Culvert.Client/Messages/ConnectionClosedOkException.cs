namespace Culvert.Client.Messages;

/// <summary>The connection has ended as it should: with 1000, 1001, or a Close without a code.</summary>
public sealed class ConnectionClosedOkException : ConnectionClosedException
{
    internal ConnectionClosedOkException(CloseInfo closed)
        : base(closed)
    {
    }
}
