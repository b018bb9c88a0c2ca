namespace Culvert.Server.Pipes.Endpoints;

/// <summary>An end of a pipe could not be opened; the message says which and why, in one line.</summary>
internal sealed class EndpointException(EndpointFailure failure, string message, Exception? inner = null)
    : IOException(message, inner)
{
    /// <summary>Why.</summary>
    public EndpointFailure Failure { get; } = failure;

    /// <summary>The status of a handshake or proxy that answered; 0 when none did.</summary>
    public int Status { get; init; }
}
