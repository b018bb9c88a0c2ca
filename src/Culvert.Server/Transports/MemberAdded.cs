using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>A user is a member now.</summary>
/// <param name="Role">The user's role in the room.</param>
/// <param name="IsNew">False when the user was a member before.</param>
/// <param name="Offset">Offset of the event; null when nothing had to change.</param>
internal sealed record MemberAdded(RoomRole Role, bool IsNew, long? Offset);
