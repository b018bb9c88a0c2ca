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
        .AddSingleton<PasswordCheck>()
        .AddSingleton<RecentSignIn>()
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
        var users = new Late<UserEndpoints>(routes.ServiceProvider);
        routes.MapPost("/v1/users", users.To(static e => e.CreateAsync));
        routes.MapGet("/v1/users", users.To(static e => e.ListAsync));
        routes.MapPost("/v1/users/{name}/password", users.To(static e => e.SetPasswordAsync));
        routes.MapPatch("/v1/users/{name}", users.To(static e => e.ChangeAsync));
        routes.MapGet("/v1/me", UserEndpoints.MeAsync);

        var sessions = new Late<SessionEndpoints>(routes.ServiceProvider);
        routes.MapPost("/v1/session", sessions.To(static e => e.SignInAsync));
        routes.MapDelete("/v1/session", sessions.To(static e => e.SignOutAsync));
        routes.MapGet("/v1/sessions", sessions.To(static e => e.ListAsync));
        routes.MapDelete("/v1/sessions", sessions.To(static e => e.RevokeOthersAsync));
        routes.MapDelete("/v1/sessions/{id}", sessions.To(static e => e.RevokeAsync));

        var invites = new Late<InviteEndpoints>(routes.ServiceProvider);
        routes.MapPost("/v1/invites", invites.To(static e => e.CreateAsync));
        routes.MapGet("/v1/invites", invites.To(static e => e.ListAsync));
        routes.MapDelete("/v1/invites/{id}", invites.To(static e => e.RevokeAsync));
        routes.MapPost("/v1/invites/accept", invites.To(static e => e.AcceptAsync));

        var resets = new Late<ResetEndpoints>(routes.ServiceProvider);
        routes.MapPost("/v1/users/{name}/reset", resets.To(static e => e.CreateAsync));
        routes.MapPost("/v1/reset", resets.To(static e => e.TakeAsync));

        var profiles = new Late<ProfileEndpoints>(routes.ServiceProvider);
        routes.MapGet("/v1/profiles", profiles.To(static e => e.ListAsync));
        routes.MapGet("/v1/people", profiles.To(static e => e.SearchAsync));
        routes.MapPatch("/v1/me", profiles.To(static e => e.ChangeAsync));
        routes.MapPut("/v1/me/avatar", profiles.To(static e => e.SetAvatarAsync));
        routes.MapDelete("/v1/me/avatar", profiles.To(static e => e.DeleteAvatarAsync));
        routes.MapGet("/v1/users/{name}/avatar", profiles.To(static e => e.ShowAvatarAsync));

        var tokens = new Late<TokenEndpoints>(routes.ServiceProvider);
        routes.MapPost("/v1/tokens", tokens.To(static e => e.MintAsync));
        routes.MapGet("/v1/tokens", tokens.To(static e => e.ListAsync));
        routes.MapDelete("/v1/tokens/{id}", tokens.To(static e => e.RevokeAsync));
        routes.MapPost("/v1/tickets", tokens.To(static e => e.IssueTicketAsync));
    }

    /// <summary>Lets <c>?ticket=</c> say who is asking; for endpoints that open a stream or a WebSocket.</summary>
    public static TBuilder AcceptsTickets<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(AcceptsTicket.Instance);
}
