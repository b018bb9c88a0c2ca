using System.Net;
using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>An account that somebody wants.</summary>
/// <param name="Caller">Who asks; null for a stranger.</param>
/// <param name="Address">Where the request came from; null when it came by a local socket.</param>
/// <param name="Name">As typed.</param>
/// <param name="Password">As typed.</param>
/// <param name="Role">The role wanted.</param>
/// <param name="Invite">The secret of an invitation; null for none.</param>
internal sealed record UserOrder(
    Caller? Caller, IPAddress? Address, string Name, string Password, RoomRole Role, string? Invite);
