namespace Culvert.Server.Streams;

/// <summary>How the items of a stream are set off from each other.</summary>
internal enum Framing
{
    /// <summary>One JSON text a line (NDJSON).</summary>
    Lines,

    /// <summary>Server-sent events (WHATWG HTML §9.2).</summary>
    EventStream,
}
