using System.Net;

namespace Culvert.Tests.Chat.Uploads;

/// <summary>A body whose length is not announced.</summary>
internal sealed class ChunkedContent(byte[] content) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        stream.WriteAsync(content).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
