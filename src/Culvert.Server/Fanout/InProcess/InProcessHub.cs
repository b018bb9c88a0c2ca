using System.Collections.Immutable;
using Culvert.Server.Rooms;

namespace Culvert.Server.Fanout.InProcess;

/// <summary>Links the nodes of one process. With one of them, sending costs a look at an empty list.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class InProcessHub
{
    private ImmutableArray<InProcessBus> _members = [];

    /// <summary>A bus for one more node.</summary>
    public InProcessBus Join()
    {
        var bus = new InProcessBus(this);
        ImmutableInterlocked.Update(ref _members, static (all, one) => all.Add(one), bus);
        return bus;
    }

    public void Leave(InProcessBus bus) =>
        ImmutableInterlocked.Update(ref _members, static (all, one) => all.Remove(one), bus);

    public void Send(InProcessBus from, BusMessage message)
    {
        var members = _members;
        if (members.Length == 1)
        {
            return;
        }

        foreach (var member in members)
        {
            if (member != from)
            {
                member.Deliver(message);
            }
        }
    }
}
