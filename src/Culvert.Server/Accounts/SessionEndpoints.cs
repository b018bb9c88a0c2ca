using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Accounts;

/// <summary>Answers requests to <c>/v1/session</c> and <c>/v1/sessions</c>.</summary>
internal sealed class SessionEndpoints
{
    private readonly SessionService _sessions;
    private readonly OriginCheck _origins;

    public SessionEndpoints(SessionService sessions, OriginCheck origins)
    {
        _sessions = sessions;
        _origins = origins;
    }

    /// <summary><c>POST /v1/session</c>: 204 and the cookie.</summary>
    public async Task SignInAsync(HttpContext context)
    {
        // Else a foreign page could sign the browser in as somebody of its choice, and read along.
        if (!_origins.AllowsSignIn(context.Request))
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.OriginRefused);
            return;
        }

        if (await JsonBody.ReadAsync(context, RoomJson.Default.SessionBody) is not { } body)
        {
            return;
        }

        var signedIn = await _sessions.SignInAsync(
            new SignInRequest(
                body.Name,
                body.Password,
                context.Connection.RemoteIpAddress,
                context.Request.Headers.UserAgent.ToString(),
                SessionCookie.Read(context.Request)),
            context.RequestAborted);
        if (!signedIn.IsDone)
        {
            await UserEndpoints.RefuseAsync(context, signedIn.Refusal);
            return;
        }

        SessionCookie.Write(context, signedIn.Value.Secret, signedIn.Value.Lifetime);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary><c>DELETE /v1/session</c>: 204, whether or not the session was still alive.</summary>
    public async Task SignOutAsync(HttpContext context)
    {
        if (SessionCookie.Read(context.Request) is not { } secret)
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.Unauthorized, "There is no session to end.");
            return;
        }

        // Not asked of the middleware, which looks at nothing but the bearer token when there is one as well.
        if (!_origins.AllowsUnsafe(context.Request))
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.OriginRefused);
            return;
        }

        await _sessions.SignOutAsync(secret, context.RequestAborted);
        SessionCookie.Delete(context);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary><c>GET /v1/sessions</c>.</summary>
    public async Task ListAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Owner) is not { } caller)
        {
            return;
        }

        var sessions = await _sessions.ListAsync(caller, context.RequestAborted);
        await JsonBody.WriteAsync(
            context,
            StatusCodes.Status200OK,
            new SessionList { Sessions = [.. sessions.Select(one => SessionInfo.Of(one, caller.CredentialId))] },
            AccountJson.Default.SessionList);
    }

    /// <summary><c>DELETE /v1/sessions/{id}</c>.</summary>
    public async Task RevokeAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Owner) is not { } caller)
        {
            return;
        }

        if (!RouteId.TryRead(context, out var id) || !await _sessions.RevokeAsync(caller, id))
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.NotFound);
            return;
        }

        if (id == caller.CredentialId)
        {
            SessionCookie.Delete(context);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary><c>DELETE /v1/sessions</c>: all but the one that asks.</summary>
    public async Task RevokeOthersAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Owner) is { } caller)
        {
            await _sessions.RevokeOthersAsync(caller);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }
}
