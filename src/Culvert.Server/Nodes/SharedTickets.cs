using System.Collections.Frozen;
using System.Text.Json;
using Culvert.Server.Accounts;
using Culvert.Server.Rooms;

namespace Culvert.Server.Nodes;

/// <summary>Tickets that are good on every node: they are in the store, and whoever takes one away uses it.</summary>
/// <remarks>
/// A credential may have ended after its ticket was given out, on a node that did not know of the ticket. So whoever
/// uses one reads what ended since.
/// </remarks>
internal sealed class SharedTickets(
    INodeStore store, ControlLog control, AccountOptions options, TimeProvider time) : ITickets
{
    public async ValueTask<Ticket?> IssueAsync(
        Caller caller, FrozenSet<string>? rooms, CancellationToken cancellationToken)
    {
        var secret = Secrets.New();
        var body = new TicketBody
        {
            UserId = caller.UserId,
            Name = caller.Name,
            Role = caller.ServerRole,
            Scopes = caller.Scopes,
            Rooms = (rooms ?? caller.Rooms)?.ToArray(),
            IsUnlimited = caller.IsUnlimited,
            CredentialId = caller.CredentialId,
            ExpiresAt = caller.ExpiresAt,
            ControlId = control.LastId,
        };
        var limits = new TicketLimits(
            options.TicketLifetime, caller.IsUnlimited ? options.Tickets : options.TicketsPerUser, options.Tickets);
        var ticket = new SharedTicket(
            caller.UserId, JsonSerializer.SerializeToUtf8Bytes(body, NodeJson.Default.TicketBody));
        return await store.AddTicketAsync(CredentialHash.Of(secret), ticket, limits, cancellationToken)
            ? new Ticket(secret, options.TicketLifetime)
            : null;
    }

    public async ValueTask<CallerFeature?> RedeemAsync(string secret, CancellationToken cancellationToken)
    {
        if (!CredentialHash.TryOf(secret, out var hash)
            || await store.TakeTicketAsync(hash, cancellationToken) is not { } ticket
            || JsonSerializer.Deserialize(ticket.Body.Span, NodeJson.Default.TicketBody) is not { } body
            || time.GetUtcNow().ToUnixTimeMilliseconds() >= body.ExpiresAt)
        {
            return null;
        }

        var caller = CallerOf(body);
        var ended = await control.ReadAfterAsync(body.ControlId, cancellationToken);
        return ended is null || ended.Any(revocation => revocation.Ends(caller)) ? null : new CallerFeature(caller);
    }

    private static Caller CallerOf(TicketBody body) => new()
    {
        UserId = body.UserId,
        Name = body.Name,
        ServerRole = body.Role,
        Scopes = body.Scopes,
        Rooms = body.Rooms?.ToFrozenSet(StringComparer.Ordinal),
        IsUnlimited = body.IsUnlimited,
        CredentialId = body.CredentialId,
        ExpiresAt = body.ExpiresAt,
    };
}
