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
        var pages = new Late<RoomPages>(routes.ServiceProvider);
        routes.MapGet("/chat/rooms/{room}", pages.To(static p => p.ShowAsync));
        routes.MapForm("/chat/rooms/{room}", pages.To(static p => p.PostAsync));
        routes.MapGet("/chat/rooms/{room}/page", pages.To(static p => p.ReadAsync));
    }
}
