using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Culvert.Server.Accounts;

/// <summary>
/// Finds out who makes a request and leaves it as the feature <see cref="CallerFeature"/>. Runs after routing, before
/// the endpoints; turns nobody away but pages of foreign origins that use a signed-in browser.
/// </summary>
/// <remarks>
/// The first credential found decides: bearer token, ticket, cookie. A bad one is no reason to try the next: the
/// request would be made as somebody else than its sender thinks.
/// </remarks>
internal sealed class Authentication
{
    private const string BearerPrefix = "Bearer ";

    private readonly RequestDelegate _next;
    private readonly Credentials _credentials;
    private readonly ITickets _tickets;
    private readonly OriginCheck _origins;

    public Authentication(RequestDelegate next, Credentials credentials, ITickets tickets, OriginCheck origins)
    {
        _next = next;
        _credentials = credentials;
        _tickets = tickets;
        _origins = origins;
    }

    public Task InvokeAsync(HttpContext context)
    {
        var found = FindAsync(context);
        return found.IsCompletedSuccessfully
            ? ContinueAsync(context, found.Result)
            : AwaitAsync(context, found);
    }

    private async Task AwaitAsync(HttpContext context, ValueTask<CallerFeature> found) =>
        await ContinueAsync(context, await found);

    private Task ContinueAsync(HttpContext context, CallerFeature feature)
    {
        if (feature.State == CallerState.Anonymous)
        {
            return _next(context);
        }

        context.Features.Set(feature);
        var foreign = feature.Caller is { ByCookie: true }
            && !IsSafe(context.Request.Method)
            && !_origins.AllowsUnsafe(context.Request);
        return foreign ? RefuseAsync(context) : _next(context);
    }

    private static Task RefuseAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<PageForm>() is null)
        {
            return ProblemWriter.WriteAsync(context, ErrorCode.OriginRefused);
        }

        context.Response.StatusCode = ErrorCode.OriginRefused.Status;
        return Task.CompletedTask;
    }

    private ValueTask<CallerFeature> FindAsync(HttpContext context)
    {
        var request = context.Request;
        var authorization = request.Headers.Authorization;

        // Other schemes belong to whoever stands in front: a proxy that asks for a password passes its header on.
        if (authorization.Count == 1
            && authorization[0] is { } value
            && value.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return _credentials.FindTokenAsync(value.AsSpan(BearerPrefix.Length).Trim(), context.RequestAborted);
        }

        if (context.GetEndpoint()?.Metadata.GetMetadata<AcceptsTicket>() is not null
            && request.Query.TryGetValue("ticket", out var tickets))
        {
            return RedeemAsync(tickets.ToString(), context.RequestAborted);
        }

        return request.Headers.ContainsKey(HeaderNames.Cookie) && SessionCookie.Read(request) is { } secret
            ? _credentials.FindSessionAsync(secret, context.RequestAborted)
            : ValueTask.FromResult(CallerFeature.Anonymous);
    }

    private async ValueTask<CallerFeature> RedeemAsync(string ticket, CancellationToken cancellationToken) =>
        await _tickets.RedeemAsync(ticket, cancellationToken) ?? CallerFeature.Refused;

    // CONNECT opens a WebSocket over HTTP/2 (RFC 8441); its endpoint asks OriginCheck.AllowsUpgrade.
    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)
        || HttpMethods.IsConnect(method);
}
