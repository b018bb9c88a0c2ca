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

        routes.MapForm("/preferences", static s => s.Get<PreferencePages>().SetAsync);
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
        routes.MapForm("/login", static s => s.Get<SignInPages>().SignInAsync);
        routes.MapForm("/logout", static s => s.Get<SignInPages>().SignOutAsync);

        routes.MapGet("/register", routes.Late(static s => s.Get<RegisterPages>().ShowAsync));
        routes.MapForm("/register", static s => s.Get<RegisterPages>().RegisterAsync);
        routes.MapGet("/join/{token}", routes.Late(static s => s.Get<RegisterPages>().ShowInviteAsync));
        routes.MapForm("/join/{token}", static s => s.Get<RegisterPages>().TakeInviteAsync);

        routes.MapGet("/setup", routes.Late(static s => s.Get<SetupPages>().ShowAsync));
        routes.MapForm("/setup", static s => s.Get<SetupPages>().CreateAsync);

        routes.MapGet("/reset/{token}", routes.Late(static s => s.Get<ResetPages>().ShowAsync));
        routes.MapForm("/reset/{token}", static s => s.Get<ResetPages>().SetAsync);

        routes.MapGet("/chat/settings", routes.Late(static s => s.Get<SettingsPages>().ShowAsync));
        routes.MapForm("/chat/settings/profile", static s => s.Get<SettingsPages>().SetProfileAsync);
        routes.MapForm("/chat/settings/avatar/delete", static s => s.Get<SettingsPages>().DeleteAvatarAsync);
        routes.MapForm("/chat/settings/password", static s => s.Get<SettingsPages>().SetPasswordAsync);
        routes.MapForm("/chat/settings/sessions/revoke", static s => s.Get<SettingsPages>().RevokeSessionAsync);
        routes.MapForm("/chat/settings/tokens", static s => s.Get<SettingsPages>().MintAsync);
        routes.MapForm("/chat/settings/tokens/revoke", static s => s.Get<SettingsPages>().RevokeTokenAsync);
    }

    private static void MapRooms(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/chat/rooms", routes.Late(static s => s.Get<RoomsPages>().ShowAsync));
        routes.MapForm("/chat/rooms", static s => s.Get<RoomsPages>().CreateAsync);
        routes.MapForm("/chat/direct", static s => s.Get<RoomsPages>().DirectAsync);
        routes.MapForm("/chat/rooms/{room}/join", static s => s.Get<RoomsPages>().JoinAsync);
        routes.MapForm("/chat/rooms/{room}/leave", static s => s.Get<RoomsPages>().LeaveAsync);
        routes.MapForm("/chat/rooms/{room}/restore", static s => s.Get<RoomsPages>().RestoreAsync);

        routes.MapGet("/chat/rooms/{room}/settings", routes.Late(static s => s.Get<RoomSettingsPages>().ShowAsync));
        routes.MapForm("/chat/rooms/{room}/settings", static s => s.Get<RoomSettingsPages>().ChangeAsync);
        routes.MapForm("/chat/rooms/{room}/members", static s => s.Get<RoomSettingsPages>().AddAsync);
        routes.MapForm("/chat/rooms/{room}/moderate", static s => s.Get<RoomSettingsPages>().ModerateAsync);
        routes.MapForm("/chat/rooms/{room}/invites", static s => s.Get<RoomSettingsPages>().InviteAsync);
        routes.MapForm("/chat/rooms/{room}/invites/revoke", static s => s.Get<RoomSettingsPages>().RevokeAsync);
        routes.MapForm("/chat/rooms/{room}/delete", static s => s.Get<RoomSettingsPages>().DeleteAsync);

        routes.MapGet("/chat/search", routes.Late(static s => s.Get<SearchPages>().ShowAsync));
    }

    private static void MapAdmin(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/chat/admin", routes.Late(static s => s.Get<AdminPages>().ShowAsync));
        routes.MapForm("/chat/admin/users", static s => s.Get<AdminPages>().ChangeUserAsync);
        routes.MapForm("/chat/admin/reset", static s => s.Get<AdminPages>().ResetAsync);
        routes.MapForm("/chat/admin/invites", static s => s.Get<AdminPages>().InviteAsync);
        routes.MapForm("/chat/admin/invites/revoke", static s => s.Get<AdminPages>().RevokeAsync);
    }
}
