using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Accounts;

/// <summary>Answers requests under <c>/v1/invites</c>.</summary>
internal sealed class InviteEndpoints
{
    private readonly InviteService _invites;

    public InviteEndpoints(InviteService invites)
    {
        _invites = invites;
    }

    /// <summary><c>POST /v1/invites</c>; the body may be absent.</summary>
    public async Task CreateAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Moderate) is not { } caller)
        {
            return;
        }

        var body = JsonBody.IsPresent(context)
            ? await JsonBody.ReadAsync(context, AccountJson.Default.InviteOrder)
            : new InviteOrder();
        if (body is null)
        {
            return;
        }

        var made = await _invites.CreateAsync(
            caller, context.Connection.RemoteIpAddress, body, context.RequestAborted);
        if (!made.IsDone)
        {
            await UserEndpoints.RefuseAsync(context, made.Refusal);
            return;
        }

        await JsonBody.WriteAsync(
            context,
            StatusCodes.Status201Created,
            InviteInfo.Of(made.Value.Invite, caller.Name, made.Value.Secret),
            AccountJson.Default.InviteInfo);
    }

    /// <summary><c>GET /v1/invites</c>.</summary>
    public async Task ListAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Moderate) is not { } caller)
        {
            return;
        }

        var invites = await _invites.ListAsync(caller, context.RequestAborted);
        await JsonBody.WriteAsync(
            context,
            StatusCodes.Status200OK,
            new InviteList { Invites = [.. invites.Select(one => InviteInfo.Of(one.Invite, one.Maker.Name))] },
            AccountJson.Default.InviteList);
    }

    /// <summary><c>DELETE /v1/invites/{id}</c>.</summary>
    public async Task RevokeAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Moderate) is not { } caller)
        {
            return;
        }

        if (!RouteId.TryRead(context, out var id)
            || !await _invites.RevokeAsync(caller, context.Connection.RemoteIpAddress, id))
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.NotFound);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary><c>POST /v1/invites/accept</c>.</summary>
    public async Task AcceptAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Write) is not { } caller
            || await JsonBody.ReadAsync(context, AccountJson.Default.InviteBody) is not { } body)
        {
            return;
        }

        var accepted = await _invites.AcceptAsync(caller, body.Token, context.RequestAborted);
        await (accepted.IsDone
            ? JsonBody.WriteAsync(
                context, StatusCodes.Status200OK, accepted.Value, AccountJson.Default.InviteReply)
            : UserEndpoints.RefuseAsync(context, accepted.Refusal));
    }
}
