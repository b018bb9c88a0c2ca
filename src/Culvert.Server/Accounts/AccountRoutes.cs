using Culvert.Server.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Server.Accounts;

/// <summary>The services and addresses of accounts.</summary>
internal static class AccountRoutes
{
    /// <summary>
    /// Needs the store, the rooms, the audit list, the owner token, the options, a clock and the meter besides.
    /// </summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services) => services
        .AddSingleton<Revocations>()
        .AddSingleton<PasswordHasher>()
        .AddSingleton<SignInLimiter>()
        .AddSingleton<Credentials>()
        .AddSingleton<ITickets, TicketOffice>()
        .AddSingleton<OriginCheck>()
        .AddSingleton<AccountAudit>()
        .AddSingleton<SetupService>()
        .AddSingleton<InviteService>()
        .AddSingleton<ResetService>()
        .AddSingleton<ProfileService>()
        .AddSingleton<AccountService>()
        .AddSingleton<SessionService>()
        .AddSingleton<TokenService>()
        .AddSingleton<UserEndpoints>()
        .AddSingleton<SessionEndpoints>()
        .AddSingleton<TokenEndpoints>()
        .AddSingleton<InviteEndpoints>()
        .AddSingleton<ResetEndpoints>()
        .AddSingleton<ProfileEndpoints>()
        .AddSingleton<DemoAccounts>()
        .AddSingleton<SessionSweeper>()
        .AddSingleton<IDrainStep>(static services => services.GetRequiredService<SessionSweeper>());

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var users = routes.ServiceProvider.GetRequiredService<UserEndpoints>();
        routes.MapPost("/v1/users", users.CreateAsync);
        routes.MapGet("/v1/users", users.ListAsync);
        routes.MapPost("/v1/users/{name}/password", users.SetPasswordAsync);
        routes.MapPatch("/v1/users/{name}", users.ChangeAsync);
        routes.MapGet("/v1/me", UserEndpoints.MeAsync);

        var sessions = routes.ServiceProvider.GetRequiredService<SessionEndpoints>();
        routes.MapPost("/v1/session", sessions.SignInAsync);
        routes.MapDelete("/v1/session", sessions.SignOutAsync);
        routes.MapGet("/v1/sessions", sessions.ListAsync);
        routes.MapDelete("/v1/sessions", sessions.RevokeOthersAsync);
        routes.MapDelete("/v1/sessions/{id}", sessions.RevokeAsync);

        var invites = routes.ServiceProvider.GetRequiredService<InviteEndpoints>();
        routes.MapPost("/v1/invites", invites.CreateAsync);
        routes.MapGet("/v1/invites", invites.ListAsync);
        routes.MapDelete("/v1/invites/{id}", invites.RevokeAsync);
        routes.MapPost("/v1/invites/accept", invites.AcceptAsync);

        var resets = routes.ServiceProvider.GetRequiredService<ResetEndpoints>();
        routes.MapPost("/v1/users/{name}/reset", resets.CreateAsync);
        routes.MapPost("/v1/reset", resets.TakeAsync);

        var profiles = routes.ServiceProvider.GetRequiredService<ProfileEndpoints>();
        routes.MapGet("/v1/profiles", profiles.ListAsync);
        routes.MapGet("/v1/people", profiles.SearchAsync);
        routes.MapPatch("/v1/me", profiles.ChangeAsync);
        routes.MapPut("/v1/me/avatar", profiles.SetAvatarAsync);
        routes.MapDelete("/v1/me/avatar", profiles.DeleteAvatarAsync);
        routes.MapGet("/v1/users/{name}/avatar", profiles.ShowAvatarAsync);

        var tokens = routes.ServiceProvider.GetRequiredService<TokenEndpoints>();
        routes.MapPost("/v1/tokens", tokens.MintAsync);
        routes.MapGet("/v1/tokens", tokens.ListAsync);
        routes.MapDelete("/v1/tokens/{id}", tokens.RevokeAsync);
        routes.MapPost("/v1/tickets", tokens.IssueTicketAsync);
    }

    /// <summary>Lets <c>?ticket=</c> say who is asking; for endpoints that open a stream or a WebSocket.</summary>
    public static TBuilder AcceptsTickets<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(AcceptsTicket.Instance);
}
