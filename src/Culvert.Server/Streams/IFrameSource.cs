namespace Culvert.Server.Streams;

/// <summary>Where a stream's bytes come from, framed for the client.</summary>
internal interface IFrameSource
{
    /// <summary>
    /// Begins; called once for each stream, before its headers leave. A frame's bytes are valid until the next one is
    /// asked for. The enumeration has to end soon after <see cref="OpenStream.Ended"/> fired.
    /// </summary>
    IAsyncEnumerator<ReadOnlyMemory<byte>> Open(OpenStream stream);
}
