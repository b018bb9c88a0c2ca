using Culvert.Chat.Pages;
using Culvert.Server.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Culvert.Chat.Rooms;

/// <summary>The addresses of one room's page.</summary>
internal static class RoomPageRoutes
{
    public static void MapRoomPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/chat/rooms/{room}", routes.Late(static s => s.Get<RoomPages>().ShowAsync));
        routes.MapForm("/chat/rooms/{room}", static s => s.Get<RoomPages>().PostAsync);
        routes.MapGet("/chat/rooms/{room}/page", routes.Late(static s => s.Get<RoomPages>().ReadAsync));
    }
}
