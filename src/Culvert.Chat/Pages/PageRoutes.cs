using Culvert.Chat.Accounts;
using Culvert.Chat.Admin;
using Culvert.Chat.Assets;
using Culvert.Chat.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Files;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Chat.Pages;

/// <summary>The services and addresses of all pages but that of a room.</summary>
internal static class PageRoutes
{
    public static IServiceCollection AddPages(this IServiceCollection services) => services
        .AddSingleton<HomePages>()
        .AddSingleton<PreferencePages>()
        .AddSingleton<SignInForm>()
        .AddSingleton<SignInPages>()
        .AddSingleton<ConfirmPages>()
        .AddSingleton<RegisterPages>()
        .AddSingleton<SetupPages>()
        .AddSingleton<ResetPages>()
        .AddSingleton<SettingsPages>()
        .AddSingleton<RoomsPages>()
        .AddSingleton<RoomSettingsPages>()
        .AddSingleton<SearchPages>()
        .AddSingleton<AdminPages>();

    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.Get<SiteOptions>().Root is null)
        {
            MapFrontDoor(routes);
        }

        routes.MapPost("/preferences", routes.Late(static s => s.Get<PreferencePages>().SetAsync));
        MapAccounts(routes);
        MapRooms(routes);
        MapAdmin(routes);

        // The rest under /chat is no file either: it gets the chat's own page.
        routes.MapGet("/chat/{**path}", static context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    /// <summary>Where no site of the operator's own has these addresses.</summary>
    private static void MapFrontDoor(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", routes.Late(static s => s.Get<HomePages>().ShowAsync));
        routes.MapGet("/robots.txt", HomePages.RobotsAsync);
        routes.MapGet("/favicon.ico", routes.Late(static s => Icon(s.Get<AssetStore>())));
    }

    private static RequestDelegate Icon(AssetStore assets) => context =>
    {
        context.Response.Redirect(assets.PathOf("images/icon.svg"));
        return Task.CompletedTask;
    };

    private static void MapAccounts(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/login", routes.Late(static s => s.Get<SignInPages>().ShowAsync));
        routes.MapPost("/login", routes.Late(static s => s.Get<SignInPages>().SignInAsync));
        routes.MapPost("/logout", routes.Late(static s => s.Get<SignInPages>().SignOutAsync));

        routes.MapGet("/register", routes.Late(static s => s.Get<RegisterPages>().ShowAsync));
        routes.MapPost("/register", routes.Late(static s => s.Get<RegisterPages>().RegisterAsync));
        routes.MapGet("/join/{token}", routes.Late(static s => s.Get<RegisterPages>().ShowInviteAsync));
        routes.MapPost("/join/{token}", routes.Late(static s => s.Get<RegisterPages>().TakeInviteAsync));

        routes.MapGet("/setup", routes.Late(static s => s.Get<SetupPages>().ShowAsync));
        routes.MapPost("/setup", routes.Late(static s => s.Get<SetupPages>().CreateAsync));

        routes.MapGet("/reset/{token}", routes.Late(static s => s.Get<ResetPages>().ShowAsync));
        routes.MapPost("/reset/{token}", routes.Late(static s => s.Get<ResetPages>().SetAsync));

        routes.MapGet("/chat/settings", routes.Late(static s => s.Get<SettingsPages>().ShowAsync));
        routes.MapPost("/chat/settings/profile", routes.Late(static s => s.Get<SettingsPages>().SetProfileAsync));
        routes.MapPost(
            "/chat/settings/avatar/delete",
            routes.Late(static s => s.Get<SettingsPages>().DeleteAvatarAsync));
        routes.MapPost("/chat/settings/password", routes.Late(static s => s.Get<SettingsPages>().SetPasswordAsync));
        routes.MapPost(
            "/chat/settings/sessions/revoke",
            routes.Late(static s => s.Get<SettingsPages>().RevokeSessionAsync));
        routes.MapPost("/chat/settings/tokens", routes.Late(static s => s.Get<SettingsPages>().MintAsync));
        routes.MapPost(
            "/chat/settings/tokens/revoke",
            routes.Late(static s => s.Get<SettingsPages>().RevokeTokenAsync));
    }

    private static void MapRooms(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/chat/rooms", routes.Late(static s => s.Get<RoomsPages>().ShowAsync));
        routes.MapPost("/chat/rooms", routes.Late(static s => s.Get<RoomsPages>().CreateAsync));
        routes.MapPost("/chat/direct", routes.Late(static s => s.Get<RoomsPages>().DirectAsync));
        routes.MapPost("/chat/rooms/{room}/join", routes.Late(static s => s.Get<RoomsPages>().JoinAsync));
        routes.MapPost("/chat/rooms/{room}/leave", routes.Late(static s => s.Get<RoomsPages>().LeaveAsync));
        routes.MapPost("/chat/rooms/{room}/restore", routes.Late(static s => s.Get<RoomsPages>().RestoreAsync));

        routes.MapGet("/chat/rooms/{room}/settings", routes.Late(static s => s.Get<RoomSettingsPages>().ShowAsync));
        routes.MapPost("/chat/rooms/{room}/settings", routes.Late(static s => s.Get<RoomSettingsPages>().ChangeAsync));
        routes.MapPost("/chat/rooms/{room}/members", routes.Late(static s => s.Get<RoomSettingsPages>().AddAsync));
        routes.MapPost(
            "/chat/rooms/{room}/moderate",
            routes.Late(static s => s.Get<RoomSettingsPages>().ModerateAsync));
        routes.MapPost("/chat/rooms/{room}/invites", routes.Late(static s => s.Get<RoomSettingsPages>().InviteAsync));
        routes.MapPost(
            "/chat/rooms/{room}/invites/revoke",
            routes.Late(static s => s.Get<RoomSettingsPages>().RevokeAsync));
        routes.MapPost("/chat/rooms/{room}/delete", routes.Late(static s => s.Get<RoomSettingsPages>().DeleteAsync));

        routes.MapGet("/chat/search", routes.Late(static s => s.Get<SearchPages>().ShowAsync));
    }

    private static void MapAdmin(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/chat/admin", routes.Late(static s => s.Get<AdminPages>().ShowAsync));
        routes.MapPost("/chat/admin/users", routes.Late(static s => s.Get<AdminPages>().ChangeUserAsync));
        routes.MapPost("/chat/admin/reset", routes.Late(static s => s.Get<AdminPages>().ResetAsync));
        routes.MapPost("/chat/admin/invites", routes.Late(static s => s.Get<AdminPages>().InviteAsync));
        routes.MapPost("/chat/admin/invites/revoke", routes.Late(static s => s.Get<AdminPages>().RevokeAsync));
    }
}
