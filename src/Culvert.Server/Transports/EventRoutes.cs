using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Server.Transports;

/// <summary>Where events are read: one resource a room, the transport by negotiation, and the WebSockets.</summary>
internal static class EventRoutes
{
    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var guard = services.GetRequiredService<StoreGuard>();
        var sockets = services.GetRequiredService<WebSocketTransport>();
        var streams = services.GetRequiredService<StreamTransport>();
        var pages = services.GetRequiredService<PageEndpoint>();

        // GET over HTTP/1.1, CONNECT over HTTP/2 (RFC 8441); the handshake refuses everything else.
        routes.Map("/v1/ws", guard.Around(sockets.HandleAsync)).AcceptsTickets();
        routes.Map("/ws/{room}", guard.Around(sockets.HandlePlainAsync)).AcceptsTickets();
        routes.MapGet(
            "/v1/rooms/{room}/events", guard.Around(context => OfRoomAsync(context, streams, pages))).AcceptsTickets();
        routes.MapGet("/v1/events", guard.Around(context => OfRoomsAsync(context, streams))).AcceptsTickets();
    }

    private static Task OfRoomAsync(HttpContext context, StreamTransport streams, PageEndpoint pages) =>
        Negotiation.Choose(context.Request) switch
        {
            EventsFormat.EventStream => streams.HandleRoomAsync(context, Face.EventStream),
            EventsFormat.Ndjson => streams.HandleRoomAsync(context, Face.Ndjson),
            EventsFormat.Json => pages.HandleAsync(context),
            _ => ProblemWriter.WriteAsync(context, ErrorCode.NotAcceptable),
        };

    private static Task OfRoomsAsync(HttpContext context, StreamTransport streams) =>
        Negotiation.Choose(context.Request) switch
        {
            EventsFormat.EventStream => streams.HandleRoomsAsync(context, Face.EventStream),
            EventsFormat.Ndjson => streams.HandleRoomsAsync(context, Face.Ndjson),
            _ => ProblemWriter.WriteAsync(
                context, ErrorCode.NotAcceptable, "Several rooms come as application/x-ndjson or text/event-stream."),
        };
}
