using System.Diagnostics.CodeAnalysis;
using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>An append whose outcome is the reply to a command of a WebSocket.</summary>
internal sealed class ReplyAppend : Append
{
    private readonly WebSocketSession _session;
    private readonly long? _id;

    [SetsRequiredMembers]
    public ReplyAppend(WebSocketSession session, long? id, Room room, Caller caller, Act act, bool ownOnly)
        : base(room, caller, act, ownOnly)
    {
        _session = session;
        _id = id;
    }

    /// <summary>Runs on the commit loop: encodes a line and hands it on, no more.</summary>
    public override void Complete() => _session.Completed(_id, this);
}
