namespace Culvert.Protocol.EventStreams;

/// <summary>An event of a stream is larger than the parser may keep; the stream cannot be read on.</summary>
public sealed class EventStreamException : Exception
{
    /// <summary>Says what was exceeded.</summary>
    public EventStreamException(string message)
        : base(message)
    {
    }
}
