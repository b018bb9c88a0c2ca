using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Accounts;

/// <summary>Answers requests to <c>/v1/tokens</c> and <c>/v1/tickets</c>.</summary>
internal sealed class TokenEndpoints
{
    private readonly TokenService _tokens;
    private readonly ITickets _tickets;

    public TokenEndpoints(TokenService tokens, ITickets tickets)
    {
        _tokens = tokens;
        _tickets = tickets;
    }

    /// <summary>
    /// <c>POST /v1/tokens</c>. Needs the owner scope, which sessions have: a token that was given away for less must
    /// not be able to make others that outlive it.
    /// </summary>
    public async Task MintAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Owner) is not { } caller
            || await JsonBody.ReadAsync(context, AccountJson.Default.TokenOrder) is not { } body)
        {
            return;
        }

        var scopes = caller.Scopes;
        if (body.Scopes is not null && !ScopeNames.TryParse(body.Scopes, out scopes))
        {
            await ProblemWriter.WriteAsync(
                context, ErrorCode.BadField, $"scopes are of {ScopeNames.Format(Scopes.All)}.");
            return;
        }

        var minted = await _tokens.MintAsync(
            caller, new TokenRequest(body.Name, scopes, body.Rooms, body.User), context.RequestAborted);
        if (!minted.IsDone)
        {
            await UserEndpoints.RefuseAsync(context, minted.Refusal);
            return;
        }

        await JsonBody.WriteAsync(
            context,
            StatusCodes.Status201Created,
            TokenInfo.Of(minted.Value.Token, minted.Value.Secret),
            AccountJson.Default.TokenInfo);
    }

    /// <summary><c>GET /v1/tokens</c>.</summary>
    public async Task ListAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Owner) is not { } caller)
        {
            return;
        }

        var tokens = await _tokens.ListAsync(caller, context.RequestAborted);
        await JsonBody.WriteAsync(
            context,
            StatusCodes.Status200OK,
            new TokenList { Tokens = [.. tokens.Select(token => TokenInfo.Of(token))] },
            AccountJson.Default.TokenList);
    }

    /// <summary><c>DELETE /v1/tokens/{id}</c>.</summary>
    public async Task RevokeAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Owner) is not { } caller)
        {
            return;
        }

        if (!RouteId.TryRead(context, out var id) || !await _tokens.RevokeAsync(caller, id))
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.NotFound);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary><c>POST /v1/tickets</c>; the body may be absent.</summary>
    public async Task IssueTicketAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Read) is not { } caller)
        {
            return;
        }

        var body = JsonBody.IsPresent(context)
            ? await JsonBody.ReadAsync(context, RoomJson.Default.TicketBody)
            : new TicketBody();
        if (body is null)
        {
            return;
        }

        var rooms = TokenService.LimitRooms(caller, body.Rooms);
        if (rooms.Refusal is not null)
        {
            await UserEndpoints.RefuseAsync(context, rooms.Refusal);
            return;
        }

        if (await _tickets.IssueAsync(caller, rooms.Keys, context.RequestAborted) is not { } ticket)
        {
            await ProblemWriter.WriteAsync(
                context, ErrorCode.RateLimited, "Too many tickets are unused.", TimeSpan.FromSeconds(1));
            return;
        }

        var reply = new TicketReply
        {
            Ticket = ticket.Secret,
            ExpiresMs = (int)ticket.Lifetime.TotalMilliseconds,
        };
        await JsonBody.WriteAsync(context, StatusCodes.Status201Created, reply, RoomJson.Default.TicketReply);
    }
}
