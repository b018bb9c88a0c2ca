using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Culvert.Server.Transports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Server.Hosting;

/// <summary>The addresses of rooms; one resource has several transports, chosen by negotiation.</summary>
internal static class RoomRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var sockets = routes.ServiceProvider.GetRequiredService<WebSocketTransport>();
        var streams = routes.ServiceProvider.GetRequiredService<StreamTransport>();

        // GET over HTTP/1.1, CONNECT over HTTP/2 (RFC 8441); the handshake refuses everything else.
        routes.Map("/v1/ws", sockets.HandleAsync).AcceptsTickets();
        routes.Map("/ws/{room}", sockets.HandlePlainAsync).AcceptsTickets();
        routes.MapGet("/v1/rooms/{room}/events", context => RoomAsync(context, streams)).AcceptsTickets();
        routes.MapGet("/v1/events", context => RoomsAsync(context, streams)).AcceptsTickets();
    }

    private static Task RoomAsync(HttpContext context, StreamTransport streams) => FaceOf(context) switch
    {
        { } face => streams.HandleRoomAsync(context, face),
        null => ProblemWriter.WriteAsync(context, ErrorCode.NotAcceptable),
    };

    private static Task RoomsAsync(HttpContext context, StreamTransport streams) => FaceOf(context) switch
    {
        { } face => streams.HandleRoomsAsync(context, face),
        null => ProblemWriter.WriteAsync(context, ErrorCode.NotAcceptable),
    };

    private static Face? FaceOf(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains("event-stream", StringComparison.Ordinal)
            ? Face.EventStream
            : Face.Ndjson;
}
