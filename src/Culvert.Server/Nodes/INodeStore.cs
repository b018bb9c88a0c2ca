using Culvert.Server.Accounts;
using Culvert.Server.Rooms;

namespace Culvert.Server.Nodes;

/// <summary>What the nodes of a cluster share besides rooms and accounts: leases, presence, the control log.</summary>
/// <remarks>
/// Entries of the control log are written with what they are about, see <see cref="ControlOutbox"/>; their ids have no
/// holes and become visible in ascending order.
/// Safe for concurrent calls. Every method is one transaction and throws <see cref="StoreException"/> when it cannot do
/// its work. The clock of the store decides when a lease ends, never that of a node.
/// </remarks>
internal interface INodeStore
{
    /// <summary>
    /// Starts a new incarnation of the node with a lease of this length. An older one of the same name is retired.
    /// </summary>
    ValueTask<long> TakeLeaseAsync(string name, TimeSpan length, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the lease end this long from now. False once the incarnation was retired: it is fenced for ever and
    /// whatever it writes is refused.
    /// </summary>
    ValueTask<bool> RenewLeaseAsync(long incarnation, TimeSpan length, CancellationToken cancellationToken);

    /// <summary>Retires the incarnation: the node stops.</summary>
    ValueTask RetireAsync(long incarnation, CancellationToken cancellationToken);

    /// <summary>
    /// The nodes whose lease has not ended, by incarnation. Those whose lease has are retired by this, with their
    /// presence.
    /// </summary>
    ValueTask<IReadOnlyList<LiveNode>> ListLiveAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Stores changes of presence on a node as its version <paramref name="version"/>; false, and nothing stored, once
    /// the incarnation was retired.
    /// </summary>
    ValueTask<bool> WritePresenceAsync(
        long incarnation, long version, IReadOnlyList<PresenceChange> changes, CancellationToken cancellationToken);

    /// <summary>Who is in which room on a node; nobody, as version 0, when it was retired.</summary>
    ValueTask<NodePresence> ReadPresenceAsync(long incarnation, CancellationToken cancellationToken);

    /// <summary>
    /// Entries of the control log with an id above <paramref name="afterId"/>, ascending, at most
    /// <paramref name="limit"/>. Entries older than an hour may be gone: by then no cache of any node holds what they
    /// are about.
    /// </summary>
    ValueTask<IReadOnlyList<ControlEntry>> ReadControlAsync(
        long afterId, int limit, CancellationToken cancellationToken);

    /// <summary>The id of the last entry of the control log; 0 for none yet.</summary>
    ValueTask<long> LastControlAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Keeps what a ticket stands for until it is taken or its time is over. False, and nothing kept, when the user or
    /// everybody together has too many.
    /// </summary>
    ValueTask<bool> AddTicketAsync(
        CredentialHash hash, SharedTicket ticket, TicketLimits limits, CancellationToken cancellationToken);

    /// <summary>Takes a ticket away, and returns it unless its time is over; of several calls one gets it.</summary>
    ValueTask<SharedTicket?> TakeTicketAsync(CredentialHash hash, CancellationToken cancellationToken);

    /// <summary>The keys that sign forms, as XML. Waits for the store: the library that asks knows no tasks.</summary>
    IReadOnlyList<string> ReadFormKeys();

    /// <summary>Adds a key that signs forms; replaces one of the same name. As <see cref="ReadFormKeys"/>.</summary>
    void WriteFormKey(string name, string xml);
}
