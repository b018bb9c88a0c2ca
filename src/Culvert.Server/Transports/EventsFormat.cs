namespace Culvert.Server.Transports;

/// <summary>The forms in which <c>GET /v1/rooms/{room}/events</c> answers.</summary>
internal enum EventsFormat
{
    /// <summary><c>application/x-ndjson</c>, what a client gets that does not care.</summary>
    Ndjson = 0,

    /// <summary><c>text/event-stream</c>.</summary>
    EventStream = 1,

    /// <summary><c>application/json</c>: a page.</summary>
    Json = 2,
}
