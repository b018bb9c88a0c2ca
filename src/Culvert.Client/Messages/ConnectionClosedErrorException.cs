namespace Culvert.Client.Messages;

/// <summary>The connection has ended otherwise than it should: with another code, or without a Close.</summary>
public sealed class ConnectionClosedErrorException : ConnectionClosedException
{
    internal ConnectionClosedErrorException(CloseInfo closed)
        : base(closed)
    {
    }
}
