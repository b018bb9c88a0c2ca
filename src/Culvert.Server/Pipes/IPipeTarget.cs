namespace Culvert.Server.Pipes;

/// <summary>A far end that a gateway can dial. Safe for concurrent use.</summary>
internal interface IPipeTarget
{
    /// <summary>Names it in the log: no secrets, such as a query or a password, belong here.</summary>
    string Name { get; }

    /// <summary>
    /// Connects, handshakes included. Failing is a result, not an exception; when the token fires, what was opened is
    /// closed and the exception passes.
    /// </summary>
    /// <param name="request">What the client asked for.</param>
    /// <param name="cancellationToken">Fires when the client has gone or the time is up.</param>
    ValueTask<DialResult> DialAsync(DialRequest request, CancellationToken cancellationToken);
}
