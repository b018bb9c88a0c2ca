using System.Text;
using Culvert.Protocol.Rooms;

namespace Culvert.Tests.Storage;

/// <summary>A copy of one event that a store handed to a sink.</summary>
internal sealed record RecordedEvent(
    EventKind Kind, string Room, long Offset, long Seq, long At, string Actor, string Key, string Data, int Rev,
    bool Erased, string Detail)
{
    public static RecordedEvent From(in RoomEventView view) => new(
        view.Kind,
        Encoding.UTF8.GetString(view.Room),
        view.Offset,
        view.Seq,
        view.At,
        Encoding.UTF8.GetString(view.Actor),
        Encoding.UTF8.GetString(view.Key),
        Encoding.UTF8.GetString(view.Data),
        view.Rev,
        view.Erased,
        Encoding.UTF8.GetString(view.Detail));
}
