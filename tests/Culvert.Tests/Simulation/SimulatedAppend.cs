using System.Diagnostics.CodeAnalysis;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Simulation;

/// <summary>A change somebody wants, and what came of it.</summary>
internal sealed class SimulatedAppend : Append
{
    private readonly Action<SimulatedAppend> _completed;

    [SetsRequiredMembers]
    public SimulatedAppend(Room room, Caller caller, Act act, bool ownOnly, Action<SimulatedAppend> completed)
        : base(room, caller, act, ownOnly)
    {
        Caller = caller;
        Act = act;
        RoomName = room.Name;
        _completed = completed;
    }

    public Caller Caller { get; }

    public Act Act { get; }

    public string RoomName { get; }

    public int Completions { get; private set; }

    public override void Complete()
    {
        Completions++;
        _completed(this);
    }
}
