using Culvert.Server.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Server.Accounts;

/// <summary>The services and addresses of accounts.</summary>
internal static class AccountRoutes
{
    /// <summary>Needs the store, the owner token, the options, a clock and the meter besides.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services) => services
        .AddSingleton<Revocations>()
        .AddSingleton<PasswordHasher>()
        .AddSingleton<SignInLimiter>()
        .AddSingleton<Credentials>()
        .AddSingleton<TicketOffice>()
        .AddSingleton<OriginCheck>()
        .AddSingleton<AccountService>()
        .AddSingleton<SessionService>()
        .AddSingleton<TokenService>()
        .AddSingleton<UserEndpoints>()
        .AddSingleton<SessionEndpoints>()
        .AddSingleton<TokenEndpoints>()
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
