namespace Culvert.Server.Fanout;

/// <summary>A connection that sends frames. One call at a time.</summary>
internal interface IBusSpeaker : IAsyncDisposable
{
    /// <summary>
    /// Sends the frames in order and returns when the server has taken them. None only asks whether it is there.
    /// </summary>
    Task SendAsync(IReadOnlyList<byte[]> frames, CancellationToken cancellationToken);
}
