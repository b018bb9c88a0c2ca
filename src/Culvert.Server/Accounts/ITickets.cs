using System.Collections.Frozen;
using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>
/// One-time tickets for clients that cannot send headers, such as a browser's <c>EventSource</c> on another origin.
/// They are written into URLs, and so into logs: hence one use, and seconds of life. Safe for concurrent use.
/// </summary>
internal interface ITickets
{
    /// <summary>
    /// Makes a ticket that lets its bearer act once as the caller, in <paramref name="rooms"/> only (name keys; null
    /// for the caller's own). Null when too many are unused.
    /// </summary>
    ValueTask<Ticket?> IssueAsync(Caller caller, FrozenSet<string>? rooms, CancellationToken cancellationToken);

    /// <summary>Uses up the ticket. Null when there is no such ticket, not any more, or its credential ended.</summary>
    ValueTask<CallerFeature?> RedeemAsync(string secret, CancellationToken cancellationToken);
}
